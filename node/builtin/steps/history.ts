/** Answers about earlier sessions. */
import * as z from "zod/mini";
import type { FrameOf } from "../frame.ts";
import { dataOf, Session } from "../shape.ts";
import { counted, localTime, moment } from "../show.ts";
import { call, type Steps } from "../step.ts";

const MOST = 50;

/** `search_history`: `query` "" = the latest sessions; `since` local ISO 8601. The end of the window is cut here. */
export function* historySteps(frame: FrameOf<"history">): Steps {
  const result = yield* call("search_history", {
    query: frame.query ?? "",
    since: frame.since?.replace(" ", "T"),
    limit: MOST,
  });
  const all = dataOf(result, z.array(Session)).map((s) => ({
    ...s,
    ms: typeof s.at === "number" ? s.at : Date.parse(s.at),
  }));
  const from = frame.since === undefined ? -Infinity : moment(frame.since);
  const to = frame.until === undefined ? Infinity : moment(frame.until);
  const found = all.filter((s) => s.ms >= from && s.ms < to);
  const about = frame.query === undefined ? "" : ` about “${frame.query}”`;
  const when = frame.since === undefined
    ? ""
    : frame.until === undefined
    ? ` since ${frame.since}`
    : ` from ${frame.since} to ${frame.until}`;
  if (found.length === 0) return `No earlier session${about}${when}.`;
  const rows = found.map((s) => {
    const snippet = s.snippet?.replace(/\s+/g, " ").trim().slice(0, 120);
    return `- ${localTime(s.ms)}  ${s.title ?? "(no title)"}  [${s.session}]${snippet ? `\n  ${snippet}` : ""}`;
  });
  const full = all.length === MOST ? `\n(The ${MOST} newest; there may be more.)` : "";
  return `${counted(found.length, "session")}${about}${when}:\n${rows.join("\n")}${full}`;
}
