/** A point in time as it is written, and how it is said; pure. `Temporal` is the runtime's own. */

export type Moment = {
  /** The instant in the zone that answers are given in. */
  at: Temporal.ZonedDateTime;
  /** False where only a day was written. */
  timed: boolean;
  /** What the reader should know of how it was read, or "". */
  note: string;
};

/**
 * Reads `now`, `today`, `tomorrow`, `yesterday`, `@1732100000` (seconds since 1970 UTC), an ISO date, and an ISO date and
 * time: with an offset, `Z` or `[Zone]` it is that instant, else a time of day in `zone`. Throws a `RangeError`.
 */
export function readMoment(text: string, now: Temporal.Instant, zone: string): Moment {
  const word = text.trim().toLowerCase();
  const today = now.toZonedDateTimeISO(zone);
  const shift = { now: 0, today: 0, tomorrow: 1, yesterday: -1 }[word];
  if (word === "now") return { at: today, timed: true, note: "" };
  if (shift !== undefined) return { at: today.startOfDay().add({ days: shift }), timed: false, note: "" };
  const unix = /^@?(-?\d{9,12})$/.exec(word);
  if (unix !== null) {
    const instant = Temporal.Instant.fromEpochMilliseconds(Number(unix[1]) * 1000);
    return { at: instant.toZonedDateTimeISO(zone), timed: true, note: "" };
  }
  try {
    return written(text.trim().replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, "$1T"), zone);
  } catch (error) {
    throw new RangeError(
      `Cannot read the date ${JSON.stringify(text.slice(0, 60))}: write 2026-11-20 or 2026-11-20T15:00`,
      {
        cause: error,
      },
    );
  }
}

function written(text: string, zone: string): Moment {
  const timed = /T\d/i.test(text);
  if (/\[[\w/+:-]+\]$/.test(text)) {
    const own = Temporal.ZonedDateTime.from(text, { offset: "reject" });
    return { at: own.withTimeZone(zone), timed, note: skipped(text.replace(/\[.*$/, ""), own) };
  }
  if (timed && /(?:z|[+-]\d\d(?::?\d\d)?)$/i.test(text)) {
    return { at: Temporal.Instant.from(text).toZonedDateTimeISO(zone), timed, note: "" };
  }
  const plain = timed ? Temporal.PlainDateTime.from(text) : Temporal.PlainDate.from(text).toPlainDateTime();
  const at = plain.toZonedDateTime(zone);
  return { at, timed, note: timed ? skipped(text, at) : "" };
}

/** A time of day that the clocks skip or show twice on that day. */
function skipped(text: string, at: Temporal.ZonedDateTime): string {
  const plain = Temporal.PlainDateTime.from(text.replace(/(?:z|[+-]\d\d(?::?\d\d)?)$/i, ""));
  if (!at.toPlainDateTime().equals(plain)) {
    return `${plain.toPlainTime()} does not exist on that day in ${at.timeZoneId}: the clocks go forward`;
  }
  const later = plain.toZonedDateTime(at.timeZoneId, { disambiguation: "later" });
  const earlier = plain.toZonedDateTime(at.timeZoneId, { disambiguation: "earlier" });
  if (later.equals(earlier) || /(?:z|[+-]\d\d(?::?\d\d)?)$/i.test(text)) return "";
  return `${plain.toPlainTime()} comes twice on that day in ${at.timeZoneId}: the first is meant`;
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** The English name of the day. */
export function weekdayOf(date: { dayOfWeek: number }): string {
  return WEEKDAYS[date.dayOfWeek - 1];
}

/** 1 (Monday) to 7 for a name or its beginning of two letters and more in English. Throws a `RangeError`. */
export function weekdayNumber(name: string): number {
  const word = name.trim().toLowerCase();
  const at = word.length < 2 ? -1 : WEEKDAYS.findIndex((day) => day.toLowerCase().startsWith(word));
  if (at < 0) {
    throw new RangeError(`Cannot find the weekday ${JSON.stringify(name.slice(0, 30))}: write monday to sunday`);
  }
  return at + 1;
}

/** `Friday 2026-11-20 15:00:00 +01:00 [Europe/Berlin]`; without a time of day where none was written. */
export function say(at: Temporal.ZonedDateTime, timed: boolean): string {
  const day = `${weekdayOf(at)} ${at.toPlainDate()}`;
  if (!timed) return day;
  return `${day} ${at.toPlainTime().toString({ smallestUnit: "second" })} ${at.offset} [${at.timeZoneId}]`;
}
