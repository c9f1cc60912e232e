import assert from "node:assert/strict";
import { textOf } from "../../node/chat.ts";
import { openFolder } from "../../security/sandbox/files/open_folder.ts";
import { PROTECTED_PATHS } from "../../security/sandbox/protected.ts";
import type { Sandbox } from "../../security/sandbox/sandbox.ts";
import type { AnyTool, ToolOutput } from "../../security/tool.ts";
import { toolsIn } from "../../tests/fakes/tools.ts";
import { CLOSED } from "../../tests/fakes/closed.ts";

const never = new AbortController().signal;

type Workspace = {
  root: string;
  sandbox: Sandbox;
  tool(name: string): AnyTool;
  /** Parses, binds and runs as the gateway does. */
  call(name: string, args: unknown): Promise<ToolOutput & { text: string }>;
};

async function withWorkspace(test: (at: Workspace) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    const sandbox: Sandbox = {
      ...CLOSED,
      files: openFolder(root, { writable: true, protectedPaths: PROTECTED_PATHS }),
      run: () => Promise.reject(new Error("Cannot run: nothing was granted")),
      powers: () => Promise.reject(new Error("Cannot tell powers: nothing was granted")),
    };
    const tools = toolsIn(root);
    const tool = (name: string) => tools.find((tool) => tool.name === name)!;
    const call = async (name: string, args: unknown) => {
      const parsed = tool(name).parameters.parse(args);
      const bound = await tool(name).bind?.(parsed, sandbox, never) ?? null;
      const context = { sandbox, bound, emit: () => {}, askUser: () => Promise.resolve(null) };
      const output = await tool(name).run(parsed, context, never);
      return { ...output, text: textOf(output.content) };
    };
    await test({ root, sandbox, tool, call });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("read_file pages by lines and says how to go on", () =>
  withWorkspace(async ({ root, call }) => {
    const lines = Array.from({ length: 1000 }, (_, i) => `line ${i + 1}`);
    await Deno.writeTextFile(`${root}/long.txt`, `${lines.join("\n")}\n`);
    await Deno.writeTextFile(`${root}/short.txt`, "a\r\nb");
    await Deno.writeTextFile(`${root}/empty`, "");
    const read = async (args: object) => (await call("read_file", args)).text;
    assert.equal(await read({ path: "short.txt" }), "short.txt, 2 lines:\na\nb");
    assert.equal(
      await read({ path: `${root}/long.txt`, offset: 2, limit: 2 }),
      "long.txt, lines 2-3:\nline 2\nline 3\n… 997 more lines, call again with offset=4",
    );
    assert.equal(await read({ path: "long.txt", offset: -2 }), "long.txt, its last 2 lines:\nline 999\nline 1000");
    assert.equal(await read({ path: "long.txt", offset: 1000 }), "long.txt, lines 1000-1000:\nline 1000");
    assert.equal(await read({ path: "long.txt", offset: 1001 }), "long.txt has 1000 lines; there is no line 1001.");
    assert.equal(await read({ path: "empty" }), "empty is empty.");
  }));

Deno.test("read_file bounds wide and huge files and tells what a binary one is", () =>
  withWorkspace(async ({ root, call }) => {
    await Deno.writeTextFile(`${root}/wide`, `${"x".repeat(3000)}\n`.repeat(50));
    await Deno.writeFile(`${root}/pic`, Uint8Array.fromHex("89504e470d0a1a0a00000000"));
    const huge = await Deno.open(`${root}/huge`, { write: true, create: true });
    await huge.write(new TextEncoder().encode("first\n".repeat(2000)));
    await huge.truncate(3 * 2 ** 30);
    await huge.seek((3 * 2 ** 30) - 6, Deno.SeekMode.Start);
    await huge.write(new TextEncoder().encode("\nlast\n"));
    huge.close();
    const wide = (await call("read_file", { path: "wide" })).text;
    assert.match(wide, /x… \[\+1000 characters\]\n/);
    assert.match(wide, /\n… 41 more lines, call again with offset=10$/);
    assert.equal((await call("read_file", { path: "pic" })).text, "pic: PNG image, 12 B; not text");
    assert.match(
      (await call("read_file", { path: "huge", limit: 1 })).text,
      /^huge, lines 1-1:\nfirst\n… more lines, call again with offset=2$/,
    );
    assert.equal((await call("read_file", { path: "huge", offset: -1 })).text, "huge, its last 1 lines:\nlast");
    await assert.rejects(call("read_file", { path: "huge", offset: 5000 }), /lines are counted in its first 64 MiB/);
  }));

Deno.test("a write is created, previewed as a diff, and refused once the file changed after it was bound", () =>
  withWorkspace(async ({ root, call, tool, sandbox }) => {
    assert.equal((await call("write_file", { path: "a/b.txt", content: "one\ntwo\n" })).text, "Created a/b.txt, 8 B.");
    const preview = await tool("write_file").preview!({ path: "a/b.txt", content: "one\n2\n" }, sandbox, never);
    assert.deepEqual(preview, {
      kind: "diff",
      text: "--- a/a/b.txt\n+++ b/a/b.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n",
    });
    const bound = await tool("write_file").bind!({ path: "a/b.txt", content: "" }, sandbox, never);
    await Deno.writeTextFile(`${root}/a/b.txt`, "meanwhile\n");
    const context = { sandbox, bound, emit: () => {}, askUser: () => Promise.resolve(null) };
    await assert.rejects(
      async () => await tool("write_file").run({ path: "a/b.txt", content: "mine" }, context, never),
      { message: "Cannot write a/b.txt: it changed meanwhile" },
    );
    assert.equal(await Deno.readTextFile(`${root}/a/b.txt`), "meanwhile\n");
    assert.equal((await call("write_file", { path: "a/b.txt", content: "mine" })).text, "Replaced a/b.txt, 4 B.");
  }));

Deno.test("edit_file changes one place, keeps CR LF, and refuses a piece that is missing or ambiguous", () =>
  withWorkspace(async ({ root, call }) => {
    await Deno.writeTextFile(`${root}/e.txt`, "a\nb\na\n");
    await Deno.writeTextFile(`${root}/w.txt`, "a\r\nb\r\n");
    const edit = (path: string, old_text: string, new_text: string, all = false) =>
      call("edit_file", { path, old_text, new_text, all });
    await assert.rejects(
      edit("e.txt", "a", "x"),
      /^RangeError: Cannot edit e.txt: old_text occurs 2 times, at lines 1, 3/,
    );
    await assert.rejects(edit("e.txt", "b\nc", "x"), /is like line 2, but the rest differs/);
    await assert.rejects(edit("none", "b", "x"), /Cannot edit none: no such file/);
    assert.equal((await edit("e.txt", "b\na", "$& c")).text, "Edited e.txt at line 2.");
    assert.equal(await Deno.readTextFile(`${root}/e.txt`), "a\n$& c\n");
    assert.equal((await edit("w.txt", "a\nb", "a\nx\nb")).text, "Edited w.txt at line 1.");
    assert.equal(await Deno.readTextFile(`${root}/w.txt`), "a\r\nx\r\nb\r\n");
    await call("write_file", { path: "m.txt", content: "z z z" });
    assert.equal((await edit("m.txt", "z", "y", true)).text, "Edited m.txt at 3 places, first at line 1.");
    await Deno.writeFile(`${root}/bin`, new Uint8Array([0, 1, 2]));
    await Deno.writeFile(`${root}/latin`, new Uint8Array([0xe4, 0x0a]));
    await assert.rejects(edit("bin", "a", "b"), /it is binary data/);
    await assert.rejects(edit("latin", "a", "b"), /it is not UTF-8/);
  }));

Deno.test("list_files answers which file is the largest, and its data is the entries", () =>
  withWorkspace(async ({ root, call }) => {
    await Deno.mkdir(`${root}/d`);
    await Deno.writeTextFile(`${root}/small`, "1");
    await Deno.writeTextFile(`${root}/large`, "1".repeat(5000));
    await Deno.writeTextFile(`${root}/.hidden`, "");
    const { text, data } = await call("list_files", { sort: "size" });
    assert.deepEqual(text.split("\n").map((line) => line.split("  ").slice(0, 2)), [["large", "5.0 kB"], [
      "small",
      "1 B",
    ], [
      "d/",
    ]]);
    assert.deepEqual((data as { entries: { path: string }[] }).entries.map((e) => e.path), ["large", "small", "d"]);
    assert.match((await call("list_files", { limit: 1 })).text, /^d\/\n… .*left out/);
    assert.equal((await call("list_files", { glob: "*.zip" })).text, ".: nothing matches *.zip.");
  }));

Deno.test("search_text gives path, line and text, and says what it looked at", () =>
  withWorkspace(async ({ root, call }) => {
    await Deno.writeTextFile(`${root}/a.ts`, "x\nconst y = 1;\n");
    await Deno.writeTextFile(`${root}/server.pem`, "const\n");
    assert.equal(
      (await call("search_text", { pattern: "^const \\w" })).text,
      "a.ts:2: const y = 1;\n(1 files read, 1 skipped (binary, large or secret))",
    );
    assert.equal((await call("search_text", { pattern: "zzz", path: "a.ts" })).text, "No match; 1 files read.");
  }));

Deno.test("a file tool refuses a path by way of a link, because it was judged by its name", () =>
  withWorkspace(async ({ root, call }) => {
    await Deno.mkdir(`${root}/real`);
    await Deno.writeTextFile(`${root}/real/.env`, "KEY=1");
    await Deno.symlink("real/.env", `${root}/notes.txt`);
    await Deno.symlink("real", `${root}/dir`);
    await assert.rejects(call("read_file", { path: "notes.txt" }), /is a symbolic link to real\/.env/);
    await assert.rejects(call("read_file", { path: "dir/.env" }), /leads to real\/.env/);
    await assert.rejects(call("list_files", { path: "dir" }), /symbolic link/);
    await assert.rejects(call("write_file", { path: "notes.txt", content: "x" }), /symbolic link/);
    await assert.rejects(call("write_file", { path: "dir/new", content: "x" }), /symbolic link/);
  }));

const RISKS: [string, Record<string, unknown>, string, string[]][] = [
  ["read_file", { path: "src/a.ts" }, "LOW", ["src/a.ts"]],
  ["read_file", { path: "/ws/.//src/a.ts" }, "LOW", ["src/a.ts"]],
  ["read_file", { path: "/ws/.env" }, "HIGH", [".env"]],
  ["read_file", { path: "../x" }, "HIGH", ["../x"]],
  ["list_files", { path: "" }, "LOW", ["."]],
  ["list_files", { path: ".ssh" }, "HIGH", [".ssh"]],
  ["search_text", { pattern: "x", path: "id_rsa" }, "HIGH", ["id_rsa"]],
  ["write_file", { path: "notes/a.md", content: "" }, "MEDIUM", ["notes/a.md"]],
  ["write_file", { path: "Makefile", content: "" }, "HIGH", ["Makefile"]],
  ["write_file", { path: "x/package.json", content: "" }, "HIGH", ["x/package.json"]],
  ["write_file", { path: "run.SH", content: "" }, "HIGH", ["run.SH"]],
  ["write_file", { path: ".gitattributes", content: "" }, "HIGH", [".gitattributes"]],
  ["edit_file", { path: ".bashrc", old_text: "a", new_text: "" }, "HIGH", [".bashrc"]],
  ["edit_file", { path: "src/a.ts", old_text: "a", new_text: "" }, "MEDIUM", ["src/a.ts"]],
  ["run_code", { language: "python", code: "1" }, "MEDIUM", ["python"]],
  ["run_code", { language: "bash", code: "1", folder: "ro" }, "MEDIUM", ["bash ro"]],
  ["run_code", { language: "bash", code: "1", folder: "rw" }, "HIGH", ["bash rw"]],
  ["shell", { line: "ls" }, "HIGH", ["ls"]],
  ["git_read", { operation: "log" }, "LOW", ["."]],
  ["git_read", { operation: "diff", path: ".env" }, "HIGH", [".env"]],
  ["ask_user", { question: "?" }, "LOW", ["?"]],
  ["system_info", {}, "LOW", ["system"]],
];

for (const [name, args, risk, targets] of RISKS) {
  Deno.test(`${name} of ${JSON.stringify(args)} has risk ${risk}`, () => {
    const tools = toolsIn("/ws");
    const tool = tools.find((tool) => tool.name === name)!;
    const parsed = tool.parameters.parse(args);
    const judged = tool.assess(parsed);
    assert.deepEqual({ risk: judged.risk, targets: tool.targets(parsed) }, { risk, targets });
    assert.ok(judged.reasons.length > 0);
  });
}
