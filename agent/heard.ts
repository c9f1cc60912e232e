/** What an agent heard, from the events of its session. Pure. A message whose parts do not say where they came from is a program's. */
import type { Part } from "../node/chat.ts";
import { textOf } from "../node/chat.ts";
import { readCall } from "../security/read_call.ts";
import { type Heard, Origin } from "../security/provenance/origin.ts";
import { originOfResult } from "../security/provenance/of_tool.ts";
import type { AnyTool } from "../security/tool.ts";
import type { AgentEvent } from "./event.ts";

/** The parts of a user's message. A picture holds words that nobody can trace: it is heard as a file without text. */
export function heardInMessage(message: readonly Part[]): Heard[] {
  return message.map((part) => {
    if (part.type !== "text") return { origin: { kind: "file", name: `attached ${part.type}` }, text: "" };
    const origin = Origin.safeParse(part.origin);
    return { origin: origin.success ? origin.data : { kind: "api", name: "" }, text: part.text };
  });
}

/** All that was heard in `events`, in order: messages, results, summaries. Of results that no tool here explains, the worst is taken. */
export function heardIn(events: readonly AgentEvent[], tools: ReadonlyMap<string, AnyTool>): Heard[] {
  const calls = new Map<string, { name: string; arguments: string; id: string }>();
  return events.flatMap((event): Heard[] => {
    switch (event.type) {
      case "turn_started":
        return heardInMessage(event.message);
      case "step_ended":
        for (const call of event.calls) calls.set(call.id, call);
        return [];
      case "call_ended": {
        const { callId, name, content, isError } = event.result;
        const call = calls.get(callId);
        const read = call === undefined ? null : readCall(call, tools);
        const origin = read === null || "problem" in read
          ? { kind: "tool" as const, name: name.slice(0, 500) }
          : originOfResult(read.tool, read.args, isError);
        return origin === null || content.length === 0 ? [] : [{ origin, text: textOf(content) }];
      }
      case "compacted":
        return [{ origin: { kind: "memory", name: "a summary of earlier turns" }, text: event.summary }];
      default:
        return [];
    }
  });
}
