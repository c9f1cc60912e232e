/** Sentences that are sums: "17% of 2,340", "divide 1000 by 7". */
import type { FrameOf } from "../frame.ts";
import { sumOf, sumTokens } from "../reckon/expression.ts";
import type { Plain } from "./plain.ts";

const ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
  "seventeen eighteen nineteen").split(" ");
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SPELLED = new RegExp(
  `\\b(?:(${TENS.join("|")})(?:[ -](${ONES.slice(1, 10).join("|")}))?|(${ONES.join("|")}))\\b`,
  "g",
);
const NTH = "second third fourth fifth sixth seventh eighth ninth tenth".split(" ");

const LEADS =
  /^(?:(?:what(?:'s| is| are| does| do)|whats|calculate|calc|compute|evaluate|how much (?:is|are|does)|work out)(?: the result of| the value of)?|what do you get (?:when|if) you) /;
const N = "(-?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?)";
const PERCENT = "(?:%| ?percent| per cent)";

/** Numbers in words as digits. */
const inDigits = (words: string): string =>
  words.replace(
    SPELLED,
    (_, ten, one, alone) =>
      String(alone !== undefined ? ONES.indexOf(alone) : (TENS.indexOf(ten) + 2) * 10 + (one ? ONES.indexOf(one) : 0)),
  );

/** Whole sentences whose order of words is not that of a sum. */
const TURNED: [RegExp, string][] = [
  [new RegExp(`^(?:take )?${N} ?${PERCENT} off(?: of)? ${N}$`), "$2*(1-$1%)"],
  [new RegExp(`^${N} (?:minus|less) ${N} ?${PERCENT}$`), "$1*(1-$2%)"],
  [new RegExp(`^(?:decrease|reduce|lower) ${N} by ${N} ?${PERCENT}$`), "$1*(1-$2%)"],
  [new RegExp(`^${N} plus ${N} ?${PERCENT}$`), "$1*(1+$2%)"],
  [new RegExp(`^(?:increase|raise) ${N} by ${N} ?${PERCENT}$`), "$1*(1+$2%)"],
  [new RegExp(`^add ${N} ?${PERCENT} to ${N}$`), "$2*(1+$1%)"],
  [new RegExp(`^multiply ${N} (?:by|with|and) ${N}$`), "$1*$2"],
  [new RegExp(`^divide ${N} by ${N}$`), "$1/$2"],
  [new RegExp(`^add ${N} (?:and|to) ${N}$`), "$1+$2"],
  [new RegExp(`^subtract ${N} from ${N}$`), "$2-$1"],
];
const SHARES: [RegExp, string][] = [
  [new RegExp(`^(?:what )?(?:percent|percentage|per cent) (?:of ${N} is ${N})$`), "$2/$1"],
  [new RegExp(`^(?:what )?(?:percent|percentage|per cent) is ${N} (?:out )?of ${N}$`), "$1/$2"],
  [new RegExp(`^${N} is what (?:percent|percentage|per cent) of ${N}$`), "$1/$2"],
  [new RegExp(`^${N} (?:out )?of ${N} (?:as a|in) (?:percent|percentage|per cent)$`), "$1/$2"],
];

/** Words of sums as signs. */
function inSigns(words: string): string {
  return words
    .replace(/^(?:the )?(?:sum|total) of (.+?) and /, "$1 + ")
    .replace(/^(?:the )?product of (.+?) and /, "$1 * ")
    .replace(/^(?:a |one )?half of (?:an? )?(.+)$/, "$1 / 2")
    .replace(/^(?:a|one) third of (.+)$/, "$1 / 3")
    .replace(/^(?:a|one) quarter of (.+)$/, "$1 / 4")
    .replace(/^(?:double|twice) (\S+)$/, "2 * $1")
    .replace(/ ?(?:percent|per cent)\b/g, "%")
    .replace(/% of (?:the )?/g, "% * ")
    .replace(/\b(?:the )?square root of (\d[\d.,]*)/g, "sqrt($1)")
    .replace(new RegExp(` to the (${NTH.join("|")})(?: power)?\\b`, "g"), (_, n) => `^${NTH.indexOf(n) + 2}`)
    .replace(/ to the (?:power(?: of)? )?(\d+)(?:th|nd|rd|st)?(?: power)?\b/g, "^$1")
    .replace(/ (?:raised )?to the power of /g, "^")
    .replace(/ squared\b/g, "^2").replace(/ cubed\b/g, "^3")
    .replace(/ (?:multiplied by|times|x) | ?× ?/g, " * ").replace(/(?<=\d)x(?=\d)/g, "*")
    .replace(/ divided by | ?÷ ?/g, " / ")
    .replace(/ plus /g, " + ").replace(/ minus | ?− ?/g, " - ");
}

const calc = (expression: string, percent?: true): FrameOf<"calc"> | null => {
  try {
    sumOf(expression);
  } catch (error) {
    // Without a value (division by zero) it is still a sum, and the answer says so.
    if (!(error instanceof RangeError)) return null;
  }
  return { do: "calc", expression, ...(percent ? { percent } : {}) };
};

/** Things that look like sums: days, ranges, addresses, "24/7". */
const OTHERWISE = /^\d{1,2}\/\d{1,2}(?:\/\d{2,4})?$|\b\d{4}-\d\d(?:-\d\d)?\b|^\+?[\d -]{6,}$(?<!\d [-+*\/] \d.*)/;

/** The sum that `plain` asks for, or null. */
export function readSum({ words }: Plain): FrameOf<"calc"> | null {
  if (words.length > 200) return null;
  const digits = inDigits(words).replace(/^=\s*/, "");
  const asked = digits.replace(LEADS, "").replace(/ (?:equals?|is|makes?|be)$| ?=$/, "").trim();
  const led = asked !== digits;
  for (const [pattern, made] of SHARES) {
    if (pattern.test(asked) || pattern.test(digits)) {
      const from = pattern.test(asked) ? asked : digits;
      return calc(from.replace(pattern, made).replaceAll(",", ""), true);
    }
  }
  for (const [pattern, made] of TURNED) {
    if (pattern.test(asked)) return calc(asked.replace(pattern, made).replaceAll(",", ""));
  }
  if (OTHERWISE.test(asked)) return null;
  const signs = inSigns(asked);
  const tokens = sumTokens(signs);
  if (tokens === null || !tokens.some((t) => /^(?:[-+*\/^]|sqrt)$/.test(t))) return null;
  // "50 + 20%" is 50.2 for one reader and 60 for another.
  if (/[-+]\s*[\d.,]+\s*%/.test(signs)) return null;
  // "5-3" may be a range or a score.
  if (!led && tokens.every((t) => /^(?:\d+|-)$/.test(t)) && !/\s-\s/.test(signs) && !signs.trim().startsWith("-")) {
    return null;
  }
  return calc(tokens.join(""));
}
