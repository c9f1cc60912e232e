/** A real HTTP server on 127.0.0.1 that delivers frames, whole or with a fault. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "./turn.ts";

export type Route = (
  request: { path: string; method: string; body: unknown; headers: Record<string, string> },
) => Answer;

export type Answer =
  | { kind: "json"; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: "frames"; type: string; frames: string[]; fault?: Fault; errorFrame(message: string): string };

export type FakeServer = {
  /** `http://127.0.0.1:port` */
  base: string;
  port: number;
  /** Resolves when the connection of the request in progress, or of the next one, is closed by the client. */
  nextClose(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts on `port` (0 = any free one). `header` is the `Server` header of each answer. */
export async function serve(route: Route, port = 0, header?: string): Promise<FakeServer> {
  const waiting: (() => void)[] = [];
  const server = http.createServer(async (request, response) => {
    request.socket.once("close", () => waiting.splice(0).forEach((tell) => tell()));
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = new TextDecoder().decode(await new Blob(chunks as BlobPart[]).bytes());
    const headers = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
    const path = new URL(request.url ?? "/", "http://fake").pathname;
    let body: unknown = null;
    try {
      body = text === "" ? null : JSON.parse(text);
    } catch {
      return json(response, { status: 400, body: { error: "invalid JSON" } });
    }
    if (header) response.setHeader("server", header);
    const answer = route({ path, method: request.method ?? "GET", body, headers });
    if (answer.kind === "json") return json(response, answer);
    await deliver(response, answer);
  });
  await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
  const bound = (server.address() as AddressInfo).port;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return {
    base: `http://127.0.0.1:${bound}`,
    port: bound,
    nextClose: () => new Promise((tell) => waiting.push(tell)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function json(
  response: http.ServerResponse,
  { status, body, headers }: { status: number; body: unknown; headers?: Record<string, string> },
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

type Frames = Extract<Answer, { kind: "frames" }>;

async function deliver(response: http.ServerResponse, answer: Frames): Promise<void> {
  const { fault } = answer;
  const frames = faultyFrames(answer);
  if (fault?.kind === "slow_first") await pause(fault.ms, response);
  const type = fault?.kind === "content_type" ? fault.value : answer.type;
  response.writeHead(200, {
    "content-type": type,
    ...(fault?.kind === "keepalive_closed" ? { connection: "keep-alive" } : {}),
  });
  response.flushHeaders();
  for (const [at, bytes] of writes(frames, fault).entries()) {
    if (response.destroyed) return;
    if (fault?.kind === "stall" && at === fault.after) return;
    if (fault?.kind === "slow_tokens") await pause(fault.ms, response);
    await new Promise<void>((done) => response.write(bytes, () => done()));
  }
  if (fault?.kind === "stall") return;
  if (fault?.kind === "reset") return response.socket?.resetAndDestroy() as unknown as void;
  if ((fault?.kind === "cut" || fault?.kind === "cut_frames") && !fault.clean) return void response.socket?.destroy();
  const { socket } = response;
  response.end(() => fault?.kind === "keepalive_closed" && socket?.destroy());
}

/** Where a frame of any wire first names a tool. */
const FIRST_OF_CALL = /"tool_calls":\[|"type":"tool_use"/;

/** The frames that the fault lets out. */
function faultyFrames({ frames, fault, errorFrame }: Frames): string[] {
  switch (fault?.kind) {
    case "empty":
      return [];
    case "error_frame":
      return [...frames.slice(0, fault.after), errorFrame(fault.message)];
    case "garbage":
      return [...frames.slice(0, fault.after), frames[0].replace("{", "<%"), ...frames.slice(fault.after)];
    case "huge_frame":
      return [`${"x".repeat(fault.characters)}\n`, ...frames];
    case "cut_frames":
    case "reset":
      return frames.slice(0, fault.after);
    case "half_call": {
      const at = frames.findIndex((frame) => FIRST_OF_CALL.test(frame));
      const half = frames[at].search(FIRST_OF_CALL) + 40;
      return [...frames.slice(0, at), frames[at].slice(0, half)];
    }
    default:
      return frames;
  }
}

/** The writes of the body, one per frame unless the fault is about bytes. */
function writes(frames: string[], fault?: Fault): Uint8Array[] {
  const encoder = new TextEncoder();
  if (fault?.kind === "cut") return [encoder.encode(frames.join("")).subarray(0, fault.at)].filter((b) => b.length > 0);
  if (fault?.kind !== "split") return frames.map((frame) => encoder.encode(frame));
  const all = encoder.encode(frames.join(""));
  return Array.from(
    { length: Math.ceil(all.length / fault.size) },
    (_, i) => all.subarray(i * fault.size, (i + 1) * fault.size),
  );
}

/** Waits `ms`, or less where the client leaves. */
function pause(ms: number, response: http.ServerResponse): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    response.once("close", () => (clearTimeout(timer), done()));
  });
}
