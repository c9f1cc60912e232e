/** What happens at the edge of a call's runs, kept with the call. */
import type { AuditEntry } from "./audit/record.ts";
import type { RunEdge, RunEvent } from "./sandbox/grant.ts";
import type { Scrub } from "./secrets/scrub.ts";

type About = { callId: string; session: string; tool: string };

/** `kept` rejects if one of the records could not be written; call it once the runs are over. */
export function edgeRecords(
  about: About,
  { append, scrub, secretNamed, question }: {
    append(entry: AuditEntry): Promise<void>;
    scrub: Scrub;
    /** The secret that a placeholder stands for. */
    secretNamed?(placeholder: string): { name: string; store: string } | null;
    question: RunEdge["question"];
  },
): { edge: RunEdge; kept(): Promise<unknown> } {
  const records: Promise<void>[] = [];
  const keep = (entry: AuditEntry) => {
    const record = append(entry);
    record.catch(() => {});
    records.push(record);
  };
  return {
    edge: {
      event(event) {
        keep({ kind: "edge", ...about, event: scrub.value(event) as RunEvent });
        if (event.kind !== "connection") return;
        for (const placeholder of event.swapped ?? []) {
          const secret = secretNamed?.(placeholder) ?? { name: scrub.text(placeholder), store: "unknown" };
          keep({ kind: "secret", ...about, action: "use", ...secret, by: `its binding to ${event.host}` });
        }
      },
      question,
    },
    kept: () => Promise.all(records),
  };
}
