/** A request of the queue in lines for a person. Pure. */
import type { Queued } from "../../security/approvals/queued.ts";
import { plainLines } from "../failure.ts";

/** One line for standard error: what waits, how to see and allow it, and how to go on. */
export function needLine({ id, shown }: Queued, session: string): string {
  const { tool, risk, reasons, always } = shown;
  const why = reasons[0] ? `, ${reasons[0]}` : "";
  const rule = always === null ? "" : `; or allow it beforehand by --allow ${shellQuoted(always)}`;
  return plainLines(
    `needs approval ${id}: ${tool} (risk ${risk}${why}); harombe approvals approve ${id}, then harombe ask --resume=${session}${rule}`,
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
