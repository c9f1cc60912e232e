/** What each session and agent has heard, in the order in which it came. */
import type { Heard } from "./origin.ts";

export type Listener = { session: string; agent: string };

export type Ledger = {
  /**
   * Adds what `who` hears now. Of a session that was never asked for it keeps nothing: what was said there before is read from
   * the session's log when it is.
   */
  hear(who: Listener, heard: Heard): void;
  /** Everything heard so far, oldest first. Rejects if earlier words cannot be read: then nothing may be decided. */
  heard(who: Listener, signal: AbortSignal): Promise<readonly Heard[]>;
};

/** Characters of one text that are kept for tracing. That it was heard is never forgotten. */
const MOST = 400_000;

type Kept = { list: Heard[]; ready: Promise<void> };

/** `earlier` gives what was heard in a session before this process; it is asked once per session and agent. */
export function createLedger(earlier: (who: Listener, signal: AbortSignal) => Promise<Heard[]>): Ledger {
  const kept = new Map<string, Kept>();
  const keyOf = ({ session, agent }: Listener) => JSON.stringify([session, agent]);
  return {
    hear(who, heard) {
      const known = kept.get(keyOf(who));
      const cut = { ...heard, text: heard.text.slice(0, MOST) };
      known?.ready.then(() => known.list.push(cut), () => {});
    },
    async heard(who, signal) {
      const key = keyOf(who);
      let known = kept.get(key);
      if (known === undefined) {
        const list: Heard[] = [];
        const ready = earlier(who, signal).then((before) => {
          list.unshift(...before.map((h) => ({ ...h, text: h.text.slice(0, MOST) })));
        });
        ready.catch(() => kept.delete(key));
        known = { list, ready };
        kept.set(key, known);
      }
      await known.ready;
      return [...known.list];
    },
  };
}
