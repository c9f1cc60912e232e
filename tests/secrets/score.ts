/** How many of labelled texts a scrub gets right. */
import type { Labelled } from "./corpus.ts";

export type Wrong = Labelled & { out: string };
export type Score = {
  secrets: number;
  found: number;
  hidden: number;
  foundHidden: number;
  benign: number;
  alarms: number;
};

/** A secret counts as found if no part of it stays, a benign text as left alone if nothing in it changed. */
export function score(texts: readonly Labelled[], scrub: (text: string) => string): { score: Score; wrong: Wrong[] } {
  const score: Score = { secrets: 0, found: 0, hidden: 0, foundHidden: 0, benign: 0, alarms: 0 };
  const wrong: Wrong[] = [];
  for (const one of texts) {
    const out = scrub(one.text);
    const right = one.parts.length === 0 ? out === one.text : one.parts.every((part) => !out.includes(part));
    if (!right) wrong.push({ ...one, out });
    if (one.parts.length === 0) {
      score.benign++;
      if (!right) score.alarms++;
    } else if (one.family === "hidden") {
      score.hidden++;
      if (right) score.foundHidden++;
    } else {
      score.secrets++;
      if (right) score.found++;
    }
  }
  return { score, wrong };
}
