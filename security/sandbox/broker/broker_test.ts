import assert from "node:assert/strict";
import { type Laboratory, laboratory, NO_RULES } from "../../../tests/attacks/launch_run.ts";
import { DEFAULT_LIMITS, type RunEdge, type RunEvent, type RunQuestion, type RunReply } from "../grant.ts";

const probe = await laboratory();
const missing = probe.powers.brokered ? null : "bubblewrap or the system-call filter is not to be had here";
await probe.close();

function test(name: string, fn: (lab: Laboratory) => Promise<void>, written: Record<string, string> = {}): void {
  Deno.test({
    name: missing === null ? name : `${name} (ignored: ${missing})`,
    ignore: missing !== null,
    fn: async () => {
      const lab = await laboratory({ written: { "a.txt": "hello", ".env": "inside", ...written } });
      try {
        await fn(lab);
      } finally {
        await lab.close();
      }
    },
  });
}

type Watched = RunEdge & { events: RunEvent[]; asked: RunQuestion[] };

function watched(answer: (about: RunQuestion) => Promise<RunReply>): Watched {
  const [events, asked]: [RunEvent[], RunQuestion[]] = [[], []];
  return {
    events,
    asked,
    event: (event) => void events.push(event),
    question: (about) => {
      asked.push(about);
      return answer(about);
    },
  };
}

const yes = () => Promise.resolve({ allow: true, reason: "the person said yes" });
const code = (source: string, folder: "none" | "ro" | "rw" = "ro") =>
  ({ program: "deno", source, folder, brokered: NO_RULES }) as const;

test("each check is told with its verdict, equal ones together, before the run's end", async (lab) => {
  const edge = watched(yes);
  const source = `for (let i = 0; i < 3; i++) Deno.statSync("a.txt");
    try { Deno.statSync("/etc/passwd") } catch (e) { console.log(e.message) }`;
  const { stdout, stderr, outcome } = await lab.run(code(source), { edge });
  assert.deepEqual([stdout, stderr, outcome.code], ["it lies outside of what the call was granted\n", "", 0]);
  assert.deepEqual(edge.events, [
    {
      kind: "permission",
      permission: "read",
      value: "a.txt",
      verdict: "allow",
      reason: "the call was granted the folder (ro)",
      times: 3,
    },
    {
      kind: "permission",
      permission: "read",
      value: "/etc/passwd",
      verdict: "deny",
      reason: "it lies outside of what the call was granted",
      times: 1,
    },
  ]);
});

test("a program that touches nothing causes no record and no question", async (lab) => {
  const edge = watched(yes);
  const { stdout } = await lab.run(code("console.log(1 + 1, import.meta.main)", "none"), { edge });
  assert.deepEqual([stdout, edge.events, edge.asked], ["2 true\n", [], []]);
});

test("what no rule settles is asked once, and the answer is the program's", async (lab) => {
  for (const allow of [true, false]) {
    const edge = watched(() => Promise.resolve({ allow, reason: `the person said ${allow}` }));
    const source =
      `for (let i = 0; i < 2; i++) try { console.log(Deno.readTextFileSync(".env")) } catch (e) { console.log(e.message) }`;
    const { stdout } = await lab.run(code(source), { edge });
    assert.equal(stdout, allow ? "inside\ninside\n" : "the person said false\nthe person said false\n");
    assert.deepEqual(edge.asked, [{ permission: "read", value: ".env", real: `${lab.folder}/.env` }]);
  }
});

test("where nobody hears a question the answer is no", async (lab) => {
  const { stdout } = await lab.run(
    code(`try { Deno.readTextFileSync(".env") } catch (e) { console.log(e.message) }`),
  );
  assert.equal(stdout, "nobody can be asked here\n");
});

test("the time that a question waits is not the run's", async (lab) => {
  // The answer comes when another run, started after the question and longer than the first may take, has ended.
  const edge = watched(async () => {
    await lab.run({ source: "sleep 2.5" });
    return { allow: true, reason: "yes" };
  });
  const limits = { ...DEFAULT_LIMITS, ms: 2000 };
  const { stdout, outcome } = await lab.run(
    { ...code(`console.log(Deno.readTextFileSync(".env"))`), limits },
    { edge },
  );
  assert.deepEqual([stdout, outcome.stopped, outcome.ms > 2000], ["inside\n", undefined, true]);
});

test("a run that is ended while a question waits ends at once", async (lab) => {
  const stop = new AbortController();
  const edge = watched(() => {
    stop.abort();
    return new Promise(() => {});
  });
  const { outcome } = await lab.run(code(`Deno.readTextFileSync(".env")`), { edge, signal: stop.signal });
  assert.equal(outcome.stopped, "cancelled");
});

test("a run that checks without end fills neither the log nor the way to it, and each check is counted", async (lab) => {
  const edge = watched(yes);
  const source = `for (let i = 0; i < 60_000; i++) { try { Deno.statSync("none" + (i % 20_000)) } catch { /**/ } }`;
  const limits = { ...DEFAULT_LIMITS, ms: 120_000 };
  const { outcome } = await lab.run({ ...code(source), limits }, { edge });
  assert.equal(outcome.code, 0);
  assert.ok(edge.events.length <= 2 * 218, String(edge.events.length));
  const times = edge.events.map((event) => event.kind === "permission" ? event.times : 0);
  assert.equal(times.reduce((a, b) => a + b, 0), 60_000);
});

test("many runs at once are each judged by their own grant", async (lab) => {
  const source = `try { console.log(Deno.readTextFileSync("a.txt")) } catch { console.log("no") }`;
  const got = await Promise.all(
    Array.from({ length: 8 }, (_, i) => lab.run(code(source, i % 2 === 0 ? "ro" : "none"))),
  );
  assert.deepEqual(got.map(({ stdout }) => stdout), Array.from({ length: 8 }, (_, i) => i % 2 ? "no\n" : "hello\n"));
});

test("only the run's Deno is ever answered: its socket is gone once it is connected", async (lab) => {
  const edge = watched(async () => {
    const names = await Array.fromAsync(Deno.readDir(`${lab.house.runtime}/broker`), ({ name }) => name);
    return { allow: names.length === 0, reason: names.join() };
  });
  const { stdout } = await lab.run(code(`console.log(Deno.readTextFileSync(".env"))`), { edge });
  assert.equal(stdout, "inside\n");
});

test("a broker that dies ends the run, and the next run has another", async (lab) => {
  const edge = watched(async () => {
    await lab.house.broker!.stop();
    return { allow: true, reason: "too late" };
  });
  const { stdout, outcome } = await lab.run(code(`console.log(Deno.readTextFileSync(".env"))`), { edge });
  assert.deepEqual([stdout, outcome.code], ["", 87]);
  assert.equal((await lab.run(code(`console.log(Deno.readTextFileSync("a.txt"))`))).stdout, "hello\n");
});

test("a program of many files and names works as without the broker", async (lab) => {
  const source = `
    import { join } from "node:path";
    import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
    import { double } from "./lib/double.ts";
    await mkdir("out", { recursive: true });
    for (let i = 0; i < 5; i++) await writeFile(join("out", i + ".txt"), String(double(i)));
    const texts = await Promise.all((await readdir("out")).sort().map((name) => readFile(join("out", name), "utf8")));
    console.log(texts.join());`;
  const inFolder = source.replace("./lib", `${lab.folder}/lib`);
  const { stdout, stderr } = await lab.run(code(inFolder, "rw"));
  assert.deepEqual([stdout, stderr], ["0,2,4,6,8\n", ""]);
}, { "lib/double.ts": "export const double = (n: number) => 2 * n;" });

test("a workspace whose name Deno's flags could not hold is judged all the same", async (lab) => {
  const folder = `${lab.root}/a,b`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/a.txt`, "comma");
  const at = await laboratory({ folder });
  try {
    const { stdout } = await at.run(
      code(`console.log(Deno.readTextFileSync("a.txt"), Deno.readTextFileSync("/workspace/a.txt"))`),
    );
    assert.equal(stdout, "comma comma\n");
  } finally {
    await at.close();
  }
});
