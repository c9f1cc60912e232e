import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { openFolder } from "./open_folder.ts";
import { PROTECTED_PATHS } from "../protected.ts";

const never = new AbortController().signal;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (value: string) => new TextEncoder().encode(value);
const WHOLE = { offset: 0, length: 1 << 20 };
const LIST = { depth: 1, hidden: true, limit: 100 };

/** A workspace beside a folder that must never be touched; `attack` is where links point. */
async function withFolder(
  test: (at: { root: string; outside: string; files: ReturnType<typeof openFolder> }) => Promise<void>,
): Promise<void> {
  const base = await Deno.makeTempDir();
  try {
    const root = `${base}/ws`;
    const outside = `${base}/outside`;
    await Deno.mkdir(`${root}/dir/sub`, { recursive: true });
    await Deno.mkdir(outside);
    await Deno.writeTextFile(`${outside}/secret.txt`, "canary");
    await Deno.writeTextFile(`${root}/a.txt`, "one\ntwo\n");
    await Deno.writeTextFile(`${root}/dir/b.txt`, "bee\n");
    await test({ root, outside, files: openFolder(root, { writable: true, protectedPaths: PROTECTED_PATHS }) });
    assert.deepEqual([...Deno.readDirSync(outside)].map((e) => e.name), ["secret.txt"]);
    assert.equal(await Deno.readTextFile(`${outside}/secret.txt`), "canary");
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("a file is read whole, by range, past its end, and by its absolute path", () =>
  withFolder(async ({ root, files }) => {
    const hash = sha256("one\ntwo\n");
    const read = async (path: string, range: { offset: number; length: number }) => {
      const { bytes, ...rest } = await files.read(path, range, never);
      return { ...rest, text: text(bytes) };
    };
    assert.deepEqual(await read("a.txt", WHOLE), { text: "one\ntwo\n", size: 8, sha256: hash });
    assert.deepEqual(await read(`${root}/a.txt`, { offset: 4, length: 3 }), { text: "two", size: 8, sha256: hash });
    assert.deepEqual(await read("./dir//b.txt", { offset: 99, length: 3 }), {
      text: "",
      size: 4,
      sha256: sha256("bee\n"),
    });
    await assert.rejects(read("a.txt", { offset: -1, length: 1 }), RangeError);
    await assert.rejects(read("a.txt", { offset: 0, length: 9 << 20 }), RangeError);
  }));

Deno.test("a link is followed inside the workspace and nowhere else", () =>
  withFolder(async ({ root, outside, files }) => {
    const links: [string, string, string | RegExp][] = [
      ["l1", "a.txt", "one\ntwo\n"],
      ["l2", `${root}/dir/b.txt`, "bee\n"],
      ["dir/l3", "../a.txt", "one\ntwo\n"],
      ["l4", "dir/sub/../b.txt", "bee\n"],
      ["o1", "../outside/secret.txt", /leaves the workspace/],
      ["o2", `${outside}/secret.txt`, /leaves the workspace/],
      ["dir/o3", "../../outside/secret.txt", /leaves the workspace/],
      ["o4", "/etc/passwd", /leaves the workspace/],
      ["o5", "/proc/self/root/etc/passwd", /leaves the workspace/],
      ["loop", "loop", /loop/],
      ["dangling", "nothing", /no such file/],
    ];
    for (const [name, target, wanted] of links) {
      await Deno.symlink(target, `${root}/${name}`);
      if (typeof wanted === "string") assert.equal(text((await files.read(name, WHOLE, never)).bytes), wanted);
      else await assert.rejects(files.read(name, WHOLE, never), { message: wanted });
    }
    await Deno.symlink("../outside", `${root}/od`);
    for (
      const call of [
        files.read("od/secret.txt", WHOLE, never),
        files.stat("od/secret.txt", never),
        files.list("od", LIST, never),
        files.search("od", { pattern: "c", literal: true, ignoreCase: false, hidden: true, limit: 9 }, never),
        files.write("od/new.txt", bytes("x"), { expect: null, createDirectories: true }, never),
      ]
    ) await assert.rejects(call, Deno.errors.PermissionDenied);
    assert.deepEqual(await files.stat("od", never).then(({ kind, target }) => ({ kind, target })), {
      kind: "symlink",
      target: "../outside",
    });
  }));

Deno.test("pipes, devices, directories and missing names are refused at once, by class", () =>
  withFolder(async ({ root, files }) => {
    await new Deno.Command("mkfifo", { args: [`${root}/fifo`] }).output();
    await assert.rejects(files.read("fifo", WHOLE, never), Deno.errors.PermissionDenied);
    await assert.rejects(files.read("dir", WHOLE, never), Deno.errors.IsADirectory);
    await assert.rejects(files.read("none", WHOLE, never), Deno.errors.NotFound);
    await assert.rejects(files.read("a.txt/x", WHOLE, never), Deno.errors.NotADirectory);
    await assert.rejects(
      files.write("fifo", bytes("x"), { expect: null, createDirectories: false }, never),
      Deno.errors.PermissionDenied,
    );
    assert.equal((await files.stat("fifo", never)).kind, "other");
  }));

Deno.test("a file with another hard link is read below node_modules and .git only", () =>
  withFolder(async ({ root, outside, files }) => {
    await Deno.link(`${outside}/secret.txt`, `${root}/hard.txt`);
    await Deno.mkdir(`${root}/node_modules`);
    await Deno.link(`${root}/a.txt`, `${root}/node_modules/a.txt`);
    await assert.rejects(files.read("hard.txt", WHOLE, never), { name: "PermissionDenied", message: /hard links/ });
    assert.equal((await files.read("node_modules/a.txt", WHOLE, never)).size, 8);
    await assert.rejects(
      files.write("hard.txt", bytes("x"), { expect: sha256("canary"), createDirectories: false }, never),
      Deno.errors.PermissionDenied,
    );
  }));

Deno.test("a write creates, replaces what it expects, keeps the mode and refuses any other state", () =>
  withFolder(async ({ root, files }) => {
    const write = (path: string, value: string, expect: string | null, createDirectories = false) =>
      files.write(path, bytes(value), { expect, createDirectories }, never);
    assert.deepEqual(await write("new.txt", "n", null), { sha256: sha256("n"), created: true });
    await assert.rejects(write("new.txt", "m", null), Deno.errors.AlreadyExists);
    await assert.rejects(write("new.txt", "m", sha256("other")), /changed meanwhile/);
    await assert.rejects(write("gone.txt", "m", sha256("other")), Deno.errors.NotFound);
    await assert.rejects(write("x/y/z.txt", "m", null), Deno.errors.NotFound);
    await assert.rejects(write("dir", "m", null), Deno.errors.IsADirectory);
    await Deno.chmod(`${root}/new.txt`, 0o750);
    assert.deepEqual(await write("new.txt", "m", sha256("n")), { sha256: sha256("m"), created: false });
    assert.equal((await Deno.stat(`${root}/new.txt`)).mode! & 0o7777, 0o750);
    assert.deepEqual(await write("x/y/z.txt", "deep", null, true), { sha256: sha256("deep"), created: true });
    assert.equal(await Deno.readTextFile(`${root}/x/y/z.txt`), "deep");
    await Deno.symlink("a.txt", `${root}/link`);
    await Deno.symlink("dir", `${root}/dlink`);
    await assert.rejects(write("link", "m", sha256("one\ntwo\n")), Deno.errors.PermissionDenied);
    await assert.rejects(write("dlink/c.txt", "m", null), Deno.errors.PermissionDenied);
    await assert.rejects(write("dlink/e/c.txt", "m", null, true), Deno.errors.PermissionDenied);
    const left = [...Deno.readDirSync(root)].map((e) => e.name).sort();
    assert.deepEqual(left, ["a.txt", "dir", "dlink", "link", "new.txt", "x"]);
  }));

Deno.test("protected paths and everything in .git are refused for writing, and a read-only folder refuses all", () =>
  withFolder(async ({ root, files }) => {
    await Deno.mkdir(`${root}/.git/hooks`, { recursive: true });
    for (
      const path of [
        ".git/hooks/pre-commit",
        ".GIT/hooks/x",
        ".git/HEAD",
        "sub/.git/config",
        ".envrc",
        "dir/.vscode/tasks.json",
        ".github/workflows/x.yml",
        "harombe.yaml",
        ".harombe/x",
        `${root}/.husky/pre-push`,
      ]
    ) {
      const write = files.write(path, bytes("x"), { expect: null, createDirectories: true }, never);
      await assert.rejects(write, { name: "PermissionDenied", message: /protected/ });
    }
    const shut = openFolder(root, { writable: false, protectedPaths: [] });
    const write = shut.write("n", bytes("x"), { expect: null, createDirectories: true }, never);
    await assert.rejects(write, { name: "PermissionDenied", message: /read-only/ });
  }));

Deno.test("a listing goes as deep as asked, tells links and stops at its limit", () =>
  withFolder(async ({ root, files }) => {
    await Deno.symlink("a.txt", `${root}/.link`);
    const names = async (options: Partial<typeof LIST> & { glob?: string }, path = "") => {
      const { entries, truncated } = await files.list(path, { ...LIST, ...options }, never);
      return [entries.map((e) => `${e.kind} ${e.path}${e.target ? ` → ${e.target}` : ""}`), truncated];
    };
    assert.deepEqual(await names({}), [["symlink .link → a.txt", "file a.txt", "directory dir"], false]);
    assert.deepEqual(await names({ hidden: false, depth: 2 }), [
      ["file a.txt", "directory dir", "file dir/b.txt", "directory dir/sub"],
      false,
    ]);
    assert.deepEqual(await names({ depth: 9, glob: "*.txt" }), [["file a.txt", "file dir/b.txt"], false]);
    assert.deepEqual(await names({ limit: 1 }), [["symlink .link → a.txt"], true]);
    assert.deepEqual(await names({ limit: 1 }, "dir/sub"), [[], false]);
    await assert.rejects(files.list("a.txt", LIST, never), Deno.errors.NotADirectory);
  }));

Deno.test("a search reads text only, skips secrets unless named, and takes a hostile pattern", () =>
  withFolder(async ({ root, files }) => {
    await Deno.writeFile(`${root}/bin`, new Uint8Array([111, 110, 101, 0]));
    await Deno.writeTextFile(`${root}/.env`, "one=1\n");
    await Deno.mkdir(`${root}/node_modules`);
    await Deno.writeTextFile(`${root}/node_modules/m.js`, "one\n");
    await Deno.writeTextFile(`${root}/evil`, `${"a".repeat(100_000)}!\r\n`);
    const search = (
      path: string,
      pattern: string,
      options: { literal?: boolean; ignoreCase?: boolean; limit?: number; glob?: string } = {},
    ) =>
      files.search(path, { pattern, literal: false, ignoreCase: false, hidden: true, limit: 100, ...options }, never);
    assert.deepEqual(await search("", "^ONE$", { ignoreCase: true }), {
      matches: [{ path: "a.txt", line: 1, text: "one" }],
      truncated: false,
      filesRead: 3,
      filesSkipped: 2,
    });
    assert.deepEqual((await search(".env", "one")).matches, [{ path: ".env", line: 1, text: "one=1" }]);
    assert.deepEqual((await search("node_modules", "one")).matches.length, 1);
    assert.deepEqual((await search("", "e+$", { glob: "dir/**" })).matches, [{
      path: "dir/b.txt",
      line: 1,
      text: "bee",
    }]);
    assert.deepEqual((await search("", "(a+)+$")).matches, []);
    const cut = (await search("evil", "!", { literal: true })).matches[0];
    assert.deepEqual([cut.line, cut.text.length, cut.text.at(-1)], [1, 401, "!"]);
    assert.equal((await search("", "o", { limit: 1 })).truncated, true);
    await assert.rejects(search("", "(a"), TypeError);
    await assert.rejects(search("", "(?=a)"), TypeError);
    await assert.rejects(search("none", "a"), Deno.errors.NotFound);
  }));

Deno.test("a call that was cancelled rejects, and a folder that was moved away is not followed", () =>
  withFolder(async ({ root, files }) => {
    await assert.rejects(files.read("a.txt", WHOLE, AbortSignal.abort()), { name: "AbortError" });
    await Deno.rename(root, `${root}2`);
    await Deno.mkdir(root);
    await Deno.writeTextFile(`${root}/a.txt`, "another");
    await assert.rejects(files.read("a.txt", WHOLE, never), Deno.errors.NotFound);
  }));
