/** Reasoning that a server leaves in the text, between `<think>` and `</think>` at its very beginning. */
import type { ChatEvent } from "../chat.ts";

const OPEN = "<think>";
const CLOSE = "</think>";

/** `push` takes text as it comes, `end` is called once after it; together they give all of it, in order. */
export type ThinkTags = { push(text: string): ChatEvent[]; end(): ChatEvent[] };

/**
 * Splits text into `thinking` and `text` for any cut of it. Only tags at the very beginning count (white space around
 * them is dropped with them), so an answer about such tags stays an answer. Reasoning that never closes is reasoning.
 */
export function thinkTags(): ThinkTags {
  let state: "before" | "inside" | "after" = "before";
  let held = "";
  let trims = false;

  function say(type: "thinking" | "text", all: string): ChatEvent[] {
    const text = trims ? all.trimStart() : all;
    if (text === "") return [];
    trims = false;
    return [{ type, text }];
  }

  function before(): ChatEvent[] {
    const bare = held.trimStart();
    if (bare.length < OPEN.length && OPEN.startsWith(bare)) return [];
    if (!bare.startsWith(OPEN)) {
      state = "after";
      return say("text", take());
    }
    [state, held, trims] = ["inside", bare.slice(OPEN.length), true];
    return inside();
  }

  function inside(): ChatEvent[] {
    const at = held.indexOf(CLOSE);
    const end = at < 0 ? held.length - partial(held) : at;
    const out = say("thinking", held.slice(0, end));
    held = held.slice(at < 0 ? end : end + CLOSE.length);
    if (at < 0) return out;
    [state, trims] = ["after", true];
    return [...out, ...say("text", take())];
  }

  function take(): string {
    const text = held;
    held = "";
    return text;
  }

  return {
    push(text) {
      if (state === "after") return say("text", text);
      held += text;
      return state === "before" ? before() : inside();
    },
    end() {
      return say(state === "inside" ? "thinking" : "text", take());
    },
  };
}

/** Characters at the end of `text` that may begin the closing tag. */
function partial(text: string): number {
  for (let size = Math.min(CLOSE.length - 1, text.length); size > 0; size--) {
    if (text.endsWith(CLOSE.slice(0, size))) return size;
  }
  return 0;
}
