/** A request of the queue in lines for a person. Pure. */
import * as z from "zod";
import type { Queued } from "../../security/approvals/queued.ts";
import { printable } from "../../security/display.ts";
import { placeOf } from "../../security/provenance/said.ts";
import { Origin } from "../../security/provenance/origin.ts";
import { plainLines } from "../failure.ts";
import { oneLine, showTime } from "./when.ts";

/** For standard error: what waits and why, how to see it, to allow it and go on, and how to grant it beforehand; a line each. */
export function needLine({ id, shown }: Queued, session: string): string {
  const { tool, risk, reasons, always } = shown;
  const why = reasons.slice(0, 5).map((reason) => `, ${oneLine(printable(reason), 200)}`).join("");
  const rule = always === null || /[\p{Cc}\p{Cf}]/u.test(always)
    ? []
    : [`or beforehand  --allow ${shellQuoted(always)}`];
  return plainLines([
    `needs approval ${id}: ${oneLine(printable(tool), 60)} (risk ${risk}${why})`,
    `see it         harombe approvals show ${id}`,
    `allow it       harombe approvals approve ${id}`,
    `then go on     harombe ask --resume=${session}`,
    ...rule,
  ].join("\n  "));
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
    const from = data.from === null
      ? "is the assistant's own"
      : data.from.kind === "owner"
      ? "is from you"
      : `came from ${placeOf({ origin: data.from })}, not from you`;
    return `${data.argument}: ${JSON.stringify(data.text)} ${from}`;
  });
  const known = ["callId", "session", "agent", "tool", "args", "risk", "reasons", "preview", "effects", "words"];
  // An answer to the queue covers this call alone: `further` is no part of it, and each call beside it is asked by itself.
  const left = ["always", "expiresInMs", "beside", "further", "bound", "live"];
  const more = Object.entries(shown).filter(([name]) => ![...known, ...left].includes(name));
  const beside = z.array(z.object({ tool: z.string(), args: z.unknown() })).catch([]).parse(shown.beside ?? []);
  return [
    field("approval", `${id}, ${kind}, ${settledLine(queued).replace(`approval ${id} `, "")}`),
    field("tool", `${shown.tool} (agent ${shown.agent}, session ${session})`),
    field("risk", shown.risk),
    ...shown.reasons.map((reason, at) => field(at === 0 ? "why" : "", reason)),
    ...(shown.effects.length > 0 ? [field("does", shown.effects.join(", "))] : []),
    ...words.map((word, at) => field(at === 0 ? "words" : "", word)),
    field("folder", folder),
    field("asked", `${showTime(createdAt)} UTC, until ${showTime(expiresAt)} UTC`),
    ...(shown.always === null ? [] : [field("always", `would allow ${shown.always}`)]),
    ...(shown.preview === null ? [] : [field(shown.preview.kind, `\n${shown.preview.text}`)]),
    field("arguments", `\n${JSON.stringify(shown.args, null, 2) ?? "none"}`),
    ...beside.map(({ tool, args }) =>
      field("beside", oneLine(printable(`${tool} ${JSON.stringify(args)}`), 200) + ", which is asked by itself")
    ),
    ...more.map(([name, value]) => field(name.slice(0, 10), `\n${JSON.stringify(value, null, 2)}`)),
  ].join("\n");
}
