/** What the audit log keeps. Every string in a record has been scrubbed of secrets before it comes here. */
import * as z from "zod";
import { RunEvent } from "../sandbox/grant.ts";

export const AuditEntry = z.discriminatedUnion("kind", [
  /** Written, durable, before the tool runs. */
  z.object({
    kind: z.literal("intent"),
    callId: z.string(),
    session: z.string(),
    agent: z.string(),
    tool: z.string(),
    args: z.unknown(),
    risk: z.enum(["LOW", "MEDIUM", "HIGH", "CRITICAL"]),
    verdict: z.enum(["allow", "approved"]),
    reasons: z.array(z.string()),
    /** Who said yes: a rule as written, `person at terminal`, `risk LOW`. */
    by: z.string(),
    /** The answer in the queue of approvals that it rests on. It ran only if the queue says that this answer was used. */
    approval: z.string().optional(),
  }),
  z.object({
    kind: z.literal("outcome"),
    callId: z.string(),
    session: z.string(),
    tool: z.string(),
    ok: z.boolean(),
    ms: z.number(),
    /** SHA-256 (hex) of the result's JSON as the model got it. */
    resultSha256: z.string(),
    /** The first 200 characters of the result's text. */
    summary: z.string(),
    confined: z.string().optional(),
    /** What of the call was not let happen once it had begun, and why: one sentence. */
    denied: z.string().optional(),
  }),
  z.object({
    kind: z.literal("refusal"),
    callId: z.string(),
    session: z.string(),
    agent: z.string(),
    tool: z.string(),
    args: z.unknown(),
    reasons: z.array(z.string()),
    by: z.string(),
  }),
  /** What was answered to a call that was put before somebody, by whom, where, and a hash of what they were shown. */
  z.object({
    kind: z.literal("decision"),
    callId: z.string(),
    session: z.string(),
    agent: z.string(),
    tool: z.string(),
    answer: z.enum(["once", "always", "no", "edit", "silence"]),
    /** Who answered, as far as it is known; with `silence` why nobody did. */
    by: z.string(),
    /** `terminal`, `http`, `websocket`, `command` … */
    where: z.string(),
    /** SHA-256 (hex) of the approval request's JSON as it was shown. */
    shownSha256: z.string(),
  }),
  /** What happened at the edge of a run: a connection, a permission. */
  z.object({
    kind: z.literal("edge"),
    callId: z.string(),
    session: z.string(),
    tool: z.string(),
    event: RunEvent,
  }),
  /** What was done with a secret of the owner's, never its value. */
  z.object({
    kind: z.literal("secret"),
    callId: z.string(),
    session: z.string(),
    /** `secrets`, or the tool that it is for. */
    tool: z.string(),
    /** `read`: its value was shown; `use`: harombe itself put it where the configuration says. */
    action: z.enum(["add", "read", "use", "remove", "rotate", "forget", "rekey"]),
    /** Its name; several of one `add` are joined by a comma and a space. */
    name: z.string(),
    store: z.string(),
    by: z.string(),
    /** Changes of the local store so far; a file that says less was put back to an older one. */
    generation: z.int().optional(),
  }),
]);
export type AuditEntry = z.infer<typeof AuditEntry>;

export type AuditRecord = { seq: number; at: number; entry: AuditEntry; hash: string };

export type Audit = {
  /** Resolves once the record is durable; concurrent appends share a commit. */
  append(entry: AuditEntry, signal: AbortSignal): Promise<AuditRecord>;
};
