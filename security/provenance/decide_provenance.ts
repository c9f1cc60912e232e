/**
 * Whether the origin of a call's words lets it run unasked. Pure: the same call and the same history give the same answer.
 *
 * 1. What only looks runs, except for where secrets are kept after something untrusted was read, and except for a command line that
 *    somebody else's text dictates.
 * 2. Running words as a program always asks.
 * 3. All else asks unless the owner's own lines name each decisive argument, letter by letter, and the owner's verb asked for
 *    that effect. After the first untrusted read, `send`, `money`, `credential`, `delete` and `persist` need the same of every
 *    argument; for `change` the content may come from what was read: the owner said where it goes.
 *
 * No text that is not the owner's can turn an ask into a clear: clearing looks at the owner's lines only.
 */
import { secretPath } from "../risk/secret_path.ts";
import { isBelow, type Leaf, leavesOf } from "./leaves.ts";
import { isAskedFor, isMeant, mentions } from "./named.ts";
import type { Effect, Heard, TracedWords } from "./origin.ts";
import {
  belongTogether,
  inOrder,
  isComposed,
  isKnownFile,
  isOwnersMessage,
  isToolSaid,
  isUnderNamed,
  saysVerb,
  verbsOf,
} from "./made_of_own.ts";
import { isOwnersEnd, isOwnersMoment, isOwnersMonth } from "./moment.ts";
import { holdsAddress, isAddress, plainPage } from "./outward.ts";
import { persists } from "./persists.ts";
import { placeOf, quote } from "./said.ts";
import { plain } from "./plain.ts";
import { type OwnLine, retracts } from "./sentence.ts";
import {
  isChannel,
  isChosen,
  isJoined,
  isMeasure,
  isPartOfToken,
  isThingInRoom,
  keepsFigures,
} from "./said_otherwise.ts";
import { lineOf, trace } from "./trace.ts";
import { EVERYDAY } from "./verbs.ts";

export type ProvenanceCall = {
  tool: string;
  args: unknown;
  effects: readonly Effect[];
  /** Dotted paths of the arguments that say where something goes; null = all of them. */
  decisive: readonly string[] | null;
  /** The call's words are a command line that was judged to do nothing but read, in a sandbox without a network. */
  readsOnly?: boolean;
};

export type ProvenanceDecision = {
  verdict: "clear" | "ask";
  /** `looks`: it does nothing beyond looking. `owner`: the owner named it and asked for it. Null = asked. */
  by: "looks" | "owner" | null;
  /** True if something untrusted was heard before. */
  tainted: boolean;
  /** True if something was heard besides the messages that ask: of the owner, or of the program that asks in an owner's place. */
  read: boolean;
  /** The stated effects with those that the arguments show. */
  effects: Effect[];
  /** Sentences that a person can check. */
  reasons: string[];
  words: TracedWords[];
};

const ALL_COUNTS: readonly Effect[] = ["send", "money", "credential", "delete", "persist"];
/** Values that carry nothing: how to fetch, not what. */
const MANNER = /^(?:get|head|text|html|json|markdown|md|xml|csv|utf-?8|raw|auto|true|false)$/i;

/** Decides from `heard`, everything that entered the run before the call, oldest first. */
export function decideProvenance(call: ProvenanceCall, heard: readonly Heard[]): ProvenanceDecision {
  const { leaves, tooMuch } = leavesOf(call.args);
  const tainted = heard.some((h) => h.origin.kind !== "owner");
  const effects = effectsOf(call, leaves);
  const words = trace(call.args, heard);
  const read = heard.some((h) => h.origin.kind !== "owner" && h.origin.kind !== "api");
  const said = { tainted, read, effects, words };
  const ask = (reasons: string[]): ProvenanceDecision => ({ ...said, verdict: "ask", by: null, reasons });

  if (call.readsOnly === true) {
    const from = tainted ? dictated(leaves, heard) : null;
    return from === null ? { ...said, verdict: "clear", by: "looks", reasons: [] } : ask([from]);
  }
  if (effects.includes("run") && givesWords(call, leaves)) {
    return ask(["it runs words as a program", ...foreign(words, tainted)]);
  }
  if (effects.length === 0) {
    const why = tainted ? keptSecret(leaves, heard) : null;
    return why === null ? { ...said, verdict: "clear", by: "looks", reasons: [] } : ask([why]);
  }
  if (tooMuch) return ask(["its arguments are too deep or too many to look through"]);
  const missing = notNamed(call, { leaves, effects, tainted }, heard);
  return missing.length === 0
    ? { ...said, verdict: "clear", by: "owner", reasons: ["you named it and asked for it"] }
    : ask([...missing, ...foreign(words.filter((w) => !missing.some((m) => m.includes(quote(w.text)))), tainted)]);
}

/** Names of arguments that hold a program, whatever is in them. */
const PROGRAM =
  /(?:^|[._])(?:line|lines|command|commands|cmd|code|script|source|expression|program|exec|shell|sql|eval|args|argv|stdin|input)$/i;

/** True if what runs is in the arguments; false where they only name what is there already: a test, a host, a playbook. */
function givesWords(call: ProvenanceCall, leaves: readonly Leaf[]): boolean {
  return leaves.length === 0 ||
    /^(?:shell|run_code|exec|execute|bash|sh|python|eval|ssh|terminal|console)$/i.test(call.tool) ||
    leaves.some(({ path, value }) =>
      typeof value === "string" && (PROGRAM.test(path) || !/^[\p{L}\p{N}_.@:/-]{1,200}$/u.test(value))
    );
}

/** What the owner must have asked for: the gravest; a change or a message is part of it. */
function needed(effects: readonly Effect[]): readonly Effect[] {
  const grave = effects.filter((e) => e !== "send" && e !== "change");
  return grave.length > 0 ? grave : effects;
}

function effectsOf(call: ProvenanceCall, leaves: readonly Leaf[]): Effect[] {
  const effects = new Set(call.effects);
  const decisive = (leaf: Leaf) => call.decisive === null || isBelow(leaf.path, call.decisive);
  for (const leaf of leaves) {
    if (typeof leaf.value !== "string") continue;
    const place = decisive(leaf);
    if (effects.size === 0 && (isAddress(leaf.value, leaf.path) || (place && holdsAddress(leaf.value)))) {
      effects.add("send");
    }
    if (place && effects.has("change") && persists(leaf.value)) effects.add("persist");
  }
  return [...effects];
}

function dictated(leaves: readonly Leaf[], heard: readonly Heard[]): string | null {
  for (const { value } of leaves) {
    if (typeof value !== "string") continue;
    const line = plain(value);
    if (!line.includes(" ") || line.length < 8) continue;
    const from = heard.findLast((h) => h.origin.kind !== "owner" && plain(h.text).includes(line));
    if (from !== undefined) return `the whole line ${quote(value)} stands in ${placeOf(from)}`;
  }
  return null;
}

function keptSecret(leaves: readonly Leaf[], heard: readonly Heard[]): string | null {
  const lines = heard.filter((h) => h.origin.kind === "owner").map(lineOf);
  for (const { value } of leaves) {
    if (typeof value !== "string" || value.length > 4096) continue;
    const why = secretPath(value);
    if (why === null || lines.some((line) => mentions(value, line).some((at) => isMeant(line, at)))) continue;
    return `${quote(value)}: ${why}, and you did not name it`;
  }
  return null;
}

type Looked = { leaves: readonly Leaf[]; effects: readonly Effect[]; tainted: boolean };

/** What keeps the call from running unasked; empty = the owner named it all. */
function notNamed(call: ProvenanceCall, { leaves, effects, tainted }: Looked, heard: readonly Heard[]): string[] {
  const owner = standing(heard.filter((h) => h.origin.kind === "owner"));
  const now = currentLines(heard);
  const decisive = (leaf: Leaf) => call.decisive === null || isBelow(leaf.path, call.decisive);
  const counts = effects.filter((e) => ALL_COUNTS.includes(e));
  const places = leaves.filter((l) => decisive(l) && !l.path.endsWith("#"));
  const unplaced = places.every((l) => l.value === "" || typeof l.value === "boolean");
  if (unplaced && leaves.every((l) => l.value === "" || typeof l.value === "boolean")) {
    return ["nothing in its arguments was named by you"];
  }
  const fetches = effects.every((e) => e === "send" || e === "change") &&
    places.some((l) => typeof l.value === "string" && isAddress(l.value, l.path));
  const own = verbsOf(call.tool);
  const offered = fetches ? offeredIn(heard) : () => true;
  const missing: string[] = [];
  for (const leaf of leaves) {
    const place = unplaced || decisive(leaf);
    if (!place && (!tainted || counts.length === 0)) continue;
    if (!place && fetches && isManner(leaf)) continue;
    const lines = counts.length > 0 ? now : owner.map(lineOf);
    if (isNamed(leaf, { tool: call.tool, effects, tainted, fetches, own, leaves, place, offered }, lines)) continue;
    missing.push(notYours(leaf, owner.map(lineOf), heard));
  }
  const chosen = places.flatMap((l) => typeof l.value === "boolean" || l.value === "" ? [] : [l.value]);
  if (missing.length === 0 && tainted && !keepsFigures(leaves, owner.map(lineOf))) {
    missing.push("you asked for a correction of its form, and it changes figures");
  }
  const together = counts.length > 0 ? now : owner.map(lineOf);
  if (missing.length === 0 && tainted && !fetches && !belongTogether(chosen, together)) {
    missing.push(`you named ${chosen.map((v) => quote(String(v))).join(", ")}, but not together`);
  }
  return [...new Set(missing)].slice(0, 20);
}

type Named = {
  tool: string;
  effects: readonly Effect[];
  tainted: boolean;
  fetches: boolean;
  own: string[];
  leaves: readonly Leaf[];
  place: boolean;
  /** Whether a part of a path can tell nothing that a page does not know. */
  offered(part: string): boolean;
};

function isNamed({ path, value }: Leaf, about: Named, lines: readonly OwnLine[]): boolean {
  const { tool, effects, tainted, fetches, own, leaves, place, offered } = about;
  if (value === "") return !effects.includes("delete");
  const address = typeof value === "string" && isAddress(value, path);
  const strict = effects.some((e) => e !== "send" && e !== "change");
  const asked = (line: OwnLine, at: number) => {
    if (!place || (fetches && address)) return isMeant(line, at);
    if (!tainted && !strict) return isMeant(line, at);
    return needed(effects).every((effect) => isAskedFor(line, at, { effect, own, role: roleOf(path, leaves) }));
  };
  if (place && isChosen({ path, value }, leaves, lines, asked)) return true;
  if (typeof value === "boolean") return false;
  const named = (text: string | number | bigint) =>
    lines.some((line) => mentions(text, line).some((at) => asked(line, at)));
  if (named(value)) return place && typeof value === "string" ? inOrder({ path, value }, leaves, lines) : true;
  const leaf = { path, value };
  if (place && isPartOfToken(leaf, leaves, lines, asked)) return true;
  if (place && !effects.includes("money") && isMeasure(leaf, leaves, lines, asked)) return true;
  if (typeof value !== "string") return false;
  if (
    place &&
    (isJoined(leaf, lines, asked) || isChannel(leaf, lines, asked) || isThingInRoom(leaf, lines, asked) ||
      isOwnersMonth(value, lines))
  ) {
    return true;
  }
  const start = leaves.find((l) => l.path !== path && /(?:^|[._])(?:start|from|begin)(?:s|_time|_at)?$/.test(l.path))
    ?.value;
  if (place && /(?:^|[._])(?:end|until|to)(?:s|_time|_at)?$/.test(path) && typeof start === "string") {
    if (isOwnersEnd(value, start, lines)) return true;
  }
  if (fetches && address) return onNamedHost(value, lines, offered);
  if (place && isOwnersMoment(value, lines)) return true;
  if (effects.length === 1 && effects[0] === "send") {
    return place ? isOwnersQuery(value, { tainted }, lines) : isOwnersMessage(value, lines);
  }
  if (place && value === "." && effects.includes("run") && effects.every((e) => e === "run" || e === "change")) {
    return isToolSaid(tool, lines);
  }
  if (!place || !effects.every((e) => e === "change" || e === "send") || persists(value)) return false;
  if (value === "." && !strict) return own.some((verb) => saysVerb(verb, lines));
  const places = leaves.filter((l) => l.path !== path && typeof l.value === "string").map((l) => l.value as string);
  const accepted = (text: string) =>
    named(text) || isOwnersMonth(text, lines) ||
    (fetches && isAddress(text, "url") && onNamedHost(text, lines, offered));
  if (isUnderNamed(value, places.filter(accepted), named)) return true;
  if (fetches && namedAfterAddress(value, places.filter(accepted))) return true;
  return isKnownFile(value, named) || lines.some((line) => isComposed(value, line, asked));
}

/** What an argument is by its name. A file of a call that also names where from or where to is judged by their order. */
function roleOf(path: string, leaves: readonly Leaf[]): "from" | "file" | "other" {
  if (/(?:^|[._])(?:from|source|src|account)(?:[._]|$)/.test(path)) return "from";
  const pair = leaves.some((l) =>
    /(?:^|[._])(?:from|to|src|dst|source|target|dest|destination)(?:[._]|$)/.test(l.path)
  );
  return !pair && /(?:^|[._])(?:path|file|filename)$/.test(path) ? "file" : "other";
}

/** A search for nothing but words that the owner said; nothing read can be in it. Before anything was read, a third may be others. */
function isOwnersQuery(value: string, { tainted }: { tainted: boolean }, lines: readonly OwnLine[]): boolean {
  if (value.length > 200 || /[@/\\:=<>]|\p{Cf}/u.test(value)) return false;
  const words = plain(value).split(/[^\p{L}\p{M}\p{N}]+/u).filter((w) => w !== "" && !EVERYDAY.has(w));
  const said = new Set(lines.flatMap((l) => l.text.split(/[^\p{L}\p{M}\p{N}]+/u)));
  const own = words.filter((w) => said.has(w) || (!tainted && [...said].some((s) => isFormOf(s, w)))).length;
  return words.length > 1 && words.length <= 12 && (tainted ? own === words.length : own * 3 >= words.length * 2);
}

/** `bike` and `bikes`. */
function isFormOf(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 4 && long.startsWith(short) && long.length - short.length <= 3;
}

/**
 * What may stand in a path to a host that the owner named, once more than pages was read: what a page said or the owner. A host that
 * dictates the next path would else be told, part by part, what stands in files.
 */
function offeredIn(heard: readonly Heard[]): (part: string) => boolean {
  const open = heard.filter(({ origin }) => origin.kind === "page" || origin.kind === "owner");
  if (open.length === heard.length) return () => true;
  return (part) => part.length < 3 || open.some(({ text }) => text.includes(part));
}

/** A page of a host that the owner named, plain or with a search for nothing but the owner's words. */
function onNamedHost(value: string, lines: readonly OwnLine[], offered: (part: string) => boolean): boolean {
  const asked = URL.parse(value)?.searchParams;
  const own = asked !== undefined && asked.size === 1 &&
    /^(?:q|query|search|s|suche|k|keyword)$/.test([...asked.keys()][0]) &&
    isOwnersQuery([...asked.values()][0], { tainted: true }, lines);
  const page = plainPage(own ? value.slice(0, value.indexOf("?")) : value);
  if (page === null || !URL.parse(value.trim())!.pathname.split("/").every(offered)) return false;
  return lines.some((line) =>
    [...line.text.matchAll(/[^\s"'<>()`,;]+/g)].some(({ 0: token, index }) => {
      const said = token.replace(/[.:!?]+$/, "");
      const url = /^https?:\/\//.test(said)
        ? URL.parse(said)
        : /^[\w-]+(?:\.[\w-]+)+(?:\/|$)/.test(said)
        ? URL.parse(`https://${said}`)
        : null;
      return url !== null && url.hostname === page.host && url.username === "" && url.port === "" &&
        (value.trim().startsWith("https:") || url.protocol === "http:") && isMeant(line, index);
    })
  );
}

/** A download under the very name that the owner's own URL ends in, in this folder or in `downloads`. */
function namedAfterAddress(value: string, addresses: readonly string[]): boolean {
  const name = /^(?:\.\/)?(?:downloads\/)?([\w-][\w.-]{0,100})$/i.exec(value)?.[1];
  return name !== undefined && addresses.some((a) => URL.parse(a)?.pathname.endsWith(`/${name}`));
}

function isManner({ value }: Leaf): boolean {
  return typeof value !== "string" || value === "" || MANNER.test(value);
}

/** What the owner said last, with lines right before it that nothing was done between. */
function currentLines(heard: readonly Heard[]): OwnLine[] {
  const lines: OwnLine[] = [];
  for (const h of heard.toReversed()) {
    if (h.origin.kind === "owner") {
      lines.push(lineOf(h));
      if (retracts(lines.at(-1)!)) break;
    } else if (lines.length > 0 && !["paste", "stdin", "api"].includes(h.origin.kind)) break;
  }
  return lines;
}

/** The owner's lines from the last one on that took back what was before it. */
function standing(owner: readonly Heard[]): readonly Heard[] {
  return owner.slice(Math.max(0, owner.findLastIndex((h) => retracts(lineOf(h)))));
}

function notYours(leaf: Leaf, lines: readonly OwnLine[], heard: readonly Heard[]): string {
  const { path, value } = leaf;
  const shown = quote(String(value));
  if (typeof value !== "boolean" && lines.some((line) => mentions(value, line).length > 0)) {
    return `you named ${shown}, but not for this`;
  }
  const [first, ...more] = trace({ [path]: value }, heard.filter((h) => h.origin.kind !== "owner"));
  if (first?.from && more.length === 0) return `${shown} came from ${placeOf({ origin: first.from })}, not from you`;
  return `${shown} is in no line of yours`;
}

/** The striking words that came from elsewhere, a sentence for each place. */
function foreign(words: readonly TracedWords[], tainted: boolean): string[] {
  if (!tainted) return [];
  const said = words.filter((w) => w.from !== null && w.from.kind !== "owner")
    .map((w) => `${quote(w.text)} came from ${placeOf({ origin: w.from! })}, not from you`);
  return [...new Set(said)].slice(0, 8);
}
