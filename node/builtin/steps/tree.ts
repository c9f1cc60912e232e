/** Answers about many files. */
import type { FrameOf } from "../frame.ts";
import type { Scope } from "../scope.ts";
import type { Entry } from "../shape.ts";
import { counted, cut, humanSize, localTime, table } from "../show.ts";
import type { Steps, Thread } from "../step.ts";
import { chosen, folderSizes, placeOf } from "./listing.ts";

const MOST_SHOWN = 50;
const CUT_SHORT = "\n(The listing was cut short, so there may be more.)";

const nounOf = (scope: Scope): string => scope.kind === "folder" ? "folder" : scope.kind === "file" ? "file" : "entry";

/** "3 files and 2 folders", leaving out what is none of. */
function sum(entries: readonly Entry[]): string {
  const folders = entries.filter((e) => e.kind === "directory").length;
  const files = entries.length - folders;
  return [files > 0 || folders === 0 ? counted(files, "file") : "", folders > 0 ? counted(folders, "folder") : ""]
    .filter((s) => s !== "")
    .join(" and ");
}

const nameOf = (e: Entry, scope: Scope): string => {
  const base = scope.path === undefined ? "" : `${scope.path.replace(/^\.\//, "")}/`;
  const name = e.path.startsWith(base) ? e.path.slice(base.length) : e.path;
  return e.kind === "directory" ? `${name}/` : name;
};

const row = (e: Entry, scope: Scope): string[] => [
  e.kind === "directory" ? "–" : humanSize(e.size),
  localTime(e.mtime),
  nameOf(e, scope),
];

function sorted(entries: readonly Entry[], by: "name" | "size" | "modified"): Entry[] {
  const order = {
    name: (a: Entry, b: Entry) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0,
    size: (a: Entry, b: Entry) => b.size - a.size,
    modified: (a: Entry, b: Entry) => b.mtime - a.mtime,
  }[by];
  return [...entries].sort(order);
}

export function* listSteps(frame: FrameOf<"list">, thread: Thread): Steps {
  const { entries, truncated } = yield* chosen(frame, frame.sort);
  thread.give.cut = truncated;
  thread.give.text = sorted(entries, frame.sort ?? "name").map((e) => nameOf(e, {})).join("\n");
  const more = truncated ? CUT_SHORT : "";
  if (entries.length === 0) {
    return `No ${nounOf(frame) === "entry" ? "entries" : `${nounOf(frame)}s`} like that ${placeOf(frame)}.${more}`;
  }
  const rows = table(sorted(entries, frame.sort ?? "name").map((e) => row(e, frame)), [0]).split("\n");
  return `${sum(entries)} ${placeOf(frame)}:\n${cut(rows, MOST_SHOWN)}${more}`;
}

export function* treeSteps(frame: FrameOf<"tree">): Steps {
  const { entries, truncated } = yield* chosen({ ...frame, deep: true });
  if (entries.length === 0) return `${frame.path ?? "This folder"} is empty.`;
  const base = frame.path === undefined ? 0 : frame.path.split("/").length;
  const key = (e: Entry) => e.path.split("/").join("\u0000");
  const lines = [...entries].sort((a, b) => key(a) < key(b) ? -1 : 1).map((e) => {
    const parts = e.path.split("/");
    return `${"  ".repeat(Math.max(0, parts.length - 1 - base))}${parts.at(-1)}${e.kind === "directory" ? "/" : ""}`;
  });
  return `${frame.path ?? "."}/ — ${sum(entries)}\n${cut(lines, 120)}${truncated ? CUT_SHORT : ""}`;
}

export function* countSteps(frame: FrameOf<"count">): Steps {
  const { entries, truncated } = yield* chosen(frame);
  const what = frame.kind === "file"
    ? counted(entries.length, "file")
    : frame.kind === "folder"
    ? counted(entries.length, "folder")
    : sum(entries);
  const kind = frame.glob ? ` matching ${frame.glob.replace("**/", "")}` : "";
  return truncated
    ? `At least ${what}${kind} ${placeOf(frame)}: the listing was cut short.`
    : `${what}${kind} ${placeOf(frame)}.`;
}

export function* totalSteps(frame: FrameOf<"total">, thread: Thread): Steps {
  const { entries, truncated } = yield* chosen({ ...frame, kind: "file", deep: true });
  const files = entries.filter((e) => e.kind === "file");
  const bytes = files.reduce((n, e) => n + e.size, 0);
  thread.give.bytes = bytes;
  const kind = frame.glob ? ` matching ${frame.glob.replace("**/", "")}` : "";
  const exact = `${truncated ? "At least " : ""}${humanSize(bytes)} (${bytes.toLocaleString("en-US")} bytes)`;
  return `${exact} in ${counted(files.length, "file")}${kind} ${placeOf({ ...frame, deep: true })}.${
    truncated
      ? " The listing was cut short."
      : " Names that start with a dot, .git and node_modules are not counted unless named."
  }`;
}

/** The largest, smallest, newest or oldest; remembers a single one for "show it". */
export function* pickSteps(frame: FrameOf<"pick">, thread: Thread): Steps {
  const folders = frame.by === "size" && frame.kind !== "file";
  const asked: Scope = folders ? { ...frame, kind: undefined, deep: true } : frame;
  const { entries, truncated } = yield* chosen(asked, frame.by);
  const sums = folders ? folderSizes(entries) : new Map<string, number>();
  const depth = (frame.path?.split("/").length ?? 0) + 1;
  const candidates = entries
    .filter((e) => frame.kind === undefined || (frame.kind === "folder") === (e.kind === "directory"))
    .filter((e) => !folders || frame.deep === true || e.path.split("/").length === depth)
    .map((e) => ({ ...e, size: sums.get(e.path) ?? e.size }));
  if (candidates.length === 0) {
    return `No ${nounOf(frame) === "entry" ? "entries" : `${nounOf(frame)}s`} ${placeOf(frame)}.`;
  }
  const best = sorted(candidates, frame.by);
  if (frame.end === "least") best.reverse();
  const word = frame.by === "size"
    ? (frame.end === "most" ? "largest" : "smallest")
    : (frame.end === "most" ? "newest" : "oldest");
  const more = truncated ? CUT_SHORT : "";
  const tell = (e: Entry) => frame.by === "size" ? humanSize(e.size) : localTime(e.mtime);
  if (frame.n === undefined) {
    const [first] = best;
    const ties = best.filter((e) => frame.by === "size" ? e.size === first.size : e.mtime === first.mtime);
    thread.found = first.kind === "file" ? first.path : null;
    if (frame.by === "size") thread.give.bytes = first.size;
    thread.give.text = first.path;
    const also = ties.length > 1 ? ` (and ${counted(ties.length - 1, "other")} the same)` : "";
    return `${word[0].toUpperCase()}${word.slice(1)} ${nounOf(frame)} ${placeOf(frame)}: ${nameOf(first, {})} — ${
      tell(first)
    }${frame.by === "size" ? ` (${first.size.toLocaleString("en-US")} bytes)` : ""}${also}.${more}`;
  }
  thread.give.text = best.slice(0, frame.n).map((e) => nameOf(e, {})).join("\n");
  const rows = table(best.slice(0, frame.n).map((e) => [tell(e), nameOf(e, {})]), [0]);
  return `The ${word} of ${counted(candidates.length, nounOf(frame))} ${placeOf(frame)}:\n${rows}${more}`;
}
