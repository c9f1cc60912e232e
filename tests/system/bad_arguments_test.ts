/** Every command with arguments that it must refuse, through the launcher: one clear line and the right exit code. */
import assert from "node:assert/strict";
import { oneLine, type Place, place, type Ran } from "./harombe.ts";

const ENORMOUS = "x".repeat(100_000);
const HOSTILE = "a\u202e\x1b]0;t\x07b";

/** Words, exit code, what the line says. */
type Row = [args: string[], code: number, line: RegExp];

const MISSING: Row[] = [
  [["ask"], 2, /the question is empty/],
  [["ask", "--allow"], 2, /argument missing/],
  [["ask", "hi", "--model"], 2, /argument missing/],
  [["chat", "--model"], 2, /argument missing/],
  [["sessions"], 2, /needs a verb: list, show, rm, rename, search/],
  [["sessions", "show"], 2, /missing required argument 'id'/],
  [["sessions", "rm"], 2, /missing required argument 'id'/],
  [["sessions", "rename", "x"], 2, /missing required argument 'title'/],
  [["sessions", "search"], 2, /missing required argument 'words'/],
  [["sessions", "list", "--limit"], 2, /argument missing/],
  [["audit"], 2, /needs a verb: list, show, stats, export, verify/],
  [["audit", "show"], 2, /missing required argument 'id'/],
  [["audit", "export", "--format"], 2, /argument missing/],
  [["config"], 2, /needs a verb: show, validate, schema, set/],
  [["config", "set"], 2, /missing required argument 'name'/],
  [["config", "set", "model.name"], 2, /missing required argument 'value'/],
  [["models"], 2, /needs a verb: list/],
  [["rules"], 2, /needs a verb: list/],
  [["completions"], 2, /missing required argument 'shell'/],
];

const UNKNOWN: Row[] = [
  [["frobnicate"], 2, /unknown command 'frobnicate'/],
  [["docter"], 2, /unknown command 'docter'; did you mean 'doctor'\?/],
  [["--frobnicate"], 2, /unknown option '--frobnicate'/],
  [["chat", "extra"], 2, /too many arguments/],
  ...["sessions", "audit", "config", "models", "rules"].map((name): Row => [
    [name, "frobnicate"],
    2,
    new RegExp(`unknown verb 'frobnicate' for ${name}`),
  ]),
  ...["chat", "doctor", "version", "completions bash", "ask hi"].map((name): Row => [
    [...name.split(" "), "--frobnicate"],
    2,
    /unknown option '--frobnicate'/,
  ]),
  ...["sessions list", "audit verify", "audit stats", "models list", "rules list", "config show", "config schema"].map((
    name,
  ): Row => [[...name.split(" "), "extra"], 2, /too many arguments/]),
  [["sessions", "show", "nosuch"], 1, /Cannot find session "nosuch"/],
  [["sessions", "rm", "nosuch"], 1, /Cannot find session "nosuch"/],
  [["sessions", "rename", "nosuch", "x"], 1, /Cannot find session "nosuch"/],
  [["audit", "show", "nosuch"], 1, /Cannot show audit record/],
  [["config", "set", "modle.name", "x"], 2, /modle/],
  [["completions", "tcsh"], 2, /tcsh/],
  [["ask", "hi", "--resume=nosuch"], 1, /Cannot find session "nosuch"/],
  [["ask", "hi", "--model", "nosuch"], 1, /Cannot use the model nosuch/],
  [["ask", "hi", "--allow", "nosuch:x"], 1, /there is no tool "nosuch"/],
  [["serve", "--host", "0.0.0.0"], 2, /only 127\.0\.0\.1/],
  [["serve", "--port", "70000"], 2, /port/],
  [["node"], 4, /unavailable: /],
];

const MALFORMED: Row[] = [
  [["ask", "hi", "--allow", "write_file"], 2, /must be tool:pattern/],
  [["sessions", "list", "--limit", "-1"], 2, /count|argument/],
  [["sessions", "list", "--limit", "1e9"], 2, /Cannot use as a count: 1e9/],
  [["audit", "list", "--since", "yesteryear"], 2, /Cannot read the time "yesteryear"/],
  [["audit", "list", "--kind", "rumour"], 2, /kind/],
  [["audit", "export", "--format", "xml"], 2, /format/],
  [["config", "set", "model.temperature", "hot"], 2, /temperature/],
  [["config", "set", "agent.max_steps", "9999"], 2, /max_steps/],
  [["version", "--folder"], 2, /--folder: it names no directory/],
  [["ask", "hi", "--folder="], 2, /--folder: it names no directory/],
  [["ask", "hi", "--folder", "/", "--folder", "/"], 2, /--folder twice/],
];

/** Places where a word of the person's goes. */
const WORDS: [(word: string) => string[], code: number, line: RegExp][] = [
  [(word) => [word], 2, /unknown command/],
  [(word) => ["sessions", word], 2, /unknown verb/],
  [(word) => ["sessions", "show", word], 1, /Cannot find session/],
  [(word) => ["sessions", "list", "--limit", word], 2, /Cannot use as a count/],
  [(word) => ["audit", word], 2, /unknown verb/],
  [(word) => ["audit", "show", word], 1, /Cannot show audit record/],
  [(word) => ["audit", "list", "--since", word], 2, /Cannot read the time/],
  [(word) => ["config", "set", word, "x"], 2, /./],
  [(word) => ["config", "set", "agent.max_steps", word], 2, /./],
  [(word) => ["models", word], 2, /unknown verb/],
  [(word) => ["rules", word], 2, /unknown verb/],
  [(word) => ["completions", word], 2, /./],
  [(word) => ["doctor", word], 2, /too many arguments|unknown/],
  [(word) => ["version", word], 2, /too many arguments|unknown/],
  [(word) => ["chat", word], 2, /too many arguments/],
  [(word) => ["chat", `--resume=${word}`], 1, /Cannot find session/],
  [(word) => ["ask", "hi", "--allow", word], 2, /must be tool:pattern/],
  [(word) => ["ask", "hi", "--model", word], 1, /Cannot use the model/],
  [(word) => ["ask", "hi", "--folder", word], 1, /Cannot work in the folder/],
];

/** Runs `work` over `rows`, as many at once as the machine has cores. */
async function each<T>(rows: readonly T[], work: (row: T) => Promise<void>): Promise<void> {
  const queue = rows.values();
  const one = async () => {
    for (const row of queue) await work(row);
  };
  await Promise.all(Array.from({ length: Math.max(2, navigator.hardwareConcurrency) }, one));
}

async function table(p: Place, rows: readonly Row[]): Promise<void> {
  const home = await state(p);
  await each(rows, async ([args, code, line]) => {
    const other = args.some((arg) => arg.startsWith("--folder")) ? { folder: [] } : {};
    oneLine(await p.run(args, undefined, other), code, line, args.join(" ").slice(0, 60));
  });
  assert.deepEqual(await state(p), home, "wrong usage changes no setting and no session");
}

/** What a person could lose. */
async function state(p: Place): Promise<Ran[]> {
  return [await p.run(["sessions", "list"]), await p.run(["config", "show"])];
}

for (const [name, rows] of Object.entries({ missing: MISSING, unknown: UNKNOWN, malformed: MALFORMED })) {
  Deno.test(`${name} arguments of every command are one line and the right exit code (${rows.length} rows)`, async () => {
    await using p = await place();
    await table(p, rows);
  });
}

Deno.test(`an enormous word is named by its beginning, wherever it stands (${WORDS.length} rows)`, async () => {
  await using p = await place();
  await table(p, WORDS.map(([args, code, line]) => [args(ENORMOUS), code, line]));
});

Deno.test(`a word of control and bidirectional characters reaches no terminal as such (${WORDS.length} rows)`, async () => {
  await using p = await place();
  await table(p, WORDS.map(([args, code, line]) => [args(HOSTILE), code, line]));
});

Deno.test("bytes that are no UTF-8 are refused as the words that they become", async () => {
  await using p = await place();
  for (const [args, code, line] of [[[], 2, /unknown command/], [["sessions", "show"], 1, /Cannot find/]] as Row[]) {
    const last = `w=$(printf 'a\\377\\376b'); exec "$@" "$w"`;
    oneLine(await p.run(args, undefined, { wrap: ["/bin/sh", "-c", last, "sh"] }), code, line, args.join(" "));
  }
});

Deno.test("a stack is shown by --debug alone, of the launcher too", async () => {
  await using p = await place();
  const folder = ["--folder", "/nonexistent"];
  for (const [args, other] of [[["frobnicate"], {}], [["ask", "hi"], { folder }]] as const) {
    const [bare, debug] = [
      await p.run([...args], undefined, other),
      await p.run([...args, "--debug"], undefined, other),
    ];
    assert.doesNotMatch(bare.err, /^ +at /m);
    assert.match(debug.err, /^ +at /m);
    assert.equal(debug.code, bare.code);
  }
});

Deno.test("every command explains itself without a home, a folder or a launcher", async () => {
  await using p = await place();
  const commands = ["", "chat", "ask", "sessions", "audit", "config", "models", "rules", "doctor", "version"];
  await each(commands, async (command) => {
    const { code, out, err } = await p.run([...command.split(" ").filter(Boolean), "--help"], undefined, {
      env: { HOME: null },
      folder: ["--folder", "/nonexistent"],
    });
    assert.deepEqual({ code, err }, { code: 0, err: "" }, command);
    assert.match(out, new RegExp(`^Usage: harombe ?${command}`));
  });
});
