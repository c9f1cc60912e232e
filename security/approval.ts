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
  /** What a yes may cover until something else is read or said, as a sentence; absent where it covers this call alone. */
  further?: string;
  /** Milliseconds until silence counts as no: 60,000; CRITICAL 30,000. */
  expiresInMs: number;
};

export type ApprovalAnswer =
  /** `by` names who answered where it was no person at the terminal; the audit log keeps it. */
  | {
    answer: "once";
    by?: string;
    /** What was shown and is covered by the same yes. Absent = this call alone: who shows no more covers no more. */
    also?: { calls: string[]; further: boolean };
  }
  | { answer: "always" }
  | { answer: "no"; message?: string }
  /** New arguments as JSON text: evaluated from the start; the old call can no longer run. */
  | { answer: "edit"; arguments: string };

/** Rejects or resolves; `null` = nobody can be asked here. A throw, a null and an abort all deny. */
export type Approve = (request: ApprovalRequest, signal: AbortSignal) => Promise<ApprovalAnswer | null>;
