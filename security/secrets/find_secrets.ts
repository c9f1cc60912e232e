/** All secrets within a text of one line or of a few that belong together. */
import { assignedValues } from "./assignment.ts";
import { inContext } from "./contexts.ts";
import { closedView, joinedView, plainView } from "./disguise.ts";
import { hiddenTexts } from "./encoded.ts";
import { type Found, merged } from "./found.ts";
import type { FindKnown } from "./known.ts";
import { KEY_BEGINS } from "./private_key.ts";
import { shaped } from "./shapes.ts";
import { inVariables } from "./variables.ts";
import { asWritten, inOriginal, rewritten, type View } from "./view.ts";

export type { Found } from "./found.ts";

export type Looked = {
  /** In order, not overlapping. */
  found: Found[];
  /** True if a secret may go on in the next line. */
  open: boolean;
};

/** Encodings inside each other that are undone. */
const DEEPEST = 4;

/** In order, not overlapping. `line` holds no line break. Linear time. */
export function findSecrets(line: string, known: FindKnown): Found[] {
  return lookAt(line, known).found;
}

/** As `findSecrets`, and whether more may follow. */
export function lookAt(line: string, known: FindKnown, depth = 0): Looked {
  const first = shaped(line);
  const found = [...knownIn(line, known), ...first.found, ...inContext(line), ...assigned(line)];
  const plain = plainView(line);
  if (plain !== null) found.push(...inOriginal(plain, whole(plain.text, known)));
  const base = plain ?? asWritten(line);
  for (const view of [joinedView(base), closedView(base)]) {
    if (view !== null) found.push(...putTogether(view, { line, found, known }));
  }
  if (REFERENCES.test(line)) found.push(...inVariables(line));
  for (const { start, end, text, kind } of depth < DEEPEST ? hiddenTexts(base.text) : []) {
    if (text.split(/[\r\n]+/).some((one) => isKeyOrHolds(one, known, depth))) {
      found.push(...inOriginal(base, [{ start, end, kind }]));
    }
  }
  return { found: merged(found), open: first.open };
}

/** Secrets that go over the ends of lines in `block`: their pieces in quotes, wrapped, or in variables. `found` is what each line holds by itself. */
export function acrossLines(block: string, found: readonly Found[], known: FindKnown): Found[] {
  const view = asWritten(block);
  const views = [joinedView(view), wrappedView(view)].filter((one) => one !== null);
  const put = views.flatMap((one) => {
    const hidden = hiddenTexts(one.text).filter(({ text }) => isKeyOrHolds(text, known, 1));
    return inOriginal(one, [...knownIn(one.text, known), ...shaped(one.text).found, ...hidden]);
  }).filter(({ start, end }) => block.slice(start, end).includes("\n"));
  return [...notSwallowing(put, block, found), ...inVariables(block)];
}

const REFERENCES = /\$\{?\w+\}?\$|\}\$?\{|=[^=]*(?:[+,&]|\.\.?|\|\|)/;

function whole(text: string, known: FindKnown): Found[] {
  return [...knownIn(text, known), ...shaped(text).found, ...inContext(text), ...assigned(text)];
}

function knownIn(text: string, known: FindKnown): Found[] {
  return known(text).map(([start, end, name]) => ({ start, end, kind: name ?? "known value" }));
}

function assigned(text: string): Found[] {
  return assignedValues(text).map(([start, end]) => ({ start, end, kind: "password" }));
}

/** What only the pieces together are. */
function putTogether(
  view: View,
  { line, found, known }: { line: string; found: readonly Found[]; known: FindKnown },
): Found[] {
  const put = inOriginal(view, [...knownIn(view.text, known), ...shaped(view.text).found]);
  return notSwallowing(put, line, found);
}

/** `put`, each cut before the first further entry of a list or line of a text that is a word and not drawn at random; without what is then whole alone. */
function notSwallowing(put: readonly Found[], text: string, found: readonly Found[]): Found[] {
  const alone = new Map(found.map(({ start, end }) => [start, end]));
  return put.flatMap((one) => {
    const gaps = text.slice(one.start, one.end).matchAll(DIVIDED);
    const until = alone.get(one.start) ?? one.start;
    for (const gap of gaps) {
      const at = one.start + gap.index;
      if (gap.index === 0 || (at < until && until < one.end)) continue;
      if (at === until || until > one.start || DRAWN_PIECE.test(text.slice(one.start, at))) {
        const next = text.slice(at + gap[0].length, one.end);
        if (!DRAWN_PIECE.test(next.split(DIVIDED, 1)[0])) return at <= until ? [] : [{ ...one, end: at }];
      }
    }
    return until >= one.end ? [] : [one];
  });
}

/** What divides the entries of a list and the lines of a text. */
const DIVIDED = /["'`]\s*,?\s*["'`]|\\?\r?\n[ \t>+|#*]*/g;
const DRAWN_PIECE = /\d|[A-Z].*[A-Z]|[a-z][A-Z]|^.{24}/;

function isKeyOrHolds(text: string, known: FindKnown, depth: number): boolean {
  return text.search(KEY_BEGINS) >= 0 || lookAt(text, known, depth + 1).found.length > 0;
}

/** Lines put together: line ends with the margin of the next line, and a stroke before them, go. */
function wrappedView(view: View): View | null {
  const wrapped = rewritten(view, /[\\=]?\r?\n[ \t>+|#*]{0,40}(?:\d{1,7}[\t:|][ \t]{0,4})?/g, () => "");
  return wrapped === view ? null : wrapped;
}
