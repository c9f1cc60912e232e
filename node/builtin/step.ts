/**
 * An answer as a program of tool calls: it asks for one call at a time and ends with text computed from the results.
 * It holds no state between requests: the same results in the same order lead to the same next call.
 */
import { textOf, type ToolResult } from "../chat.ts";

/** A call to make. */
export type Ask = { name: string; args: Record<string, unknown> };

/** Asks for calls, is given their results, returns its text. */
export type Steps<T = string> = Generator<Ask, T, ToolResult>;

/** A call did not succeed or its answer has not the expected form; the message is for the person. */
export class StepFailed extends Error {
  override name = "StepFailed";
}

/** Makes one call and returns its result; throws StepFailed, with the tool's own words, where it is an error. */
export function* call(name: string, args: Record<string, unknown>): Steps<ToolResult> {
  const given = Object.fromEntries(Object.entries(args).filter(([, v]) => v !== undefined));
  const result = yield { name, args: given };
  if (result.isError) {
    throw new StepFailed(`${name} did not succeed: ${textOf(result.content).trim() || "no reason given"}`);
  }
  return result;
}

/** A text for a file (`cut` = not the whole of it) and an amount of bytes. */
export type Left = { text?: string; cut?: boolean; bytes?: number };

/** What the parts of one request know of each other. */
export type Thread = {
  /** The one file that was found. */
  found: string | null;
  /** What the part before left, and what this one leaves. */
  given: Left;
  give: Left;
};
