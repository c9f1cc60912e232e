/** What changed between two states of a repository, as unified diffs. */
import type * as git from "isomorphic-git";
import { secretPath } from "../../../security/risk/secret_path.ts";
import { binaryKind } from "../file_text.ts";
import { unifiedDiff } from "../unified_diff.ts";

export type Change = { path: string; change: "added" | "changed" | "removed"; before?: Uint8Array; after?: Uint8Array };
export type Repository = { fs: git.PromiseFsClient; dir: string; cache: object };

/** Files that are compared at most; what is beyond is said by the caller. */
export const MOST_CHANGES = 500;

/** Changes from commit `ref` to `to` (a ref; null = the working tree), below `only` (from the repository's root). */
export async function changesBetween(
  repository: Repository,
  { from, to, only }: { from: string | null; to: string | null; only: string },
  signal: AbortSignal,
): Promise<Change[]> {
  const git = await import("isomorphic-git");
  const changes: Change[] = [];
  const concerns = (path: string) =>
    only === "" || path === only || path.startsWith(`${only}/`) || only.startsWith(`${path}/`);
  const trees = [from === null ? null : git.TREE({ ref: from }), to === null ? git.WORKDIR() : git.TREE({ ref: to })];
  await git.walk({
    ...repository,
    trees: trees.map((tree) => tree ?? git.TREE({ ref: EMPTY_TREE })),
    map: async (path, [a, b]) => {
      signal.throwIfAborted();
      if (path === ".") return true;
      if (!concerns(path) || changes.length >= MOST_CHANGES) return null;
      const kinds = [await a?.type(), await b?.type()];
      if (kinds[0] !== "blob" && kinds[1] !== "blob") {
        if (!a && to === null && await git.isIgnored({ ...repository, filepath: path })) return null;
        return kinds.includes("tree") ? true : null;
      }
      // A new file of the working tree is no change until it is added; `status` tells of it.
      if (!a && to === null) return null;
      const oids = [kinds[0] === "blob" ? await a!.oid() : null, kinds[1] === "blob" ? await b!.oid() : null];
      if (oids[0] === oids[1]) return null;
      changes.push({
        path,
        change: oids[0] === null ? "added" : oids[1] === null ? "removed" : "changed",
        before: oids[0] === null ? undefined : (await a!.content()) ?? undefined,
        after: oids[1] === null ? undefined : (await b!.content()) ?? undefined,
      });
      return null;
    },
  });
  return changes.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The object that git gives to a tree without entries. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** One change as a diff; contents of files named like secrets only where `named` is their path. */
export function changeText({ path, change, before, after }: Change, named: string): string {
  if (secretPath(path) !== null && named !== path) {
    return `${change} ${path} (not shown: it may hold secrets; name it)\n`;
  }
  const kind = binaryKind(before ?? new Uint8Array()) ?? binaryKind(after ?? new Uint8Array());
  if (kind) return `${change} ${path} (${kind})\n`;
  const decode = (bytes: Uint8Array | undefined) => bytes === undefined ? null : new TextDecoder().decode(bytes);
  const patch = unifiedDiff(path, decode(before), decode(after) ?? "");
  return change === "removed" ? patch.replace(`+++ b/${path}`, "+++ /dev/null") : patch;
}
