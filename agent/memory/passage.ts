/** Which text of a session can be searched for; pure. */
import { textOf } from "../../node/chat.ts";
import type { AgentEvent } from "../event.ts";

export type Source = "user" | "answer" | "tool";

/** Characters of one passage that are indexed; a tool's result beyond them is not found by search. */
export const INDEXED_CHARS = 100_000;

/** A searchable passage. `at` is the place in the given list of the event that completed it. */
export type Passage = { at: number; source: Source; text: string };

/**
 * The passages that `events` complete. `open` is the answer's text so far from before the first of them;
 * `rest` is what is still open after the last. An answer is complete when its step or turn ends, or, cut
 * by a crash, when another turn begins.
 */
export function passagesOf(events: readonly AgentEvent[], open: string): { passages: Passage[]; rest: string } {
  const passages: Passage[] = [];
  const add = (at: number, source: Source, text: string) => {
    if (text.trim() !== "") passages.push({ at, source, text: text.slice(0, INDEXED_CHARS) });
  };
  const rest = events.reduce((answer, event, at) => {
    switch (event.type) {
      case "text":
        return answer + event.text;
      case "turn_started":
        add(at, "user", textOf(event.message));
        if (answer !== "") add(at, "answer", answer);
        return "";
      case "step_ended":
      case "turn_ended":
        add(at, "answer", answer);
        return "";
      case "call_ended":
        add(at, "tool", textOf(event.result.content));
        return answer;
      default:
        return answer;
    }
  }, open);
  return { passages, rest };
}

/**
 * A person's words as an FTS5 query: each word is a quoted string, so no character of it is syntax; a
 * trailing `*` asks for words that begin so; all must occur. Null if there is no word in it.
 */
export function matchOf(words: string): string | null {
  const terms = words.replaceAll("\0", " ").split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((word) => `"${word.replaceAll('"', '""')}"${word.endsWith("*") ? "*" : ""}`);
  return terms.length > 0 ? terms.join(" ") : null;
}
