/** A request as it lies in the database, and back. */
import { type Queued, Settled, Shown } from "./queued.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const ID_LETTERS = 10;

/** Ten letters of base 32, 50 random bits: short enough to type, and nobody guesses one of a thousand. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(ID_LETTERS))].map((byte) => LETTERS[byte % 32]).join("");
}

export function settledText(settled: Settled): string {
  return JSON.stringify(Settled.parse(settled));
}

/** Throws if the row is not one that this program wrote: then nothing may rest on it. */
export function queuedOf(row: Record<string, unknown>): Queued {
  const number = (value: unknown) => value === null ? null : Number(value);
  return {
    id: String(row.id),
    cursor: Number(row.cursor),
    kind: row.kind as Queued["kind"],
    state: row.state as Queued["state"],
    session: String(row.session),
    agent: String(row.agent),
    callId: String(row.call),
    tool: String(row.tool),
    folder: String(row.folder),
    argsSha256: String(row.args_sha256),
    bound: row.bound as string | null,
    shown: Shown.parse(JSON.parse(String(row.shown))),
    shownSha256: String(row.shown_sha256),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    settled: row.answer === null ? null : Settled.parse(JSON.parse(String(row.answer))),
    settledAt: number(row.settled_at),
    usedAt: number(row.used_at),
    recorded: row.recorded === 1,
  };
}
