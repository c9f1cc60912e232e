import assert from "node:assert/strict";
import { textOf } from "../../../node/chat.ts";
import { openFolder } from "../../../security/sandbox/files/open_folder.ts";
import type { Sandbox } from "../../../security/sandbox/sandbox.ts";
import { gitRead } from "./git_read.ts";
import { CLOSED } from "../../../tests/fakes/closed.ts";

const never = new AbortController().signal;
const missing = await new Deno.Command("git", { args: ["--version"] }).output().then(() => false, () => true);

type Repo = {
  root: string;
  git(...args: string[]): Promise<string>;
  read(args: object): Promise<{ text: string; data: Record<string, unknown> }>;
};

/** A repository made by git itself in the subfolder `repo` of a workspace. */
function withRepository(name: string, test: (at: Repo) => Promise<void>): void {
  Deno.test({ name: missing ? `${name} (unavailable: install git)` : name, ignore: missing, fn: () => inside(test) });
}

async function inside(test: (at: Repo) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/repo`);
    const git = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command("git", {
        args,
        cwd: `${root}/repo`,
        clearEnv: true,
        env: {
          PATH: Deno.env.get("PATH")!,
          HOME: root,
          GIT_CONFIG_NOSYSTEM: "1",
          GIT_AUTHOR_NAME: "Ada",
          GIT_AUTHOR_EMAIL: "ada@example.org",
          GIT_COMMITTER_NAME: "Ada",
          GIT_COMMITTER_EMAIL: "ada@example.org",
          GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z",
          GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z",
        },
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    };
    const sandbox: Sandbox = {
      ...CLOSED,
      files: openFolder(root, { writable: false, protectedPaths: [] }),
      run: () => Promise.reject(new Error("Cannot run: nothing was granted")),
      powers: () => Promise.reject(new Error("Cannot tell powers: nothing was granted")),
    };
    const tool = gitRead(root);
    const read = async (args: object) => {
      const context = { sandbox, bound: null, emit: () => {}, askUser: () => Promise.resolve(null) };
      const { content, data } = await tool.run(tool.parameters.parse({ path: "repo", ...args }), context, never);
      return { text: textOf(content), data: data as Record<string, unknown> };
    };
    await git("init", "-q", "-b", "main");
    await test({ root, git, read });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function commit({ root, git }: Repo, files: Record<string, string>, message: string): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${root}/repo/${path}`.replace(/\/[^/]+$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/repo/${path}`, text);
  }
  await git("add", "-A");
  await git("commit", "-q", "-m", message);
  return await git("rev-parse", "HEAD");
}

withRepository("status tells staged, changed, removed and untracked, and agrees with git", async (at) => {
  await commit(at, { "a.txt": "a\n", "d/b.txt": "b\n", "gone.txt": "g\n", ".gitignore": "*.log\n" }, "first");
  assert.equal((await at.read({ operation: "status" })).text, "On branch main, nothing changed.");
  await Deno.writeTextFile(`${at.root}/repo/a.txt`, "A\n");
  await Deno.writeTextFile(`${at.root}/repo/d/new.txt`, "n\n");
  await Deno.writeTextFile(`${at.root}/repo/x.log`, "ignored\n");
  await Deno.writeTextFile(`${at.root}/repo/staged.txt`, "s\n");
  await at.git("add", "staged.txt");
  await Deno.remove(`${at.root}/repo/gone.txt`);
  const { data } = await at.read({ operation: "status" });
  assert.deepEqual(data, {
    branch: "main",
    entries: [
      { path: "a.txt", staged: "", open: "changed" },
      { path: "d/new.txt", staged: "", open: "untracked" },
      { path: "gone.txt", staged: "", open: "removed" },
      { path: "staged.txt", staged: "added", open: "" },
    ],
  });
  assert.deepEqual(
    (await at.git("status", "--porcelain", "-uall")).split("\n").map((line) => line.slice(2).trim()).sort(),
    [
      "a.txt",
      "d/new.txt",
      "gone.txt",
      "staged.txt",
    ],
  );
  assert.deepEqual((await at.read({ operation: "status", path: "repo/d" })).data.entries, [
    { path: "d/new.txt", staged: "", open: "untracked" },
  ]);
});

withRepository("log, show and branches say what git says, from packs too", async (at) => {
  const first = await commit(at, { "a.txt": "one\n" }, "first\n\nwhy");
  const second = await commit(at, { "b/c.txt": "two\n" }, "second");
  await at.git("branch", "side");
  await at.git("gc", "-q");
  const log = await at.read({ operation: "log" });
  assert.equal(
    log.text,
    `${second.slice(0, 10)} 2026-01-02 03:04 Ada: second\n${first.slice(0, 10)} 2026-01-02 03:04 Ada: first`,
  );
  const limited = await at.read({ operation: "log", limit: 1 });
  assert.match(limited.text, /second\n… more commits/);
  assert.deepEqual((await at.read({ operation: "log", path: "repo/a.txt" })).data.commits, [
    { oid: first, message: "first\n\nwhy\n", author: "Ada", at: Date.parse("2026-01-02T03:04:05Z") },
  ]);
  const show = await at.read({ operation: "show", ref: first.slice(0, 8) });
  assert.equal(
    show.text,
    `${
      first.slice(0, 10)
    } 2026-01-02 03:04 Ada: first\n\nfirst\n\nwhy\n\n--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1,1 @@\n+one\n`,
  );
  assert.deepEqual((await at.read({ operation: "show" })).data.changes, [{ path: "b/c.txt", change: "added" }]);
  assert.equal((await at.read({ operation: "branches" })).text, "* main\n  side");
});

withRepository("diff shows the working tree against HEAD, without secrets and binaries", async (at) => {
  await commit(at, { "a.txt": "one\n", ".env": "KEY=1\n", "bin": "\0a", "gone": "g\n" }, "first");
  assert.equal((await at.read({ operation: "diff" })).text, "Nothing changed since the last commit.");
  for (const [path, text] of [["a.txt", "two\n"], [".env", "KEY=2\n"], ["bin", "\0b"], ["untracked", "u"]]) {
    await Deno.writeTextFile(`${at.root}/repo/${path}`, text);
  }
  await Deno.remove(`${at.root}/repo/gone`);
  assert.equal(
    (await at.read({ operation: "diff" })).text,
    "changed .env (not shown: it may hold secrets; name it)\n" +
      "--- a/a.txt\n+++ b/a.txt\n@@ -1,1 +1,1 @@\n-one\n+two\n" +
      "changed bin (binary data)\n" +
      "--- a/gone\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-g\n",
  );
  assert.match((await at.read({ operation: "diff", path: "repo/.env" })).text, /-KEY=1\n\+KEY=2/);
});

withRepository("a repository without a commit, and a folder without a repository, are told as such", async (at) => {
  await Deno.writeTextFile(`${at.root}/repo/a`, "a");
  const { text } = await at.read({ operation: "status" });
  assert.equal(text, "On branch main, no commit yet:\nuntracked  a");
  assert.equal((await at.read({ operation: "log" })).text, "No commit yet.");
  await assert.rejects(at.read({ operation: "log", path: "" }), /no git repository here or above it in the workspace/);
  await Deno.mkdir(`${at.root}/linked`);
  await Deno.writeTextFile(`${at.root}/linked/.git`, "gitdir: ../../elsewhere\n");
  await assert.rejects(at.read({ operation: "status", path: "linked" }), /its .git is no folder/);
});
