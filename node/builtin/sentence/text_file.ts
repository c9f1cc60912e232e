/** Sentences that put a text, given in quotes, into a file. */
import type { FrameOf } from "../frame.ts";
import { FILE, pathIn, type Plain, QUOTED, unquoted } from "./plain.ts";

const NEW = "(?:(?:an?|the|new|text|file|files|document|note|called|named) )*";
const WITH =
  "(?:with|containing|that contains|that says|which says|holding|saying)(?: (?:the|just|only|text|content|contents|line|words?))*:?";
const OLD = "(?:(?:the|my|our|file|end|of|to) )*";
type Form = [RegExp, "create" | "over" | "append", [number, number]];
const FORMS: Form[] = [
  [
    new RegExp(
      `^(?:create|make|write|new|start|add|save) ?${NEW}${FILE} ${WITH} ${QUOTED}(?: in it| inside| as (?:its )?content)?$`,
      "i",
    ),
    "create",
    [1, 2],
  ],
  [
    new RegExp(
      `^(?:write|save|store|put)(?: the (?:text|line|words?))? ${QUOTED} (?:to|in|into|as) (?:a |the )?new (?:text )?(?:file|document)?(?: called| named)? ?${FILE}$`,
      "i",
    ),
    "create",
    [2, 1],
  ],
  [
    new RegExp(
      `^(?:create|make) (?:an? |the )?(?:new )?empty (?:text )?(?:file|document)?(?: called| named)? ?${FILE}$`,
      "i",
    ),
    "create",
    [1, 0],
  ],
  [new RegExp(`^touch ${FILE}$`, "i"), "create", [1, 0]],
  [
    new RegExp(
      `^(?:overwrite|replace)(?: the)?(?: whole| entire)?(?: contents?(?: of)?| text of)? ?(?:the )?(?:file )?${FILE} with(?: the text)? ${QUOTED}$`,
      "i",
    ),
    "over",
    [1, 2],
  ],
  [
    new RegExp(
      `^(?:add|append|write|put)(?: the)?(?: (?:text|line|words?|item|entry|note))? ${QUOTED} (?:to|at|in|into|onto) ${OLD}${FILE}$`,
      "i",
    ),
    "append",
    [2, 1],
  ],
  [new RegExp(`^(?:add|append) to (?:the file )?${FILE}(?: the (?:text|line))?:? ${QUOTED}$`, "i"), "append", [1, 2]],
];

/** The text and the file that `plain` names, or null. "write X to F" is no command: new or added to, it does not say. */
export function readTextFile({ said }: Plain): FrameOf<"write"> | FrameOf<"append"> | null {
  for (const [pattern, kind, [file, quoted]] of FORMS) {
    const found = pattern.exec(said);
    const path = found && pathIn(found[file]);
    if (found === null || path === null) continue;
    const text = quoted === 0 ? "" : unquoted(found[quoted]);
    if (kind === "append") {
      // "write 'x' to f.txt" and "put 'x' in f.txt" do not say whether the rest stays.
      const end = /\bend of\b/i.test(said);
      if (/^(?:write|put)/i.test(said) && !end) return null;
      return text === "" ? null : { do: "append", path, text };
    }
    return { do: "write", path, text, ...(kind === "over" ? { over: true as const } : {}) };
  }
  return null;
}
