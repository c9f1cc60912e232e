/** Sends the audit log on while a conversation goes on, and once more when it ends. */
import { destinationsOf, type Senders } from "../../security/alerts/destinations.ts";
import { deliver, deliveredTo, type Delivery } from "../../security/alerts/deliver.ts";
import { mailOver } from "../../security/alerts/mail_client.ts";
import { fetchOver } from "../../security/egress/fetch_client.ts";
import type { Launcher } from "../../security/sandbox/grant.ts";
import { VERSION } from "../commands/version.ts";
import type { Config } from "../config.ts";
import { note } from "../log/note.ts";
import { statePaths, type Stores } from "../state/stores.ts";

export type Shipping = {
  /** The last record that every receiver has: what comes after it must be kept. */
  deliveredTo(signal: AbortSignal): Promise<number>;
  /** Sends what waits now; null if another process does. */
  now(signal: AbortSignal): Promise<Delivery[] | null>;
  /** `talk`, with its log sent on every half minute and at its end. */
  during<T extends { close(): Promise<void> }>(talk: T): T;
};

const EVERY_MS = 30_000;
/** The longest that leaving may take for it, milliseconds. What does not get through waits for the next start. */
const LEAVE_MS = 4_000;

/** How the processes that dial are reached. */
export function sendersOver(launcher: Launcher, now: () => number): Senders {
  return {
    fetch: fetchOver((grant, signal) => launcher.run(grant, signal)),
    mail: mailOver((grant, signal) => launcher.run(grant, signal)),
    now,
    version: VERSION,
    instance: Deno.hostname(),
  };
}

export function shippingOver(
  directory: string,
  { config, launcher, stores, now }: {
    config: Config;
    launcher: Launcher;
    stores: Pick<Stores, "reader">;
    now(): number;
  },
): Shipping {
  const destinations = destinationsOf(config, sendersOver(launcher, now));
  const cursors = statePaths(directory).delivered;
  const send = (signal: AbortSignal) => deliver(destinations, { audit: stores.reader, cursors }, signal);
  const state = { busy: Promise.resolve(), failing: new Set<string>() };
  /** One at a time; a receiver that begins to fail is noted once. */
  const pass = (signal: AbortSignal) => {
    state.busy = state.busy.then(async () => {
      try {
        for (const { destination, waiting, why } of await send(signal) ?? []) {
          if (waiting && !state.failing.has(destination)) {
            note(directory, { level: "warning", part: "main", what: `Cannot send to ${destination} yet: ${why}` });
          }
          if (waiting) state.failing.add(destination);
          else state.failing.delete(destination);
        }
      } catch (error) {
        if (!signal.aborted) {
          note(directory, { level: "warning", part: "main", what: `Cannot send the audit log: ${error}` });
        }
      }
    });
    return state.busy;
  };
  return {
    deliveredTo: (signal) => deliveredTo(cursors, destinations.map(({ name }) => name), signal),
    now: send,
    during(talk) {
      const stop = new AbortController();
      const timer = setInterval(() => void pass(stop.signal), EVERY_MS);
      void pass(stop.signal);
      const close = talk.close.bind(talk);
      return Object.defineProperty(talk, "close", {
        value: async () => {
          clearInterval(timer);
          stop.abort();
          await state.busy;
          await pass(AbortSignal.timeout(LEAVE_MS));
          await close();
        },
      });
    },
  };
}
