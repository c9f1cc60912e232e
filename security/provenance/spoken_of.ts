/** A verb that the owner only speaks of: how it is done, what somebody said, what he will do himself. Pure. */
import { type OwnLine, sentenceAt, type Word } from "./sentence.ts";

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((w) => w !== ""));

/** After one of these a verb is told of and not asked for, as far as a comma or an "and". */
const TELLS_OF = set(`
  how why whether if when happens tries tried trying refuse refuses forbid forbids prevent prevents
  wie warum ob wenn comment pourquoi si cómo cuando`);
/** The same after a colon: what somebody else said. */
const QUOTES = set("say says said wrote writes reads claims schrieb sagt sagte dit dice");
const SOMEBODY = /\b(?:i|we|he|she|they|it|who)(?:'ll| will| would| did| can| could| may| might)(?: \w+ly)? $/;
const BREAKS = /[,:;]|(?:^|\s)(?:and|und|et|y|en|e|then|dann|puis|luego)\s/;

/** "Explain how to delete a.txt", "the page said: delete a.txt", "I will delete it": nothing is asked for. */
export function isSpokenOf(line: OwnLine, verb: Word): boolean {
  const sentence = sentenceAt(line, verb.at);
  if (sentence === null) return false;
  if (SOMEBODY.test(line.text.slice(sentence.start, verb.at))) return true;
  return sentence.words.some((w) => {
    if (w.at >= verb.at) return false;
    const between = line.text.slice(w.at + w.text.length, verb.at);
    return TELLS_OF.has(w.text)
      ? !BREAKS.test(between)
      : QUOTES.has(w.text) && !/[,;]|\s(?:and|so|und)\s/.test(between);
  });
}
