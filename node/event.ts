/**
 * The log that a person's view of the work is drawn from: terminal, console and API clients render the
 * same events from a cursor. An event is appended before it is acted on, so what was shown was kept.
 */

/** An event with its place in the log. `seq` grows by one within a session; `at` is milliseconds since 1970 UTC. */
export type Envelope<E> = { seq: number; session: string; at: number; event: E };

export type EventLog<E> = {
  /** Keeps `events` in order and all or none; when it resolves they survive the death of this process. */
  append(session: string, events: readonly E[], signal: AbortSignal): Promise<Envelope<E>[]>;
  /** The events of `session` with `seq > after`, in order, as far as the log reaches now. */
  read(session: string, after: number, signal: AbortSignal): AsyncIterable<Envelope<E>>;
};
