/** One question of arithmetic or units, answered; pure. */
import { evaluate, LONGEST, type Num, real, show, sizeOf } from "./expression.ts";
import { type Unit, unitOf } from "./units.ts";

export type Answer = { text: string; value: string; unit: string | null };

const INTO = /^(.*\S)\s+(?:in|to|into|as)\s+(\S.*)$/isu;
const NUMBER_AND_UNIT = /^(.*[\d)!])\s*([\p{L}°µ²³"'][\p{L}\d°µ²³"'/ -]*)$/su;

/**
 * `(3 + 4) * 2`, `15% of 80`, `5 km in miles`, `2 * 3 ft to cm`. Throws as `evaluate`, and a `RangeError` for units
 * that are unknown or of different kinds.
 */
export function calculate(question: string): Answer {
  if (question.length > LONGEST) throw new RangeError(`Cannot calculate more than ${LONGEST} characters`);
  const plain = question.trim().replace(/\s*=\s*\??$/, "");
  const into = INTO.exec(plain);
  const target = into === null ? null : unitOf(into[2]);
  if (into === null || target === null) {
    const value = show(evaluated(plain, into?.[2]));
    return { text: `${plain} = ${value}`, value, unit: null };
  }
  const given = quantity(into[1]);
  if (given.unit.dimension !== target.dimension) {
    throw new RangeError(
      `Cannot turn ${given.unit.name} into ${target.name}: ${given.unit.dimension} is not ${target.dimension}`,
    );
  }
  const value = show(real(converted(given.value, given.unit, target)));
  return { text: `${into[1]} = ${value} ${target.name}`, value, unit: target.name };
}

/** The value, or an error that names the unit that nobody knows. */
function evaluated(text: string, unit: string | undefined): Num {
  try {
    return evaluate(text);
  } catch (error) {
    if (unit !== undefined) {
      throw new RangeError(`Cannot convert to ${JSON.stringify(unit.slice(0, 40))}: unknown unit`);
    }
    const found = NUMBER_AND_UNIT.exec(text);
    if (found !== null && unitOf(found[2]) !== null) {
      throw new RangeError(`Cannot calculate with ${found[2]} alone: write "${text} in <unit>"`);
    }
    throw error;
  }
}

/** A sum of quantities of one kind, as `5 ft 3 in`, in the unit of the first. */
function quantity(text: string): { value: Num; unit: Unit } {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([\p{L}°"']+)/gu)];
  const whole = parts.map(([all]) => all.replace(/\s/g, "")).join("") === text.replace(/\s/g, "");
  const units = parts.map(([, , name]) => unitOf(name));
  const [first] = units;
  if (parts.length > 1 && whole && first && units.every((one) => one?.dimension === first.dimension)) {
    const sum = parts.map(([, number], at) => converted(evaluate(number), units[at]!, first))
      .reduce((total, one) => total.plus(one));
    return { value: sum, unit: first };
  }
  const found = NUMBER_AND_UNIT.exec(text);
  const unit = found === null ? null : unitOf(found[2]);
  if (found !== null && unit !== null) return { value: evaluate(found[1]), unit };
  throw new RangeError(`Cannot convert ${JSON.stringify(text.slice(0, 40))}: write a number and a unit`);
}

/** To 30 digits, which takes the last digits of a quotient away again. */
function converted(value: Num, from: Unit, to: Unit): Num {
  const base = value.times(sizeOf(from.size)).plus(sizeOf(from.zero));
  return base.minus(sizeOf(to.zero)).div(sizeOf(to.size)).toSignificantDigits(30);
}
