/** A time phrase in a sentence: "since yesterday", "in the last 2 days", "older than a month", "between 1 May and 3 May". */
import type { Token } from "./token.ts";

/** Token range `[from, to)` and what it means, local time; `until` is exclusive. */
export type When = { from: number; to: number; since?: Date; until?: Date };

const UNIT = "(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)";
const COUNT = "(?:\\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few|couple|couple of)";
const DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const MONTH =
  "(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)";
const ANCHOR = [
  `${COUNT} ${UNIT} (?:ago|old)`,
  `(?:last|past|previous|this|current) (?:minute|hour|day|night|week|month|year|morning|afternoon|evening|weekend|${DAY}|${MONTH})`,
  `(?:on |this |last )?${DAY}(?: (?:morning|afternoon|evening|night))?`,
  `\\d{4}-\\d\\d-\\d\\d(?: \\d{1,2}:\\d\\d)?`,
  `\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}(?: \\d{4})?`,
  `${MONTH} \\d{1,2}(?:st|nd|rd|th)?(?: \\d{4})?`,
  `(?:(?<=in |since |during |before |after |until |from )${MONTH})(?: \\d{4})?`,
  "the day before yesterday",
  "yesterday(?: (?:morning|afternoon|evening|night))?",
  "today",
  "tonight",
  "tomorrow",
  "noon",
  "midnight",
  "(?:(?<=since |before |after |in )20\\d\\d)",
].join("|");
const SPAN = new RegExp(
  `^(?:(?:in|within|during|over|for|from) )?(?:the )?(?:last|past|previous) (${COUNT} )(${UNIT})$`,
);

const HOURS: Record<string, number> = { mi: 1 / 60, ho: 1, hr: 1, da: 24, we: 168 };

/** `date` less `n` units. */
function back(date: Date, n: number, unit: string): Date {
  const hours = HOURS[unit.slice(0, 2)];
  if (hours !== undefined) return new Date(date.getTime() - n * hours * 3_600_000);
  const out = new Date(date);
  if (unit.startsWith("mo")) out.setMonth(out.getMonth() - n);
  else out.setFullYear(out.getFullYear() - n);
  return out;
}

const WORDS = ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

function amount(text: string): number {
  const word = text.trim().replace(/^an$/, "a");
  if (/^\d+$/.test(word)) return Number(word);
  if (word.startsWith("couple")) return 2;
  if (word === "few") return 3;
  if (word === "twelve") return 12;
  return Math.max(1, WORDS.indexOf(word));
}

const midnight = (d: Date): Date => new Date(d.getFullYear(), d.getMonth(), d.getDate());
const daysAfter = (d: Date, n: number): Date => new Date(d.getFullYear(), d.getMonth(), d.getDate() + n);

/** The stretch that `anchor` names: a day for "yesterday", a month for "march"; null if it is not understood. */
async function stretch(anchor: string, now: Date): Promise<{ start: Date; end: Date } | null> {
  const today = midnight(now);
  const current = /^(?:this|current) (week|month|year|hour|day|minute)$/.exec(anchor);
  if (current) {
    const start = {
      minute: back(now, 1, "minute"),
      hour: back(now, 1, "hour"),
      day: today,
      week: daysAfter(today, -((today.getDay() + 6) % 7)),
      month: new Date(now.getFullYear(), now.getMonth(), 1),
      year: new Date(now.getFullYear(), 0, 1),
    }[current[1] as "week"];
    return { start, end: now };
  }
  const last = /^(?:last|past|previous) (minute|hour|day|week|month|year)$/.exec(anchor);
  if (last) {
    const start = back(now, 1, last[1]);
    return { start: /hour|minute/.test(last[1]) ? start : midnight(start), end: now };
  }
  if (/^20\d\d$/.test(anchor)) {
    return { start: new Date(Number(anchor), 0, 1), end: new Date(Number(anchor) + 1, 0, 1) };
  }
  if (anchor === "today") return { start: today, end: daysAfter(today, 1) };
  if (anchor === "yesterday") return { start: daysAfter(today, -1), end: today };
  if (anchor === "the day before yesterday") return { start: daysAfter(today, -2), end: daysAfter(today, -1) };
  const ago = new RegExp(`^(${COUNT}) (${UNIT}) (?:ago|old)$`).exec(anchor);
  if (ago) {
    const start = back(now, amount(ago[1]), ago[2]);
    return /^(mi|h)/.test(ago[2]) ? { start, end: start } : { start: midnight(start), end: daysAfter(start, 1) };
  }
  const { en } = await import("chrono-node");
  const parsed = en.parse(anchor, now, { forwardDate: false })[0];
  if (parsed === undefined || parsed.text.length < anchor.replace(/^on /, "").length - 3) return null;
  const start = parsed.start.date();
  if (parsed.start.isCertain("weekday") && start > now) start.setDate(start.getDate() - 7);
  else if (/tomorrow/.test(anchor)) return null;
  else if (!parsed.start.isCertain("year") && midnight(start) > now) start.setFullYear(start.getFullYear() - 1);
  if (parsed.start.isCertain("month") && !parsed.start.isCertain("day")) {
    return {
      start: new Date(start.getFullYear(), start.getMonth(), 1),
      end: new Date(start.getFullYear(), start.getMonth() + 1, 1),
    };
  }
  if (parsed.start.isCertain("hour") && /\d:\d\d$/.test(anchor)) return { start, end: start };
  return { start: midnight(start), end: daysAfter(start, 1) };
}

/** The meaning of one phrase, or null: not a time phrase, or one that lies in the future. */
async function meaning(phrase: string, now: Date): Promise<{ since?: Date; until?: Date } | null> {
  const span = SPAN.exec(phrase);
  if (span) return { since: back(now, amount(span[1]), span[2]) };
  const age = new RegExp(
    `^(older|newer|younger|more recent|less|more|later|earlier) than (${COUNT}) (${UNIT})(?: old| ago)?$`,
  ).exec(phrase);
  if (age) {
    const edge = back(now, amount(age[2]), age[3]);
    return /^(older|more$|more than|earlier)/.test(age[1]) ? { until: edge } : { since: edge };
  }
  const two = new RegExp(`^(?:between|from) (${ANCHOR}) (?:and|to|until|till) (${ANCHOR}|now)$`).exec(phrase);
  if (two) {
    const a = await stretch(two[1], now);
    const b = two[2] === "now" ? { start: now, end: now } : await stretch(two[2], now);
    return a && b && a.start <= b.end ? { since: a.start, until: b.end } : null;
  }
  const one = new RegExp(
    `^(?:(since|after|from|before|until|till|by|older than|newer than|on|in|during|earlier than|later than|as of) )?(?:the )?(${ANCHOR})$`,
  ).exec(phrase);
  if (!one) return null;
  const found = await stretch(one[2], now);
  if (found === null || found.start > now) return null;
  if (/^(since|from|newer than|as of)$/.test(one[1] ?? "")) return { since: found.start };
  if (/^(after|later than)$/.test(one[1] ?? "")) return { since: found.end > now ? found.start : found.end };
  if (/^(before|older than|earlier than|until|till|by)$/.test(one[1] ?? "")) {
    return { until: /until|till|by/.test(one[1]) ? found.end : found.start };
  }
  return found.end >= now ? { since: found.start } : { since: found.start, until: found.end };
}

const TRIGGER = new RegExp(
  `\\b(?:ago|old|yesterday|today|tonight|noon|midnight|since|older|newer|between|minutes?|mins?|hours?|hrs?|days?|weeks?|weekend|months?|years?|night|morning|afternoon|evening|${DAY}|${MONTH}|\\d{4}-\\d\\d-\\d\\d|20\\d\\d)\\b`,
);

/** The time phrases of `tokens`, longest first from the left, at `now`; chrono-node is loaded only if there may be one. */
export async function findWhen(tokens: readonly Token[], now: Date): Promise<When[]> {
  if (!TRIGGER.test(tokens.map((t) => t.word).join(" "))) return [];
  const out: When[] = [];
  for (let from = 0; from < tokens.length; from++) {
    for (let to = Math.min(tokens.length, from + 9); to > from; to--) {
      if (tokens.slice(from, to).some((t) => t.kind === "quoted" || t.kind === "path")) continue;
      const found = await meaning(tokens.slice(from, to).map((t) => t.word).join(" "), now);
      if (found === null) continue;
      out.push({ from, to, ...found });
      from = to - 1;
      break;
    }
  }
  return out;
}

/** Local time as a frame holds it: "YYYY-MM-DD HH:MM". */
export function stamp(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${
    two(date.getMinutes())
  }`;
}
