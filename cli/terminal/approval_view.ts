/**
 * A call put before a person, as rows. Pure. Every row that shows a word of the model's, of a tool's or of a file's
 * starts with the frame's own edge, so nothing inside can look like the end of the frame or like the question below.
 */
import type { ApprovalRequest } from "../../security/approval.ts";
import { placeOf, quote } from "../../security/provenance/said.ts";
import type { TracedWords } from "../../security/provenance/origin.ts";
import { higher } from "../../security/tool.ts";
import { disguises } from "../../security/display.ts";
import { both, paint, SGR, type Span } from "./span.ts";
import { fit } from "./width.ts";

export type FrameOptions = {
  columns: number;
  color: boolean;
  /** `printable` of `security/display.ts`. */
  printable(text: string): string;
  /** False: long strings that the preview shows anyway, and the middle of a very long frame, are counted instead. */
  whole: boolean;
};

export type Frame = {
  rows: string[];
  /** True if `whole` would show more. */
  shortened: boolean;
  /** True if something of the call is in none of the rows. */
  unseen: boolean;
};

const MOST_ROWS = 200;
/** A string of so many characters, all of them in the preview, is not shown a second time. */
const LONG_STRING = 40;
/** Arguments that fit so many rows stand in one line. */
const SHORT_ROWS = 2;

const RISK_STYLE = { LOW: SGR.green, MEDIUM: SGR.yellow, HIGH: SGR.red, CRITICAL: both(SGR.red, SGR.bold) } as const;

/** The frame for `request`: tool, risk, reasons, preview, arguments. */
export function approvalFrame(request: ApprovalRequest, options: FrameOptions): Frame {
  const all = [request, ...request.beside ?? []];
  const parts = all.map((one) => bodyOf(one, options));
  const body = parts.flatMap((part, i) => all.length === 1 ? part.body : [...countRow(i, all), ...part.body]);
  const { rows, unseen } = framed(body, options);
  const risk = all.map((one) => one.risk).reduce(higher);
  const what = all.length === 1 ? "may this run?" : `may these ${all.length} run?`;
  const title = ` risk ${risk} · harombe asks: ${what} `;
  const head = paint(
    [{ text: fit(title, options.columns - 2), style: both(SGR.reverse, RISK_STYLE[risk]) }],
    options.color,
  );
  return {
    rows: [`╔═${head}`, ...rows, "╚══════"],
    shortened: unseen || parts.some((part) => part.shortened),
    unseen,
  };
}

function countRow(i: number, { length }: { length: number }): Span[][] {
  const gap: Span[][] = i === 0 ? [] : [[{ text: "", style: SGR.plain }]];
  return [...gap, [{ text: `── ${i + 1} of ${length} ──`, style: SGR.bold }]];
}

/** Everything of one call. */
function bodyOf(request: ApprovalRequest, options: FrameOptions): { body: Span[][]; shortened: boolean } {
  const { preview } = request;
  const args = options.whole || preview === null
    ? { value: request.args, shortened: false }
    : shorten(request.args, linesOf(preview.text));
  const body: Span[][] = [
    ...labelled("tool", `${request.tool}  (agent ${request.agent})`),
    ...untold(request).flatMap((reason, at) => labelled(at === 0 ? "why" : "", reason)),
    ...disguises(stringsOf([request.args, preview?.text])).flatMap((what) => labelled("beware", what, SGR.yellow)),
    ...(preview ? section(preview.kind, previewLines(shownText(preview), preview.kind)) : []),
    ...argumentRows(args.value, options),
    ...wordRows(request.words, options),
    ...(request.further ? labelled("yes", `also covers ${request.further}`) : []),
    ...(request.always ? labelled("always", `would allow ${request.always} until this session ends`) : []),
  ];
  return {
    body,
    shortened: args.shortened ||
      (!options.whole && request.words.filter(({ from }) => from !== null).length > MOST_WORDS),
  };
}

/** In one line where that is short, else a line for each. */
function argumentRows(value: unknown, { columns }: FrameOptions): Span[][] {
  const pretty = JSON.stringify(value, null, 2) ?? "none";
  const one = pretty.replaceAll(/\n */g, " ");
  return one.length <= SHORT_ROWS * (columns - 11)
    ? [[{ text: "", style: SGR.plain }], ...labelled("args", one)]
    : section("arguments", lines(pretty));
}

/** Rows about where words came from, at most, until the whole is asked for. */
const MOST_WORDS = 12;

/** The reasons that the rows about words do not tell anyway. */
function untold({ reasons, words }: ApprovalRequest): string[] {
  const told = ranked(words).slice(0, MOST_WORDS).map((word) => `${quote(word.text)} ${whoseOf(word)}`);
  const kept = reasons.filter((reason) => !told.includes(reason));
  return kept.length > 0 ? kept : reasons;
}

/** The words that the assistant chose, by the names of their arguments: what they are stands above. */
function ownWords(own: readonly TracedWords[], all: readonly TracedWords[]): string {
  const shared = new Set(all.filter(({ from }) => from !== null).map(({ argument }) => argument));
  const names = [...new Set(own.map(({ argument }) => shared.has(argument) ? `the rest of ${argument}` : argument))];
  const shown = names.length > 8 ? [...names.slice(0, 8), `${names.length - 8} more`] : names;
  return `${shown.join(", ")}: the assistant's own`.replaceAll(/[\n\r]/g, " ");
}

function rankOf({ from }: TracedWords): number {
  return from === null ? 1 : from.kind === "owner" ? 2 : 0;
}

function ranked(words: readonly TracedWords[]): TracedWords[] {
  return words.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function whoseOf({ from }: TracedWords): string {
  if (from === null) return "is the assistant's own";
  return from.kind === "owner" ? "is from you" : `came from ${placeOf({ origin: from })}, not from you`;
}

/** Where the words of the arguments came from, those that are not the person's own first. */
function wordRows(words: readonly TracedWords[], { whole }: FrameOptions): Span[][] {
  if (words.length === 0) return [];
  const own = words.filter(({ from }) => from === null);
  const sorted = ranked(whole ? words : words.filter(({ from }) => from !== null));
  const shown = whole ? sorted : sorted.slice(0, MOST_WORDS);
  const rest = sorted.length - shown.length;
  return [
    [{ text: "", style: SGR.plain }],
    ...shown.flatMap((word, at) => {
      const sentence = `${word.argument}: ${quote(word.text)} ${whoseOf(word)}`.replaceAll(/[\n\r]/g, " ");
      const style = rankOf(word) === 0 ? SGR.yellow : SGR.plain;
      return labelled(at === 0 ? "words" : "", sentence).map(([label, content]) => [label, { ...content, style }]);
    }),
    ...(whole || own.length === 0 ? [] : labelled(shown.length === 0 ? "words" : "", ownWords(own, words))),
    ...(rest > 0 ? labelled("", `… and ${rest} more; [f] shows them`) : []),
  ];
}

/** A question of the agent's, framed in the same way. */
export function questionFrame(question: string, choices: readonly string[], options: FrameOptions): string[] {
  const body = [
    ...lines(question),
    ...choices.flatMap((choice, at) => labelled(`${at + 1}`, choice)),
  ];
  const head = paint([{ text: " the assistant asks you ", style: SGR.reverse }], options.color);
  return [`╔═${head}`, ...framed(body, { ...options, whole: true }).rows, "╚══════"];
}

function framed(body: Span[][], options: FrameOptions): { rows: string[]; unseen: boolean } {
  const width = Math.max(10, options.columns - 3);
  const rows = body.flatMap((spans) => splitRow(spans, width, options));
  const unseen = !options.whole && rows.length > MOST_ROWS;
  const half = MOST_ROWS >> 1;
  const gap = `... ${rows.length - MOST_ROWS} rows are not shown here; [f] shows them ...`;
  const kept = unseen ? [...rows.slice(0, half), gap.slice(0, width), ...rows.slice(-half)] : rows;
  return { rows: kept.map((row) => `║ ${row}`), unseen };
}

/** One line, made printable and cut into rows. A label keeps its own column. */
function splitRow(spans: Span[], width: number, options: FrameOptions): string[] {
  const [label, content] = spans.length === 2 ? spans : [null, spans[0]];
  const lead = label ? label.text : "";
  const text = options.printable(content.text).replaceAll(/[\n\r]/g, " ");
  return cutSafely(text, width - lead.length).map((row, at) =>
    paint([
      { text: at === 0 ? lead : " ".repeat(lead.length), style: label?.style ?? SGR.plain },
      { text: row, style: content.style },
    ], options.color)
  );
}

/**
 * Cuts by the widest that any terminal could draw: 1 cell for ASCII, 2 for every other code point, joined or combining
 * or not. A row that a terminal wrapped by itself would continue without the frame's edge. A row ends after a space where one
 * stands in its second half; no character is left out.
 */
function cutSafely(text: string, width: number): string[] {
  const rows = [""];
  let left = width;
  for (const point of text.replaceAll("\t", "    ")) {
    const cells = cellsOf(point);
    if (cells > left) {
      const last = rows[rows.length - 1];
      const space = point === " " ? -1 : last.lastIndexOf(" ") + 1;
      const cut = space > last.length / 2 ? space : last.length;
      rows[rows.length - 1] = last.slice(0, cut);
      rows.push(last.slice(cut));
      left = width - Array.from(last.slice(cut)).reduce((sum, one) => sum + cellsOf(one), 0);
    }
    rows[rows.length - 1] += point;
    left -= cells;
  }
  return rows;
}

function cellsOf(point: string): number {
  return point < "\x7f" ? 1 : 2;
}

function labelled(label: string, text: string, style: string = SGR.dim): Span[][] {
  return lines(text).map(([span], at) => [{ text: (at === 0 ? label : "").padEnd(8), style }, span]);
}

/** Every string inside a JSON value, keys too, one after another. */
function stringsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.entries(value).map(([key, below]) => `${key} ${stringsOf(below)}`).join(" ");
}

function section(title: string, content: Span[][]): Span[][] {
  return [[{ text: "", style: SGR.plain }], [{ text: title, style: SGR.dim }], ...content];
}

function lines(text: string): Span[][] {
  return text.replaceAll("\r\n", "\n").split("\n").map((line) => [{ text: line, style: SGR.plain }]);
}

/** A diff ends its last line with a line break, which is no row of its own. */
function shownText({ kind, text }: NonNullable<ApprovalRequest["preview"]>): string {
  return kind === "diff" ? text.replace(/\n$/, "") : text;
}

function previewLines(text: string, kind: "diff" | "command" | "text"): Span[][] {
  return lines(text).map(([{ text: line }]) => {
    const style = kind !== "diff"
      ? kind === "command" ? SGR.bold : SGR.plain
      : line.startsWith("+")
      ? SGR.green
      : line.startsWith("-")
      ? SGR.red
      : line.startsWith("@@")
      ? SGR.cyan
      : SGR.plain;
    return [{ text: line, style }];
  });
}

/** The lines of a preview, each also without its first character, which in a diff is a mark. */
function linesOf(text: string): Set<string> {
  return new Set(text.replaceAll("\r\n", "\n").split("\n").flatMap((line) => [line, line.slice(1)]));
}

/** `value` with each long string counted whose every line is among `shown`; any other string stays whole. */
function shorten(value: unknown, shown: Set<string>): { value: unknown; shortened: boolean } {
  let shortened = false;
  const walk = (one: unknown): unknown => {
    if (typeof one === "string") {
      if (one.length <= LONG_STRING || !one.split(/\r?\n/).every((line) => shown.has(line))) return one;
      shortened = true;
      return `${one.slice(0, 20)}… (${one.length} characters, as above)`;
    }
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, below]) => [key, walk(below)]));
  };
  const out = walk(value);
  return { value: out, shortened };
}
