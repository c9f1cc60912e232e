/** Answers about the machine, from one `system_info` call. */
import { textOf } from "../../chat.ts";
import type { FrameOf } from "../frame.ts";
import { dataOf, Machine } from "../shape.ts";
import { counted, humanSize } from "../show.ts";
import { call, type Steps } from "../step.ts";
import { batteryText, gpuText, ipText, mountsText, networkText } from "./machine.ts";

type Topic = FrameOf<"system">["topics"][number];

/** Topics that one overview answers, and those that are looked at each by itself. */
const FIGURES = ["time", "date", "timezone", "disk", "memory", "cpu", "load", "uptime", "os", "host"] as const;
const LOOKS: Partial<Record<Topic, () => Steps>> = {
  ip: ipText,
  network: networkText,
  battery: batteryText,
  gpu: gpuText,
  mounts: mountsText,
};

/** "3 days 4 hours", the two largest units that are not nought. */
function span(seconds: number): string {
  const parts = [
    counted(Math.floor(seconds / 86_400), "day"),
    counted(Math.floor(seconds / 3600) % 24, "hour"),
    counted(Math.floor(seconds / 60) % 60, "minute"),
  ].filter((p) => !p.startsWith("0 "));
  return parts.slice(0, 2).join(" ") || "less than a minute";
}

const share = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;

/** What is told of `topic`, or null where the machine did not say. */
function told(topic: typeof FIGURES[number], m: Machine): string | null {
  const at = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: m.timeZone, ...options }).format(m.time);
  switch (topic) {
    case "time":
      return `Time: ${at({ hour: "2-digit", minute: "2-digit", second: "2-digit" })} (${m.timeZone})`;
    case "date":
      return `Date: ${at({ weekday: "long", day: "numeric", month: "long", year: "numeric" })}`;
    case "timezone":
      return `Time zone: ${m.timeZone} (${at({ timeZoneName: "longOffset" }).split(", ").at(-1)})`;
    case "disk":
      if (m.diskBytes === null || m.diskFreeBytes === null) return null;
      return `Disk (of this folder): ${humanSize(m.diskFreeBytes)} of ${humanSize(m.diskBytes)} free (${
        share(m.diskFreeBytes, m.diskBytes)
      })`;
    case "memory":
      if (m.memoryBytes === null) return null;
      return m.memoryFreeBytes === null
        ? `Memory: ${humanSize(m.memoryBytes)}`
        : `Memory: ${humanSize(m.memoryFreeBytes)} of ${humanSize(m.memoryBytes)} available (${
          share(m.memoryFreeBytes, m.memoryBytes)
        })`;
    case "cpu":
      return m.cores === null ? null : `Processor: ${counted(m.cores, "core")}`;
    case "load":
      return m.load === null
        ? null
        : `Load: ${m.load} (the last 1, 5 and 15 minutes${m.cores === null ? "" : `; ${counted(m.cores, "core")}`})`;
    case "uptime":
      return m.uptimeSeconds === null ? null : `Up for ${span(m.uptimeSeconds)}`;
    case "os":
      return m.os === null ? null : `Operating system: ${m.os}`;
    case "host":
      return m.host === undefined || m.host === null ? null : `Host name: ${m.host}`;
  }
}

export function* systemSteps(frame: FrameOf<"system">): Steps {
  const [first, ...more] = frame.topics;
  const look = more.length === 0 ? LOOKS[first] : undefined;
  if (look !== undefined) return yield* look();
  const result = yield* call("system_info", {});
  const machine = dataOf(result, Machine);
  const all = frame.topics.includes("all");
  const topics = FIGURES.filter((t) => all ? t !== "host" || machine.host : frame.topics.includes(t));
  const why = /: unavailable: (.+)$/m.exec(textOf(result.content))?.[1] ?? "this machine did not tell it";
  return topics.map((t) => told(t, machine) ?? `${t}: unavailable: ${why}`).join("\n");
}
