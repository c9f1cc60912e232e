/** Sentences about days of the calendar: "how many days until 24 December". */
import type { FrameOf } from "../frame.ts";
import { type CalendarUnit, dayAt, namedDay, shifted } from "../reckon/calendar.ts";
import type { Plain } from "./plain.ts";

const D = "((?:the )?[a-z0-9][a-z0-9 ,'-]{2,30})";
const LAZY = D.replace("{2,30}", "{2,30}?");
const UNIT = "(day|week|month|year)s?";
const COUNT = "(\\d{1,5}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|ninety)";
const HOW_MANY =
  "(?:(?:how many|number of|the number of) )?(day|week)s(?: (?:are|is) (?:there|it|left)| remain| left| remaining| have passed| has it been| have gone by| passed| to go)?";
const UNTIL = new RegExp(`^(?:${HOW_MANY}|how long(?: is it)?)(?: (?:left|there))? (?:until|till|til|to|before) ${D}$`);
const BETWEEN = new RegExp(`^${HOW_MANY} (?:between|from) ${D} (?:and|to|until|till) ${D}$`);
const SINCE = new RegExp(`^(?:${HOW_MANY}|how long(?: is it| has it been)?) (?:since|from) ${D}$`);
const AGO = new RegExp(`^how (?:long|many (day|week)s) ago (?:was|is) ${D}$`);
const WEEKDAY = [
  new RegExp(
    `^(?:on )?(?:what|which) (?:(?:week)?day|day of (?:the )?week) (?:is|was|will|were|does|did)(?: it on)? ${LAZY}(?: be| fall on| fall| on)?$`,
  ),
  new RegExp(`^(?:what(?:'s| is| was)|whats) the (?:weekday|day of the week) (?:of|on|for) ${D}$`),
];
const SHIFT = [
  new RegExp(
    `^(?:(?:what|which) (?:date|day) (?:is|was|will it be|will be|is it|would be)|(?:what(?:'s| is| was| will)|whats) the date|the date|date) (?:be )?(?:in )?${COUNT} ${UNIT}( from now| from today| ago|)$`,
  ),
];
const FROM = new RegExp(
  `^(?:(?:what|which) (?:date|day) (?:is|was|will be|comes)|(?:what(?:'s| is| was)|whats) the date|the date|date)? ?${COUNT} ${UNIT} (after|before|from) ${D}$`,
);
const COUNTS = "a one two three four five six seven eight nine ten".split(" ");
const MORE: Record<string, number> = { twelve: 12, fourteen: 14, thirty: 30, ninety: 90 };

const countOf = (word: string): number =>
  /^\d+$/.test(word) ? Number(word) : MORE[word] ?? Math.max(1, COUNTS.indexOf(word === "an" ? "a" : word));

type DayFrame = FrameOf<"days"> | FrameOf<"weekday"> | FrameOf<"shift">;

/** The question about days that `plain` asks, seen from `now`; null if it is none or names a day that there is not. */
export function readDay({ words }: Plain, now: Date): DayFrame | null {
  if (words.length > 120) return null;
  const today = dayAt(now);
  const days = (from: string | null, to: string | null, unit?: string): DayFrame | null =>
    from === null || to === null ? null : { do: "days", from, to, unit: unit === "week" ? "week" : "day" };
  const between = BETWEEN.exec(words);
  if (between) {
    const from = namedDay(between[2], { today });
    return days(
      from,
      from === null ? null : namedDay(between[3], { today: dated(between[2]) ? from : today }),
      between[1],
    );
  }
  const until = UNTIL.exec(words);
  if (until) return days(today, namedDay(until[2], { today }), until[1]);
  const since = SINCE.exec(words);
  if (since) return days(namedDay(since[2], { today, back: true }), today, since[1]);
  const ago = AGO.exec(words);
  if (ago) return days(namedDay(ago[2], { today, back: true }), today, ago[1]);
  for (const pattern of WEEKDAY) {
    const phrase = pattern.exec(words)?.[1]?.trim();
    if (phrase === undefined || RELATIVE.test(phrase)) continue;
    const date = namedDay(phrase, { today });
    return date === null ? null : { do: "weekday", date };
  }
  const from = FROM.exec(words);
  if (from && !/^(?:now|today)$/.test(from[4])) {
    const date = namedDay(from[4], { today });
    return moved(date, (from[3] === "before" ? -1 : 1) * countOf(from[1]), from[2]);
  }
  for (const pattern of SHIFT) {
    const found = pattern.exec(words);
    if (found === null || (found[3] === "" && !/ in /.test(words))) continue;
    return moved(today, (found[3] === " ago" ? -1 : 1) * countOf(found[1]), found[2]);
  }
  return null;
}

/** Days that are seen from now: "what day is today" is a question to the machine's clock. */
const RELATIVE = /^(?:today|now|tomorrow|yesterday|it|.*day)$(?<!christmas day|new years? day|valentine'?s day)/;

const dated = (phrase: string): boolean => /\d{4}/.test(phrase);

function moved(date: string | null, amount: number, unit: string): DayFrame | null {
  if (date === null || shifted(date, amount, unit as CalendarUnit) === null) return null;
  return { do: "shift", date, amount, unit: unit as CalendarUnit };
}
