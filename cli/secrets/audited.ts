/** What the audit log keeps of secrets: names, never values. */
import type { AuditEntry } from "../../security/audit/record.ts";
import type { Used } from "./resolve.ts";

export type SecretRecord = Extract<AuditEntry, { kind: "secret" }>;

/** Longer lists of names are cut, and say so. */
const LONGEST_NAMES = 2000;

export function secretEntry(
  action: SecretRecord["action"],
  given: { names: readonly string[]; store: string; by?: string; generation?: number },
): SecretRecord {
  const joined = given.names.join(", ");
  return {
    kind: "secret",
    callId: "",
    session: "",
    tool: "secrets",
    action,
    name: joined.length <= LONGEST_NAMES ? joined : `${joined.slice(0, LONGEST_NAMES)}… (${given.names.length} names)`,
    store: given.store,
    by: given.by ?? "person at the command line",
    ...(given.generation === undefined ? {} : { generation: given.generation }),
  };
}

/** harombe put a secret where the configuration says. */
export function useEntry({ setting, name, store }: Used): SecretRecord {
  return secretEntry("use", { names: [name], store, by: `configuration ${setting}` });
}
