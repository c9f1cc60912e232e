/** Two texts as a unified diff. Loaded when one is shown: most turns show none. */
import { createTwoFilesPatch } from "diff";
import { headAndTail } from "./bounded.ts";

/** Longest diff that an approver is shown, characters. */
const LONGEST_DIFF = 60_000;

/** A unified diff of `path` between two texts; null before = the file is new. */
export function unifiedDiff(path: string, before: string | null, after: string): string {
  const [old, now] = [before === null ? "/dev/null" : `a/${path}`, `b/${path}`];
  const patch = createTwoFilesPatch(old, now, before ?? "", after, "", "", { context: 3, timeout: 2000 });
  const text = patch === undefined ? `--- ${old}\n+++ ${now}\n(too different for a diff)\n${after}` : patch;
  return headAndTail(text.replace(/^=+\n/, ""), LONGEST_DIFF);
}
