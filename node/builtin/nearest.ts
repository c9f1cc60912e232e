/** Which commands a sentence that was not understood comes closest to. */
import { distance } from "fastest-levenshtein";
import { EXAMPLES } from "./help.ts";
import { LEXICON, singulars } from "./lexicon.ts";

const meanings = (word: string): Set<string> =>
  new Set(singulars(word).flatMap((w) => [...LEXICON.get(w) ?? []]).filter((m) => m !== "filler" && m !== "show"));
const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_.]+/gu) ?? [];

/** 0..2: shared meanings weigh one each of the longer side, spelling at most one more. */
function closeness(a: string, b: string): number {
  const left = words(a).slice(0, 40);
  const right = words(b);
  const shared = right.filter((r) => {
    const of = meanings(r);
    return left.some((l) => l === r || [...meanings(l)].some((m) => of.has(m)));
  }).length;
  const far = Math.max(a.length, b.length);
  return shared / Math.max(right.length, 1) + (1 - distance(a.slice(0, 200).toLowerCase(), b) / Math.max(far, 1));
}

/** The three examples closest to `text`, closest first. */
function nearest(text: string): string[] {
  return Object.values(EXAMPLES).flat()
    .map((example) => ({ example, near: closeness(text, example.toLowerCase()) }))
    .sort((a, b) => b.near - a.near)
    .slice(0, 3)
    .map((e) => e.example);
}

/** Words that English has not and its neighbours have often. */
const OTHER_LANGUAGES =
  /(?:^|\s)(?:der|die|das|und|ist|nicht|ich|wie|wieviel|viele|zeige?|zeig|welche|liste|alle|bitte|dateien|le|les|des|une|est|quelle?|combien|montre|fichiers|el|los|las|una|cuántos|muestra|archivos|il|gli|mostra|quanti|een|het|niet)(?=\s|$|[?!.,])/gi;

/** True if `text` seems to be no English: other letters, or two words of another language. */
function foreign(text: string): boolean {
  if (/[^\p{Script=Latin}\p{N}\p{P}\p{S}\p{Z}\s]/u.test(text) || /[ßñ¿¡]/u.test(text)) return true;
  return (text.match(OTHER_LANGUAGES)?.length ?? 0) >= 2 || /[äöüéèçàâêîôûáíóúñ]/iu.test(text);
}

/** The answer to a sentence that was not understood; nothing was done. */
export function declined(sentence: string): string {
  const text = sentence.slice(0, 500);
  const head = foreign(text) ? "I do not know that command. I understand English only." : "I do not know that command.";
  return [`${head} The nearest that I know:`, ...nearest(text).map((n) => `- ${n}`), "`help` shows them all."].join(
    "\n",
  );
}
