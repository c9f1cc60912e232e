import assert from "node:assert/strict";
import { text } from "../../node/chat.ts";
import { openSessions } from "../../agent/memory/sessions.ts";
import { runSessions } from "./sessions.ts";

const never = new AbortController().signal;
const NOON = Date.UTC(2026, 10, 20, 12);

async function commands() {
  const dir = await Deno.makeTempDir();
  const sessions = openSessions(`${dir}/sessions.db`, { now: () => NOON });
  const { id } = await sessions.create({ folder: "/desk/\u001b]0;evil\u0007", model: "small" }, never);
  const call = { id: "c", name: "list_files", arguments: '{"path":"."}' };
  const result = { callId: "c", name: "list_files", content: text("a.md\nb.md"), isError: false };
  await sessions.append(id, [
    { type: "turn_started", message: text("list the\u001b[31m files"), model: "small" },
    { type: "step_ended", calls: [call] },
    { type: "call_ended", result, ms: 3 },
    { type: "text", text: "Two files." },
    { type: "step_ended", calls: [] },
    { type: "turn_ended", reason: "answered" },
  ], never);
  const written: [string, string, boolean][] = [];
  const deps = {
    sessions,
    printable: (value: string) => value.replace(/[\u0000-\u0009\u000b-\u001f]/g, ""),
    readOnly: (tool: string) => tool !== "write_file",
    write: (path: string, text: string, { force }: { force: boolean }) => {
      written.push([path, text, force]);
      return Promise.resolve();
    },
  };
  return {
    id,
    sessions,
    written,
    run: (verb: string, args: unknown = {}) => runSessions(verb, args, deps, never),
    [Symbol.asyncDispose]() {
      sessions.close();
      return Deno.remove(dir, { recursive: true });
    },
  };
}

Deno.test("sessions list shows a line each, without control characters", async () => {
  await using at = await commands();
  assert.deepEqual(await at.run("list"), {
    out: `${at.id}  2026-11-20 12:00:00  list the[31m files  /desk/]0;evil`,
    err: "",
    code: 0,
  });
  assert.deepEqual(JSON.parse((await at.run("list", { json: true })).out), await at.sessions.list({}, never));
  assert.equal((await at.run("list", { folder: "/none" })).out, "No sessions.");
});

Deno.test("sessions show tells the conversation, found by the beginning of its id", async () => {
  await using at = await commands();
  assert.deepEqual((await at.run("show", { id: at.id.slice(0, 7) })).out.split("\n"), [
    `${at.id}  list the[31m files`,
    "folder /desk/]0;evil, model small, begun 2026-11-20 12:00:00 UTC",
    "",
    "> list the[31m files",
    "",
    '[list_files {"path":"."}]',
    "",
    "[list_files: a.md b.md]",
    "",
    "Two files.",
  ]);
  const json = JSON.parse((await at.run("show", { id: at.id, json: true })).out);
  assert.deepEqual([json.id, json.events.length], [at.id, 6]);
});

Deno.test("sessions show tells where a summary stands for what was said, and how a turn ended", async () => {
  await using at = await commands();
  const made = { mark: "m", turns: 1, omitted: 0, before: 900, after: 30, model: "small" };
  await at.sessions.append(at.id, [
    { type: "turn_started", message: text("first line\nsecond line"), model: "small" },
    { type: "compacted", summary: "They listed\u001b[31m files.\nTwo of them.", from: 1, to: 6, ...made },
    { type: "notice", text: "a note" },
    { type: "text", text: "Cut" },
    { type: "turn_ended", reason: "cancelled", detail: "stopped" },
  ], never);
  const blocks = (await at.run("show", { id: at.id })).out.split("\n\n").slice(5);
  assert.deepEqual(blocks, [
    "> first line\n> second line",
    "| From here on small was given this summary in place of what stands above:\n| They listed[31m files.\n| Two of them.",
    "| a note",
    "Cut",
    "[This answer was cut short.]",
    "| ended: cancelled, stopped",
  ]);
});

Deno.test("sessions search finds passages, and only in the session asked for", async () => {
  await using at = await commands();
  assert.equal((await at.run("search", { words: "two" })).out, `${at.id}  2026-11-20 12:00:00  answer  [Two] files.`);
  assert.equal((await at.run("search", { words: "zebra" })).out, "Nothing found.");
  assert.equal(JSON.parse((await at.run("search", { words: "files", json: true, id: at.id })).out).length, 2);
});

Deno.test("sessions rename and rm change what they say", async () => {
  await using at = await commands();
  assert.deepEqual(await at.run("rename", { id: at.id, title: "mine" }), { out: `Renamed ${at.id}`, err: "", code: 0 });
  assert.deepEqual(await at.run("rm", { id: at.id }), { out: `Removed ${at.id} mine`, err: "", code: 0 });
  assert.deepEqual(await at.sessions.list({}, never), []);
});

Deno.test("wrong arguments are one clear line: usage is 2, nothing there is 1", async (t) => {
  await using at = await commands();
  const cases: [verb: string, args: unknown, code: number, err: RegExp][] = [
    ["frobnicate", {}, 2, /the verbs are list, show, rm, search, rename/],
    ["constructor", {}, 2, /the verbs are list/],
    ["show", {}, 2, /give its id/],
    ["rm", {}, 2, /give its id/],
    ["search", { words: "  " }, 2, /give words/],
    ["rename", { id: "1120" }, 2, /give its id and a title/],
    ["list", { limit: "x" }, 2, /limit/],
    ["list", { colour: 1 }, 2, /colour/],
    ["branch", {}, 2, /give its id/],
    ["export", {}, 2, /give its id/],
    ["cost", {}, 2, /give its id/],
    ["export", { id: "1120", format: "pdf" }, 2, /format/],
    ["branch", { id: "1120", at: "9" }, 2, /at 9: it has 1 message/],
    ["branch", { id: "zz" }, 1, /Cannot find session "zz"/],
    ["show", { id: "zz" }, 1, /Cannot find session "zz": there is none/],
    ["rm", { id: "zz" }, 1, /Cannot find session "zz": there is none/],
  ];
  for (const [verb, args, code, err] of cases) {
    await t.step(`${verb} ${JSON.stringify(args)}`, async () => {
      const outcome = await at.run(verb, args);
      assert.deepEqual([outcome.out, outcome.code], ["", code]);
      assert.match(outcome.err, err);
    });
  }
});

Deno.test("sessions branch goes on from a message and says what it does not undo", async () => {
  await using at = await commands();
  const call = { id: "w", name: "write_file", arguments: '{"path":"a"}' };
  await at.sessions.append(at.id, [
    { type: "turn_started", message: text("write"), model: "small" },
    { type: "step_ended", calls: [call] },
    {
      type: "call_ended",
      result: { callId: "w", name: "write_file", content: text("Created a"), isError: false },
      ms: 1,
    },
    { type: "turn_ended", reason: "answered" },
  ], never);
  const whole = await at.run("branch", { id: at.id });
  assert.match(whole.out, /^\S+ goes on from \S+ after message 2; harombe chat --resume \S+ opens it$/);
  const first = await at.run("branch", { id: at.id, at: "1" });
  const made = first.out.split(" ")[0];
  assert.deepEqual(first.out.split("\n").slice(1), [
    'Not undone: what is left out here made 1 call(s) that changed something or may have (write_file {"path":"a"}).',
  ]);
  assert.match((await at.run("show", { id: made })).out, new RegExp(`a branch of ${at.id}\n\n> list`));
  assert.match((await at.run("rm", { id: at.id })).err, new RegExp(`${made}.* go on from it; remove those first`));
});

Deno.test("sessions export prints, or writes the file that was named; cost tells tokens", async () => {
  await using at = await commands();
  assert.match((await at.run("export", { id: at.id })).out, /^# list the\[31m files\n/);
  const html = await at.run("export", { id: at.id, format: "html", output: "/x/a.html", force: true });
  assert.deepEqual(html, { out: `Wrote ${at.id} to /x/a.html`, err: "", code: 0 });
  assert.deepEqual(at.written.map(([path, content, force]) => [path, content.slice(0, 15), force]), [
    ["/x/a.html", "<!doctype html>", true],
  ]);
  assert.equal(JSON.parse((await at.run("export", { id: at.id, json: true })).out).events.length, 6);
  assert.match(
    (await at.run("cost", { id: at.id })).out,
    /^small {2}~\d+ tokens in, ~\d+ out, 2 request\(s\), 0\.0 s\nmessage 1 .*\nPrice: 0 /,
  );
});
