/** Whole sentences that are read by their form: what they hold is free text, so that no word of it may be a command. */
import type { Frame } from "../frame.ts";
import { readAmount } from "./amount.ts";
import { readDay } from "./day.ts";
import { readNote } from "./note.ts";
import { readPage } from "./page.ts";
import { plainOf } from "./plain.ts";
import { readRecipe } from "./recipe.ts";
import { readSum } from "./sum.ts";
import { readTextFile } from "./text_file.ts";
import { readUnit } from "./unit.ts";

/** The one question that `text` asks, seen from `now`; null if it is none of these. */
export function readSentence(text: string, now: Date): Frame | null {
  const plain = plainOf(text);
  return readTextFile(plain) ?? readRecipe(plain) ?? readPage(plain) ?? readNote(plain) ?? readDay(plain, now) ??
    readAmount(plain) ?? readSum(plain) ?? readUnit(plain);
}
