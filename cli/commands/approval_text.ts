/** A request of the queue in lines for a person. Pure. */
import * as z from "zod";
import type { Queued } from "../../security/approvals/queued.ts";
import { printable } from "../../security/display.ts";
import { Origin } from "../../security/provenance/origin.ts";
import { plainLines } from "../failure.ts";
import { oneLine, showTime } from "./when.ts";

/** One line for standard error: what waits, how to see and allow it, and how to go on. */
export function needLine({ id, shown }: Queued, session: string): string {
  const { tool, risk, reasons, always } = shown;
  const why = reasons[0] ? `, ${oneLine(printable(reasons[0]), 200)}` : "";
  const rule = always === null || /[\p{Cc}\p{Cf}]/u.test(always)
    ? ""
    : `; or allow it beforehand by --allow ${shellQuoted(always)}`;
  return plainLines(
    `needs approval ${id}: ${
      oneLine(printable(tool), 60)
    } (risk ${risk}${why}); harombe approvals approve ${id}, then harombe ask --resume=${session}${rule}`,
  );
}

export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What was answered to it, by whom and where. */
export function settledLine({ id, state, settled }: Queued): string {
  if (settled === null) return `approval ${id} is ${state}`;
  return `approval ${id} was answered: ${settled.said.answer}, by ${settled.by} (${settled.where})`;
}

/** One row of the list: what it is and how long it waits still. */
export function approvalRow({ id, state, expiresAt, settled, shown, usedAt }: Queued, now: number): string {
  const left = Math.max(0, Math.ceil((expiresAt - now) / 60_000));
  const fate = state === "open"
    ? `${left} min left`
    : settled === null
    ? state
    : `${settled.said.answer} by ${settled.by} (${settled.where})${usedAt === null ? "" : ", used"}`;
  const what = `${shown.tool} ${JSON.stringify(shown.args)}`;
  return `${id}  ${shown.risk.padEnd(8)}  ${oneLine(printable(fate), 40).padEnd(11)}  ${oneLine(printable(what), 100)}`;
}

const Traced = z.object({ argument: z.string(), text: z.string(), from: Origin.nullable() });

/** The whole request; no character of it can act on a terminal, and no line of it can pass for one of ours. */
export function approvalPage(queued: Queued): string {
  const { id, shown, session, folder, expiresAt, createdAt, kind } = queued;
  const field = (name: string, value: string) => {
    const [first, ...more] = printable(value).split("\n");
    return [`${name.padEnd(10)} ${first}`, ...more.map((line) => `${" ".repeat(9)}│ ${line}`)].join("\n");
  };
  const words = shown.words.map((word) => {
    const { success, data } = Traced.safeParse(word);
    if (!success) return JSON.stringify(word);
    const from = data.from === null ? "the model's own" : `from ${data.from.kind} ${data.from.name}`;
    return `${data.argument}: ${JSON.stringify(data.text)}, ${from}`;
  });
  const known = ["callId", "session", "agent", "tool", "args", "risk", "reasons", "preview", "effects", "words"];
  const more = Object.entries(shown).filter(([name]) => ![...known, "always", "expiresInMs"].includes(name));
  return [
    field("approval", `${id}, ${kind}, ${settledLine(queued).replace(`approval ${id} `, "")}`),
    field("tool", `${shown.tool} (agent ${shown.agent}, session ${session})`),
    field("risk", shown.risk),
    ...shown.reasons.map((reason) => field("why", reason)),
    ...(shown.effects.length > 0 ? [field("does", shown.effects.join(", "))] : []),
    ...words.map((word) => field("words", word)),
    field("folder", folder),
    field("asked", `${showTime(createdAt)} UTC, until ${showTime(expiresAt)} UTC`),
    ...(shown.always === null ? [] : [field("always", `would allow ${shown.always}`)]),
    ...(shown.preview === null ? [] : [field(shown.preview.kind, `\n${shown.preview.text}`)]),
    field("arguments", `\n${JSON.stringify(shown.args, null, 2) ?? "none"}`),
    ...more.map(([name, value]) => field(name.slice(0, 10), `\n${JSON.stringify(value, null, 2)}`)),
  ].join("\n");
}
