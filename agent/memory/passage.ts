/** Which text of a session can be searched for; pure. */
import { textOf } from "../../node/chat.ts";
import type { AgentEvent } from "../event.ts";

export type Source = "user" | "answer" | "tool";

/** Characters of one passage that are indexed; a tool's result beyond them is not found by search. */
const INDEXED_CHARS = 100_000;

/**
 * A searchable passage. `at` is the place in the given list of an event that it ends with, -1 if that is the
 * last text before the list; no two passages end with the same event.
 */
export type Passage = { at: number; source: Source; text: string };

/**
 * The passages that `events` complete; `open` is the answer's text so far from before the first of them.
 * An answer is complete when its step or turn ends, or, cut by a crash, when another turn begins.
 */
export function passagesOf(events: readonly AgentEvent[], open: string): Passage[] {
  const passages: Passage[] = [];
  const add = (at: number, source: Source, text: string) => {
    if (text.trim() !== "") passages.push({ at, source, text: text.slice(0, INDEXED_CHARS) });
  };
  const answer = { text: open, at: -1 };
  for (const [at, event] of events.entries()) {
    if (event.type === "text") {
      answer.text += event.text;
      answer.at = at;
    } else if (isBoundary(event)) {
      add(event.type === "turn_started" ? answer.at : at, "answer", answer.text);
      Object.assign(answer, { text: "", at: -1 });
      if (event.type === "turn_started") add(at, "user", textOf(event.message));
    } else if (event.type === "call_ended") {
      add(at, "tool", textOf(event.result.content));
    }
  }
  return passages;
}

/** Whether an answer's text ends at `event`: text before and after it are not one message. */
export function isBoundary(event: AgentEvent): boolean {
  return BOUNDARIES.includes(event.type);
}

/** The types of the events for which `isBoundary` holds. */
export const BOUNDARIES: readonly AgentEvent["type"][] = ["turn_started", "step_ended", "turn_ended"];

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
