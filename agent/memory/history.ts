/** The messages that a model is given, drawn from a session's events; pure. */
import { type Message, text, type ToolCall, type ToolResult } from "../../node/chat.ts";
import type { AgentEvent } from "../event.ts";

/** Stands at the end of an answer that a crash or a stop cut short. */
export const CUT_MARK = "[This answer was cut short.]";

type Step = { text: string; cut: boolean; calls: { call: ToolCall; result: ToolResult | null }[] };
type Turn = { user: Message | null; steps: Step[] };

/** Sorts the events into turns and steps. A result goes to the newest call of its id that waits for one. */
function turnsOf(events: readonly AgentEvent[]): Turn[] {
  const turns: Turn[] = [];
  const open = { text: "" };
  const turn = (): Turn => turns.at(-1) ?? turns[turns.push({ user: null, steps: [] }) - 1];
  const close = (step: Omit<Step, "text">) => {
    if (open.text !== "" || step.calls.length > 0) turn().steps.push({ text: open.text, ...step });
    open.text = "";
  };
  for (const event of events) {
    if (event.type === "text") open.text += event.text;
    else if (event.type === "turn_started") {
      close({ cut: true, calls: [] });
      turns.push({ user: { role: "user", content: event.message }, steps: [] });
    } else if (event.type === "turn_resumed") {
      close({ cut: true, calls: [] });
    } else if (event.type === "step_ended") {
      close({ cut: false, calls: event.calls.map((call) => ({ call, result: null })) });
    } else if (event.type === "turn_ended") {
      close({ cut: event.reason !== "answered", calls: [] });
    } else if (event.type === "call_ended") {
      const waiting = turns.flatMap((one) => one.steps).flatMap((step) => step.calls)
        .findLast(({ call, result }) => call.id === event.result.callId && result === null);
      if (waiting) waiting.result = event.result;
    }
  }
  close({ cut: true, calls: [] });
  return turns;
}

/** An error result that says what is known where no result was kept. */
export function lostResult(call: ToolCall, said: string): ToolResult {
  return { callId: call.id, name: call.name, content: text(said), isError: true };
}

/**
 * The conversation so far, whole: every call has exactly one result, in the order of the calls. A call
 * without one says that its outcome is unknown; an answer that was cut keeps its text and ends with `CUT_MARK`.
 */
export function messagesOf(events: readonly AgentEvent[]): Message[] {
  return turnsOf(events).flatMap(({ user, steps }): Message[] => [
    ...(user ? [user] : []),
    ...steps.flatMap((step): Message[] => [
      {
        role: "assistant",
        content: step.cut ? text(`${step.text}\n\n${CUT_MARK}`) : step.text === "" ? [] : text(step.text),
        toolCalls: step.calls.map(({ call }) => call),
      },
      ...step.calls.map(({ call, result }): Message => ({
        role: "tool",
        result: result ?? lostResult(call, "The outcome of this call is unknown. Do not repeat it without asking."),
      })),
    ]),
  ]);
}

/** The calls that have no result, in order. */
export function openCalls(events: readonly AgentEvent[]): ToolCall[] {
  return turnsOf(events).flatMap(({ steps }) => steps).flatMap(({ calls }) => calls)
    .filter(({ result }) => result === null).map(({ call }) => call);
}
