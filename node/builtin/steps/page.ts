/** Lines of a file, by as many `read_file` calls as it takes. Lines are counted from 1. */
import { dataOf, Page } from "../shape.ts";
import { call, type Steps } from "../step.ts";

/** Lines from the file's start, with the file's own count of lines. */
export type Lines = { lines: string[]; total: number };

/** Up to `lines` lines (all, if absent) in at most `most` calls; fewer lines than `total` means that there are more. */
export function* pagesOf(path: string, { most, lines }: { most: number; lines?: number }): Steps<Lines> {
  const out: string[] = [];
  for (let calls = 0;; calls++) {
    const page = dataOf(
      yield* call("read_file", {
        path,
        offset: calls === 0 ? undefined : out.length + 1,
        limit: lines === undefined ? undefined : lines - out.length,
      }),
      Page,
    );
    out.push(...page.lines);
    const enough = out.length >= page.totalLines || (lines !== undefined && out.length >= lines);
    if (enough || page.lines.length === 0 || calls + 1 >= most) return { lines: out, total: page.totalLines };
  }
}

/** The last `n` lines, fewer if the file or one page has fewer; `first` is the number of the first of them. */
export function* tailOf(path: string, n: number): Steps<{ lines: string[]; first: number; total: number }> {
  const { total } = yield* pagesOf(path, { most: 1, lines: 1 });
  const first = Math.max(1, total - n + 1);
  if (total === 0) return { lines: [], first, total };
  const page = dataOf(yield* call("read_file", { path, offset: first, limit: n }), Page);
  return { lines: page.lines, first, total: page.totalLines };
}
