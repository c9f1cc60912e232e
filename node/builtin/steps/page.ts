/** A text file by as many `read_file` calls as it takes. Lines are counted from 1. */
import { textOf, type ToolResult } from "../../chat.ts";
import { dataOf, Page } from "../shape.ts";
import { call, StepFailed, type Steps } from "../step.ts";

/** Beyond the last line of any file: the tool then counts the lines and shows none. */
const PAST_THE_END = 100_000_000;
/** Most calls that reading a whole file may take. */
const MOST_CALLS = 8;

/** The tool's hint after a page that is not the last. */
export const MORE = /\n… (?:\d+ )?more lines, call again with offset=(\d+)$/;

function checked(result: ToolResult, path: string): { lines?: number | null } {
  const page = dataOf(result, Page);
  if (page.binary !== undefined) throw new StepFailed(`${path} is no text: ${page.binary}.`);
  return page;
}

/** How many lines the text file at `path` has. */
export function* lineCount(path: string): Steps<number> {
  const near = checked(yield* call("read_file", { path, limit: 1 }), path).lines;
  if (typeof near === "number") return near;
  const far = checked(yield* call("read_file", { path, offset: PAST_THE_END, limit: 1 }), path).lines;
  if (typeof far === "number") return far;
  throw new StepFailed(`Cannot count the lines of ${path}: its end was not reached`);
}

/** The whole text of the file at `path`, its last line end left out; throws StepFailed where it takes too many calls. */
export function* wholeText(path: string): Steps<string> {
  const pieces: string[] = [];
  let offset: number | undefined;
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    const result = yield* call("read_file", { path, offset, limit: 5000 });
    if (checked(result, path).lines === 0) return "";
    const said = textOf(result.content);
    const body = said.slice(said.indexOf("\n") + 1);
    const more = MORE.exec(body);
    const text = more === null ? body : body.slice(0, more.index);
    if (/… \[\+\d+ characters\]$/m.test(text)) throw new StepFailed(`${path} has lines too long to be read whole.`);
    pieces.push(text);
    if (more === null) return pieces.join("\n");
    offset = Number(more[1]);
  }
  throw new StepFailed(`${path} is too long to be read whole.`);
}
