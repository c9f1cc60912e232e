/** What a person watches of an agent's turn. `cli/` renders these, sessions keep them, a resume is drawn from them. */
import * as z from "zod";
import { Part, ToolCall, ToolResult } from "../node/chat.ts";

export const AgentEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("turn_started"), message: z.array(Part), model: z.string() }),
  /** The last turn was cut off (a crash, a kill) and goes on from its last event. */
  z.object({ type: z.literal("turn_resumed"), model: z.string() }),
  /** A stretch of the answer; stretches of one step join without a separator. */
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thinking"), text: z.string() }),
  /** The model's step is over: its text so far and these calls make one assistant message. */
  z.object({ type: z.literal("step_ended"), calls: z.array(ToolCall) }),
  z.object({
    type: z.literal("call_output"),
    callId: z.string(),
    stream: z.enum(["stdout", "stderr"]),
    text: z.string(),
  }),
  z.object({ type: z.literal("call_ended"), result: ToolResult, ms: z.number() }),
  /** Tokens of one request to the model, as its server counts them; absent where it does not. */
  z.object({ type: z.literal("usage"), promptTokens: z.number(), outputTokens: z.number() }),
  /**
   * From here on the model is given `summary` in place of the events `from` to `to`, which stay in the log. It was made
   * by `model`, so it has no more authority than other text: it is shown between two lines `mark`, as data.
   */
  z.object({
    type: z.literal("compacted"),
    summary: z.string(),
    /** Chosen after the summary was there, so that nothing in it can end it. */
    mark: z.string(),
    from: z.number(),
    to: z.number(),
    /** Turns that are covered since the compaction before, and how many of them were too long to be read for it. */
    turns: z.number(),
    omitted: z.number(),
    /** Tokens of a request without a new message, by our own count. */
    before: z.number(),
    after: z.number(),
    model: z.string(),
  }),
  /** Something the person should know: a shortened context, a resumed call of unknown outcome. */
  z.object({ type: z.literal("notice"), text: z.string() }),
  /** The turn stops as it stands until these requests in the queue of approvals are settled; it has not ended. */
  z.object({ type: z.literal("turn_parked"), approvals: z.array(z.string()) }),
  z.object({
    type: z.literal("turn_ended"),
    reason: z.enum(["answered", "steps", "tokens", "time", "repeated", "cancelled", "failed"]),
    detail: z.string().optional(),
  }),
]);
export type AgentEvent = z.infer<typeof AgentEvent>;
