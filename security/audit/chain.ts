/**
 * How a record is stored and chained; pure.
 *
 * A record's body is one line of ASCII JSON, `{"prev":HASH,"seq":N,"at":MS,"call":ID,"entry":{…}}`, kept exactly as
 * it was hashed; its hash is the SHA-256 of that line in hex. ASCII because a store hands damaged UTF-8 out
 * as U+FFFD: with anything above 0x7e escaped, no two stored byte strings read as the same body. The body
 * holds its own number and the hash before it, so a changed record, a record in another's place and a
 * missing record each look different.
 */
import { hash } from "node:crypto";
import * as z from "zod";
import { AuditEntry, type AuditRecord } from "./record.ts";

/** `prev` of record 1. */
export const GENESIS = "0".repeat(64);

/** A place in the chain: the record `seq` has `hash`. Seq 0 is the place before the first record. */
export type Link = { seq: number; hash: string };

/** `value` as JSON with everything outside 0x20–0x7e escaped. Throws a `TypeError` for a BigInt or a cycle. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/** The start of every body that stands at `seq` after `prev`. */
export function bodyStart(prev: string, seq: number): string {
  return `{"prev":"${prev}","seq":${seq},"at":`;
}

/** An entry as it is stored: its call id and itself as `asciiJson`. */
export type Stored = { call: string; entry: string };

/** The body of the record after `link`. */
export function bodyOf(link: Link, at: number, { call, entry }: Stored): string {
  return `${bodyStart(link.hash, link.seq + 1)}${at},"call":${call},"entry":${entry}}`;
}

/** Whether `body`, which begins with `bodyStart(…)` of this length, names `call` (JSON text) as its call. */
export function namesCall(body: string, startLength: number, call: string): boolean {
  return body.startsWith(`,"call":${call},"entry":`, body.indexOf(",", startLength));
}

/** SHA-256 of `text`, hex. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

const Body = z.object({
  prev: z.string(),
  seq: z.number().int().positive(),
  at: z.number(),
  call: z.string(),
  entry: AuditEntry,
});

/** A stored row as a record. Throws an `Error` that names the record if it is not one. */
export function recordOf(row: { seq: number; body: string; hash: string }): AuditRecord {
  try {
    const { at, entry } = Body.parse(JSON.parse(row.body));
    return { seq: row.seq, at, entry, hash: row.hash };
  } catch (error) {
    throw new Error(`Cannot read audit record ${row.seq}: it is damaged; run \`harombe audit verify\``, {
      cause: error,
    });
  }
}

const Start = /^\{"prev":"([0-9a-f]{64})","seq":([1-9][0-9]{0,15}),"at":/;

/** What `body` says of its own place, and how long its `bodyStart` is; null if it is no body. */
export function placeOf(body: string): { prev: string; seq: number; length: number } | null {
  const found = Start.exec(body);
  return found && { prev: found[1], seq: Number(found[2]), length: found[0].length };
}
