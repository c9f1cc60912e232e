import assert from "node:assert/strict";
import type { Files } from "./files.ts";
import { connectFiles } from "./files_client.ts";
import type { Run, RunOutcome } from "../grant.ts";
import { DEFAULT_LIMITS } from "../grant.ts";
import { launcherOver } from "../launcher_client.ts";
import { lazyFiles } from "./lazy_files.ts";

const never = new AbortController().signal;
const SERVER = new URL("./files_server.ts", import.meta.url).pathname;

/** The files program as a plain process that may read (and write) `root` and nothing else. */
function program(root: string, access: "ro" | "rw", started: { pids: number[] } = { pids: [] }): Run {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      `--allow-read=${root}`,
      ...(access === "rw" ? [`--allow-write=${root}`] : []),
      SERVER,
      root,
      access,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  started.pids.push(child.pid);
  const writer = child.stdin.getWriter();
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    write: (bytes) => writer.write(bytes),
    closeInput: () => writer.close(),
    outcome: child.status.then(({ code }): RunOutcome => ({ code, ms: 0, confined: "deno only" })),
  };
}

async function withProgram(
  access: "ro" | "rw",
  test: (at: { root: string; files: Files; run: Run }) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const run = program(root, access);
  try {
    await test({ root, files: connectFiles(run).files, run });
  } finally {
    await run.closeInput().catch(() => {});
    await run.outcome;
    await Deno.remove(root, { recursive: true });
  }
}

const RANGE = { offset: 0, length: 100 };
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("the files program reads, writes, lists and searches with no permission but its folder", () =>
  withProgram("rw", async ({ root, files }) => {
    const made = await files.write("d/ä.txt", bytes("grüße\n"), { expect: null, createDirectories: true }, never);
    assert.equal(made.created, true);
    assert.deepEqual(await files.read("d/ä.txt", RANGE, never), {
      bytes: bytes("grüße\n"),
      size: 8,
      sha256: made.sha256,
    });
    const { entries } = await files.list("", { depth: 2, hidden: true, limit: 9 }, never);
    assert.deepEqual(entries.map((e) => e.path), ["d", "d/ä.txt"]);
    assert.equal((await files.stat(`${root}/d`, never)).kind, "directory");
    const search = { pattern: "Ü", literal: true, ignoreCase: true, hidden: true, limit: 9 };
    assert.deepEqual((await files.search("", search, never)).matches, [{ path: "d/ä.txt", line: 1, text: "grüße" }]);
    const again = await files.write("d/ä.txt", bytes("x"), { expect: made.sha256, createDirectories: false }, never);
    assert.equal(again.created, false);
  }));

Deno.test("errors cross the wire in their class and with their message", () =>
  withProgram("ro", async ({ root, files }) => {
    await Deno.writeTextFile(`${root}/a`, "a");
    await Deno.symlink("/etc/passwd", `${root}/out`);
    const options = { expect: null, createDirectories: false };
    const cases: [Promise<unknown>, string, RegExp][] = [
      [files.read("none", RANGE, never), "NotFound", /^Cannot read none: no such file or directory$/],
      [files.read("", RANGE, never), "IsADirectory", /it is a directory/],
      [files.read("a/b", RANGE, never), "NotADirectory", /no directory/],
      [files.read("out", RANGE, never), "PermissionDenied", /leaves the workspace/],
      [files.read("../x", RANGE, never), "TypeError", /Cannot use path/],
      [files.read("a", { offset: -1, length: 1 }, never), "RangeError", /from -1/],
      [files.write("b", bytes("b"), options, never), "PermissionDenied", /read-only/],
      [files.list("", { depth: 99, hidden: true, limit: 1 }, never), "TypeError", /bad arguments/],
    ];
    for (const [call, name, message] of cases) await assert.rejects(call, { name, message });
    await assert.rejects(files.read("none", RANGE, never), Deno.errors.NotFound);
  }));

Deno.test("calls overlap, large contents pass whole, and a cancelled call rejects at once", () =>
  withProgram("rw", async ({ files }) => {
    const large = new Uint8Array(8 << 20).map((_, i) => i * 31);
    const options = { expect: null, createDirectories: false };
    const names = ["a", "b", "c", "d"];
    await Promise.all(names.map((name) => files.write(name, large, options, never)));
    const reads = await Promise.all(names.map((name) => files.read(name, { offset: 0, length: 8 << 20 }, never)));
    for (const { bytes } of reads) assert.ok(bytes.length === large.length && bytes.every((b, i) => b === large[i]));
    const abort = new AbortController();
    const call = files.read("a", { offset: 0, length: 8 << 20 }, abort.signal);
    abort.abort();
    await assert.rejects(call, { name: "AbortError" });
    assert.equal((await files.stat("a", never)).size, 8 << 20);
  }));

Deno.test("a call over a program that died, or never was one, rejects and says so", async () => {
  const root = await Deno.makeTempDir();
  await Deno.remove(root);
  const files = connectFiles(program(root, "ro")).files;
  await assert.rejects(files.stat("", never), { message: /^Cannot reach the files: their program ended \(status 1: / });
  await assert.rejects(files.stat("", never), { message: /^Cannot reach the files/ });
});

Deno.test("the program starts at first use, ends when idle and starts again", async () => {
  const root = await Deno.makeTempDir();
  const started = { pids: [] as number[] };
  const runs: Run[] = [];
  const files = lazyFiles(() => {
    const run = program(root, "ro", started);
    runs.push(run);
    return run;
  }, { idleMs: 50, leaveMs: 60_000 });
  assert.equal(started.pids.length, 0);
  await Promise.all([files.stat("", never), files.stat("", never)]);
  assert.equal(started.pids.length, 1);
  assert.equal((await runs[0].outcome).code, 0);
  await files.stat("", never);
  assert.equal(started.pids.length, 2);
  Deno.kill(started.pids[1], "SIGKILL");
  await runs[1].outcome;
  await assert.doesNotReject(files.stat("", never).catch(() => files.stat("", never)));
  assert.equal(started.pids.length, 3);
  await files.end();
  assert.equal((await runs[2].outcome).code, 0);
  await Deno.remove(root);
});

Deno.test("a program that said much is replaced between two calls", async () => {
  const root = await Deno.makeTempDir();
  await Deno.writeFile(`${root}/big`, new Uint8Array(8 << 20));
  const started = { pids: [] as number[] };
  const files = lazyFiles(() => program(root, "ro", started), { idleMs: 10_000, leaveMs: 60_000 });
  for (let i = 0; i < 4; i++) await files.read("big", { offset: 0, length: 8 << 20 }, never);
  assert.equal(started.pids.length, 2);
  await files.end();
  await Deno.remove(root, { recursive: true });
});

Deno.test("leaving ends though the launcher has fallen silent without an end of its channel", async () => {
  const silent = { sent: [] as string[] };
  const launcher = launcherOver({
    send: (message) => Promise.resolve(void silent.sent.push((message as { op: string }).op)),
    listen: () => {},
    closed: new Promise(() => {}),
  });
  const grant = { program: "files", source: "", folder: "ro", cwd: "", env: {}, limits: DEFAULT_LIMITS } as const;
  const files = lazyFiles(() => launcher.run(grant, never), { idleMs: 10_000, leaveMs: 10 });
  const stop = new AbortController();
  const call = files.stat("", stop.signal);
  stop.abort();
  await assert.rejects(call, { name: "AbortError" });
  await files.end();
  assert.equal(silent.sent[0], "run");
  assert.equal(silent.sent.at(-1), "close_stdin");
});
