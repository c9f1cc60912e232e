/** What happens at the edge of a call's runs, kept with the call. */
import type { AuditEntry } from "./audit/record.ts";
import type { RunEdge, RunEvent } from "./sandbox/grant.ts";
import type { Scrub } from "./secrets/scrub.ts";

type About = { callId: string; session: string; tool: string };

/** `kept` rejects if one of the records could not be written; call it once the runs are over. */
export function edgeRecords(
  about: About,
  { append, scrub, question }: {
    append(entry: AuditEntry): Promise<void>;
    scrub: Scrub;
    question: RunEdge["question"];
  },
): { edge: RunEdge; kept(): Promise<unknown> } {
  const records: Promise<void>[] = [];
  return {
    edge: {
      event(event) {
        const record = append({ kind: "edge", ...about, event: scrub.value(event) as RunEvent });
        record.catch(() => {});
        records.push(record);
      },
      question,
    },
    kept: () => Promise.all(records),
  };
}
