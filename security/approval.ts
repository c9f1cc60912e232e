/** A call put before a person, and what the person said. Silence is no. */
import type { Effect, TracedWords } from "./provenance/origin.ts";
import type { Preview, Risk } from "./tool.ts";

export type ApprovalRequest = {
  callId: string;
  session: string;
  agent: string;
  tool: string;
  /** The parsed arguments, whole. Untrusted: strip control characters before display. */
  args: unknown;
  risk: Risk;
  reasons: string[];
  preview: Preview | null;
  /** What it would do beyond looking, as the tool states it. */
  effects: Effect[];
  /** The words of the arguments with where they came from; empty while nothing untrusted was read. */
  words: TracedWords[];
  /** `tool:pattern` that "always" would allow for the rest of this session. Null where always is not offered (CRITICAL). */
  always: string | null;
  /**
   * Calls that the model asked for at the same time and that would be asked for next. An approver that shows them whole may
   * take one yes for all; see `also`. None of them is CRITICAL.
   */
  beside?: ApprovalRequest[];
  /** What a yes may cover until the person says something else, as a sentence; absent where it covers this call alone. */
  further?: string;
  /** Milliseconds until silence counts as no: 60,000, CRITICAL 30,000 where a person sits; else as long as the queue keeps it. */
  expiresInMs: number;
  /** What the tool's `bind` gave when the call was shown: the yes is one to this state. */
  bound?: string | null;
  /** True: a running program waits for the answer. It cannot be kept for later: without somebody who answers now it is no. */
  live?: boolean;
};

/** How an answer came. */
export type Given = {
  /** Who answered where it was no person at the terminal; the audit log keeps it. */
  by?: string;
  /** Where: `terminal` unless told. */
  where?: string;
  /** Its id, where the question stood in the queue. */
  approval?: string;
  /** True: the audit log already holds this answer. */
  recorded?: boolean;
  /** SHA-256 (hex) of what was shown, where that was not this request. */
  shownSha256?: string;
  /** Asked once, after the intent is durable and before anything runs: false = this yes cannot be used (again), so nothing runs. */
  use?(): Promise<boolean>;
};

export type ApprovalAnswer =
  & (
    /** `also`: what was shown and is covered by the same yes. Absent = this call alone: who shows no more covers no more. */
    | { answer: "once"; also?: { calls: string[]; further: boolean } }
    /** `lasting`: until it is revoked, not for this session alone. */
    | { answer: "always"; lasting?: boolean }
    | { answer: "no"; message?: string }
    /** New arguments as JSON text: evaluated from the start; the old call can no longer run. */
    | { answer: "edit"; arguments: string }
    /** Nobody said anything that counts; `why` is a sentence. */
    | { answer: "silence"; why: string }
  )
  & Given;

/** Rejects or resolves; `null` = nobody can be asked here. A null and an abort deny, and so does every throw but `Parked`. */
export type Approve = (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer | null>;

/** The question is kept in the queue and nobody waits for its answer here: the turn stops as it stands, and can go on later. */
export class Parked extends Error {
  override name = "Parked";
  /** `approvals` are ids in the queue. */
  constructor(readonly approvals: readonly string[]) {
    super(`Cannot go on before an approval: ${approvals.join(", ")}`);
  }
}
