/** Answers about one file, and about two compared. */
import { textOf } from "../../chat.ts";
import type { FrameOf } from "../frame.ts";
import { type Entry } from "../shape.ts";
import { counted, cut, fenced, humanSize, localTime } from "../show.ts";
import { call, type Steps, type Thread } from "../step.ts";
import { lineCount, MORE, wholeText } from "./page.ts";
import { calledOf, entriesOf, pathOf } from "./target.ts";

export function* readSteps(frame: FrameOf<"read">, thread: Thread): Steps {
  const path = yield* pathOf(frame, thread);
  thread.found = path;
  const last = frame.from === "end";
  const lines = frame.lines ?? 10;
  const asked = last ? { offset: -lines, limit: lines } : { offset: frame.line, limit: frame.lines };
  const result = yield* call("read_file", { path, ...asked });
  const said = textOf(result.content);
  const cut = said.indexOf("\n");
  if (cut < 0) return said;
  const body = said.slice(cut + 1);
  const more = MORE.exec(body);
  const text = more === null ? body : body.slice(0, more.index);
  thread.give.text = text;
  thread.give.cut = more !== null && frame.lines === undefined;
  const hint = more === null || frame.lines !== undefined ? "" : `\n${more[0].trim().split(",")[0]}.`;
  return `${said.slice(0, cut)}\n${fenced(text)}${hint}`;
}

export function* measureSteps(frame: FrameOf<"measure">, thread: Thread): Steps {
  const path = yield* pathOf(frame, thread);
  thread.found = path;
  if (frame.unit === "lines") return `${path} has ${counted(yield* lineCount(path), "line")}.`;
  const text = yield* wholeText(path);
  if (frame.unit === "words") {
    return `${path} has ${counted(text.split(/\s+/).filter((w) => w !== "").length, "word")}.`;
  }
  return `${path} has ${counted([...text].length, "character")}, a last line end not counted.`;
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
  if (meant.length === 1 && frame.of === "size") thread.give.bytes = meant[0].size;
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
