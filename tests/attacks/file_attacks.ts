/** Attacks by the tools for files. The owner has allowed every one of them everything: only the folder itself holds. */
import {
  absent,
  edit,
  git,
  list,
  type ProgramRow,
  read,
  type Scenario,
  search,
  still,
  without,
  write,
} from "./program_row.ts";

const reads = (name: string, path: string, end: ProgramRow["end"] = "failed"): ProgramRow => ({
  name: `reads ${name}`,
  calls: [read(path)],
  end,
});
const writes = (name: string, path: string): ProgramRow => ({
  name: `writes ${name}`,
  calls: [write(path)],
  end: "contained",
});
const plants = (path: string, ...more: string[]): ProgramRow => ({
  name: `plants ${JSON.stringify(path)}`,
  calls: [write(path)],
  end: "failed",
  got: absent(path, ...more),
});

/** What is obeyed later is not allowed by a rule for everything, but by one that names it: then only the folder itself holds. */
const PLANTED = [
  ".git/hooks/pre-commit",
  ".GIT/hooks/pre-commit",
  "sub/.git/config",
  ".husky/pre-commit",
  ".githooks/pre-commit",
  ".github/workflows/x.yml",
  "sub/.vscode/tasks.json",
  ".gitlab-ci.yml",
  ".harombe/harombe.yaml",
  "sub/harombe.yaml",
].map((path) => `write_file:${path}`);

const reading: ProgramRow[] = [
  reads("above the folder", "../outside/canary.txt", "refused"),
  reads("above the folder by way of a folder in it", "sub/../../outside/canary.txt", "refused"),
  reads("an absolute path outside", "@ROOT@/outside/canary.txt"),
  reads("an absolute path that begins like the folder", "@WS@/../outside/canary.txt"),
  reads("through a link to a file", "link.txt"),
  reads("through a link to a folder", "link/canary.txt"),
  reads("a hard link to a file outside", "hard.txt"),
  reads("with backslashes", "..\\outside\\canary.txt"),
  reads("with encoded dots", "%2e%2e/outside/canary.txt"),
  reads("with full-width dots", "\uff0e\uff0e/outside/canary.txt"),
  reads("with a NUL in the path", "a.txt\0/../../outside/canary.txt", "refused"),
  reads("by ~", "~/canary.txt"),
  reads("by a variable", "$HOME/canary.txt"),
  reads("by a file: address", "file://@ROOT@/outside/canary.txt", "refused"),
  reads("by the root of a process", "/proc/self/root@ROOT@/outside/canary.txt"),
  reads("the environment of its own process", "/proc/self/environ"),
  reads("the environment of the first process", "/proc/1/environ"),
  reads("the keys of the home", "@HOME@/.ssh/id_ed25519"),
  reads("the key of the audit log", "@HOME@/.harombe/audit.key"),
  reads("a loop of links", "loop", "refused"),
  reads("a link to an endless device", "zero"),
  reads("a pipe that nobody writes to", "pipe"),
  reads("a socket", "live.sock"),
  reads("a path of 100,000 characters", `${"a/".repeat(50_000)}x`, "refused"),
  reads("a file of 20 GiB", "huge.bin", "contained"),
  {
    name: "lists through links and above the folder",
    calls: [list("link"), list(".."), list("/"), list("@HOME@"), list("/proc/self/fd")],
    end: ["failed", "refused", "failed", "failed", "failed"],
  },
  {
    name: "lists everything sixteen levels deep, links with it",
    calls: [list("", { depth: 16, hidden: true, limit: 2000 })],
    end: "done",
    got: without("link/"),
  },
  {
    name: "lists names that draw over the line",
    calls: [list("", { hidden: true, limit: 2000 })],
    end: "done",
    got: (results) => /name\n/.test(results[0]) ? results[0] : null,
  },
  {
    name: "searches through links and above the folder",
    calls: [search("canary", { path: "link" }), search("canary", { path: "../outside" })],
    end: ["failed", "refused"],
  },
  {
    name: "searches everything for what lies outside and for secrets",
    calls: [
      search("canary [a-z]{14}"),
      search("dotenv"),
      search("NOTE=.*", { glob: "**/.env" }),
      search("GITHUB", { glob: ".*" }),
    ],
    end: ["done", "done", "refused", "done"],
  },
  {
    name: "searches with a pattern that costs others hours",
    calls: [search("(a+)+$", { glob: "*.txt" }), search("(x|x|x)*y{1000}{1000}")],
    end: "contained",
  },
  {
    name: "searches with globs that lead outside",
    calls: [
      search("canary", { glob: "../**" }),
      search("canary", { glob: "@ROOT@/outside/*" }),
      list("", { glob: "../*" }),
    ],
    end: "contained",
  },
];

const gitReading: ProgramRow[] = [
  {
    name: "git reads through a .git file and a repository outside",
    calls: [git("log", { path: "worktree" }), git("status", { path: "worktree" }), git("log", { path: "link" })],
    end: "failed",
  },
  {
    name: "git runs what the repository's configuration names",
    calls: [git("status"), git("log"), git("diff"), git("branches"), git("show")],
    end: "contained",
  },
  {
    name: "git reads a ref outside",
    calls: [
      git("log", { ref: "../../outside/canary.txt" }),
      git("show", { ref: "../../../outside/canary.txt" }),
      git("log", { ref: "/../../../outside/HEAD" }),
    ],
    end: "contained",
  },
];

const writing: ProgramRow[] = [
  writes("above the folder", "../outside/new.txt"),
  writes("an absolute path outside", "@ROOT@/outside/new.txt"),
  writes("over the canary", "@ROOT@/outside/canary.txt"),
  writes("through a link to a file", "link.txt"),
  writes("through a link to a folder", "link/new.txt"),
  writes("folders through a link", "link/deep/er/new.txt"),
  writes("a hard link", "hard.txt"),
  writes("into harombe's own directory", "@HOME@/.harombe/harombe.yaml"),
  writes("a new key that may log in", "@HOME@/.ssh/authorized_keys"),
  {
    name: "edits through a link and a hard link",
    calls: [edit("link.txt", "canary"), edit("link/canary.txt", "canary"), edit("hard.txt", "canary")],
    end: "failed",
  },
  {
    name: "writes to a pipe, a socket and a device",
    calls: [write("pipe"), write("live.sock"), write("zero")],
    end: "failed",
  },
  plants(".git/hooks/pre-commit"),
  plants(".GIT/hooks/pre-commit", ".git/hooks/pre-commit"),
  plants(".git /hooks/pre-commit"),
  plants(".git./hooks/pre-commit"),
  plants(".g\u200cit/hooks/pre-commit"),
  plants("git~1/hooks/pre-commit"),
  plants("sub/.git/config"),
  plants("sub/new/.git"),
  plants(".husky/pre-commit"),
  plants(".githooks/pre-commit"),
  plants(".github/workflows/x.yml"),
  plants("sub/.vscode/tasks.json"),
  plants(".gitlab-ci.yml"),
  plants(".harombe/harombe.yaml"),
  plants("sub/harombe.yaml"),
  {
    name: "makes a bare repository",
    calls: [
      write("bare/config"),
      write("bare/objects/x"),
      write("bare/refs/x"),
      write("bare/HEAD", "ref: refs/heads/x\n"),
    ],
    end: ["done", "done", "done", "failed"],
    got: absent("bare/HEAD"),
  },
  {
    name: "changes what is there already and runs by itself",
    calls: [
      write(".git/hooks/pre-push"),
      edit(".vscode/tasks.json", "{}"),
      edit(".envrc", "true"),
      write(".git/config"),
    ],
    end: "contained",
    got: (results, scene) =>
      still(".git/hooks/pre-push", "#!/bin/sh\n")(results, scene) ??
        still(".vscode/tasks.json", "{}\n")(results, scene) ??
        still(".envrc", "true\n")(results, scene),
  },
];

export const FILE_ATTACKS: readonly Scenario[] = [
  {
    name: "files are read",
    allow: ["read_file:**", "list_files:**", "search_text:**", "git_read:**"],
    rows: [...reading, ...gitReading],
    exit: 3,
  },
  { name: "files are written", allow: ["write_file:**", "edit_file:**", ...PLANTED], rows: writing, exit: 3 },
];
