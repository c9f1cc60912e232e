/**
 * One HTTP exchange with the judged address and no other, over a connection of its own. No cookies, no Referer, no
 * proxy, no redirect: `node:http` knows none of them, given an agent with an empty `proxyEnv`.
 */
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { FetchError } from "./request.ts";
import type { Target } from "./target.ts";

/** What every server is told of the program. */
const USER_AGENT = "harombe";

/** Milliseconds until a connection must stand; the Linux default of 130 s is longer than a person waits. */
const CONNECT_MS = 20_000;

/** Bytes and number of an answer's header fields. More is no answer. */
const HEADER_BYTES = 64 << 10;
const MOST_HEADERS = 200;

const DIRECT: http.AgentOptions & { proxyEnv: Record<string, string> } = { keepAlive: false, proxyEnv: {} };

export type Asking = {
  method: "GET" | "HEAD" | "POST";
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: Uint8Array;
};

/** An answer whose head has come. Reading `body` throws `FetchError`; `end` frees the connection. */
export type Answered = {
  status: number;
  /** Names in lower case, several values joined. */
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  end(): void;
};

/** Sends `asking` to `target` at `address`. Throws `FetchError`, or the signal's reason. */
export async function exchange(
  target: Target,
  { address, asking }: { address: string; asking: Asking },
  signal: AbortSignal,
): Promise<Answered> {
  signal.throwIfAborted();
  const module = target.tls ? https : http;
  const name = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
  const usual = target.port === (target.tls ? 443 : 80);
  const request = module.request({
    host: address,
    port: target.port,
    path: target.path,
    method: asking.method,
    agent: new module.Agent(DIRECT),
    maxHeaderSize: HEADER_BYTES,
    ...(target.tls && !isIP(target.host) ? { servername: target.host } : {}),
    headers: {
      host: usual ? name : `${name}:${target.port}`,
      "user-agent": USER_AGENT,
      accept: "*/*",
      ...asking.headers,
      ...(asking.body ? { "content-length": asking.body.length } : {}),
    },
  });
  const head = Promise.withResolvers<http.IncomingMessage>();
  head.promise.catch(() => {});
  const state = { joined: false };
  const late = () => {
    head.reject(new FetchError("unreachable", `Cannot connect to ${target.host}: no answer in ${CONNECT_MS} ms`));
    request.destroy();
  };
  const timer = setTimeout(late, CONNECT_MS);
  const stop = () => {
    head.reject(signal.reason);
    request.destroy();
  };
  signal.addEventListener("abort", stop, { once: true });
  request.on("socket", (socket) =>
    socket.once(target.tls ? "secureConnect" : "connect", () => {
      state.joined = true;
      clearTimeout(timer);
    }));
  request.on("response", head.resolve);
  request.on("error", (cause) => head.reject(state.joined ? broken(target, cause) : unreachable(target, cause)));
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    request.destroy();
  };
  try {
    request.end(asking.body);
    const response = await head.promise;
    clearTimeout(timer);
    return { status: response.statusCode ?? 0, headers: headersOf(response, target), body: bytes(response), end };
  } catch (error) {
    end();
    throw error;
  }

  async function* bytes(response: http.IncomingMessage): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of response) yield chunk as Uint8Array;
    } catch (cause) {
      signal.throwIfAborted();
      throw broken(target, cause);
    }
    signal.throwIfAborted();
  }
}

function headersOf(response: http.IncomingMessage, target: Target): Record<string, string> {
  const entries = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")] as const);
  const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (entries.length > MOST_HEADERS || size > HEADER_BYTES) {
    throw new FetchError("garbage", `Cannot use the answer of ${target.host}: its header has ${size} bytes`);
  }
  return Object.fromEntries(entries);
}

function broken(target: Target, cause: unknown): FetchError {
  const why = cause instanceof Error && /pars|header|chunk|invalid/i.test(cause.message)
    ? new FetchError("garbage", `Cannot understand the answer of ${target.host}: ${cause.message.slice(0, 200)}`)
    : new FetchError("cut", `Cannot read on from ${target.host}: the connection broke off`);
  why.cause = cause;
  return why;
}

function unreachable(target: Target, cause: Error): FetchError {
  return new FetchError("unreachable", `Cannot connect to ${target.host}: ${cause.message.slice(0, 300)}`, { cause });
}
