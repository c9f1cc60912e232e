import assert from "node:assert/strict";
import { memoryIo, type MemoryOptions } from "../tests/terminal/memory_io.ts";
import { scriptedWiring } from "../tests/terminal/scripted_wiring.ts";
import { explain } from "./failure.ts";
import { program } from "./program.ts";

/** Runs the program in memory, its failure explained as `main.ts` does. */
async function run(argv: string[], options: MemoryOptions = {}) {
  const io = memoryIo({ env: { HAROMBE_HOME: "/nonexistent/harombe" }, ...options });
  const wiring = scriptedWiring();
  try {
    const code = await program(argv, io, { load: () => Promise.resolve(wiring) });
    return { code, out: io.out(), err: io.err(), seen: wiring.seen };
  } catch (error) {
    const { code, text } = explain(error, { debug: false });
    return { code, out: io.out(), err: io.err() + text, seen: wiring.seen };
  }
}

Deno.test("wrong usage is one clear line and exit code 2", async () => {
  const huge = "x".repeat(1_000_000);
  const cases: [string[], RegExp][] = [
    [["confg"], /^harombe: unknown command 'confg'; did you mean 'config'\?\n$/],
    [["banana"], /^harombe: unknown command 'banana'; see --help\n$/],
    [["help"], /^harombe: unknown command 'help'/],
    [["help", "ask"], /^harombe: unknown command 'help'/],
    [[""], /^harombe: unknown command ''/],
    [["config"], /^harombe: config needs a verb: show, validate, schema, set\n$/],
    [["config", "sho"], /unknown verb 'sho' for config; did you mean 'show'\?/],
    [["config", "show", "x"], /too many arguments/],
    [["config", "show", "--jsn"], /unknown option '--jsn'; did you mean --json\?/],
    [["config", "set"], /missing required argument 'name'/],
    [["config", "set", "model.name"], /missing required argument 'value'/],
    [["sessions"], /sessions needs a verb: list, show, rm, rename, search/],
    [["sessions", "show"], /missing required argument 'id'/],
    [["sessions", "rm"], /missing required argument 'id'/],
    [["sessions", "search"], /missing required argument 'words'/],
    [["sessions", "list", "--limit", "-1"], /Cannot use as a count: -1/],
    [["sessions", "list", "--limit", "1e9"], /Cannot use as a count: 1e9/],
    [["sessions", "list", "--limit"], /argument missing/],
    [["audit", "export", "x"], /too many arguments/],
    [["audit", "drop"], /unknown verb 'drop' for audit: list, show, stats, export, verify/],
    [["models", "lst"], /did you mean 'list'/],
    [["doctor", "x"], /too many arguments/],
    [["version", "x"], /too many arguments/],
    [["ask"], /Cannot ask nothing/],
    [["ask", " "], /Cannot ask nothing/],
    [["ask", "q", "--allow"], /argument missing/],
    [["ask", "q", "--allow", "everything"], /Cannot allow everything: it must be tool:pattern/],
    [["chat", "x"], /too many arguments/],
    [["--nonsense"], /unknown option '--nonsense'/],
    [["completions"], /missing required argument 'shell'/],
    [["completions", "tcsh"], /Allowed choices are zsh, bash, fish, powershell/],
    [[huge], /^harombe: unknown command 'x{60}…'; see --help/],
    [["config", huge], /^harombe: unknown verb/],
    [["config", "set", huge, "x"], /no such setting/],
    [["config", `--${huge}`], /unknown verb|unknown option/],
    [["\x1b]0;t\x07\u202e"], /^harombe: unknown command '\\u\{1b\}\]0;t\\u\{7\}\\u\{202e\}'/],
    [["config", "\x1b[2J\0"], /unknown verb '\\u\{1b\}\[2J\\u\{0\}' for config/],
  ];
  for (const [argv, expected] of cases) {
    const { code, out, err } = await run(argv);
    const name = argv.join(" ").slice(0, 60);
    assert.deepEqual({ code, out }, { code: 2, out: "" }, name);
    assert.match(err, expected, name);
    assert.equal(err.trimEnd().split("\n").length, 1, `${name}: ${err.slice(0, 300)}`);
    assert.ok(err.length < 700, name);
  }
});

Deno.test("what is not in this version says so with exit code 4, whatever follows it", async () => {
  for (const argv of [["node"], ["node", "x", "--y"]]) {
    assert.deepEqual(await run(argv).then(({ code, err }) => ({ code, err })), {
      code: 4,
      err: `harombe: unavailable: harombe ${argv[0]} is not in this version yet\n`,
    });
  }
});

Deno.test("help is about ten lines, names every command that is there, and exits 0", async () => {
  const { code, out, err } = await run(["--help"]);
  assert.deepEqual({ code, err }, { code: 0, err: "" });
  const lines = out.split("\n");
  assert.equal(lines.filter((line) => line.startsWith("  ")).length, 10);
  assert.deepEqual(lines.filter((line) => line.length >= 80), []);
  for (
    const name of [
      "ask",
      "chat",
      "sessions",
      "recipes",
      "audit",
      "memory",
      "config",
      "rules",
      "models",
      "init",
      "connect",
      "status",
      "backup",
      "restore",
      "logs",
      "approvals",
      "secrets",
      "alerts",
      "serve",
      "update",
      "uninstall",
      "doctor",
      "completions",
      "version",
    ]
  ) {
    assert.match(out, new RegExp(`\\b${name}\\b`));
  }
  assert.doesNotMatch(out, /\bnode\b/);
  assert.match((await run(["config", "--help"])).out, /Usage: harombe config/);
  assert.match((await run(["audit", "list", "--help"])).out, /--since <time>/);
});

Deno.test("stored things are asked with their verb, arguments and options", async () => {
  const cases: [string[], unknown][] = [
    [["audit", "list", "--tool", "shell", "-n", "5", "--json"], {
      thing: "audit",
      verb: "list",
      args: { tool: "shell", limit: "5", json: true },
    }],
    [["audit", "export", "--format", "csv"], {
      thing: "audit",
      verb: "export",
      args: { format: "csv" },
    }],
    [["sessions", "rm", "a"], { thing: "sessions", verb: "rm", args: { id: "a" } }],
    [["sessions", "rename", "a", "b c"], { thing: "sessions", verb: "rename", args: { id: "a", title: "b c" } }],
    [["sessions", "search", "largest", "file"], {
      thing: "sessions",
      verb: "search",
      args: { words: "largest file" },
    }],
    [["models", "list"], { thing: "models", verb: "list", args: {} }],
    [["rules", "score", "a b.jsonl", "c", "--misses", "--prompts"], {
      thing: "rules",
      verb: "score",
      args: { paths: '["a b.jsonl","c"]', misses: true, prompts: true },
    }],
    [["rules", "replay", "1120", "--json"], { thing: "rules", verb: "replay", args: { session: "1120", json: true } }],
    [["rules", "list", "--json"], { thing: "rules", verb: "list", args: { json: true } }],
  ];
  for (const [argv, expected] of cases) {
    const { code, seen } = await run(argv);
    assert.deepEqual({ code, calls: seen.calls }, { code: 0, calls: [expected] }, argv.join(" "));
  }
});

Deno.test("no command, and options alone, mean chat", async () => {
  const cases: [string[], unknown][] = [
    [[], { resume: null, allow: [], model: null }],
    [["--resume"], { resume: "latest", allow: [], model: null }],
    [["--resume", "s7"], { resume: "s7", allow: [], model: null }],
    [["chat", "-m", "qwen3:8b"], { resume: null, allow: [], model: "qwen3:8b" }],
  ];
  for (const [argv, expected] of cases) {
    const { code, seen } = await run(argv);
    assert.deepEqual({ code, options: seen.options, closed: seen.closed }, { code: 0, options: [expected], closed: 1 });
  }
});

Deno.test("chat from a pipe answers each line, refuses what needs approval, and ends with the input", async () => {
  const stdin = "hello there\n\n/model\napprove\n/exit\nnever read\n";
  const { code, out, err, seen } = await run(["chat"], { stdin });
  assert.equal(code, 0);
  assert.equal(err, "scripted, no model\n");
  assert.equal(
    out,
    [
      "You said: hello there",
      "scripted, no model",
      "I will write it.",
      '→ write_file {"path":"notes/a.md","content":"hello\\n"}',
      "  ✗ write_file 12 ms: answer null",
      "Done **here**.",
      "",
    ].join("\n"),
  );
  assert.equal(seen.messages.length, 2);
});

Deno.test("a turn that throws ends a piped chat with 1, after the other lines were answered", async () => {
  const { code, out, err } = await run(["chat"], { stdin: "fail\nhello" });
  assert.deepEqual({ code, out }, { code: 1, out: "half an ans\nYou said: hello\n" });
  assert.match(err, /^harombe: Cannot reach the model: connection refused$/m);
});
