/** A session as what a person reads, whatever the form: who said what, when, in order. Pure. */
import { textOf } from "../../node/chat.ts";
import type { Envelope } from "../../node/event.ts";
import type { AgentEvent } from "../../agent/event.ts";
import { messagesOf } from "../../agent/memory/history.ts";

/** `at`: milliseconds since 1970 UTC, of the event that ends the entry. */
export type Entry =
  | { kind: "person"; at: number; n: number; text: string }
  | { kind: "answer"; at: number; model: string; text: string }
  | { kind: "call"; at: number; tool: string; arguments: string }
  | { kind: "result"; at: number; tool: string; failed: boolean; text: string }
  | { kind: "notice"; at: number; text: string };

/** All that was said and done; thinking and live output are left out, for results repeat what matters of it. */
export function transcriptOf(events: readonly Envelope<AgentEvent>[]): Entry[] {
  const entries: Entry[] = [];
  const open = { events: [] as AgentEvent[], at: 0, model: "", n: 0 };
  const answer = () => {
    for (const message of messagesOf(open.events)) {
      if (message.role !== "assistant") continue;
      const said = textOf(message.content);
      if (said !== "") entries.push({ kind: "answer", at: open.at, model: open.model, text: said });
      for (const call of message.toolCalls) {
        entries.push({ kind: "call", at: open.at, tool: call.name, arguments: call.arguments });
      }
    }
    open.events = [];
  };
  for (const { event, at } of events) {
    if (event.type === "text") {
      open.events.push(event);
      open.at = at;
    } else if (event.type === "step_ended" || event.type === "turn_ended" || event.type === "turn_resumed") {
      open.events.push(event);
      open.at = at;
      answer();
      if (event.type === "turn_resumed") open.model = event.model;
      if (event.type === "turn_ended" && event.reason !== "answered") {
        entries.push({ kind: "notice", at, text: `ended: ${event.reason}${event.detail ? `, ${event.detail}` : ""}` });
      }
    } else if (event.type === "turn_started") {
      answer();
      open.model = event.model;
      open.n++;
      const others = event.message.filter((part) => part.type !== "text").map((part) => `[${part.type}]`);
      entries.push({ kind: "person", at, n: open.n, text: [textOf(event.message), ...others].join(" ").trim() });
    } else if (event.type === "call_ended") {
      const { name, isError, content } = event.result;
      entries.push({ kind: "result", at, tool: name, failed: isError, text: textOf(content) });
    } else if (event.type === "notice") entries.push({ kind: "notice", at, text: event.text });
    else if (event.type === "compacted") {
      entries.push({ kind: "notice", at, text: compactedText(event) });
    }
  }
  answer();
  return entries;
}

function compactedText(event: Extract<AgentEvent, { type: "compacted" }>): string {
  return `From here on ${event.model} was given this summary in place of what stands above:\n${event.summary}`;
}
