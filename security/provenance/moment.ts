/** Days and times that the owner said in other words than a call writes them. Pure, and without a clock. */
import { isMeant } from "./named.ts";
import type { OwnLine } from "./sentence.ts";

const MONTHS = [
  "jan(?:uary|uar|vier)?|enero",
  "feb(?:ruary|ruar)?|février|febrero",
  "mar(?:ch|s|zo)?|märz",
  "apr(?:il)?|avril|abril",
  "may|mai|mayo",
  "june?|juni|juin|junio",
  "july?|juli|juillet|julio",
  "aug(?:ust)?|août|agosto",
  "sep(?:t|tember)?|septembre|septiembre",
  "oct(?:ober|obre)?|okt(?:ober)?|octubre",
  "nov(?:ember|embre|iembre)?",
  "dec(?:ember)?|dez(?:ember)?|décembre|diciembre",
];

const VALUE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::00)?)?$/;

/**
 * A day, with a time or without, that the owner said in other words: `2026-12-02T09:00` for "2. Dezember um 9 Uhr". The year may be
 * left out; "tomorrow" and "Thursday" are none, because what they mean is not in the words.
 */
export function isOwnersMoment(value: string, lines: readonly OwnLine[]): boolean {
  return sentencesWith(value, lines).length > 0;
}

/** The end of what the owner said to begin at `start` and, in the same sentence, how long to last. */
export function isOwnersEnd(end: string, start: string, lines: readonly OwnLine[]): boolean {
  if (!VALUE.test(end) || !VALUE.test(start)) return false;
  const minutes = (Date.parse(`${end.replace(" ", "T")}Z`) - Date.parse(`${start.replace(" ", "T")}Z`)) / 60_000;
  if (!(minutes > 0 && minutes <= 24 * 60)) return false;
  const hours = minutes / 60;
  const forms = [`${minutes} ?-?(?:min|mins|minutes?|minuten|minutos?|minuti|minuut|minutos)`];
  if (Number.isInteger(hours)) forms.push(`${hours} ?-?(?:h|hrs?|hours?|stunden?|heures?|horas?|uur|or[ae])`);
  if (hours === 1) {
    forms.push("(?:an|one) hour", "eine stunde", "une heure", "una hora", "een uur", "un'ora", "uma hora");
  }
  if (hours === 0.5) {
    forms.push(
      "half an hour",
      "a half hour",
      "eine halbe stunde",
      "une demi-heure",
      "media hora",
      "een half uur",
      "mezz'ora",
      "meia hora",
    );
  }
  if (hours === 1.5) {
    forms.push(
      "an hour and a half",
      "1[.,]5 ?(?:h|hours?|stunden)",
      "anderthalb stunden",
      "anderhalf uur",
      "hora y media",
      "une heure et demie",
    );
  }
  const lasts = new RegExp(
    `(?<![\\p{L}\\p{N}.,:-])(?:${
      forms.join("|")
    })(?![\\p{L}\\p{N}])(?! (?:before|earlier|later|after|vor|vorher|später|avant|antes|prima))`,
    "u",
  );
  return sentencesWith(start, lines).some((text) => lasts.test(text));
}

/** `2026-07` for "July" or "July 2026". */
export function isOwnersMonth(value: string, lines: readonly OwnLine[]): boolean {
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(value) ?? [];
  if (year === undefined || !(Number(month) >= 1 && Number(month) <= 12)) return false;
  const said = new RegExp(
    `(?<![\\p{L}\\p{N}.-])(?:${
      MONTHS[Number(month) - 1]
    })(?:,? (?:de |del )?${year}|(?!,? (?:de |del )?(?:19|20)\\d\\d))(?![\\p{L}\\p{N}])`,
    "u",
  );
  return lines.some((line) => asking(line, said).length > 0);
}

/** The sentences that ask and in which `said` stands without being taken back. */
function asking(line: OwnLine, said: RegExp): string[] {
  return line.sentences.filter((s) => {
    const at = s.text.search(said);
    return at >= 0 && !s.question && isMeant(line, s.start + at);
  }).map((s) => s.text);
}

function sentencesWith(value: string, lines: readonly OwnLine[]): string[] {
  const found = VALUE.exec(value);
  if (found === null) return [];
  const [, year, month, day, hour, minute] = found;
  const [m, d] = [Number(month), Number(day)];
  if (m < 1 || m > 12) return [];
  const date = new RegExp(
    `(?<![\\d.-])(?:${year}-${month}-${day}|0?${d}\\.0?${m}\\.(?:${year})?|0?${d}\\.?(?:st|nd|rd|th|er)? (?:of |de |di )?(?:${
      MONTHS[m - 1]
    })(?![a-z])|` +
      `(?<![a-z])(?:${
        MONTHS[m - 1]
      })\\.? 0?${d}(?:st|nd|rd|th)?)(?!\\d)(?!,? (?:de )?(?!${year})(?:19|20)\\d\\d(?!\\d|:))`,
  );
  const time = hour === undefined ? null : clock(Number(hour), minute);
  return lines.flatMap((line) => asking(line, date).filter((text) => time === null || standTogether(text, date, time)));
}

/** `15:00` as people say it: "15 Uhr", "15h", "3pm", "3-4pm", "a las 15". */
function clock(hour: number, minute: string): RegExp {
  const whole = minute === "00";
  const half = hour < 12 ? "a\\.?m" : "p\\.?m";
  const twelve = `${hour % 12 === 0 ? 12 : hour % 12}(?:[:.]${minute})${whole ? "?" : ""}`;
  const after = " ?(?:uhr|h|o'clock|heures?|uur|horas?)(?![a-z])";
  const forms = [
    `0?${hour}:${minute}(?! ?[ap]\\.?m)`,
    `0?${hour}h${minute}`,
    `0?${hour}\\.${minute}${after}`,
    `${twelve} ?${half}(?![a-z])`,
    `${twelve}(?= ?(?:-|–|to) ?\\d{1,2}(?:[:.]\\d\\d)? ?${half}(?![a-z]))`,
    ...(whole
      ? [
        `0?${hour}${after}`,
        `0?${hour}h00`,
        `0?${hour}(?= ?(?:-|–|bis) ?\\d{1,2}${after})`,
        `(?<=(?:a las|alle|às|alle ore) )0?${hour}`,
      ]
      : []),
  ];
  return new RegExp(
    `(?<![\\d:.-]|[\\d:]–)(?:${forms.join("|")})(?![\\d:])|(?<=\\d ?(?:[ap]m ?)?[-–] ?)(?:${
      forms.join("|")
    })(?![\\d:])`,
  );
}

/** Day and hour in one part of the sentence, or the only hour in it: of two appointments no third is made. */
function standTogether(text: string, date: RegExp, time: RegExp): boolean {
  const parts = text.split(/;|\s(?:and|und|et|y|e|then|dann)\s/u);
  if (parts.some((part) => date.test(part) && time.test(part))) return true;
  return time.test(text) &&
    parts.filter((part) => /\d ?(?:[:h]\d\d|[ap]\.?m|uhr|uur|h(?![a-z]))/.test(part)).length < 2;
}
