/** One approval in the queue: what was asked, until when, and what came of it. Pure. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { Effect } from "../provenance/origin.ts";
import { RISKS } from "../tool.ts";

/**
 * What a person is shown, as it was when it was asked. Open: a request may hold more than this (`calls` of one step put as
 * one question), and all of it is kept, shown as JSON and hashed. Untrusted text: strip it before display.
 */
export const Shown = z.looseObject({
  callId: z.string(),
  session: z.string(),
  agent: z.string(),
  tool: z.string(),
  args: z.unknown(),
  risk: z.enum(RISKS),
  reasons: z.array(z.string()),
  preview: z.object({ kind: z.enum(["diff", "command", "text"]), text: z.string() }).nullable(),
  effects: z.array(Effect),
  words: z.array(z.unknown()),
  always: z.string().nullable(),
});
export type Shown = z.infer<typeof Shown>;

/** A line of a person's: no control characters, so that no list of answers can be forged by it. */
const line = (most: number) =>
  z.string().min(1).max(most).regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u, "it is not one line");

/** What somebody says to a request, wherever they say it. `lasting`: "always" until it is revoked, not this session alone. */
export const Said = z.discriminatedUnion("answer", [
  /** `also`: calls that were shown with it and are covered too, and whether what it said of further calls is. */
  z.strictObject({
    answer: z.literal("once"),
    also: z.strictObject({ calls: z.array(z.string().max(500)).max(20), further: z.boolean() }).optional(),
  }),
  z.strictObject({ answer: z.literal("always"), lasting: z.boolean().optional() }),
  z.strictObject({ answer: z.literal("no"), message: z.string().max(4000).optional() }),
  z.strictObject({ answer: z.literal("edit"), arguments: z.string().max(8 << 20) }),
]);
export type Said = z.infer<typeof Said>;

/** Who said it and where: `terminal`, `command`, `http`, `websocket`, `code`. */
export const Speaker = z.strictObject({ by: line(100), where: line(40) });
export type Speaker = z.infer<typeof Speaker>;

export const Settled = z.strictObject({ said: Said, ...Speaker.shape });
export type Settled = z.infer<typeof Settled>;

export type QueuedState = "open" | "answered" | "expired" | "withdrawn";

/** Times in milliseconds since 1970 UTC. */
export type Queued = {
  /** Ten letters that nobody guesses. */
  id: string;
  /** Grows with every change in the queue; the place to go on watching from. */
  cursor: number;
  kind: "call" | "plan";
  state: QueuedState;
  session: string;
  agent: string;
  callId: string;
  tool: string;
  /** The workspace that the call's paths are in. */
  folder: string;
  /** Of the arguments, whole. */
  argsSha256: string;
  /** The state of what the call would change, when it was shown. */
  bound: string | null;
  shown: Shown;
  shownSha256: string;
  createdAt: number;
  expiresAt: number;
  settled: Settled | null;
  settledAt: number | null;
  /** When the yes was used; it can be used once. */
  usedAt: number | null;
  /** True once the audit log holds what was answered. */
  recorded: boolean;
};

/** What an answer is bound to: it holds for a call that is equal in all of this, and for no other. */
export type Bound = Pick<Queued, "session" | "agent" | "callId" | "tool" | "folder" | "argsSha256" | "bound">;

/** A clock may be set back by so much without ending what is open, milliseconds. */
const BACK_MS = 5_000;
/** A yes that nobody used so long is none any more, milliseconds. */
const USABLE_MS = 86_400_000;

/** True while `request` can be answered. A clock set back before its beginning ends it as one set forward does. */
export function isOpen(request: Pick<Queued, "state" | "createdAt" | "expiresAt">, now: number): boolean {
  return request.state === "open" && now < request.expiresAt && now >= request.createdAt - BACK_MS;
}

/** True while a yes to `request` can be used. */
export function isUsable(request: Pick<Queued, "state" | "settled" | "settledAt" | "usedAt">, now: number): boolean {
  const yes = request.settled?.said.answer === "once" || request.settled?.said.answer === "always";
  return request.state === "answered" && yes && request.usedAt === null &&
    Math.abs(now - request.settledAt!) < USABLE_MS;
}

/** True if an answer to `request` is one to the call `about`. */
export function isFor(request: Bound, about: Bound): boolean {
  const keys = ["session", "agent", "callId", "tool", "folder", "argsSha256", "bound"] as const;
  return keys.every((key) => request[key] === about[key]);
}

/** SHA-256 (hex) of a JSON value; the order of an object's keys makes no difference. */
export function hashOf(value: unknown): string {
  return sha256(JSON.stringify(sorted(value)) ?? "undefined");
}

/** SHA-256 (hex) of a text. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return {
    pairs: Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, below]) => [key, sorted(below)]),
  };
}
