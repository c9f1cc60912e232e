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

/** The event for something that is not the wire, with the start of it, control characters stripped. */
export function garbage(what: string, unit: string): ChatEvent {
  const start = unit.slice(0, 80).replace(/[\p{Cc}\p{Cf}]/gu, " ");
  return { type: "error", fault: "garbage", message: `Cannot read ${what} from the model server: ${start}` };
}

/** The event for a stream without its end mark. */
export function cut(what: string): ChatEvent {
  return { type: "error", fault: "cut", message: `The answer of the model server ended early: ${what}` };
}
