/** Spans of time as they are written, and business days; pure. */

export type Amount = { duration: Temporal.Duration; businessDays: number };

const UNITS: Record<string, string> = {
  y: "years",
  year: "years",
  mo: "months",
  month: "months",
  w: "weeks",
  week: "weeks",
  d: "days",
  day: "days",
  h: "hours",
  hour: "hours",
  min: "minutes",
  minute: "minutes",
  s: "seconds",
  sec: "seconds",
  second: "seconds",
};

/** Nobody asks for more; it keeps a sum in the range of the calendar's own errors. */
const MOST = 1e9;

/** Reads `3 months 2 days`, `-90 minutes`, `10 business days` and ISO 8601 (`P1M2D`). A minus holds for what follows it. Throws a `RangeError`. */
export function readAmount(text: string): Amount {
  const fail = () =>
    new RangeError(
      `Cannot read the span ${JSON.stringify(text.slice(0, 60))}: write 3 months 2 days, or 10 business days`,
    );
  if (/^[+-]?p/i.test(text.trim())) {
    try {
      return { duration: Temporal.Duration.from(text.trim()), businessDays: 0 };
    } catch {
      throw fail();
    }
  }
  const parts = [
    ...text.toLowerCase().matchAll(
      /([+-]?)\s*(\d{1,10})\s*((?:business|working|week)\s*days?|[a-z]+)\s*(?:,|and)?\s*/g,
    ),
  ];
  if (parts.length === 0 || parts.map(([all]) => all).join("") !== text.toLowerCase().trimStart()) throw fail();
  const sums: Record<string, number> = {};
  let [sign, businessDays] = [1, 0];
  for (const [, mark, digits, unit] of parts) {
    if (mark !== "") sign = mark === "-" ? -1 : 1;
    const count = sign * Number(digits);
    if (Math.abs(count) > MOST) throw fail();
    if (/days?$/.test(unit) && !/^days?$/.test(unit)) {
      businessDays += count;
      continue;
    }
    const name = UNITS[unit] ?? UNITS[unit.replace(/s$/, "")];
    if (name === undefined) throw fail();
    sums[name] = (sums[name] ?? 0) + count;
  }
  const signs = new Set(Object.values(sums).filter((n) => n !== 0).map(Math.sign));
  if (signs.size > 1) throw new RangeError(`Cannot read the span ${JSON.stringify(text.slice(0, 60))}: mixed signs`);
  return { duration: Temporal.Duration.from(Object.keys(sums).length > 0 ? sums : { days: 0 }), businessDays };
}

/** Days from Monday to Friday after `from` up to and with `to`; negative where `to` is before. Holidays are not known. */
export function businessDaysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  if (Temporal.PlainDate.compare(from, to) > 0) return -businessDaysBetween(to, from);
  const days = from.until(to, { largestUnit: "days" }).days;
  const rest = Array.from({ length: days % 7 }, (_, i) => (from.dayOfWeek + i) % 7 + 1).filter((day) => day < 6).length;
  return Math.floor(days / 7) * 5 + rest;
}

/** The date `count` business days after (or before) `from`. */
export function addBusinessDays(from: Temporal.PlainDate, count: number): Temporal.PlainDate {
  const step = Math.sign(count);
  const weeks = Math.trunc(count / 5);
  let [date, left] = [from.add({ weeks }), Math.abs(count % 5)];
  // From a weekend, whole weeks end on a weekend; the day that is meant is the working day before it in the direction.
  if (left === 0 && weeks !== 0) { while (date.dayOfWeek > 5) date = date.subtract({ days: step }); }
  while (left > 0) {
    date = date.add({ days: step });
    if (date.dayOfWeek < 6) left--;
  }
  return date;
}
