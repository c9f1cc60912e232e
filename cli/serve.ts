/** The server of this machine: the only place where routes are mounted, and what they stand on. */
import { join } from "node:path";
import { openToken } from "../security/api/token.ts";
import { pause } from "../security/approvals/ask_queue.ts";
import { decisionsOver } from "../security/approvals/decisions.ts";
import { routes } from "../security/routes.ts";
import { createScrub } from "../security/secrets/scrub.ts";
import type { Config } from "./config.ts";
import { secretsOf } from "./config/secrets.ts";
import { EXIT, Exit } from "./failure.ts";
import { openApprovals } from "./state/stores.ts";

/** Between two looks at what waited too long, milliseconds. */
const EXPIRE_MS = 1_000;
/** Before it listens again, milliseconds. */
const AGAIN_MS = 500;
/** The longest that requests under way are waited for, milliseconds. */
const STOP_MS = 5_000;

/** The token's file in a state directory. */
export function tokenPath(directory: string): string {
  return join(directory, "api.token");
}

/**
 * Serves until `signal`, then ends what is under way. `listening` hears the address. Throws `Exit` if it cannot listen.
 */
export async function serve(
  directory: string,
  { config, now, listening }: { config: Config; now: () => number; listening(address: string): void },
  signal: AbortSignal,
): Promise<void> {
  const stores = openApprovals(directory, now);
  const { queue, audit } = stores;
  const ended = new AbortController();
  try {
    const decisions = decisionsOver({ queue, audit, scrub: createScrub({ known: secretsOf(config) }).text });
    const state = { port: 0 };
    const { app, close } = routes({
      ...{ queue, decisions, token: openToken(tokenPath(directory)) },
      port: () => state.port,
      now: () => performance.now(),
    });
    const handler = (request: Request) => app.fetch(request);
    const first = listen(config.server.port, handler);
    state.port = first.server.addr.port;
    listening(`http://127.0.0.1:${state.port}`);
    const expiring = expireLate(decisions.expire, ended.signal);
    const last = await untilStopped(first, () => listen(state.port, handler), signal);
    close();
    await Promise.race([last.server.shutdown(), pause(STOP_MS, ended.signal).catch(() => {})]);
    ended.abort();
    await expiring;
  } finally {
    ended.abort();
    stores.close();
  }
}

type Listening = { server: Deno.HttpServer<Deno.NetAddr>; drop: AbortController };

/**
 * The server that stands when `signal` comes. Anybody of this machine can open so many connections that no more can be taken,
 * which ends a server: all of them are dropped then, and it listens again.
 */
async function untilStopped(first: Listening, again: () => Listening, signal: AbortSignal): Promise<Listening> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  for (let now = first;;) {
    await Promise.race([stopped, now.server.finished.catch(() => {})]);
    if (signal.aborted) return now;
    now.drop.abort();
    for (;;) {
      await pause(AGAIN_MS, signal).catch(() => {});
      if (signal.aborted) return now;
      try {
        now = again();
        break;
      } catch {
        // Nothing could be opened yet.
      }
    }
  }
}

function listen(port: number, handler: (request: Request) => Response | Promise<Response>): Listening {
  try {
    const drop = new AbortController();
    const options = { hostname: "127.0.0.1", port, onListen: () => {}, signal: drop.signal };
    const server = Deno.serve(options, handler);
    server.finished.catch(() => {});
    return { server, drop };
  } catch (error) {
    const why = error instanceof Deno.errors.AddrInUse ? "another program listens there" : String(error);
    throw new Exit(EXIT.failed, `Cannot listen on 127.0.0.1:${port}: ${why}; set server.port`, { cause: error });
  }
}

/** Silence becomes no while nobody looks. A queue that cannot be written now is looked at again. */
async function expireLate(expire: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await expire(signal).catch(() => {});
    await pause(EXPIRE_MS, signal).catch(() => {});
  }
}
