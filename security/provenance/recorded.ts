/**
 * A recorded run: what the owner asked, what was read, what was called. One JSON object a line in a file that
 * `rules score` reads. It holds enough to decide each call again, and nothing else.
 */
import * as z from "zod";
import { Effect, Heard, OriginKind } from "./origin.ts";

/**
 * What a tool of the run is. `effects` empty = it only looks. `decisive`: the arguments that say where something goes or what
 * is acted on (recipient, path, URL, amount, host); the others are content. `yields`: where its output's words come from;
 * null = from nobody but its arguments (a calculator).
 */
export const RecordedTool = z.strictObject({
  effects: z.array(Effect),
  decisive: z.array(z.string()),
  yields: OriginKind.nullable(),
});
export type RecordedTool = z.infer<typeof RecordedTool>;

export const RecordedStep = z.union([
  /** The owner says something, or something else enters that no call brought: a paste, a file on standard input, a note. */
  z.strictObject({ heard: Heard }),
  /** The model calls; neighbours with one `step` number were asked for at once. `output` is what came back. */
  z.strictObject({
    call: z.strictObject({
      id: z.string(),
      tool: z.string(),
      args: z.record(z.string(), z.unknown()),
      step: z.int().optional(),
    }),
    output: z.string(),
  }),
]);
export type RecordedStep = z.infer<typeof RecordedStep>;

export const RecordedRun = z.strictObject({
  id: z.string(),
  domain: z.enum(["mail", "banking", "files", "shell", "web", "homelab"]),
  kind: z.enum(["attack", "honest"]),
  split: z.enum(["tune", "test"]),
  tools: z.record(z.string(), RecordedTool),
  steps: z.array(RecordedStep),
  /** Of an attack: the calls that carry the injection out. Stopped or asked there counts; a question elsewhere does not. */
  injected: z.array(z.string()).default([]),
});
export type RecordedRun = z.infer<typeof RecordedRun>;
