/** Answers about one file, and about two compared. */
import type { FrameOf } from "../frame.ts";
import { type Entry } from "../shape.ts";
import { counted, cut, fenced, humanSize, localTime } from "../show.ts";
import { StepFailed, type Steps, type Thread } from "../step.ts";
import { pagesOf, tailOf } from "./page.ts";
import { calledOf, entriesOf, pathOf } from "./target.ts";

export function* readSteps(frame: FrameOf<"read">, thread: Thread): Steps {
  const path = yield* pathOf(frame, thread);
  thread.found = path;
  if (frame.from === "end") {
    const { lines, first, total } = yield* tailOf(path, frame.lines ?? 10);
    return `${path}, ${
      lines.length === 1 ? `line ${first}` : `lines ${first}–${first + lines.length - 1}`
    } of ${total}:\n${fenced(lines.join("\n"))}`;
  }
  const page = yield* pagesOf(path, { most: 1, lines: frame.lines });
  const whole = page.total <= page.lines.length;
  const shown = whole ? counted(page.total, "line") : `lines 1–${page.lines.length} of ${page.total}`;
  if (page.total === 0) return `${path} is empty.`;
  const hint = !whole && frame.lines === undefined
    ? `\n… ${counted(page.total - page.lines.length, "more line")}.`
    : "";
  return `${path}, ${shown}:\n${fenced(page.lines.join("\n"))}${hint}`;
}

export function* measureSteps(frame: FrameOf<"measure">, thread: Thread): Steps {
  const path = yield* pathOf(frame, thread);
  if (frame.unit === "lines") {
    const { total } = yield* pagesOf(path, { most: 1, lines: 1 });
    return `${path} has ${counted(total, "line")}.`;
  }
  const page = yield* pagesOf(path, { most: 40 });
  if (page.lines.length < page.total) {
    throw new StepFailed(`${path} has ${counted(page.total, "line")}: too many to count ${frame.unit} in.`);
  }
  const text = page.lines.join("\n");
  const n = frame.unit === "words" ? text.split(/\s+/).filter((w) => w !== "").length : [...text].length;
  return `${path} has ${counted(n, frame.unit.slice(0, -1))}${
    frame.unit === "characters" ? ", without the last line end" : ""
  }.`;
}

const told = (e: Entry, of: "size" | "modified"): string =>
  of === "size"
    ? `${e.path}: ${humanSize(e.size)} (${e.size.toLocaleString("en-US")} bytes)`
    : `${e.path}: last changed ${localTime(e.mtime)}`;

export function* statSteps(frame: FrameOf<"stat">, thread: Thread): Steps {
  const found = yield* entriesOf(frame, thread);
  if (found.length === 0) return `There is no ${calledOf(frame, thread)} here.`;
  const top = found.filter((e) => !e.path.includes("/"));
  const meant = top.length === 1 || frame.name !== undefined ? [found[0]] : found;
  if (meant.length === 1) thread.found = meant[0].path;
  return cut(meant.map((e) => told(e, frame.of)), 20);
}

export function* existsSteps(frame: FrameOf<"exists">, thread: Thread): Steps {
  const found = (yield* entriesOf(frame, thread)).filter((e) =>
    (frame.kind === "folder") === (e.kind === "directory") || frame.kind === undefined
  );
  const called = calledOf(frame, thread);
  if (found.length === 0) {
    return frame.name !== undefined
      ? `No: no file called ${called} in this folder.`
      : `No: there is no ${called} here.`;
  }
  const here = frame.name !== undefined || (frame.path ?? "").includes("/") || !found[0].path.includes("/");
  if (found[0].kind !== "directory") thread.found = found[0].path;
  const paths = cut(found.map((e) => `${e.path}${e.kind === "directory" ? "/" : ` (${humanSize(e.size)})`}`), 10);
  return here ? `Yes: ${paths}` : `Not in this folder itself, but:\n${paths}`;
}

export function* compareSteps(frame: FrameOf<"compare">, thread: Thread): Steps {
  const both: Entry[] = [];
  for (const path of [frame.a, frame.b]) {
    const [first] = yield* entriesOf({ path }, thread);
    if (first === undefined) return `There is no ${path} here, so they cannot be compared.`;
    both.push(first);
  }
  const value = (e: Entry) => frame.by === "size" ? e.size : e.mtime;
  const [a, b] = both;
  const head = value(a) === value(b)
    ? `They are the same ${frame.by === "size" ? "size" : "age"}.`
    : `${(value(a) > value(b) ? a : b).path} is ${frame.by === "size" ? "larger" : "newer"}.`;
  return [head, ...both.map((e) => told(e, frame.by))].join("\n");
}
