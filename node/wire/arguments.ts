/** What both wires need of a tool call that goes back to a model, and of the results that answer it. */
import type { Message, ToolCall } from "../chat.ts";

/**
 * A call's arguments as the JSON object that servers insist on. Text that is no JSON object comes back as
 * `{ invalid_json: text }`, so the model still sees what it wrote and the server does not refuse the history. So does JSON that
 * is nested so deeply that writing it again would overflow the stack, in this turn and in each later one.
 */
export function argumentsObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    if (depth(text) > DEEPEST) return { invalid_json: text };
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    return { invalid_json: text };
  }
  return { invalid_json: text };
}

/** `messages` with each run of tool results in the order of the calls that it answers; wires without ids match by place. */
export function inCallOrder(messages: readonly Message[]): Message[] {
  const out: Message[] = [];
  for (let i = 0; i < messages.length;) {
    const message = messages[i++];
    out.push(message);
    if (message.role !== "assistant") continue;
    const run: Extract<Message, { role: "tool" }>[] = [];
    for (let next = messages[i]; next?.role === "tool"; next = messages[++i]) run.push(next);
    const order = new Map(message.toolCalls.map((call: ToolCall, at) => [call.id, at]));
    const place = (id: string) => order.get(id) ?? order.size;
    out.push(...run.sort((a, b) => place(a.result.callId) - place(b.result.callId)));
  }
  return out;
}

/**
 * Hands out ids for the calls of one answer: the server's own where it is new to the conversation, else `newId()`.
 * So a result can never be taken for the answer to another call.
 */
export function callIds(messages: readonly Message[], newId: () => string): (given?: string | null) => string {
  const taken = new Set(messages.flatMap((m) => m.role === "assistant" ? m.toolCalls.map((c) => c.id) : []));
  return (given) => {
    const id = given && !taken.has(given) ? given : newId();
    taken.add(id);
    return id;
  };
}

/** Levels of nesting that are sent on as an object. */
const DEEPEST = 200;

/** How deeply JSON `text` is nested; brackets within strings do not count. Linear. */
function depth(text: string): number {
  let [level, most, inString] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === "\\") i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === "[" || c === "{") most = Math.max(most, ++level);
    else if (c === "]" || c === "}") level--;
  }
  return most;
}
