/** Answers about text in files. */
import type { FrameOf } from "../frame.ts";
import { dataOf, Found } from "../shape.ts";
import { counted, cut } from "../show.ts";
import { call, type Steps, type Thread } from "../step.ts";
import { pathOf } from "./target.ts";

/** The usual marks of unfinished work, as words of their own (RE2 syntax). */
const TODO_MARKS = "\\b(TODO|FIXME|XXX|HACK)\\b";
const MOST = 1000;

export function* searchSteps(asked: FrameOf<"search">, thread: Thread): Steps {
  const frame = asked.name === undefined && !asked.found
    ? asked
    : { ...asked, path: yield* pathOf({ name: asked.name, found: asked.found }, thread) };
  const marks = frame.pattern === "todo_marks";
  const result = yield* call("search_text", {
    pattern: marks ? TODO_MARKS : frame.pattern,
    path: frame.path,
    literal: !marks,
    // Small letters match either case, a capital only itself.
    ignore_case: !marks && frame.pattern === frame.pattern.toLowerCase(),
    glob: frame.glob,
    limit: MOST,
  });
  const { matches, truncated } = dataOf(result, Found);
  const what = marks ? "TODO, FIXME, XXX or HACK" : `“${frame.pattern}”`;
  const where = frame.path === undefined ? "here" : `in ${frame.path}`;
  const kind = frame.glob ? ` (${frame.glob.replace("**/", "")})` : "";
  thread.give.text = "";
  if (matches.length === 0) return `Nothing matches ${what} ${where}${kind}.`;
  thread.give.cut = truncated;
  thread.give.text = matches.map((m) => `${m.path}:${m.line}: ${m.text.trim()}`).join("\n");
  const files = [...Map.groupBy(matches, (m) => m.path)].map(([path, hits]) => ({ path, hits: hits.length }));
  const total = `${truncated ? "At least " : ""}${counted(matches.length, "line")} in ${counted(files.length, "file")}`;
  const more = truncated ? "\n(The search stopped at its limit.)" : "";
  if (frame.give === "count") {
    const rows = files.length > 1
      ? `:\n${cut(files.sort((a, b) => b.hits - a.hits).map((f) => `${f.path}: ${f.hits}`), 20)}`
      : ".";
    return `${total} with ${what} ${where}${kind}${rows}${more}`;
  }
  if (frame.give === "files") {
    return `${counted(files.length, "file")} with ${what} ${where}${kind}:\n${
      cut(files.map((f) => `${f.path} (${counted(f.hits, "line")})`), 50)
    }${more}`;
  }
  const lines = matches.map((m) => `${m.path}:${m.line}: ${m.text.trim().slice(0, 160)}`);
  return `${total} with ${what} ${where}${kind}:\n${cut(lines, 40)}${more}`;
}
