import assert from "node:assert/strict";
import { answerDate, type DateQuestion } from "./answer.ts";
import { addBusinessDays, businessDaysBetween, readAmount } from "./amount.ts";

const NOW = Temporal.Instant.from("2026-11-20T14:05:09Z");
const ask = (question: Partial<DateQuestion>, zone = "Europe/Berlin") =>
  answerDate({ op: "info", date: "now", ...question }, NOW, zone);

Deno.test("date_math tells all of a date at once", () => {
  assert.deepEqual(ask({}), {
    text:
      "Friday 2026-11-20 15:05:09 +01:00 [Europe/Berlin]; ISO week 2026-W47, day 324 of the year (no leap year), month of 30 days, unix 1795183509",
    data: {
      date: "2026-11-20",
      weekday: "Friday",
      iso: "2026-11-20T15:05:09+01:00[Europe/Berlin]",
      week: "2026-W47",
      dayOfYear: 324,
      daysInMonth: 30,
      leapYear: false,
      unix: 1795183509,
      zone: "Europe/Berlin",
    },
  });
});

Deno.test("date_math: leap years, ISO weeks at the turn of a year, unix time", () => {
  const cases: [string, Record<string, unknown>][] = [
    ["2024-02-29", { weekday: "Thursday", leapYear: true, daysInMonth: 29 }],
    ["1900-03-01", { leapYear: false, dayOfYear: 60 }],
    ["2000-03-01", { leapYear: true, dayOfYear: 61 }],
    ["2027-01-01", { week: "2026-W53", weekday: "Friday" }],
    ["2024-12-30", { week: "2025-W01", weekday: "Monday" }],
    ["1970-01-01T00:00Z", { unix: 0 }],
    ["@1732100000", { unix: 1732100000, date: "2024-11-20" }],
    ["tomorrow", { date: "2026-11-21" }],
    ["yesterday", { date: "2026-11-19" }],
    ["2026-11-20 09:30", { iso: "2026-11-20T09:30:00+01:00[Europe/Berlin]" }],
  ];
  for (const [date, expected] of cases) {
    const { data } = ask({ date });
    assert.deepEqual({ ...data, ...expected }, data, date);
  }
});

Deno.test("date_math: what time it is elsewhere", () => {
  const cases: [string, string, string][] = [
    ["2026-11-20T15:00[Europe/Berlin]", "Asia/Tokyo", "Friday 2026-11-20 23:00:00 +09:00 [Asia/Tokyo]"],
    ["2026-11-20T15:00Z", "America/New_York", "Friday 2026-11-20 10:00:00 -05:00 [America/New_York]"],
    ["2026-07-01T15:00Z", "America/New_York", "Wednesday 2026-07-01 11:00:00 -04:00 [America/New_York]"],
    ["2026-11-20T15:00+02:00", "Asia/Kolkata", "Friday 2026-11-20 18:30:00 +05:30 [Asia/Kolkata]"],
    ["now", "Pacific/Kiritimati", "Saturday 2026-11-21 04:05:09 +14:00 [Pacific/Kiritimati]"],
  ];
  for (const [date, zone, expected] of cases) assert.equal(ask({ date, zone }).text.split(";")[0], expected, date);
});

Deno.test("date_math adds spans: ends of months, the change of the clocks, business days", () => {
  const cases: [string, string, string][] = [
    ["2026-01-31", "1 month", "Saturday 2026-02-28\n(the month is shorter: its last day is taken)"],
    ["2024-01-31", "1 month", "Thursday 2024-02-29\n(the month is shorter: its last day is taken)"],
    ["2024-02-29", "1 year", "Friday 2025-02-28\n(the month is shorter: its last day is taken)"],
    ["2026-11-20", "3 months 2 days", "Monday 2027-02-22"],
    ["2026-11-20", "-90 days", "Saturday 2026-08-22"],
    ["2026-11-20", "P2W", "Friday 2026-12-04"],
    ["2026-03-28T12:00", "1 day", "Sunday 2026-03-29 12:00:00 +02:00 [Europe/Berlin]"],
    ["2026-03-28T12:00", "24 hours", "Sunday 2026-03-29 13:00:00 +02:00 [Europe/Berlin]"],
    ["2026-10-24T12:00", "24 hours", "Sunday 2026-10-25 11:00:00 +01:00 [Europe/Berlin]"],
    ["2026-11-20", "90 min", "Friday 2026-11-20 01:30:00 +01:00 [Europe/Berlin]"],
    ["2026-11-20", "1 business day", "Monday 2026-11-23\n(Monday to Friday; public holidays are not known here)"],
    ["2026-11-21", "5 working days", "Friday 2026-11-27\n(Monday to Friday; public holidays are not known here)"],
  ];
  for (const [date, by, expected] of cases) assert.equal(ask({ op: "add", date, by }).text, expected, `${date} ${by}`);
});

Deno.test("date_math: a time of day that the clocks skip or repeat is named", () => {
  assert.match(ask({ date: "2026-03-29T02:30" }).text, /03:30:00 \+02:00.*\n\(02:30:00 does not exist on that day/s);
  assert.match(ask({ date: "2026-10-25T02:30" }).text, /02:30:00 \+02:00.*\n\(02:30:00 comes twice on that day/s);
  assert.doesNotMatch(ask({ date: "2026-10-25T02:30+01:00" }).text, /twice/);
});

Deno.test("date_math: how far apart, by the calendar and in all", () => {
  const cases: [string, string, Record<string, unknown>][] = [
    ["2026-11-20", "2026-12-25", { calendar: "1 month 5 days", days: 35, businessDays: 25 }],
    ["2026-12-25", "2026-11-20", { calendar: "-1 month -5 days", days: -35, businessDays: -25 }],
    ["2024-02-28", "2024-03-01", { calendar: "2 days", days: 2, businessDays: 2 }],
    ["2026-11-20", "2026-11-20", { calendar: "no difference", days: 0, businessDays: 0 }],
    ["2026-03-28T12:00", "2026-03-29T12:00", { calendar: "1 day", days: 1, businessDays: 0, seconds: 82800 }],
    ["2026-11-20T08:00", "2026-11-20T16:45", {
      calendar: "8 hours 45 minutes",
      days: 0,
      businessDays: 0,
      seconds: 31500,
    }],
  ];
  for (const [date, by, expected] of cases) {
    assert.deepEqual(ask({ op: "difference", date, by }).data, expected, `${date} ${by}`);
  }
});

Deno.test("date_math: the next weekday is after the date, never the date itself", () => {
  const cases: [string, string, string][] = [
    ["2026-11-20", "friday", "2026-11-27"],
    ["2026-11-20", "Sat", "2026-11-21"],
    ["2026-11-20", "thu", "2026-11-26"],
    ["2026-12-31", "monday", "2027-01-04"],
  ];
  for (const [date, by, expected] of cases) assert.equal(ask({ op: "next", date, by }).data.date, expected);
});

Deno.test("business days: sums and differences agree on every start of a week", () => {
  for (let start = 0; start < 7; start++) {
    const from = Temporal.PlainDate.from("2026-11-16").add({ days: start });
    for (let count = 1; count <= 23; count++) {
      const walked = { date: from, left: count };
      while (walked.left > 0) {
        walked.date = walked.date.add({ days: 1 });
        if (walked.date.dayOfWeek < 6) walked.left--;
      }
      assert.equal(addBusinessDays(from, count).toString(), walked.date.toString(), `${from} + ${count}`);
      assert.equal(businessDaysBetween(from, walked.date), count, `${from} to ${walked.date}`);
      const back = { date: from, left: count };
      while (back.left > 0) {
        back.date = back.date.subtract({ days: 1 });
        if (back.date.dayOfWeek < 6) back.left--;
      }
      assert.equal(addBusinessDays(from, -count).toString(), back.date.toString(), `${from} - ${count}`);
    }
  }
});

Deno.test("date_math refuses what it cannot read, in one line that says how to write it", () => {
  const cases: [Partial<DateQuestion>, RegExp][] = [
    [{ date: "20.11.2026" }, /Cannot read the date "20\.11\.2026": write 2026-11-20/],
    [{ date: "2026-02-30" }, /Cannot read the date/],
    [{ date: "2026-13-01" }, /Cannot read the date/],
    [{ date: "x".repeat(100) }, /Cannot read the date/],
    [{ zone: "Mars/Olympus" }, /Cannot find the time zone "Mars\/Olympus"/],
    [{ date: "2026-11-20T15:00[Nowhere/City]" }, /Cannot read the date/],
    [{ op: "difference" }, /Cannot do difference without another date in by/],
    [{ op: "add" }, /Cannot do add without a span in by/],
    [{ op: "add", by: "3 fortnights" }, /Cannot read the span/],
    [{ op: "add", by: "1 month -3 days" }, /mixed signs/],
    [{ op: "add", by: "99999999999 years" }, /Cannot read the span/],
    [{ op: "add", by: "900000000 years" }, /./],
    [{ op: "next", by: "someday" }, /Cannot find the weekday/],
    [{ op: "next", by: "t" }, /Cannot find the weekday/],
  ];
  for (const [question, expected] of cases) assert.throws(() => ask(question), expected, JSON.stringify(question));
});

Deno.test("a span is read with its signs", () => {
  assert.deepEqual(readAmount("2 weeks and 10 business days").businessDays, 10);
  assert.equal(readAmount("-1 h 30 min").duration.toString(), "-PT1H30M");
  assert.equal(readAmount("1y 2mo 3d").duration.toString(), "P1Y2M3D");
});
