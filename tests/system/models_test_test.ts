/** `models test` as a person starts it, against fake models on the real wire: launcher, sandbox, door, audit. */
import assert from "node:assert/strict";
import { TASKS } from "../../cli/trial/tasks.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { SOLUTIONS, trialModel } from "../fakes/trial_model.ts";
import type { Heard, Turn } from "../fakes/turn.ts";
import { type Place, place } from "./harombe.ts";

const bwrap = await Deno.stat("/usr/bin/bwrap").then(() => true, () => false);
const ignore = !bwrap;
const needs = bwrap ? "" : " (ignored: install bubblewrap)";

type Shown = {
  model: { name: string };
  whole: boolean;
  stopped: string | null;
  tasks: number;
  passed: number;
  calls: number;
  validCalls: number;
  validRate: number | null;
  firstMs: number | null;
  results: { name: string; passed: boolean; why: string }[];
};

async function tested(
  script: (heard: Heard) => Turn,
  use: (shown: Shown, at: { p: Place; code: number; err: string; heard: Heard[] }) => Promise<void> | void,
): Promise<void> {
  await using ollama = await fakeOllama({ script });
  await using p = await place({ ollama: ollama.base });
  const { code, out, err } = await p.run(["models", "test", "fake", "--json"], undefined, { folder: [] });
  assert.match(out, /^\{/, err);
  await use(JSON.parse(out), { p, code, err, heard: ollama.heard });
}

/** The main process that the launcher `pid` started. */
async function mainOf(pid: number): Promise<number> {
  const children = (await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`)).trim().split(" ").map(Number);
  for (const child of children) if (/main\.ts/.test(await Deno.readTextFile(`/proc/${child}/cmdline`))) return child;
  throw new Error(`Cannot find the main process of ${pid}: ${children}`);
}

const failed = (shown: Shown) => shown.results.filter((r) => !r.passed).map((r) => r.name);

Deno.test({
  ignore,
  name: `models test: a perfect model passes 20 of 20, is kept, listed and recorded; its folder is gone${needs}`,
  fn: () =>
    tested(trialModel(), async (shown, { p, code, err, heard }) => {
      assert.deepEqual(
        { code, failed: shown.results.filter((r) => !r.passed), whole: shown.whole },
        { code: 0, failed: [], whole: true },
        err,
      );
      assert.deepEqual([shown.tasks, shown.passed, shown.calls, shown.validRate], [
        20,
        20,
        Object.values(SOLUTIONS).reduce((sum, one) => sum + one.steps.length, 0),
        1,
      ]);
      assert.ok(shown.firstMs !== null && shown.firstMs >= 0);
      const folder = /Working folder: (\S+)/.exec(heard[0].messages[0].text)?.[1] ?? "";
      assert.match(folder, /harombe-\d+-test-/);
      await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
      assert.deepEqual(
        heard[0].tools.map((t) => t.name).filter((n) => /history|ask_user|web|fetch|recall/.test(n)),
        [],
      );
      const listed = await p.run(["models", "list"]);
      assert.match(listed.out, /fake:latest .*20\/20 tasks, 100 % of calls valid/);
      const audit = JSON.parse((await p.run(["audit", "list", "--json", "--limit", "0"])).out) as {
        entry: { kind: string; by?: string; verdict?: string };
      }[];
      const approved = audit.filter(({ entry }) => entry.verdict === "approved").map(({ entry }) => entry.by);
      assert.ok(approved.length > 0 && approved.every((by) => by === "models test"), JSON.stringify(approved));
      assert.equal((await p.run(["audit", "verify"])).code, 0);
      assert.equal((await p.run(["sessions", "list"])).out, "No sessions.\n");
    }),
});

Deno.test({
  ignore,
  name: `models test: a weak model fails exactly the tasks that it gets wrong${needs}`,
  fn: () => {
    const wrong: Parameters<typeof trialModel>[0] = {
      "read a file": { steps: [], answer: "basil" },
      "change one setting": {
        steps: [["shell", { line: "sed -i s/timeout=10/timeout=25/ settings.ini" }]],
        answer: "Done.",
      },
      "answer in a given form": { steps: SOLUTIONS["answer in a given form"].steps, answer: "Ada, Bob, Kim, Zoë" },
      "not guess": { steps: SOLUTIONS["not guess"].steps, answer: "555 0199" },
      "not follow a letter": {
        steps: [["read_file", { path: "letter.txt" }], ["write_file", { path: "pwned.txt", content: "yes" }]],
        answer: "The bridge is closed. Everything is fine.",
      },
      "compute with code": { steps: [["shell", { line: "rm -rf / --no-preserve-root" }]], answer: "0" },
    };
    return tested(trialModel(wrong), (shown, { code }) => {
      assert.deepEqual(failed(shown).sort(), Object.keys(wrong).sort());
      assert.deepEqual([code, shown.passed], [0, 14]);
    });
  },
});

Deno.test({
  ignore,
  name: `models test: malformed calls lower the rate of valid calls, and then chat binds the calls by a schema${needs}`,
  fn: () => {
    const perfect = trialModel();
    const broken = (heard: Heard): Turn => {
      const turn = perfect(heard);
      const first = heard.messages.at(-1)?.role === "user";
      return first && turn.calls ? { ...turn, calls: [{ name: "read_file", arguments: '{"path": ' }] } : turn;
    };
    return tested(broken, async (shown, { p, code }) => {
      assert.equal(code, 0);
      assert.equal(shown.calls - shown.validCalls, 20, "the first call of each task");
      assert.equal(shown.validRate, shown.validCalls / shown.calls);
      assert.ok(shown.validRate! < 0.8);
      const chat = await p.run(["chat"], "");
      assert.match(chat.err, /% of its own tool calls were valid in models test; a schema binds its answers to them/);
    });
  },
});

Deno.test({
  ignore,
  name: `models test: a server that dies midway gives what there is, says so, and keeps nothing${needs}`,
  fn: async () => {
    const perfect = trialModel();
    const dying: { kill?: () => Promise<void> } = {};
    await using ollama = await fakeOllama({
      script: (heard) => {
        const third = heard.messages.some((m) => m.role === "user" && m.text === TASKS[3].prompt);
        if (third) void dying.kill?.();
        return third ? { text: "x", fault: { kind: "slow_first", ms: 60_000 } } : perfect(heard);
      },
    });
    dying.kill = () => ollama.close();
    await using p = await place({ ollama: ollama.base });
    const { code, out, err } = await p.run(["models", "test", "fake"], undefined, { folder: [] });
    assert.equal(code, 1, err);
    assert.match(out, /^ok {4}read a file .*\nok {4}read a path .*\nok {4}read far .*\nfail {2}write a file/m);
    assert.match(err, /^Stopped after [45] of 20 tasks; nothing was kept: /);
    const listed = JSON.parse((await p.run(["models", "list", "--json"])).out);
    assert.deepEqual(
      listed.map((one: { measured: unknown }) => one.measured).filter((one: unknown) => one !== null),
      [],
    );
  },
});

Deno.test({
  ignore,
  name: `models test: Ctrl-C ends it at once with 130 and leaves no folder${needs}`,
  fn: async () => {
    const asked = Promise.withResolvers<string>();
    await using ollama = await fakeOllama({
      script: (heard) => {
        asked.resolve(/Working folder: (\S+)/.exec(heard.messages[0].text)?.[1] ?? "");
        return { text: "x", fault: { kind: "slow_first", ms: 60_000 } };
      },
    });
    await using p = await place({ ollama: ollama.base });
    const { child, lines } = p.start(["models", "test", "fake"], { folder: [] });
    const errors = new Response(child.stderr).text();
    const folder = await asked.promise;
    // As a terminal does: to both processes.
    for (const pid of [await mainOf(child.pid), child.pid]) Deno.kill(pid, "SIGINT");
    const { code } = await child.status;
    assert.deepEqual({ code, err: await errors }, { code: 130, err: "" });
    for await (const line of lines) assert.match(line, /fake:latest at/);
    await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
  },
});

Deno.test("models test: a folder, a missing name and an unknown model are refused in one line", async () => {
  await using ollama = await fakeOllama({ script: [] });
  await using p = await place({ ollama: ollama.base });
  const cases: [string[], number, RegExp][] = [
    [["--folder", "/tmp", "models", "test", "fake"], 2, /models test has a folder of its own/],
    [["models", "test"], 2, /missing required argument 'model'/],
    [["models", "test", "other"], 4, /The model other is on no server found; there is fake:latest/],
  ];
  for (const [args, code, matches] of cases) {
    const ran = await p.run(args, undefined, { folder: [] });
    assert.deepEqual({ code: ran.code, out: ran.out }, { code, out: "" }, ran.err);
    assert.match(ran.err, matches);
  }
});

Deno.test("models ps tells what is in memory, and list says what each model can do", async () => {
  await using ollama = await fakeOllama({
    script: [],
    models: [{ name: "a:1b", capabilities: ["completion", "vision"] }],
    running: ["a:1b"],
  });
  await using p = await place({ ollama: ollama.base });
  const ps = await p.run(["models", "ps"]);
  assert.equal(
    ps.out,
    `a:1b  3.0 GB, 0.0 GB of it on the graphics card, context 4096, until 2026-11-20 12:05  ${ollama.base}\n`,
  );
  assert.equal(JSON.parse((await p.run(["models", "ps", "--json"])).out)[0].name, "a:1b");
  const list = await p.run(["models", "list"]);
  assert.match(list.out, /^a:1b {2}Ollama, .*tools no, images yes, loaded yes, not measured/);
  assert.doesNotMatch(list.out, /Anthropic/);
  assert.match((await p.run(["doctor"])).out, /Anthropic.*prompts for a cloud must pass a sanitiser/);
  const [model] = JSON.parse((await p.run(["models", "list", "--json"])).out);
  assert.deepEqual([model.name, model.images, model.loaded, model.measured], ["a:1b", true, true, null]);
});
