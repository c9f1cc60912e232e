/** A sentence to frames, or to a refusal that says why. No part of this acts; a doubt is a refusal. */
import { findCaptures } from "./capture.ts";
import type { Frame } from "./frame.ts";
import { match, type Reading } from "./match.ts";
import { fileRules } from "./rules/file.ts";
import { gitRules } from "./rules/git.ts";
import { fits } from "./plan.ts";
import { helpRules } from "./rules/help.ts";
import { historyRules } from "./rules/history.ts";
import { machineRules } from "./rules/machine.ts";
import { searchRules } from "./rules/search.ts";
import { daemonRules } from "./rules/daemon.ts";
import { systemRules } from "./rules/system.ts";
import { treeRules } from "./rules/tree.ts";
import { composed } from "./sentence/composed.ts";
import { readSentence } from "./sentence/read.ts";
import { findSlots } from "./slots.ts";
import { apart, sameButPlace } from "./both.ts";
import { asksAtLarge } from "./sense.ts";
import { shellLine } from "./shell_line.ts";
import type { Span } from "./span.ts";
import { type Token, tokenize } from "./token.ts";
import { mended } from "./typo.ts";
import { findWhen } from "./when.ts";

/** Earlier rules win: a rule that explains a sentence more narrowly stands before one that explains it loosely. */
const RULES = [
  ...helpRules,
  ...machineRules,
  ...daemonRules,
  ...historyRules,
  ...gitRules,
  ...systemRules,
  ...searchRules,
  ...fileRules,
  ...treeRules,
];

/** Words that turn a request round, make it depend on something, or ask for thought instead of a fact. */
const REFUSED =
  /\b(?:not|dont|doesnt|didnt|never|without|except|excluding|unless|if|should|shall|why|because|instead|but|how (?:do|can|could|would|should|to)|until i|free up|(?<!git )\blog (?:in|out|off|me)|get rid|would be|supposed|(?:have|did|are|were|was) you)\b/;

/** A command word in its base form before an object is an order to change something: "commit my changes". */
const ORDER =
  /^(?:commit|change|modify|edit|update|touch|stage|branch|free|log|clean|empty|time|date|size|hide|load|host|boot|question|alter|save|write|make|add|chat|talk|discuss|author|use|fill|need|waste|call|define|import|set|start|end|patch|tag|mark|note|title|go|swap|partition|disk|drive|core|process|place|word|line|file|space|store|total|sum|code)(?: (?:the|my|a|an|this|that|these|those|all|me|it|its|up|some|our|your|to|off|out|down|every|everything|them|with)\b|$)/;

/** "What is a commit?": the meaning of a word is asked, not the state of a thing. */
const THINGS =
  /^(?:an? )?(?:(?:hidden|empty|binary|text|dot|large|untracked|staged|local|remote|merge|log|config|open|free|old|new) )?(?:commit|branch|git|file|dotfile|dotfiles|folder|directory|memory|ram|cpu|disk|diff|repository|repo|log|uptime|load|core|processor|session|storage|kernel|linux|tree|swap|disk space|free memory|free space|disk usage|memory usage|hostname|operating system|timezone|time|date|space|size|word|line|author|status|ssd|files|commits|branches|folders|directories|sessions|todos|todo)(?: mean)?$/;

const POLITE =
  /^(?:(?:please|pls|hey|hi|hello|ok|okay|so|now|then|and|also|kindly|harombe|assistant|can you|could you|would you|will you|just|quickly|go ahead and|i want (?:you )?to|i need (?:you )?to|id like (?:you )?to|i would like (?:you )?to|lets|let us|let me|well|thanks|you can|next|first|after that|finally|can i|could i|may i|help me) )+/;

/** Orders that take a file: "stage main.ts". */
const FILE_ORDER =
  /^(?:commit|change|modify|edit|update|touch|stage|clean|empty|alter|save|write|add|tag|patch|fill|import|define|mark|title|load|free|create|make)(?: (?:the|my|a|an|file|in|to|all|new|up))* ⟨/;

function refused(words: string, marked: string): boolean {
  const asks = words.replace(POLITE, "");
  if (/^how (?:do|can|should) i use (?:this|you|it)$/.test(asks)) return false;
  if (FILE_ORDER.test(marked.replace(POLITE, ""))) return true;
  if (/^(?:commit|change|update|edit|modify|stage|clean|touch|save|write|add|branch out)$/.test(asks)) return true;
  const bare = words.replace(POLITE, "");
  if (
    REFUSED.test(words) &&
    !/\bknow if\b|\b(?:see|check|tell me) if\b|^if (?:you|possible)/.test(words.replace(/\bdont mind\b/, ""))
  ) return true;
  if (/\b(?:not|dont|without|unless|why|should)\b/.test(words)) return true;
  if (asksAtLarge(bare)) return true;
  if (ORDER.test(bare) && bare.includes(" ")) return true;
  const rest = bare.replace(/^(?:whats|what is|what are|what does) /, "");
  return rest !== bare && THINGS.test(rest) && !/^(?:time|date)$/.test(rest);
}

/** One part of a request: its frames, or null. `before` is what an earlier part of the same request meant. */
async function parsePart(text: string, before: Frame | null, now: Date): Promise<Frame[] | null> {
  const sentence = readSentence(text, now);
  if (sentence !== null) return [sentence];
  const raw = tokenize(text);
  const tokens: Token[] = raw.map((t) => t.kind === "word" ? { ...t, word: mended(t.word) } : t);
  while (tokens.at(-1)?.kind === "break") tokens.pop();
  if (tokens.length === 0 || tokens.length > 40) return null;
  const words = tokens.map((t) => (t.kind === "quoted" ? "“”" : t.word)).join(" ");
  const marked = tokens.map((t) => (/path|quoted|glob/.test(t.kind) ? "⟨⟩" : t.word)).join(" ");
  if (refused(words, marked)) return null;
  const whens = await findWhen(tokens, now);
  const spans: Span[] = [
    ...findSlots(tokens),
    ...findCaptures(tokens, whens.map((w) => w.from)),
    ...whens.map((w) => ({ ...w, slot: "WHEN" as const, text: "" })),
  ];
  const reading: Reading = { text, tokens, spans, context: before !== null };
  for (const rule of RULES) {
    const found = match(reading, rule.pattern);
    if (found === null) continue;
    const frames = rule.build(found, before);
    if (frames !== null) return [frames].flat();
  }
  return null;
}

/** A command line that the person typed as such: `! ls`, `run: ls`, "run the command `ls`". */
export function commandLine(text: string): string | null {
  const bang = /^\s*(?:!|run:|shell:|\$ )\s*(\S[\s\S]*)$/i.exec(text);
  if (bang) return bang[1].trim();
  const asked =
    /^\s*(?:please |can you |could you )?(?:run|execute)(?: the)?(?: shell)?(?: command| line)?:? `([^`]+)`(?: please)?[.!?]?\s*$/i
      .exec(text);
  return asked ? asked[1].trim() : null;
}

/** Where a new part of a request may begin: after a joint, before a verb or a question. */
const JOINT = /(?:\s*[;\n]\s*|[.?!]\s+|,?\s+(?:and then|and also|and|then)\s+|,\s+(?:then\s+|and\s+)?)/g;
const HEAD =
  /^(?:(?:please|also|then|can you|could you|just)\s+)*(?:tell|show|list|count|find|read|give|print|display|open|cat|search|grep|what|whats|what's|which|how|who|when|where|is|are|check|say|let|look|get|see|do|does|sort|name|report|ls|git|compare|tally|locate|am)\b/i;

/** The ways to cut `text` at its joints, whole first: `a and b, c` gives each choice of joints that heads a clause. */
function cuts(text: string): string[][] {
  const joints = [...text.matchAll(JOINT)].filter((j) => {
    const rest = text.slice(j.index + j[0].length);
    const quotes = text.slice(0, j.index).match(/["`“”]/g)?.length ?? 0;
    return HEAD.test(rest) && quotes % 2 === 0;
  }).slice(0, 4);
  const pieces = text.split(/,?\s+and\s+(?:also\s+)?/);
  const loose = pieces.length > 1 && pieces.length < 5 && !/["`“]/.test(text) ? [pieces] : [];
  if (joints.length === 0) return [[text], ...loose];
  const parts: string[] = [];
  let at = 0;
  for (const joint of joints) {
    parts.push(text.slice(at, joint.index));
    at = joint.index + joint[0].length;
  }
  parts.push(text.slice(at));
  return [parts.filter((p) => p.trim() !== ""), [text], ...loose];
}

/**
 * What `text` asks, in order; null if any part of it is not understood in full. `now` is the moment that "yesterday"
 * is counted from; times in frames are local.
 */
export async function parse(text: string, now: Date): Promise<Frame[] | null> {
  const line = commandLine(text);
  if (line !== null) return [{ do: "run", line }];
  if (/^\s*\?+\s*$/.test(text)) return [{ do: "help" }];
  if (text.length > 400 || /\n\s*\S[\s\S]*\n/.test(text.trim())) return null;
  const habit = shellLine(text);
  if (habit !== null) return [habit];
  const sentence = readSentence(text, now);
  if (sentence !== null) return [sentence];
  const made = await composed(text.trim(), { parsePart, parseWhole }, now);
  if (made !== null) return made;
  return await parseWhole(text.trim(), now);
}

/** The parts of `text`, each understood, that fit together; null if there is no such way to cut it. */
async function parseWhole(text: string, now: Date): Promise<Frame[] | null> {
  const sentence = readSentence(text, now);
  if (sentence !== null) return [sentence];
  for (const parts of cuts(text)) {
    const frames: Frame[] = [];
    let whole = true;
    for (const part of parts) {
      const found = await parsePart(part, frames.at(-1) ?? null, now);
      whole &&= found !== null;
      if (found === null) break;
      frames.push(...found);
    }
    if (whole && fits(frames)) return frames;
  }
  const two = apart(text);
  if (two === null) return null;
  const [a, b] = [await parsePart(two.texts[0], null, now), await parsePart(two.texts[1], null, now)];
  return a?.length === 1 && b?.length === 1 && sameButPlace(a[0], b[0], two.sure) ? [...a, ...b] : null;
}
