/**
 * The one door. Whatever the agent does, it does by `callTool`; nothing else holds a tool or a sandbox.
 *
 * In order: find the tool, parse the arguments with its schema → decide (pure, deny first) → ask a person
 * if the decision is *ask* (silence is no) → append the intent to the audit log, durable → run inside the
 * sandbox that was granted → scrub secrets, in live output too → append the outcome. A refusal is appended
 * as well. It never throws for what a call did: it always returns a result that the model can read.
 */
import type { ToolCall, ToolResult } from "../node/chat.ts";
import type { ToolProgress } from "./tool.ts";

export type CallContext = {
  session: string;
  /** Name of the agent that calls; "always" answers are bound to it. */
  agent: string;
  emit(progress: ToolProgress): void;
};

export type CallTool = (call: ToolCall, context: CallContext, signal: AbortSignal) => Promise<ToolResult>;
