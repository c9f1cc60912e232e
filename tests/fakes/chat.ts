/** A `Chat` that replays what it was given, one list of events per request, and keeps the requests. */
import type { Chat, ChatEvent, ChatRequest } from "../../node/chat.ts";

export type ScriptedChat = { chat: Chat; requests: ChatRequest[] };

/** Each entry answers one request; a function is asked with the request. A request beyond the script throws. */
export function scriptedChat(script: (ChatEvent[] | ((request: ChatRequest) => ChatEvent[]))[]): ScriptedChat {
  const requests: ChatRequest[] = [];
  return {
    requests,
    chat: async function* (request, signal) {
      requests.push(structuredClone(request));
      const entry = script[requests.length - 1];
      if (!entry) throw new RangeError(`Cannot answer request ${requests.length}: the script has ${script.length}`);
      for (const event of typeof entry === "function" ? entry(request) : entry) {
        signal.throwIfAborted();
        await Promise.resolve();
        yield event;
      }
    },
  };
}

/** The events of an answer in words. */
export function says(text: string): ChatEvent[] {
  return [{ type: "text", text }, { type: "done", reason: "stop" }];
}

/** The events of a step that calls tools: `[name, arguments]` each, ids c1, c2, … */
export function calls(...list: [string, unknown][]): ChatEvent[] {
  return [
    ...list.map(([name, args], i): ChatEvent => ({
      type: "tool_call",
      call: { id: `c${i + 1}`, name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
    })),
    { type: "done", reason: "tool_calls" },
  ];
}
