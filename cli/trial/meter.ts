/** Times what a `Chat` does, and remembers how it failed. */
import { type Chat, ChatError, type ChatRequest } from "../../node/chat.ts";

/** One answer: milliseconds to its first event and from there to its end; tokens as the server counts them. */
export type Timing = { firstMs: number; restMs: number; outputTokens: number | null; streamed: boolean };

export type Meter = {
  chat: Chat;
  timings: Timing[];
  /** Why the last answer broke, as the server's failure and not the model's; null after a whole one. */
  failure(): ChatError | null;
};

/** `now` gives milliseconds on a clock that only goes forward. */
export function meter(chat: Chat, now: () => number): Meter {
  const timings: Timing[] = [];
  const state: { failure: ChatError | null } = { failure: null };

  async function* timed(request: ChatRequest, signal: AbortSignal) {
    const start = now();
    let [first, pieces]: [number | null, number] = [null, 0];
    let outputTokens: number | null = null;
    try {
      for await (const event of chat(request, signal)) {
        first ??= now();
        if (event.type === "text" || event.type === "thinking") pieces++;
        if (event.type === "usage") outputTokens = event.outputTokens;
        if (event.type === "error") state.failure = new ChatError(event.fault, event.message);
        if (event.type === "done") {
          state.failure = null;
          timings.push({ firstMs: first - start, restMs: now() - first, outputTokens, streamed: pieces > 1 });
        }
        yield event;
      }
    } catch (error) {
      if (error instanceof ChatError) state.failure = error;
      throw error;
    }
  }
  return { chat: timed, timings, failure: () => state.failure };
}
