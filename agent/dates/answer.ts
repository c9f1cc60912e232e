/** One question about dates, answered; pure: the clock and the zone are handed in. */
import { addBusinessDays, businessDaysBetween, readAmount } from "./amount.ts";
import { readMoment, say, weekdayNumber, weekdayOf } from "./moment.ts";

export type DateQuestion = {
  op: "info" | "difference" | "add" | "next";
  date: string;
  /** `difference`: the other date. `add`: a span. `next`: a weekday. */
  by?: string;
  /** IANA zone of what is read without one, and of the answer. */
  zone?: string;
};

export type DateAnswer = { text: string; data: Record<string, string | number | boolean> };

/** Throws a `RangeError` for what cannot be read and for dates beyond the calendar. */
export function answerDate(question: DateQuestion, now: Temporal.Instant, systemZone: string): DateAnswer {
  const zone = readZone(question.zone ?? systemZone);
  const from = readMoment(question.date, now, zone);
  const noted = (answer: DateAnswer, ...notes: string[]): DateAnswer => {
    const said = notes.filter((note) => note !== "");
    return { ...answer, text: [answer.text, ...said.map((note) => `(${note})`)].join("\n") };
  };
  switch (question.op) {
    case "info":
      return noted(info(from.at, from.timed), from.note);
    case "difference": {
      const to = readMoment(needed(question.by, "difference", "another date"), now, zone);
      return noted(difference(from, to), from.note, to.note);
    }
    case "add": {
      const { duration, businessDays } = readAmount(needed(question.by, "add", "a span"));
      const timed = from.timed || duration.hours + duration.minutes + duration.seconds !== 0;
      const at = from.at.add(duration);
      const date = addBusinessDays(at.toPlainDate(), businessDays);
      const end = date.toPlainDateTime(at.toPlainTime()).toZonedDateTime(zone);
      const last = from.at.day !== at.day && (duration.months !== 0 || duration.years !== 0) && duration.days === 0 &&
          duration.weeks === 0
        ? "the month is shorter: its last day is taken"
        : "";
      return noted(moment(end, timed), from.note, last, businessDays === 0 ? "" : HOLIDAYS);
    }
    case "next": {
      const wanted = weekdayNumber(needed(question.by, "next", "a weekday"));
      const days = (wanted - from.at.dayOfWeek + 6) % 7 + 1;
      return noted(moment(from.at.add({ days }).startOfDay(), false), from.note);
    }
  }
}

const HOLIDAYS = "Monday to Friday; public holidays are not known here";

function needed(value: string | undefined, op: string, name: string): string {
  if (value === undefined || value.trim() === "") throw new RangeError(`Cannot do ${op} without ${name} in by`);
  return value;
}

function readZone(zone: string): string {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId;
  } catch (error) {
    throw new RangeError(`Cannot find the time zone ${JSON.stringify(zone.slice(0, 60))}: write Europe/Berlin or UTC`, {
      cause: error,
    });
  }
}

function moment(at: Temporal.ZonedDateTime, timed: boolean): DateAnswer {
  const data = { date: at.toPlainDate().toString(), weekday: weekdayOf(at), ...(timed ? { iso: at.toString() } : {}) };
  return { text: say(at, timed), data };
}

function info(at: Temporal.ZonedDateTime, timed: boolean): DateAnswer {
  const date = at.toPlainDate();
  const week = `${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, "0")}`;
  const unix = Math.floor(at.epochMilliseconds / 1000);
  const data = {
    ...moment(at, timed).data,
    week,
    dayOfYear: date.dayOfYear,
    daysInMonth: date.daysInMonth,
    leapYear: date.inLeapYear,
    unix,
    zone: at.timeZoneId,
  };
  const leap = date.inLeapYear ? "leap year" : "no leap year";
  return {
    text: `${
      say(at, timed)
    }; ISO week ${week}, day ${date.dayOfYear} of the year (${leap}), month of ${date.daysInMonth} days, unix ${unix}`,
    data,
  };
}

type Read = { at: Temporal.ZonedDateTime; timed: boolean };

function difference(from: Read, to: Read): DateAnswer {
  const timed = from.timed || to.timed;
  const [a, b] = [from.at.toPlainDate(), to.at.toPlainDate()];
  const days = a.until(b, { largestUnit: "days" }).days;
  const businessDays = businessDaysBetween(a, b);
  const seconds = (to.at.epochMilliseconds - from.at.epochMilliseconds) / 1000;
  const span = timed
    ? from.at.until(to.at, { largestUnit: "years", smallestUnit: "seconds" })
    : a.until(b, { largestUnit: "years" });
  const calendar = spanText(span);
  const total = timed ? `${seconds} s in all` : `${days} days`;
  return {
    text: `${calendar}; ${total}${
      timed ? `, ${days} days by the calendar` : ""
    }, ${businessDays} business days (${HOLIDAYS})`,
    data: { calendar, days, businessDays, ...(timed ? { seconds } : {}) },
  };
}

function spanText(span: Temporal.Duration): string {
  const { years, months, weeks, days, hours, minutes, seconds } = span;
  const parts = Object.entries({ years, months, weeks, days, hours, minutes, seconds }).filter(([, count]) =>
    count !== 0
  )
    .map(([name, count]) => `${count} ${Math.abs(count) === 1 ? name.slice(0, -1) : name}`);
  return parts.join(" ") || "no difference";
}
