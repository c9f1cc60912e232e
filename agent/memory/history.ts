/** The messages that a model is given, drawn from a session's events; pure. */
import { type Message, text, type ToolCall, type ToolResult } from "../../node/chat.ts";
import type { AgentEvent } from "../event.ts";

/** Stands at the end of an answer that a crash or a stop cut short. */
export const CUT_MARK = "[This answer was cut short.]";

type Step = { text: string; cut: boolean; calls: { call: ToolCall; result: ToolResult | null }[] };
/** `first`: the place in the list of the event that it begins with. */
type Turn = { first: number; user: Message | null; steps: Step[] };

/** Sorts the events into turns and steps. A result goes to the newest call of its id that waits for one. */
function turnsOf(events: readonly AgentEvent[]): Turn[] {
  const turns: Turn[] = [];
  const open = { text: "", calls: [] as Step["calls"] };
  const turn = (): Turn => turns.at(-1) ?? turns[turns.push({ first: 0, user: null, steps: [] }) - 1];
  const close = (step: Omit<Step, "text">) => {
    if (open.text !== "" || step.calls.length > 0) turn().steps.push({ text: open.text, ...step });
    open.calls.push(...step.calls);
    open.text = "";
  };
  for (const [first, event] of events.entries()) {
    if (event.type === "text") open.text += event.text;
    else if (event.type === "turn_started") {
      close({ cut: true, calls: [] });
      turns.push({ first, user: { role: "user", content: event.message }, steps: [] });
    } else if (event.type === "turn_resumed") {
      close({ cut: true, calls: [] });
    } else if (event.type === "step_ended") {
      close({ cut: false, calls: event.calls.map((call) => ({ call, result: null })) });
    } else if (event.type === "turn_ended") {
      close({ cut: event.reason !== "answered", calls: [] });
    } else if (event.type === "call_ended") {
      const waiting = open.calls.findLastIndex(({ call }) => call.id === event.result.callId);
      if (waiting >= 0) open.calls.splice(waiting, 1)[0].result = event.result;
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
  return messagesIn(events).flatMap((turn) => turn.messages);
}

/** The same by turns; `first` is the place in `events` of the event that a turn begins with. */
export function messagesIn(events: readonly AgentEvent[]): { first: number; messages: Message[] }[] {
  return turnsOf(events).map(({ first, user, steps }) => ({
    first,
    messages: [...(user ? [user] : []), ...steps.flatMap(messagesOfStep)],
  }));
}

function messagesOfStep(step: Step): Message[] {
  return [
    {
      role: "assistant",
      content: step.cut ? text(`${step.text}\n\n${CUT_MARK}`) : step.text === "" ? [] : text(step.text),
      toolCalls: step.calls.map(({ call }) => call),
    },
    ...step.calls.map(({ call, result }): Message => ({
      role: "tool",
      result: result ?? lostResult(call, "The outcome of this call is unknown. Do not repeat it without asking."),
    })),
  ];
}

/** The calls that have no result, in order. */
export function openCalls(events: readonly AgentEvent[]): ToolCall[] {
  return turnsOf(events).flatMap(({ steps }) => steps).flatMap(({ calls }) => calls)
    .filter(({ result }) => result === null).map(({ call }) => call);
}
