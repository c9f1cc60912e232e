/**
 * Shapes as a grammar that llama.cpp samples by (GBNF, https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md,
 * 2026-11). What the grammar admits is exactly the compact JSON of the shape, with at most one space after a colon or comma. Pure.
 */
import type { Shape } from "./shape.ts";

/** Rules under their names; a rule that was asked for twice exists once. */
export type Rules = { add(body: string, hint?: string): string; text(root: string): string };

/**
 * One character within a JSON string. The escapes are those of one letter: a `\u` could make half a character, and
 * everything that it could say can be said directly, except control characters, which no string of ours needs.
 */
const CHARACTER = String.raw`[^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]`;
/** The same without characters beyond U+FFFF, which JavaScript counts twice. */
const BASIC_CHARACTER = String.raw`[^"\\\x00-\x1F\x7F\U00010000-\U0010FFFF] | "\\" ["\\/bfnrt]`;
/** Repetitions are unrolled by llama.cpp; longer ones are counted in blocks of so many. */
const BLOCK = 128;
const SPACE = `" "?`;
/** Digits after the point. */
const FRACTION = "[0-9]{1,6}";

/** An empty set of rules. */
export function rules(): Rules {
  const names = new Map<string, string>();
  return {
    add(body, hint = "r") {
      const name = names.get(body) ?? `${hint}${names.size}`;
      names.set(body, name);
      return name;
    },
    text: (root) => [`root ::= ${root}`, ...[...names].map(([body, name]) => `${name} ::= ${body}`), ""].join("\n"),
  };
}

/** The grammar of `shape` alone. */
export function grammarOf(shape: Shape): string {
  const set = rules();
  return set.text(ruleOf(shape, set));
}

/** A string of any length; for text that only the length of the answer bounds. */
export function openString(set: Rules): string {
  return set.add(`"\\"" ${set.add(CHARACTER, "char")}* "\\""`, "text");
}

/** The expression that stands for `shape`; what it needs is added to `set`. */
export function ruleOf(shape: Shape, set: Rules): string {
  switch (shape.kind) {
    case "string":
      return stringRule(shape, set);
    case "integer":
      return set.add(integerRule(shape.min, shape.max), "int");
    case "number":
      return set.add(numberRule(shape.min, shape.max), "num");
    case "boolean":
      return set.add(`"true" | "false"`, "bool");
    case "const":
      return quoted(JSON.stringify(shape.value));
    case "either":
      return set.add(shape.of.map((one) => ruleOf(one, set)).join(" | "), "one");
    case "array":
      return set.add(arrayRule(shape, set), "list");
    case "object":
      return set.add(objectRule(shape.fields, set), "obj");
    case "map": {
      const key = stringRule({ min: 1, max: 64, basic: true }, set);
      const entry = set.add(`${key} ":" ${SPACE} ${ruleOf(shape.value, set)}`, "entry");
      return set.add(`"{" (${entry} ("," ${SPACE} ${entry}){0,${shape.max - 1}})? "}"`, "map");
    }
  }
}

/** `text` as a literal of the grammar. */
export function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, "\\$&").replace(
    /[\u0000-\u001f\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${joined(escaped, text)}"`;
}

/** Surrogates of a pair are one character to the grammar. */
function joined(escaped: string, text: string): string {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return escaped;
  return escaped.replace(/\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/g, (_, high, low) => {
    const point = (parseInt(high, 16) - 0xd800) * 0x400 + parseInt(low, 16) - 0xdc00 + 0x10000;
    return `\\U${point.toString(16).padStart(8, "0")}`;
  });
}

function stringRule({ min, max, basic }: { min: number; max: number; basic: boolean }, set: Rules): string {
  const character = set.add(basic ? BASIC_CHARACTER : CHARACTER, "char");
  return set.add(`"\\"" ${between(character, { min, max }, set)} "\\""`, "str");
}

/** `min` to `max` of `one`, longer runs in whole blocks and a rest: so the grammar stays small for any length. */
function between(one: string, { min, max }: { min: number; max: number }, set: Rules): string {
  if (max <= 2 * BLOCK) return `${one}{${min},${max}}`;
  const block = set.add(`${one}{${BLOCK}}`, "block");
  const free = max - min;
  return [
    min >= BLOCK ? `${block}{${Math.floor(min / BLOCK)}}` : "",
    min % BLOCK > 0 ? `${one}{${min % BLOCK}}` : "",
    free >= 2 * BLOCK ? `${block}{0,${Math.floor(free / BLOCK) - 1}}` : "",
    `${one}{0,${free >= BLOCK ? BLOCK + free % BLOCK : free}}`,
  ].filter((part) => part !== "").join(" ");
}

function arrayRule({ items, min, max }: { items: Shape; min: number; max: number }, set: Rules): string {
  if (max === 0) return `"[]"`;
  const item = ruleOf(items, set);
  const more = set.add(`"," ${SPACE} ${item}`, "more");
  const filled = `${item} ${more}{${Math.max(0, min - 1)},${max - 1}}`;
  return `"[" ${min === 0 ? `(${filled})?` : filled} "]"`;
}

/** Fields in their order; those that are not required may be left out. */
function objectRule(fields: { name: string; shape: Shape; required: boolean }[], set: Rules): string {
  if (fields.length === 0) return `"{}"`;
  const entries = fields.map(({ name, shape, required }) => ({
    required,
    rule: set.add(`${quoted(JSON.stringify(name))} ":" ${SPACE} ${ruleOf(shape, set)}`, "field"),
  }));
  // From the last field backwards: what may follow once a field stands, and what may stand where none does yet.
  const { none } = entries.toReversed().reduce(({ some, none }, { rule, required }) => {
    const follow = set.add(`"," ${SPACE} ${rule} ${some}`.trim(), "then");
    const first = `${rule} ${some}`.trim();
    return required
      ? { some: follow, none: set.add(first, "first") }
      : { some: set.add(alternatives(follow, some), "then"), none: set.add(alternatives(first, none), "first") };
  }, { some: "", none: "" });
  return `"{" ${none} "}"`;
}

/** `one`, or what stands without it, which may be nothing. */
function alternatives(one: string, otherwise: string): string {
  return otherwise === "" ? `(${one})?` : `${one} | ${otherwise}`;
}

/** The whole numbers from `min` to `max` in decimal, without leading zeros or a plus. */
export function integerRule(min: number, max: number): string {
  const negative = min < 0 ? range(Math.max(1, -max), -min).map((digits) => `"-" ${digits}`) : [];
  const positive = max >= 0 ? range(Math.max(0, min), max) : [];
  return [...negative, ...positive].join(" | ");
}

/** Numbers from `min` to `max`, both whole: each whole number inside, with a fraction where that stays inside. */
function numberRule(min: number, max: number): string {
  const parts: string[] = [];
  const fraction = `("." ${FRACTION})?`;
  if (max > Math.max(0, min)) parts.push(`(${integerRule(Math.max(0, min), max - 1)}) ${fraction}`);
  if (min < Math.min(0, max)) parts.push(`"-" (${integerRule(Math.max(0, -max), -min - 1)}) ${fraction}`);
  return [...parts, integerRule(min, min), integerRule(max, max)].filter((part, at, all) => all.indexOf(part) === at)
    .join(" | ");
}

/** The decimal strings from `low` to `high` (both ≥ 0), as alternatives of digit classes. */
function range(low: number, high: number): string[] {
  const [a, b] = [String(low), String(high)];
  if (a.length < b.length) {
    const top = Number("9".repeat(a.length));
    return [...range(low, top), ...range(top + 1, high)];
  }
  return sameLength(a, b);
}

function sameLength(a: string, b: string): string[] {
  if (a === "") return [""];
  if (/^0*$/.test(a) && /^9*$/.test(b)) return [digits(a.length)];
  const [first, last] = [Number(a[0]), Number(b[0])];
  const [restA, restB] = [a.slice(1), b.slice(1)];
  const with0 = (digit: string, rests: string[]) => rests.map((rest) => rest === "" ? digit : `${digit} ${rest}`);
  if (first === last) return with0(`"${first}"`, sameLength(restA, restB));
  const [zeros, nines] = ["0".repeat(restA.length), "9".repeat(restA.length)];
  const lowFull = restA === zeros;
  const highFull = restB === nines;
  const [from, to] = [lowFull ? first : first + 1, highFull ? last : last - 1];
  const middle = from <= to ? with0(from === to ? `"${from}"` : `[${from}-${to}]`, [digits(restA.length)]) : [];
  return [
    ...(lowFull ? [] : with0(`"${first}"`, sameLength(restA, nines))),
    ...middle,
    ...(highFull ? [] : with0(`"${last}"`, sameLength(zeros, restB))),
  ];
}

function digits(count: number): string {
  return count === 0 ? "" : count === 1 ? "[0-9]" : `[0-9]{${count}}`;
}
