/** Watching the queue over a WebSocket: every change from a cursor on, so that a reconnect continues. */
import * as z from "zod";
import type { Tokens } from "../api/guard.ts";
import { pause } from "./ask_queue.ts";
import type { Decisions } from "./decisions.ts";
import { Said } from "./queued.ts";
import type { Queue } from "./queue.ts";

export type Watching = {
  queue: Queue;
  decisions: Decisions;
  tokens: Tokens;
  /** Watchers at once at most. */
  most: number;
};

/** What a watcher sends. `hello` comes first where the token was not offered as a subprotocol. */
const FromWatcher = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("hello"), token: z.string().max(200), after: z.int().min(0).default(0) }),
  z.strictObject({
    op: z.literal("answer"),
    id: z.string().regex(/^[a-z2-7]{10}$/),
    said: Said,
    /** Of a CRITICAL call: its id once more. */
    confirm: z.string().max(10).optional(),
  }),
]);

export const PROTOCOL = "harombe";
const TOKEN_PROTOCOL = "harombe.token.";
const LOOK_MS = 200;
/** A watcher who does not read is left behind at so many bytes, and ended. */
const MOST_BUFFERED = 4 << 20;
const HELLO_MS = 5_000;
/** Connections that have not said the token, at once. */
const MOST_STRANGERS = 16;
const MOST_MESSAGE = 1 << 20;

/** The token among the offered subprotocols, or null. */
export function offeredToken(header: string | undefined): string | null {
  const offered = (header ?? "").split(",").map((one) => one.trim()).find((one) => one.startsWith(TOKEN_PROTOCOL));
  return offered === undefined ? null : offered.slice(TOKEN_PROTOCOL.length);
}

/** Upgrades `request`; `known` = its token was right. Whoever does not say the token within 5 s is left. */
export function watchers({ queue, decisions, tokens, most }: Watching) {
  const open = new Set<AbortController>();
  const strangers = new Set<AbortController>();
  return {
    /** Whoever has not said the token yet takes no place of those who have. */
    room: (known: boolean) => known ? open.size < most : strangers.size < MOST_STRANGERS,
    close: () => [...open, ...strangers].forEach((one) => one.abort()),
    serve(request: Request, { known, after }: { known: boolean; after: number }): Response {
      const offered = (request.headers.get("sec-websocket-protocol") ?? "").split(",").map((one) => one.trim());
      const protocol = offered.includes(PROTOCOL) ? { protocol: PROTOCOL } : {};
      const { socket, response } = Deno.upgradeWebSocket(request, protocol);
      const life = new AbortController();
      (known ? open : strangers).add(life);
      const state = { known, watching: false };
      const end = (code: number, reason: string) => {
        if (socket.readyState === WebSocket.OPEN) socket.close(code, reason);
        life.abort();
      };
      const hello = setTimeout(() => state.known || end(4401, "no token"), HELLO_MS);
      life.signal.addEventListener("abort", () => {
        clearTimeout(hello);
        open.delete(life);
        strangers.delete(life);
        if (socket.readyState === WebSocket.OPEN) socket.close(1001, "the server stops");
      }, { once: true });
      socket.onclose = () => life.abort();
      socket.onerror = () => life.abort();
      const begin = (cursor: number) => {
        state.watching = true;
        stream(socket, cursor, life.signal).catch(() => end(1011, "the queue cannot be read"));
      };
      socket.onopen = () => known && begin(after);
      socket.onmessage = ({ data }) =>
        void heard(data).catch((error) => {
          if (socket.readyState !== WebSocket.OPEN) return;
          const message = error instanceof RangeError ? error.message : "it cannot be answered";
          socket.send(JSON.stringify({ error: message }));
        });
      async function heard(data: unknown): Promise<void> {
        const parsed = typeof data === "string" && data.length <= MOST_MESSAGE ? read(data) : null;
        if (parsed === null) return end(4400, "not understood");
        if (parsed.op === "hello") {
          if (state.watching || !tokens.right(parsed.token)) return end(4401, "no token");
          if (!state.known && open.size >= most) return end(1013, "too many watch already");
          state.known = true;
          strangers.delete(life);
          open.add(life);
          return begin(parsed.after);
        }
        if (!state.known) return end(4401, "no token");
        const { id, said, confirm } = parsed;
        const by = { by: "holder of the API token", where: "websocket" };
        const { won, queued } = await answerOver({ queue, decisions }, { id, said, confirm, speaker: by }, life.signal);
        socket.send(JSON.stringify({ answered: id, won, approval: queued }));
      }
      return response;
    },
  };

  async function stream(socket: WebSocket, from: number, signal: AbortSignal): Promise<void> {
    for (let cursor = from;;) {
      if (socket.bufferedAmount > MOST_BUFFERED) return socket.close(1013, "too slow");
      for (const approval of await queue.changes(cursor, signal)) {
        cursor = approval.cursor;
        socket.send(JSON.stringify({ cursor, approval }));
      }
      try {
        await pause(LOOK_MS, signal);
      } catch {
        return;
      }
    }
  }
}

function read(data: string): z.infer<typeof FromWatcher> | null {
  try {
    return FromWatcher.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}

export type Over = { id: string; said: Said; confirm?: string; speaker: { by: string; where: string } };

/** An answer from a network: a CRITICAL call needs its id twice. Throws `RangeError`. */
export async function answerOver(
  { queue, decisions }: { queue: Queue; decisions: Decisions },
  { id, said, confirm, speaker }: Over,
  signal: AbortSignal,
) {
  const queued = await queue.find(id, signal);
  const yes = said.answer === "once" || said.answer === "always";
  if (yes && queued.shown.risk === "CRITICAL" && confirm !== id) {
    throw new RangeError(`Cannot approve ${id}: it is CRITICAL; send its id as confirm too`);
  }
  return await decisions.answer(id, said, speaker, signal);
}
