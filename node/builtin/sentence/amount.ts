/** Sentences that ask for an amount in another unit: "5 miles in km". */
import type { FrameOf } from "../frame.ts";
import { dimensionOf, unitNamed } from "../reckon/units.ts";
import type { Plain } from "./plain.ts";

const N =
  "(-?(?:\\d{1,3}(?:,\\d{3})+|\\d{1,30})(?:\\.\\d{1,30})?|an?|one|two|three|four|five|six|seven|eight|nine|ten|half an?)";
/** Looked up in the table: a unit has three words at most. */
const U = "([a-z°/]{1,20}(?: [a-z]{1,12}){0,2}?)";
const DEGREES = "(?: degrees?)?";
const LEAD =
  "(?:(?:what(?:'s| is| are)|whats|convert|change|turn|how (?:much|long|far|fast|heavy|tall|big|large|hot|warm|cold) (?:is|are)) )?";
const FORMS: [RegExp, "amount first" | "unit first"][] = [
  [
    new RegExp(`^${LEAD}${N} ?${DEGREES} ?${U} (?:in|into|to|as|in terms of|expressed in) ${DEGREES.trim()} ?${U}$`),
    "amount first",
  ],
  [
    new RegExp(
      `^(?:how many|what is the number of|number of) ${U} (?:is|are|make|makes|equal|are there in|are in|in|do you get from|does|do|has|have) ${N} ?${U}(?: (?:have|has|equal|make|contain))?$`,
    ),
    "unit first",
  ],
  [new RegExp(`^${U} in ${N} ?${U}$`), "unit first"],
];
const COUNTS: Record<string, string> = Object.fromEntries(
  "a one two three four five six seven eight nine ten".split(" ").map((w, n) => [w, String(Math.max(1, n))]),
);

/** The conversion that `plain` asks for; null where units are unknown, ambiguous, or measure different things. */
export function readAmount({ words }: Plain): FrameOf<"convert"> | null {
  if (words.length > 120) return null;
  for (const [pattern, order] of FORMS) {
    const found = pattern.exec(words);
    if (found === null) continue;
    const [, a, b, c] = found;
    const [count, source, target] = order === "amount first" ? [a, b, c] : [b, c, a];
    const pair = unitsOf(source, target);
    if (pair === null || (count === "an" && pair.from === pair.to)) return null;
    const amount = count.startsWith("half") ? "0.5" : COUNTS[count === "an" ? "a" : count] ?? count.replaceAll(",", "");
    return { do: "convert", amount, ...pair };
  }
  return null;
}

function unitsOf(source: string, target: string): { from: string; to: string } | null {
  const [from, to] = [unitNamed(source), unitNamed(target)];
  if (from === null || to === null || dimensionOf(from) !== dimensionOf(to)) return null;
  return { from, to };
}
