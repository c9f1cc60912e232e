/** An event as the store keeps it, and back. */
import type { Envelope } from "../../node/event.ts";
import { AgentEvent } from "../event.ts";

export type StoredEvent = { seq: number; at: number; json: string };

/** The event of `session` in a row. Throws if it is damaged, naming it. */
export function envelopeOf(session: string, { seq, at, json }: StoredEvent): Envelope<AgentEvent> {
  try {
    return { seq, session, at, event: AgentEvent.parse(JSON.parse(json)) };
  } catch (error) {
    throw new Error(`Cannot read event ${seq} of session ${session}: it is damaged`, { cause: error });
  }
}
