/** Texts put into files. A file that is there is never replaced unless the person said so. */
import { textOf } from "../../chat.ts";
import type { FrameOf } from "../frame.ts";
import { dataOf, Listing, Page } from "../shape.ts";
import { humanSize } from "../show.ts";
import { call, StepFailed, type Steps, type Thread } from "../step.ts";
import { MORE } from "./page.ts";

/** Lines of the end of a file that are told apart from the rest of it, to put something after them. */
const TAIL = 40;

/** What lies at `path`, which has no signs of a glob in it. */
function* entryAt(path: string): Steps<{ kind: string; size: number } | null> {
  const result = yield* call("list_files", {
    path: ".",
    depth: path.split("/").length,
    glob: path,
    hidden: true,
    limit: 2000,
  });
  return dataOf(result, Listing).entries.find((e) => e.path === path) ?? null;
}

function* written(path: string, content: string): Steps {
  const result = yield* call("write_file", { path, content });
  return textOf(result.content).trim() || `Wrote ${path}.`;
}

export function* writeSteps({ path, text, over }: FrameOf<"write">, thread: Thread): Steps {
  const there = yield* entryAt(path);
  if (there !== null && !over) {
    throw new StepFailed(
      `${path} is there already (${
        humanSize(there.size)
      }), so nothing was written. To replace it: overwrite ${path} with "…"`,
    );
  }
  thread.found = path;
  return yield* written(path, text === "" || text.endsWith("\n") ? text : `${text}\n`);
}

export function* appendSteps({ path, text }: FrameOf<"append">, thread: Thread): Steps {
  const there = yield* entryAt(path);
  thread.found = path;
  if (there === null || there.size === 0) return yield* written(path, `${text}\n`);
  const result = yield* call("read_file", { path, offset: -TAIL, limit: TAIL });
  const { binary } = dataOf(result, Page);
  if (binary !== undefined) throw new StepFailed(`${path} is no text: ${binary}.`);
  const said = textOf(result.content);
  const body = said.slice(said.indexOf("\n") + 1);
  const end = MORE.test(body) ? null : body;
  if (end === null || end === "") throw new StepFailed(`Cannot add to ${path}: its end was not told.`);
  const edit = yield* call("edit_file", { path, old_text: end, new_text: `${end}\n${text}` });
  return textOf(edit.content).trim() || `Added to ${path}.`;
}

/** What the part before gave, in a new file. */
export function* keepSteps({ path }: FrameOf<"keep">, thread: Thread): Steps {
  const { text, cut } = thread.given;
  if (text === undefined || text.trim() === "") throw new StepFailed(`There is nothing to save in ${path}.`);
  const there = yield* entryAt(path);
  if (there !== null) {
    throw new StepFailed(
      `${path} is there already (${humanSize(there.size)}), so nothing was saved. Say another name.`,
    );
  }
  thread.found = path;
  const said = yield* written(path, text.endsWith("\n") ? text : `${text}\n`);
  return cut ? `${said}\nIt is not the whole: what came before it was cut short.` : said;
}
