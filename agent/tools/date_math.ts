/** `date_math`: dates, spans, weekdays, zones. */
import * as z from "zod";
import type { Tool } from "../../security/tool.ts";
import { answer } from "./bounded.ts";

const DateArguments = z.object({
  op: z.enum(["info", "difference", "add", "next"]),
  date: z.string().max(100).optional().describe("ISO, @unix; else now"),
  by: z.string().max(100).optional().describe("date, 2 weeks, 9 business days, friday"),
  zone: z.string().max(60).optional(),
});

/** `clock` is asked at each call. */
export function dateMath(clock: () => { now: Temporal.Instant; zone: string } = systemClock): Tool<
  z.infer<typeof DateArguments>
> {
  return {
    name: "date_math",
    description: "Dates: weekday, week, unix, zones, spans.",
    parameters: DateArguments,
    needs: { files: "none", run: "none" },
    readOnly: true,
    assess: () => ({ risk: "LOW", reasons: ["only calculates"] }),
    effects: () => [],
    decisive: [],
    yields: () => null,
    targets: ({ op, date }) => [`${op} ${date ?? "now"}`],
    run: async (args) => {
      const { answerDate } = await import("../dates/answer.ts");
      const { now, zone } = clock();
      const { text, data } = answerDate({ ...args, date: args.date ?? "now" }, now, zone);
      return answer(text, data);
    },
  };
}

function systemClock() {
  return { now: Temporal.Now.instant(), zone: Temporal.Now.timeZoneId() };
}
