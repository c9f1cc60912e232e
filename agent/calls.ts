/** Runs the calls of one step: neighbours that change nothing at once, all others one after the other. */
import { text, type ToolCall, type ToolResult } from "../node/chat.ts";
import { Parked } from "../security/approval.ts";
import type { CallTool } from "../security/gateway.ts";
import type { AgentEvent } from "./event.ts";

export type CallOptions = {
  callTool: CallTool;
  readOnly(tool: string): boolean;
  session: string;
  agent: string;
  /** All calls of the step: what is asked for at once may be put before the person at once. */
  together?: readonly ToolCall[];
};

/** Read-only calls that run at once at most. */
const AT_ONCE = 4;

/**
 * Yields live output and one `call_ended` per call, in the order in which they end; returns the results
 * in the order of `calls`. After an abort the calls that never ran end as cancelled, so that every call
 * of the step has its result. Throws `Parked` once a call waits for an approval and those beside it have ended; what
 * comes after it in the step has not begun.
 */
export async function* runCalls(
  calls: readonly ToolCall[],
  options: CallOptions,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, ToolResult[]> {
  const results = new Map<string, ToolResult>();
  for (const batch of batches(calls, options.readOnly)) {
    for await (const event of runBatch(batch, { ...options, together: calls }, signal)) {
      if (event.type === "call_ended") results.set(event.result.callId, event.result);
      yield event;
    }
  }
  return calls.map((call) => results.get(call.id)!);
}

/** `calls` cut into groups that may run at once, in order. */
function batches(calls: readonly ToolCall[], readOnly: (tool: string) => boolean): ToolCall[][] {
  const groups: ToolCall[][] = [];
  for (const call of calls) {
    const group = groups.at(-1);
    const joins = group !== undefined && group.length < AT_ONCE && [...group, call].every((c) => readOnly(c.name));
    if (joins) group.push(call);
    else groups.push([call]);
  }
  return groups;
}

async function* runBatch(
  batch: readonly ToolCall[],
  options: CallOptions,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const waiting: AgentEvent[] = [];
  const wake = { now: () => {} };
  const push = (event: AgentEvent) => {
    waiting.push(event);
    wake.now();
  };
  const running = { left: batch.length };
  const parked: string[] = [];
  for (const call of batch) {
    void runOne(call, options, push, signal).then((event) => {
      running.left--;
      if ("type" in event) push(event);
      else parked.push(...event.parked);
      wake.now();
    });
  }
  while (true) {
    while (waiting.length > 0) yield waiting.shift()!;
    if (running.left === 0) break;
    await new Promise<void>((resolve) => {
      wake.now = resolve;
      if (waiting.length > 0 || running.left === 0) resolve();
    });
  }
  if (parked.length > 0) throw new Parked(parked);
}

/** Never rejects: a gateway that throws is itself a failed call. */
async function runOne(
  call: ToolCall,
  options: CallOptions,
  push: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<AgentEvent | { parked: readonly string[] }> {
  const start = performance.now();
  const ended = (result: ToolResult): AgentEvent => ({
    type: "call_ended",
    result,
    ms: Math.round(performance.now() - start),
  });
  const failed = (message: string) =>
    ended({ callId: call.id, name: call.name, content: text(message), isError: true });
  if (signal.aborted) return failed("Cancelled before it ran.");
  try {
    const result = await options.callTool(call, {
      session: options.session,
      agent: options.agent,
      together: options.together ?? [],
      emit: (p) => push({ type: "call_output", callId: call.id, stream: p.stream, text: p.text }),
    }, signal);
    return ended(result);
  } catch (error) {
    if (error instanceof Parked) return { parked: error.approvals };
    return failed(`The call failed inside the gateway: ${error instanceof Error ? error.message : String(error)}`);
  }
}
