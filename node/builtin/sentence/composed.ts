/**
 * Sentences that hold another: "… and save it to F", "… in MB", "… of the largest file". The inner request is read
 * first; the outer one must find in it what it needs (`plan.ts`), or the whole is refused.
 */
import type { Frame } from "../frame.ts";
import { fits } from "../plan.ts";
import { dimensionOf, unitNamed } from "../reckon/units.ts";
import { FILE, pathIn } from "./plain.ts";

/** How an inner request is read; see `parse.ts`. */
export type Inner = {
  parsePart(text: string, before: Frame | null, now: Date): Promise<Frame[] | null>;
  parseWhole(text: string, now: Date): Promise<Frame[] | null>;
};

const THING =
  "(?:it|them|that|this|these|those|all of it|the (?:list|result|results|output|text|answer|page|content|contents|lines|matches|names|listing|table|number|titles?|tree|diff|log))";
const INTO =
  "(?:to|in|into|as|under|at)(?: (?:a|the)(?: new)?(?: text)? file(?: called| named)?| file| a file (?:called|named))?";
const KEEP = new RegExp(
  `^(.{3,300}?)(?:,? and(?: then)?|,? then|[;,.]) (?:please )?(?:save|write|store|put|keep|export|dump) ${THING} ${INTO} ${FILE}[.!]?$`,
  "i",
);
/** "save the list of files here to F". */
const SAVE = new RegExp(
  `^(?:please |can you |could you )*(?:save|write|store|export|dump) (?:the )?((?:list|result|output|tree|diff|log|contents?|text|number|size|status|names?)\\b.{6,200}) ${INTO} ${FILE}[.!]?$`,
  "i",
);
const IN_UNIT = /^(.{3,200}),? (?:in|as|expressed in) ([a-z]{1,12})[?.!]*$/i;
const SUPERLATIVE =
  /^(.{2,120}?) (?:the |this folder's |my )?((?:single )?(?:most recently (?:changed|modified|edited|updated)|last (?:changed|modified|edited)|largest|biggest|smallest|newest|latest|oldest|longest)(?: [a-z0-9.+#]{1,20}){0,2}? (?:file|document|script|log(?! file))(?: (?:here|in [\w./-]{1,80}|under [\w./-]{1,80}))?)('s)?((?: .{0,60})?)$/i;

/** The parts of `text`, or null where it holds no other request. */
export async function composed(text: string, inner: Inner, now: Date): Promise<Frame[] | null> {
  const kept = /\b(?:save|write|store|put|keep|export|dump)\b/i.test(text) ? KEEP.exec(text) ?? SAVE.exec(text) : null;
  if (kept !== null) {
    const path = pathIn(kept[2]);
    const frames = path === null ? null : await whole(kept[1], inner, now);
    return path === null || frames === null ? null : fitting([...frames, { do: "keep", path }]);
  }
  return await within(text, inner, now);
}

async function whole(text: string, inner: Inner, now: Date): Promise<Frame[] | null> {
  return await within(text, inner, now) ?? await inner.parseWhole(text, now);
}

async function within(text: string, inner: Inner, now: Date): Promise<Frame[] | null> {
  const unit = IN_UNIT.exec(text);
  const name = unit === null ? null : unitNamed(unit[2]);
  if (unit !== null && name !== null && dimensionOf(name) === "data") {
    const frames = await sized(unit[1], inner, now);
    if (frames !== null) return fitting([...frames, { do: "express", unit: name }]);
  }
  return await ofSuperlative(text, inner, now);
}

/** What `text` asks the size of. */
async function sized(text: string, inner: Inner, now: Date): Promise<Frame[] | null> {
  const asked = /^(?:tell me )?how (?:much|big|large|heavy) is (?:the )?((?:largest|biggest|smallest)\b.*)$/i.exec(
    text,
  );
  const found = asked === null ? null : await inner.parsePart(asked[1], null, now);
  if (found?.length === 1 && found[0].do === "pick" && found[0].by === "size") return found;
  const frames = await inner.parseWhole(text, now) ??
    await inner.parseWhole(text.replace(/,? and (?:tell me|show|give me) (?:its|the) size$/i, ""), now);
  // "find the largest file and tell me its size": the second part asks what the first one told.
  const [first, second] = frames ?? [];
  if (frames?.length === 2 && first.do === "pick" && first.by === "size" && second.do === "stat") return [first];
  return frames;
}

/** "the last 5 lines of the largest log file": first the file, then what is asked of it. */
async function ofSuperlative(text: string, inner: Inner, now: Date): Promise<Frame[] | null> {
  if (!/est\b|\blast\b|\bmost\b/i.test(text)) return null;
  const found = SUPERLATIVE.exec(text.replace(/[?!.]+$/, ""));
  if (found === null) return null;
  const [, head, file, owner, tail] = found;
  if (
    /^(?:which|what|whats|what's|what is|find|show|list|is|where is|name|tell me|show me|give me|which is)$/i.test(
      head.trim(),
    ) && tail.trim() === ""
  ) {
    return null;
  }
  if (/\b(?:and|or|,|;)\b|[,;]/.test(head + tail)) return null;
  const first = await inner.parsePart(`the ${file}`, null, now);
  if (first?.length !== 1 || first[0].do !== "pick" || first[0].n !== undefined) return null;
  const rest = `${head} ${owner ? "its" : "it"}${tail}`;
  const second = await inner.parsePart(rest.trim(), first[0], now);
  if (second?.length !== 1 || !/^(?:read|measure|search)$/.test(second[0].do)) return null;
  return fitting([...first, ...second]);
}

const fitting = (frames: Frame[]): Frame[] | null => fits(frames) ? frames : null;
