import assert from "node:assert/strict";
import type { RunQuestion, RunReply } from "../grant.ts";
import { boundsOf } from "./bounds.ts";
import { records } from "./records.ts";
import { session } from "./session.ts";

const none = { deny: [], ask: [] };
const LINKS: Record<string, string> = { "/ws/alias": "sub/.env" };

function opened(answer: (about: RunQuestion) => Promise<RunReply>, questions = 3) {
  const asked: RunQuestion[] = [];
  const kept = records();
  const bounds = boundsOf({
    folder: "/ws",
    access: "rw",
    cwd: "/ws/sub",
    rules: { read: none, write: none },
    egress: [],
    relay: null,
  });
  const { judge } = session(bounds, {
    cwd: "/ws/sub",
    look: (path) => LINKS[path] ?? null,
    plain: (path) => LINKS[path] === undefined,
    isDirectory: () => false,
    records: kept,
    questions,
    ask: (about) => {
      asked.push(about);
      return answer(about);
    },
  });
  return { asked, kept, read: async (value: string | null) => await judge({ permission: "read", value }), judge };
}

const yes = () => Promise.resolve({ allow: true, reason: "yes" });

Deno.test("one file is asked about once, whatever it is called, and the answer holds for the run", async () => {
  const run = opened(yes);
  for (const name of [".env", "./.env", "/ws/sub/.env", "../sub/.env"]) {
    assert.deepEqual(await run.read(name), { allow: true, reason: "yes" });
  }
  assert.deepEqual(run.asked, [{ permission: "read", value: ".env", real: "/ws/sub/.env" }]);
  assert.equal((await run.judge({ permission: "write", value: ".env" })).allow, true);
  assert.equal(run.asked.length, 2);
});

Deno.test("a no holds as well, and a question that fails is a no", async () => {
  const no = opened(() => Promise.resolve({ allow: false, reason: "the person said no" }));
  assert.deepEqual([await no.read(".env"), await no.read(".env")].map(({ allow }) => allow), [false, false]);
  assert.equal(no.asked.length, 1);
  const broken = opened(() => Promise.reject(new Error("gone")));
  assert.deepEqual(await broken.read(".env"), { allow: false, reason: "nobody could be asked" });
});

Deno.test("a run asks so many questions and no more", async () => {
  const run = opened(yes, 2);
  const got = [];
  for (const name of ["a.env", "b.env", "c.env", "a.env"]) got.push((await run.read(name)).allow);
  assert.deepEqual([got, run.asked.length], [[true, true, false, true], 2]);
});

Deno.test("relative paths begin where the run began, links are followed, and names that are none are refused", async () => {
  const run = opened(yes);
  const rows: [string | null, boolean][] = [
    ["a", true],
    ["../a", true],
    ["../../etc/passwd", false],
    ["../alias", true],
    ["<TMP>", true],
    ["", false],
    ["a\0", false],
    ["\ufffd", false],
    [null, false],
  ];
  for (const [name, expected] of rows) assert.deepEqual([name, (await run.read(name)).allow], [name, expected]);
  assert.deepEqual(run.asked.map(({ real }) => real), ["/ws/sub/.env"]);
  assert.deepEqual(run.kept.take(true).map(({ value, verdict }) => [value, verdict === "allow"]), rows);
});
