/** How a wire's stream becomes chat events. */
import type { ChatEvent, ChatFault } from "../chat.ts";

/**
 * Fed one unit of the wire at a time (an NDJSON line, the data of a server-sent event). After an event `done` or `error`
 * it is `ended` and gives nothing more. `end` is called once when the bytes end first, with why if they broke.
 */
export type Decoder = {
  readonly ended: boolean;
  push(unit: string): ChatEvent[];
  end(broken?: { fault: ChatFault; message: string }): ChatEvent[];
};

/** A server's words as part of a message of ours: control and format characters out, at most `limit` characters. */
export function plain(text: string, limit = 500): string {
  return text.slice(0, 4 * limit).replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim().slice(0, limit);
}

/** The event for something that is not the wire, with the start of it. */
export function garbage(what: string, unit: string): ChatEvent {
  return { type: "error", fault: "garbage", message: `Cannot read ${what} from the model server: ${plain(unit, 80)}` };
}

/** The event for a stream without its end mark. */
export function cut(what: string): ChatEvent {
  return { type: "error", fault: "cut", message: `The answer of the model server ended early: ${what}` };
}
