/** What the key says of the log: "record `seq` has `hash`", as a line of JSON; pure. */
import * as z from "zod";
import { GENESIS, type Link } from "./chain.ts";
import type { AuditKey } from "./key.ts";

export const Head = z.strictObject({
  seq: z.number().int().nonnegative(),
  /** When it was signed, milliseconds since 1970 UTC. */
  at: z.number(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Id of the key. */
  key: z.string(),
  signature: z.string(),
});
export type Head = z.infer<typeof Head>;

/** Records 1 to `seq` were pruned by retention; the chain goes on from `hash`. Cumulative over all prunings. */
export const Checkpoint = z.strictObject({
  seq: z.number().int().positive(),
  at: z.number(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Pruned records by kind; a kind that came later is absent where none went. */
  counts: z.strictObject({
    intent: z.number(),
    outcome: z.number(),
    refusal: z.number(),
    decision: z.number().optional(),
    edge: z.number().optional(),
    secret: z.number().optional(),
  }),
  key: z.string(),
  signature: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** Where the chain begins: after the pruned records, or before record 1. */
export function baseOf(checkpoint: Checkpoint | null): Link {
  return checkpoint ? { seq: checkpoint.seq, hash: checkpoint.hash } : { seq: 0, hash: GENESIS };
}

/** The first line of the signed text keeps a head from passing as a checkpoint. */
const HEAD = "harombe audit head 1";
const CHECKPOINT = "harombe audit checkpoint 1";

function signed<T extends object>(kind: string, value: T, key: AuditKey): string {
  return JSON.stringify({ ...value, key: key.id, signature: key.sign(textOf(kind, { ...value, key: key.id })) });
}

function textOf(kind: string, value: object): string {
  return `${kind}\n${JSON.stringify(value)}`;
}

/** The head for `link`, signed: one line of JSON, at most 300 characters. */
export function signHead(link: Link, at: number, key: AuditKey): string {
  return signed(HEAD, { seq: link.seq, at, hash: link.hash }, key);
}

/** The checkpoint, signed: one line of JSON. */
export function signCheckpoint(body: Omit<Checkpoint, "key" | "signature">, key: AuditKey): string {
  return signed(CHECKPOINT, { seq: body.seq, at: body.at, hash: body.hash, counts: body.counts }, key);
}

/** A signed line as read back. `damaged` is not JSON of this shape, `key` another key's, `signature` not true of its text. */
export type Signed<T> = { state: "ok"; value: T } | { state: "damaged" | "key" | "signature" };

/** Reads a line that `signHead` wrote. Any changed character makes it other than `ok`. */
export function readHead(line: string, key: AuditKey): Signed<Head> {
  return readSigned(HEAD, Head, line, key);
}

/** Reads a line that `signCheckpoint` wrote. Any changed character makes it other than `ok`. */
export function readCheckpoint(line: string, key: AuditKey): Signed<Checkpoint> {
  return readSigned(CHECKPOINT, Checkpoint, line, key);
}

function readSigned<T extends Head | Checkpoint>(
  kind: string,
  schema: z.ZodType<T>,
  line: string,
  key: AuditKey,
): Signed<T> {
  const parsed = schema.safeParse(parse(line));
  if (!parsed.success || JSON.stringify(parsed.data) !== line) return { state: "damaged" };
  const { signature, ...rest } = parsed.data;
  if (rest.key !== key.id) return { state: "key" };
  if (!key.verify(textOf(kind, rest), signature)) return { state: "signature" };
  return { state: "ok", value: parsed.data };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
