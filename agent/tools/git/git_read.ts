/** `git_read`: what a repository says, read through `Files` alone: it has no power of its own and runs no hook. */
import type * as git from "isomorphic-git";
import * as z from "zod";
import type { Files } from "../../../security/sandbox/files/files.ts";
import type { Assessment, Tool, ToolOutput } from "../../../security/tool.ts";
import { answer, headAndTail } from "../bounded.ts";
import type { Repository } from "./git_diff.ts";
import { gitFiles } from "./git_files.ts";
import { minuteText } from "../shown.ts";
import { assessRead, PathArgument, plainPath, targetPath } from "../tool_path.ts";

const GitArguments = z.object({
  operation: z.enum(["status", "log", "diff", "show", "branches"]),
  path: PathArgument.default(""),
  ref: z.string().max(256).regex(/^[\w./@-]*$/).default("HEAD").describe("for log, show"),
  limit: z.int().min(1).max(500).default(20).describe("commits"),
});
type GitArguments = z.infer<typeof GitArguments>;

type Place = { repository: Repository; only: string };

/** The repository that holds `path`: its folder, or the nearest above it in the workspace, with a `.git` folder. */
async function repositoryAt(files: Files, path: string, signal: AbortSignal): Promise<Place> {
  const names = path === "" ? [] : path.split("/");
  for (let n = names.length; n >= 0; n--) {
    const dir = names.slice(0, n).join("/");
    const stat = await files.stat(`${dir === "" ? "" : `${dir}/`}.git`, signal).catch((error) => {
      if (error.name === "NotFound" || error.name === "NotADirectory") return null;
      throw error;
    });
    if (stat === null) continue;
    if (stat.kind !== "directory") {
      throw new TypeError(`Cannot read git in ${dir || "."}: its .git is no folder (a linked worktree or a submodule)`);
    }
    return { repository: { fs: gitFiles(files, signal), dir: `/${dir}`, cache: {} }, only: names.slice(n).join("/") };
  }
  throw new TypeError(`Cannot read git in ${path || "."}: no git repository here or above it in the workspace`);
}

function commitLine({ oid, commit }: git.ReadCommitResult): string {
  const { timestamp, timezoneOffset } = commit.author;
  const when = minuteText((timestamp - timezoneOffset * 60) * 1000);
  return `${oid.slice(0, 10)} ${when} ${commit.author.name}: ${commit.message.split("\n")[0]}`;
}

async function headCommit(repository: Repository): Promise<string | null> {
  const git = await import("isomorphic-git");
  return await git.resolveRef({ ...repository, ref: "HEAD" }).catch((error) => {
    if (error.code === "NotFoundError") return null;
    throw error;
  });
}

async function status({ repository, only }: Place, signal: AbortSignal): Promise<ToolOutput> {
  const git = await import("isomorphic-git");
  const branch = await git.currentBranch({ ...repository }) ?? null;
  const filepaths = only === "" ? undefined : [only];
  const empty = await headCommit(repository) === null;
  const ref = empty ? "4b825dc642cb6eb9a060e54bf8d69288fbee4904" : "HEAD";
  const matrix = await git.statusMatrix({ ...repository, ref, filepaths, filter: () => !signal.aborted });
  signal.throwIfAborted();
  const entries = matrix.flatMap(([path, head, work, stage]) => {
    const staged = stage === head ? "" : head === 0 ? "added" : stage === 0 ? "removed" : "changed";
    const open = work === stage || (work === 1 && stage === 1)
      ? ""
      : head === 0 && stage === 0
      ? "untracked"
      : work === 0
      ? "removed"
      : "changed";
    return staged || open ? [{ path, staged, open }] : [];
  });
  const line = (e: { path: string; staged: string; open: string }) =>
    `${[e.staged && `staged: ${e.staged}`, e.open].filter(Boolean).join(", ")}  ${e.path}`;
  const head = `On ${branch === null ? "no branch (detached)" : `branch ${branch}`}${empty ? ", no commit yet" : ""}`;
  const text = entries.length === 0 ? `${head}, nothing changed.` : `${head}:\n${entries.map(line).join("\n")}`;
  return answer(headAndTail(text), { branch, entries });
}

async function log({ repository, only }: Place, { ref, limit }: GitArguments): Promise<ToolOutput> {
  const git = await import("isomorphic-git");
  if (ref === "HEAD" && await headCommit(repository) === null) return answer("No commit yet.", { commits: [] });
  const filter = only === "" ? {} : { filepath: only, force: true, follow: false };
  const commits = await git.log({ ...repository, ref, depth: only === "" ? limit + 1 : undefined, ...filter });
  const shown = commits.slice(0, limit);
  const more = commits.length > limit ? "\n… more commits, call again with a higher limit" : "";
  const data = shown.map(({ oid, commit }) => ({
    oid,
    message: commit.message,
    author: commit.author.name,
    at: commit.author.timestamp * 1000,
  }));
  return answer(headAndTail(shown.map(commitLine).join("\n") + more) || "No commit.", { commits: data });
}

async function diff({ repository, only }: Place, signal: AbortSignal): Promise<ToolOutput> {
  const { changesBetween, changeText, MOST_CHANGES } = await import("./git_diff.ts");
  const from = await headCommit(repository);
  if (from === null) return answer("No commit yet, so nothing to compare with.", { changes: [] });
  const changes = await changesBetween(repository, { from, to: null, only }, signal);
  const data = { changes: changes.map(({ path, change }) => ({ path, change })) };
  if (changes.length === 0) return answer("Nothing changed since the last commit.", data);
  const more = changes.length >= MOST_CHANGES ? `\n… only the first ${MOST_CHANGES} files` : "";
  return answer(headAndTail(changes.map((change) => changeText(change, only)).join("")) + more, data);
}

async function show({ repository, only }: Place, { ref }: GitArguments, signal: AbortSignal): Promise<ToolOutput> {
  const git = await import("isomorphic-git");
  const { changesBetween, changeText } = await import("./git_diff.ts");
  const oid = await git.resolveRef({ ...repository, ref }).catch(() => git.expandOid({ ...repository, oid: ref }));
  const read = await git.readCommit({ ...repository, oid });
  const changes = await changesBetween(repository, { from: read.commit.parent[0] ?? null, to: read.oid, only }, signal);
  const text = `${commitLine(read)}\n\n${read.commit.message}\n${changes.map((c) => changeText(c, only)).join("")}`;
  const data = {
    oid: read.oid,
    message: read.commit.message,
    changes: changes.map(({ path, change }) => ({ path, change })),
  };
  return answer(headAndTail(text), data);
}

async function branches({ repository }: Place): Promise<ToolOutput> {
  const git = await import("isomorphic-git");
  const current = await git.currentBranch({ ...repository }) ?? null;
  const names = await git.listBranches({ ...repository });
  const text = names.map((name) => `${name === current ? "* " : "  "}${name}`).join("\n");
  return answer(headAndTail(text) || "No branch yet.", { current, branches: names });
}

function assess(root: string, { path, operation }: GitArguments): Assessment {
  const judged = assessRead(root, path);
  return judged.risk === "LOW" ? { risk: "LOW", reasons: [`reads git ${operation}`] } : judged;
}

/** Reads a repository of `root` by its files; runs no Git and changes nothing. */
export function gitRead(root: string): Tool<GitArguments> {
  return {
    name: "git_read",
    description: "Read a git repository.",
    parameters: GitArguments,
    needs: { files: "read", run: "none" },
    readOnly: true,
    assess: (args) => assess(root, args),
    effects: () => [],
    decisive: ["path"],
    yields: () => ({ kind: "file", name: "the repository" }),
    targets: ({ path }) => [targetPath(root, path)],
    run: async (args, { sandbox: { files } }, signal) => {
      // A path that was removed is still a path of the repository.
      const at = await plainPath(files, { root, path: args.path }, signal).catch((error) => {
        if (error.name === "NotFound") return targetPath(root, args.path);
        throw error;
      });
      const place = await repositoryAt(files, at, signal);
      switch (args.operation) {
        case "status":
          return await status(place, signal);
        case "log":
          return await log(place, args);
        case "diff":
          return await diff(place, signal);
        case "show":
          return await show(place, args, signal);
        case "branches":
          return await branches(place);
      }
    },
  };
}
