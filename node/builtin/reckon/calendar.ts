/** Days of the Gregorian calendar as "YYYY-MM-DD", without hours and zones. Pure. */

export type CalendarUnit = "day" | "week" | "month" | "year";

const DAY_MS = 86_400_000;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
/** Feasts that fall on the same day each year, in the Gregorian calendar of the western churches. */
const FEASTS: Record<string, [number, number]> = {
  "christmas": [12, 25],
  "christmas day": [12, 25],
  "christmas eve": [12, 24],
  "new year": [1, 1],
  "new years": [1, 1],
  "new years day": [1, 1],
  "new years eve": [12, 31],
  "halloween": [10, 31],
  "valentines day": [2, 14],
};

const two = (n: number): string => String(n).padStart(2, "0");

/** The day `y-m-d`, or null if there is none such. Years 1583 to 9999. */
function dayOf(y: number, m: number, d: number): string | null {
  const date = new Date(Date.UTC(y, m - 1, d));
  const same = date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  return same && y >= 1583 && y <= 9999 ? `${y}-${two(m)}-${two(d)}` : null;
}

/** The local day of `moment`. */
export function dayAt(moment: Date): string {
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

const time = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Days from `from` to `to`, negative if `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((time(to) - time(from)) / DAY_MS);
}

/** "Thursday". */
export function weekdayOf(day: string): string {
  const name = WEEKDAYS[new Date(time(day)).getUTCDay()];
  return name[0].toUpperCase() + name.slice(1);
}

/** `day` moved by `amount` units; a day that the month has not becomes its last. Null outside the years known. */
export function shifted(day: string, amount: number, unit: CalendarUnit): string | null {
  const [y, m, d] = day.split("-").map(Number);
  if (unit === "day" || unit === "week") {
    const moved = new Date(time(day) + amount * (unit === "week" ? 7 : 1) * DAY_MS);
    if (Number.isNaN(moved.getTime())) return null;
    return dayOf(moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate());
  }
  const months = y * 12 + m - 1 + amount * (unit === "year" ? 12 : 1);
  const [year, month] = [Math.floor(months / 12), ((months % 12) + 12) % 12 + 1];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return dayOf(year, month, Math.min(d, last));
}

/**
 * The day that `phrase` (lower case) names, seen from `today`; null if it names none. A day without a year is the next
 * such day, today included, or with `back` the last one.
 */
export function namedDay(phrase: string, { today, back = false }: { today: string; back?: boolean }): string | null {
  const words = phrase.replace(/[,'’]/g, "").replace(/\s+/g, " ").trim().replace(/^the /, "");
  if (/^(?:today|now)$/.test(words)) return today;
  if (words === "tomorrow") return shifted(today, 1, "day");
  if (words === "yesterday") return shifted(today, -1, "day");
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(words);
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const weekday = WEEKDAYS.indexOf(words);
  if (weekday >= 0) {
    const step = (weekday - new Date(time(today)).getUTCDay() + 7) % 7 || 7;
    return shifted(today, back ? step - 7 || -7 : step, "day");
  }
  const named = MONTHS.join("|");
  const found = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${named})[a-z]*(?: (\\d{4}))?$`).exec(words) ??
    new RegExp(`^(${named})[a-z]* (?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?: (\\d{4}))?$`).exec(words);
  if (found && isMonth(words)) {
    const [d, m] = /^\d/.test(found[1]) ? [found[1], found[2]] : [found[2], found[1]];
    return yearly([MONTHS.indexOf(m) + 1, Number(d)], { today, back, year: found[3] });
  }
  return FEASTS[words] ? yearly(FEASTS[words], { today, back }) : null;
}

const LONG =
  /\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b/;
const isMonth = (words: string): boolean => LONG.test(words);

function yearly(
  [m, d]: [number, number],
  { today, back, year }: { today: string; back: boolean; year?: string },
): string | null {
  if (year !== undefined) return dayOf(Number(year), m, d);
  const now = Number(today.slice(0, 4));
  // A leap day may be up to eight years away.
  for (let step = 0; step <= 8; step++) {
    const day = dayOf(now + (back ? -step : step), m, d);
    if (day !== null && (back ? day <= today : day >= today)) return day;
  }
  return null;
}
