/** Answers that need no tool: sums, units and days. Pure. */
import type { FrameOf } from "../frame.ts";
import { daysBetween, shifted, weekdayOf } from "../reckon/calendar.ts";
import { sumOf } from "../reckon/expression.ts";
import { type Rational, rational, rationalOf, shown, times } from "../reckon/rational.ts";
import { converted, unitShown } from "../reckon/units.ts";
import { counted } from "../show.ts";
import { StepFailed, type Thread } from "../step.ts";

/** Digits of a result that are written out. */
const LONGEST = 120;

/** " = 4" or " ≈ 0.3333333333 (1/3)". */
function equals(value: Rational, exact: boolean): string {
  const { text, exact: ends } = shown(value);
  const small = value.d < 1_000_000n && value.n < 1_000_000_000n && -value.n < 1_000_000_000n;
  const whole = text.length > LONGEST ? `${text.slice(0, 40)}… (${text.replace(/\D/g, "").length} digits)` : text;
  return exact && ends ? ` = ${whole}` : ` ≈ ${whole}${exact && small ? ` (${value.n}/${value.d})` : ""}`;
}

/** `17%*2340` as people write it. */
const written = (expression: string): string =>
  expression.replace(/(?<=[\d)%])([-+*/])/g, " $1 ").replaceAll("*", "×").replaceAll("/", "÷");

export function calcText({ expression, percent }: FrameOf<"calc">): string {
  try {
    const { value, exact } = sumOf(expression);
    if (!percent) return `${written(expression)}${equals(value, exact)}`;
    const share = shown(times(value, rational(100n)), 4);
    return `${written(expression)} ${share.exact ? "=" : "≈"} ${share.text} %`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${written(expression)} has no value: ${error.message}.`;
  }
}

export function convertText({ amount, from, to }: FrameOf<"convert">): string {
  const given = rationalOf(amount);
  const value = converted(given, { from, to });
  const one = (of: Rational) => of.n === 1n && of.d === 1n;
  const { text, exact } = shown(value, 6);
  return `${shown(given).text} ${unitShown(from, one(given))} ${exact ? "=" : "≈"} ${text} ${
    unitShown(to, one(value))
  }`;
}

export function daysText({ from, to, unit }: FrameOf<"days">): string {
  const days = daysBetween(from, to);
  const size = Math.abs(days);
  const weeks = `${counted(Math.floor(size / 7), "week")}${size % 7 > 0 ? ` and ${counted(size % 7, "day")}` : ""}`;
  const told = unit === "week" ? `${weeks} (${counted(size, "day")})` : counted(size, "day");
  const back = days < 0 ? ", backwards" : "";
  return `${told} from ${weekdayOf(from)} ${from} to ${weekdayOf(to)} ${to}${back}.`;
}

export function weekdayText({ date }: FrameOf<"weekday">): string {
  return `${date} is a ${weekdayOf(date)}.`;
}

export function shiftText({ date, amount, unit }: FrameOf<"shift">): string {
  const moved = shifted(date, amount, unit);
  const how = `${counted(Math.abs(amount), unit)} ${amount < 0 ? "before" : "after"} ${date}`;
  return moved === null ? `${how} is no day that this calendar knows.` : `${how} is ${weekdayOf(moved)} ${moved}.`;
}

/** The bytes that the part before gave, in another unit. */
export function expressText({ unit }: FrameOf<"express">, thread: Thread): string {
  if (thread.given.bytes === undefined) throw new StepFailed("There is no size to express.");
  return convertText({ do: "convert", amount: String(thread.given.bytes), from: "byte", to: unit });
}
