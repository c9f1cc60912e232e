/** Secrets in all that a Git repository ever held, as far as a branch, tag or stash leads there. */
import { gitFiles } from "../../agent/tools/git/git_files.ts";
import type { Files } from "../../security/sandbox/files/files.ts";
import { findingsIn } from "../../security/secrets/findings.ts";
import { LARGEST, nothing, type Scanned, textOfFile } from "./found.ts";

const MOST_COMMITS = 100_000;

type Repository = { fs: ReturnType<typeof gitFiles>; dir: string; cache: object };

/** The repository that holds `path`: in it or in the nearest folder above. Throws `TypeError` where there is none with a `.git` folder. */
async function repositoryOf(files: Files, path: string, signal: AbortSignal): Promise<Repository & { at: string }> {
  const names = path === "" ? [] : path.split("/");
  for (let n = names.length; n >= 0; n--) {
    const at = names.slice(0, n).join("/");
    const stat = await files.stat(at === "" ? ".git" : `${at}/.git`, signal).catch(() => null);
    if (stat?.kind === "directory") return { fs: gitFiles(files, signal), dir: `/${at}`, cache: {}, at };
  }
  throw new TypeError(
    `Cannot read the history of ${path || "."}: no folder above it in the workspace has a .git folder`,
  );
}

/** The paths, from the folder's root, that Git tracks in the repository of `path`. */
export async function trackedFiles(files: Files, path: string, signal: AbortSignal): Promise<Set<string>> {
  const git = await import("isomorphic-git");
  const { at, ...repository } = await repositoryOf(files, path, signal);
  const names = await git.listFiles(repository);
  return new Set(names.map((name) => at === "" ? name : `${at}/${name}`));
}

/** Every blob and message once, oldest commit first, so that a finding names the commit that brought it. */
export async function scanHistory(
  files: Files,
  { path, key }: { path: string; key: Uint8Array },
  signal: AbortSignal,
): Promise<Scanned> {
  const git = await import("isomorphic-git");
  const { at: root, ...repository } = await repositoryOf(files, path, signal);
  const below = path === root ? "" : path.slice(root === "" ? 0 : root.length + 1);
  const concerns = (at: string) => below === "" || at === below || at.startsWith(`${below}/`);
  const scanned = nothing();
  const look = (text: string, where: { path: string; commit: string }) => {
    scanned.characters += text.length;
    for (const finding of findingsIn(text, key)) scanned.found.push({ ...where, ...finding });
  };
  const seen = new Set<string>();
  const commits = await commitsOf(repository, scanned, signal);
  const walk = async (tree: string, above: string, commit: string): Promise<void> => {
    if (seen.has(tree)) return;
    seen.add(tree);
    const read = await git.readTree({ ...repository, oid: tree });
    for (const { oid, type, path: name } of read.tree) {
      signal.throwIfAborted();
      const at = above === "" ? name : `${above}/${name}`;
      if (type === "tree") await walk(oid, at, commit);
      if (type !== "blob" || !concerns(at) || seen.has(oid)) continue;
      seen.add(oid);
      const { blob } = await git.readBlob({ ...repository, oid });
      const text = blob.length > LARGEST ? { reason: `${blob.length} bytes, ${LARGEST} at most` } : textOfFile(blob);
      if ("reason" in text) scanned.skipped.push({ path: at, reason: text.reason });
      else {
        scanned.files++;
        look(text.text, { path: at, commit });
      }
    }
  };
  for (const { oid, commit } of commits) {
    signal.throwIfAborted();
    scanned.commits++;
    if (below === "") look(commit.message, { path: "(commit message)", commit: oid });
    try {
      await walk(commit.tree, "", oid);
    } catch (error) {
      if (signal.aborted) throw error;
      scanned.skipped.push({ path: oid, reason: error instanceof Error ? error.message.slice(0, 200) : "unreadable" });
    }
  }
  return scanned;
}

/** All that the refs lead to, oldest first. What cannot be read is said. */
async function commitsOf(repository: Repository, scanned: Scanned, signal: AbortSignal) {
  const git = await import("isomorphic-git");
  const remotes = (await git.listRemotes(repository)).map(({ remote }) => remote);
  const names = [
    "HEAD",
    "refs/stash",
    ...await git.listBranches(repository),
    ...(await git.listTags(repository)).map((tag) => `refs/tags/${tag}`),
    ...(await Promise.all(
      remotes.map(async (remote) =>
        (await git.listBranches({ ...repository, remote })).map((name) => `refs/remotes/${remote}/${name}`)
      ),
    )).flat(),
  ];
  const ends = await Promise.all(names.map((ref) => git.resolveRef({ ...repository, ref }).catch(() => null)));
  const waiting = [...new Set(ends.filter((oid) => oid !== null))];
  const known = new Set(waiting);
  const commits: Awaited<ReturnType<typeof git.readCommit>>[] = [];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    signal.throwIfAborted();
    if (commits.length >= MOST_COMMITS) {
      scanned.skipped.push({ path: "history", reason: `more than ${MOST_COMMITS} commits` });
      break;
    }
    try {
      const read = await git.readCommit({ ...repository, oid });
      commits.push(read);
      for (const parent of read.commit.parent) if (!known.has(parent)) waiting.push((known.add(parent), parent));
    } catch (error) {
      const reason = error instanceof Error && error.name === "NotFoundError" ? "not in this clone" : "unreadable";
      scanned.skipped.push({ path: oid, reason });
    }
  }
  return commits.sort((a, b) => a.commit.committer.timestamp - b.commit.committer.timestamp);
}
