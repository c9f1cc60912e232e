/**
 * One HTTP exchange with a model server: to the judged address and no other, one connection each, silence bounded.
 *
 * Not `fetch`: Deno's follows HTTP_PROXY even for loopback, so a variable in the environment could carry prompts away,
 * and it resolves names anew. `node:http` does neither and follows no redirect, given an agent with an empty `proxyEnv`:
 * without one, NODE_USE_ENV_PROXY=1 makes it follow the same variables.
 */
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { setImmediate } from "node:timers/promises";
import { ChatError } from "../chat.ts";
import type { PrivacyMode } from "./address.ts";
import { reach, type Reached, type Resolve } from "./reach.ts";

/** Milliseconds of silence that are borne: until connected, until the first byte of the answer, between bytes. */
export type Limits = { connectMs: number; firstMs: number; betweenMs: number };

/** 120 s before and between tokens: loading a large model from a slow disk is silent for about as long. */
export const DEFAULT_LIMITS: Limits = { connectMs: 5_000, firstMs: 120_000, betweenMs: 120_000 };

/** One connection for one exchange, by way of no proxy; `proxyEnv` is not yet in the types. */
const DIRECT: http.AgentOptions & { proxyEnv: Record<string, string> } = { keepAlive: false, proxyEnv: {} };

/** Where to send, by whose rule, and how long to wait. `apiKey` goes out as a bearer token to this server alone. */
export type Server = {
  base: string;
  privacyMode: PrivacyMode;
  apiKey?: string;
  limits?: Partial<Limits>;
  resolve?: Resolve;
};

/** `path` is below the server's base path. A `body` is sent as JSON. */
export type Ask = { method: "GET" | "POST" | "DELETE"; path: string; body?: unknown; headers?: Record<string, string> };

/** An answer whose head has come. `bytes` must be read to its end or returned; both free the connection. */
export type Reply = {
  status: number;
  contentType: string;
  /** One header by its lower-case name; "" if it is absent. */
  header(name: string): string;
  bytes: AsyncGenerator<Uint8Array, void, void>;
};

/**
 * Sends `ask` and resolves with the reply's head. Throws `ChatError` (`refused`, `unreachable`, `stalled`) or the signal's
 * reason; reading `bytes` throws `cut`, `stalled` or the signal's reason. After any of these the connection is gone.
 */
export async function dial(server: Server, ask: Ask, signal: AbortSignal): Promise<Reply> {
  const limits = { ...DEFAULT_LIMITS, ...server.limits };
  const target = await reach(server.base, server, signal);
  signal.throwIfAborted();
  const line = open(target, { ask, apiKey: server.apiKey });
  const stop = Promise.withResolvers<never>();
  stop.promise.catch(() => {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (reason: unknown) => {
    stop.reject(reason);
    line.request.destroy();
  };
  const onAbort = () => end(signal.reason);
  const free = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    line.request.destroy();
  };
  const within = async <T>(ms: number, what: { fault: "stalled" | "unreachable"; why: string }, work: Promise<T>) => {
    timer = setTimeout(() => end(new ChatError(what.fault, `${what.why}: ${target.base}`)), ms);
    try {
      return await Promise.race([work, stop.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const noLine = `Cannot connect to the model server within ${limits.connectMs} ms`;
    await within(limits.connectMs, { fault: "unreachable", why: noLine }, line.connected);
    const started = performance.now();
    const mute = { fault: "stalled", why: `The model server sent nothing for ${limits.firstMs} ms` } as const;
    const head = await within(limits.firstMs, mute, line.head);
    return {
      status: head.statusCode ?? 0,
      contentType: head.headers["content-type"] ?? "",
      header: (name) => String(head.headers[name] ?? ""),
      bytes: body(head, started),
    };
  } catch (error) {
    free();
    throw error;
  }

  async function* body(head: http.IncomingMessage, started: number): AsyncGenerator<Uint8Array, void, void> {
    const chunks = head[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    let first = true;
    let turned = performance.now();
    try {
      while (true) {
        const ms = first ? Math.max(1, limits.firstMs - (performance.now() - started)) : limits.betweenMs;
        const borne = first ? limits.firstMs : limits.betweenMs;
        const why = `The model server fell silent for ${borne} ms`;
        const next = await within(ms, { fault: "stalled", why }, cutAware(chunks.next(), target));
        if (next.done) return;
        first = false;
        yield next.value;
        // A server that is faster than its reader would leave no turn to timers and signals: nobody could stop it. Not after
        // each chunk: a connection that breaks in that turn takes what it brought and nobody read with it.
        if (performance.now() - turned < TURN_MS) continue;
        await setImmediate();
        turned = performance.now();
      }
    } finally {
      free();
    }
  }
}

/** Milliseconds of reading after which timers and signals have their turn. */
const TURN_MS = 20;

/** The whole body as text, at most `limit` bytes of it; a longer one ends there. */
export async function readText(reply: Reply, limit = 16 << 20): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const chunk of reply.bytes) {
    text += decoder.decode(chunk, { stream: true });
    size += chunk.length;
    if (size > limit) break;
  }
  return text + decoder.decode();
}

function open(target: Reached, { ask, apiKey }: { ask: Ask; apiKey?: string }) {
  const body = ask.body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(ask.body));
  const named = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
  const module = target.tls ? https : http;
  const request = module.request({
    host: target.address,
    port: target.port,
    path: `${target.path}${ask.path}`,
    method: ask.method,
    agent: new module.Agent(DIRECT),
    ...(target.tls && !isIP(target.host) ? { servername: target.host } : {}),
    headers: {
      host: `${named}:${target.port}`,
      accept: "application/json, application/x-ndjson, text/event-stream",
      ...(body ? { "content-type": "application/json", "content-length": body.length } : {}),
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
      ...ask.headers,
    },
  });
  const connected = Promise.withResolvers<void>();
  const head = Promise.withResolvers<http.IncomingMessage>();
  head.promise.catch(() => {});
  connected.promise.catch(() => {});
  let joined = false;
  request.on("socket", (socket) =>
    socket.once(target.tls ? "secureConnect" : "connect", () => {
      joined = true;
      connected.resolve();
    }));
  request.on("response", (response) => {
    connected.resolve();
    head.resolve(response);
  });
  request.on("error", (cause) => {
    const error = joined
      ? new ChatError("cut", `The model server closed the connection before it answered: ${target.base}`, { cause })
      : new ChatError("unreachable", `Cannot connect to the model server: ${target.base} (${cause.message})`, {
        cause,
      });
    connected.reject(error);
    head.reject(error);
  });
  request.end(body);
  return { request, connected: connected.promise, head: head.promise };
}

async function cutAware<T>(work: Promise<T>, target: Reached): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new ChatError("cut", `The model server broke the connection off: ${target.base}`, { cause });
  }
}
