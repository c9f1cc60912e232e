/** Sentences that ask to keep a note, or what was noted. */
import type { FrameOf } from "../frame.ts";
import { type Plain, unquoted } from "./plain.ts";

const KEEP =
  /^(?:remember|don't forget|do not forget|keep in mind|note|make a note|take a note|note down|write down)(?: (?:that )|: ?| (?=(?:my|our|the) .*\b(?:is|are|was|has|have|lives?|likes?|works?|needs?|means?)\b))(.{3,500})$/i;
/** "remember that time in Paris": a thing that both know, not a fact. */
const RECOLLECTION =
  /^(?:time|day|night|one|guy|girl|man|woman|song|movie|film|show|trip|party|summer|winter|weekend|game|place|thing|moment|restaurant|story|joke|episode|feeling|incident|year|book|kid|boy|teacher|dog|cat|house)\b/i;
/** A statement has a verb. */
const STATED =
  /\b(?:is|are|was|were|has|have|had|isn't|aren't|likes?|loves?|hates?|lives?|works?|wants?|needs?|means?|prefers?|uses?|runs?|drinks?|eats?|speaks?|owns?|costs?|starts?|ends?|opens?|closes?|comes?|goes|arrives?|leaves?|drives?|sleeps?|belongs?|can|cannot|can't|must|should|will|don't|doesn't|do not|does not|never|always)\b|=/i;
/** Questions inside: "remember what I said" asks for the past. */
const OPEN = /^(?:what|when|who|how|where|why|if|whether|to|not|me|this|that|it|everything|anything|all)\b/i;

const TOPIC = "(?:the |my |our |a |an )?([^?!]{2,80})";
const ASK = [
  new RegExp(
    `^what (?:do|did) (?:you|i) (?:know|remember|tell you|ask you to remember|note|write down|say)(?: (?:about|of|on|regarding)) ${TOPIC}$`,
    "i",
  ),
  new RegExp(
    `^(?:(?:are there |do you have |have you (?:got )?|is there )?(?:any|an?|some) notes? (?:about|on|regarding)) ${TOPIC}$`,
    "i",
  ),
  new RegExp(
    `^(?:show|list|find|search)(?: me)?(?: all)? (?:my|the|your|our) (?:notes|memories|note) (?:about|on|for|regarding|of) ${TOPIC}$`,
    "i",
  ),
  new RegExp(`^recall (?:what you know about )?(?:the |my |our )?([\\w.@-]{2,40})$`, "i"),
];
const ALL =
  /^(?:what (?:do you remember|did i (?:ask|tell) you to remember|have i asked you to remember|have you remembered)|(?:list|show)(?: me)?(?: all)?(?: of)? (?:my|your|the) (?:notes|memories)|show everything you remember|list everything you remember|what are my notes)$/i;
/** About the assistant, or the world and all: no note tells it. */
const NOT_NOTED =
  /^(?:yourself|you|me|myself|us|it|that|this|everything|life|.*(?:, and | but | that i | and (?:why|how|what|when)\b).*)$/i;
/** Words after "recall" that mean something else. */
const CALLED_BACK = /^(?:product|products|election|troops|ambassador|email|message|order|everything|it|that|this)$/i;

/** The note to keep or to find that `plain` asks for, or null. */
export function readNote({ said, asked }: Plain): FrameOf<"remember"> | FrameOf<"recall"> | null {
  if (ALL.test(said)) return { do: "recall" };
  for (const pattern of ASK) {
    const query = pattern.exec(said)?.[1]?.trim();
    if (query === undefined) continue;
    // What was said and asked in sessions is another question.
    if (/^what did i (?:say|tell)/i.test(said) && !/remember/i.test(said)) return null;
    if (NOT_NOTED.test(query) || (/^recall/i.test(said) && CALLED_BACK.test(query))) return null;
    return { do: "recall", query: unquoted(query) };
  }
  const kept = KEEP.exec(said)?.[1]?.trim();
  if (kept === undefined) return null;
  const text = unquoted(kept);
  const polite = asked && !/^(?:remember|note)/i.test(said);
  if (OPEN.test(text) || RECOLLECTION.test(text) || !STATED.test(text) || polite) return null;
  return { do: "remember", text };
}
