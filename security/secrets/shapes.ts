/** Secrets that tell themselves, found by how they begin. */
import { type Anchor, createAnchors } from "./anchors.ts";
import { CLOUDS } from "./formats/clouds.ts";
import { CODE_HOSTS } from "./formats/code_hosts.ts";
import type { Format } from "./formats/format.ts";
import { MESSAGES } from "./formats/messages.ts";
import { MODELS } from "./formats/models.ts";
import { MONEY } from "./formats/money.ts";
import { TOOLS } from "./formats/tools.ts";
import type { Found } from "./found.ts";

/** Every format, one list a field. */
export const FORMATS: readonly Format[] = [CLOUDS, CODE_HOSTS, MODELS, MESSAGES, MONEY, TOOLS].flat();

/** Characters that a secret may have at most; longer ones are cut here. */
export const LONGEST_SECRET = 8000;

type Compiled = { format: Format; rest: RegExp; before: RegExp | null };

const compiled = FORMATS.flatMap((format): Anchor<Compiled>[] => {
  const of = {
    format,
    rest: new RegExp(format.rest, format.fold ? "diy" : "dy"),
    before: format.before === undefined ? null : new RegExp(`(?:${format.before})$`),
  };
  return format.starts.map((literal) => ({ literal, fold: format.fold, of }));
});
const anchors = createAnchors(compiled);

/** Characters looked at before a beginning. */
const BEFORE = 90;

export type Shaped = {
  found: Found[];
  /** True if a secret begins in the text, and its end was not seen: more may follow in the next line. */
  open: boolean;
};

/** In order of their beginnings; overlaps are possible. */
export function shaped(text: string): Shaped {
  const found: Found[] = [];
  const state = { covered: 0, open: false };
  const nexts = new Map<string, number>();
  /** Each literal is looked for once on its way through the text. */
  const near = ({ needs }: Format, from: number): boolean => {
    const { literal, within } = needs!;
    let next = nexts.get(literal) ?? -1;
    if (next < from) {
      nexts.set(literal, next = text.indexOf(literal, from) < 0 ? Infinity : text.indexOf(literal, from));
    }
    if (next > from + within && from + within >= text.length) state.open ||= runsOut(text, from);
    return next <= from + within;
  };
  anchors(text, (at, end, { format, rest, before }) => {
    if (at < state.covered || (!format.inside && before === null && inWord(text, at))) return;
    if (format.needs !== undefined && !near(format, end)) return;
    rest.lastIndex = end;
    const match = rest.exec(text);
    if (match === null) {
      state.open ||= runsOut(text, end);
      return;
    }
    const front = before?.exec(text.slice(Math.max(0, at - BEFORE), at));
    if (front === null) return;
    const [from, to] = match.indices!.findLast((range) => range !== undefined)!;
    const start = from === end ? at - (front?.[0].length ?? 0) : from;
    const secret = text.slice(start, to);
    if (REPEATED.test(secret) || format.accept?.(secret) === false) return;
    found.push({ start, end: to, kind: format.kind });
    state.covered = to;
    state.open ||= to + 8 >= text.length && RUN_OUT.test(text.slice(to));
  });
  return { found, open: state.open };
}

/** What only fills the place of a secret: `ghp_xxxxxxxxxxxx`, `AKIA0000000000000000`. */
const REPEATED = /([A-Za-z0-9*.-])\1{7}/;

/** In the middle of a word; `\n` and `%0A` in escaped text end a word as well. */
function inWord(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9]/.test(text[at - 1])) return false;
  if (text[at - 2] === "\\" && /[nrtbf]/.test(text[at - 1])) return false;
  return !(text[at - 3] === "%" && /^[0-9A-Fa-f]{2}$/.test(text.slice(at - 2, at)));
}

/** What may stand between a piece of a secret and the end of the line. */
const RUN_OUT = /^(?:\\?["'`])?\)?\s{0,3}[+.&,;\\)]{0,2}\s{0,3}$/;
const PIECE = /[A-Za-z0-9_+\/=.~-]*/y;
const LONGEST_PIECE = 2000;

function runsOut(text: string, end: number): boolean {
  if (text.length - end > LONGEST_PIECE) return false;
  PIECE.lastIndex = end;
  const piece = PIECE.exec(text)!;
  const rest = text.slice(end + piece[0].length, end + piece[0].length + 9);
  return end + piece[0].length + rest.length === text.length && RUN_OUT.test(rest);
}
