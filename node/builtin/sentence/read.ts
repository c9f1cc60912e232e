/** Whole sentences that are read by their form: what they hold is free text, so that no word of it may be a command. */
import type { Frame } from "../frame.ts";
import { readAmount } from "./amount.ts";
import { readDay } from "./day.ts";
import { readNote } from "./note.ts";
import { readPage } from "./page.ts";
import { type Plain, plainOf } from "./plain.ts";
import { readRecipe } from "./recipe.ts";
import { readSum } from "./sum.ts";
import { readTextFile } from "./text_file.ts";
import { readUnit } from "./unit.ts";

/** Each with a sign that none of its sentences lacks: most sentences are tried by few readers. */
const READERS: readonly [RegExp, (plain: Plain, now: Date) => Frame | null][] = [
  [/["'“`]|\bempty\b|^touch /, readTextFile],
  [/\brecipe\b/, readRecipe],
  [/https?:\/\//, readPage],
  [/remember|forget|mind|note|know|recall|memor|write down/, readNote],
  [/\b(?:week|month|year)?days?\b|\bweeks?\b|\bmonths?\b|\byears?\b|\bdate\b|how long/, readDay],
  [/ (?:in|to|into|as|of) |how many/, readAmount],
  [/\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty)\b/, readSum],
  [
    /port|running|process|service|unit|daemon|logs?\b|journal|systemctl|docker|podman|container|listening|\b(?:active|alive|up)$|lsof|^ss /,
    readUnit,
  ],
];

/** The one question that `text` asks, seen from `now`; null if it is none of these. */
export function readSentence(text: string, now: Date): Frame | null {
  const plain = plainOf(text);
  for (const [sign, read] of READERS) {
    const frame = sign.test(plain.words) ? read(plain, now) : null;
    if (frame !== null) return frame;
  }
  return null;
}
