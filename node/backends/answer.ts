/** A reply's bytes → the events of one answer, failing in the two ways that `Chat` allows. */
import { ChatError, type ChatEvent, type ChatFault } from "../chat.ts";
import type { Decoder } from "../wire/decoder.ts";
import { LineError } from "../wire/lines.ts";

/** Cuts bytes into units of the wire; `rest` is what the end of the bytes left over, null if it is no text. */
export type Units = { push(bytes: Uint8Array): string[]; rest(): string[] | null };

/** Longest unit of a wire, in characters: a whole tool call with a file's text fits, a flood does not. */
export const UNIT_LIMIT = 8 << 20;

/** An id for a tool call that came without one. */
export function newCallId(): string {
  return `call_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
}

/**
 * Yields the events that `decoder` makes of `bytes`. An `error` that would be the first event is thrown as `ChatError`.
 * Always ends with `done` or `error`, or throws; the bytes are returned in each case.
 */
export async function* answer(
  bytes: AsyncGenerator<Uint8Array, void, void>,
  { units, decoder }: { units: Units; decoder: Decoder },
): AsyncGenerator<ChatEvent, void, void> {
  let began = false;
  for await (const event of events(bytes, units, decoder)) {
    if (event.type === "error" && !began) throw new ChatError(event.fault, event.message);
    began = true;
    yield event;
  }
}

async function* events(bytes: AsyncGenerator<Uint8Array, void, void>, units: Units, decoder: Decoder) {
  try {
    for await (const chunk of bytes) {
      for (const unit of units.push(chunk)) yield* decoder.push(unit);
      if (decoder.ended) return;
    }
    for (const unit of units.rest() ?? []) if (isWhole(unit)) yield* decoder.push(unit);
    yield* decoder.end();
  } catch (error) {
    yield* decoder.end(brokenBy(error));
  }
}

/** A last unit without its terminator counts only if nothing of it is missing. */
function isWhole(unit: string): boolean {
  if (unit.trim() === "[DONE]") return true;
  try {
    JSON.parse(unit);
    return true;
  } catch {
    return false;
  }
}

function brokenBy(error: unknown): { fault: ChatFault; message: string } {
  if (error instanceof ChatError) return { fault: error.fault, message: error.message };
  if (error instanceof LineError) return { fault: "garbage", message: error.message };
  throw error;
}
