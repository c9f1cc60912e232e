/** One request whose words can be read, from the client to its server and back. */
import { createGunzip } from "node:zlib";
import { bodyOf, framed } from "./body.ts";
import { type Buffered, buffered } from "./buffered.ts";
import { CloseUp } from "./close_up.ts";
import { type Destination, written } from "./destination.ts";
import {
  all,
  type Framing,
  type Header,
  MOST_HEAD,
  passedOn,
  readResponseHead,
  type RequestHead,
  type ResponseHead,
  writeHead,
} from "./head.ts";
import type { Leaks } from "./leak.ts";
import type { Pipe } from "./pipe.ts";
import type { Mask } from "./swap.ts";

export type Client = { from: Buffered; to: Pick<Pipe, "write"> };

export type Carried = {
  to: Destination;
  /** 80, or 443 inside TLS. */
  usual: number;
  path: string;
  leaks: Leaks;
  mask: Mask;
  /** True if values of secrets may come back: then nothing may be compressed. */
  masking: boolean;
  /** The header fields as the server gets them. */
  outgoing(headers: Header[]): Header[];
  /** A connection to the server for this request alone. */
  dial(): Promise<Pipe>;
};

/** Bytes of a request's body, and of one that must be unpacked to be looked at, packed and unpacked. */
const MOST_UP = 512 << 20;
const MOST_PACKED = 16 << 20;
const MOST_UNPACKED = 128 << 20;
/** Bytes of an answer's body. */
const MOST_DOWN = 16 * 2 ** 30;
const HEAD_END = new TextEncoder().encode("\r\n\r\n");
/** Interim answers that are skipped. */
const MOST_INTERIM = 8;

/**
 * Carries `head` and its body, and the whole answer. True if the client's connection can carry another request. Throws
 * `CloseUp` while nothing of an answer has gone to the client, any other error after that.
 */
export async function carry(client: Client, head: RequestHead, request: Carried): Promise<boolean> {
  const { to, usual, path, leaks, mask, masking } = request;
  leaks.head(path, head.headers);
  const packed = codingOf(head.headers);
  const bare = passedOn(head.headers).filter(([name]) =>
    !/^host$/i.test(name) && !(masking && /^(?:accept-encoding|range|if-range)$/i.test(name))
  );
  const headers: Header[] = [
    ["host", written(to, usual)],
    ...request.outgoing(bare),
    ...(masking ? [["accept-encoding", "identity"] as Header] : []),
    ["connection", "close"],
  ];
  const unread = packed && head.framing.kind !== "none" ? await wholeBody(client.from, head.framing, leaks) : null;
  const framing: Framing = unread !== null
    ? { kind: "length", bytes: unread.length }
    : head.framing.kind === "none" && /^(?:POST|PUT|PATCH)$/.test(head.method)
    ? { kind: "length", bytes: 0 }
    : head.framing;
  const server = await request.dial();
  try {
    await server.write(writeHead(`${head.method} ${path} HTTP/1.1`, headers, framing));
    if (unread === null && head.framing.kind !== "none" && all(head.headers, "expect").length > 0) {
      await client.to.write(new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    const state = { sent: false };
    const sending = (unread !== null ? server.write(unread) : sendBody(client.from, head.framing, { server, leaks }))
      .then(() => void (state.sent = true));
    const from = buffered(server);
    const answering = answerHead(from, head.method);
    answering.catch(() => {});
    // What is wrong with the request's body is told rather than that the server hung up on it.
    await Promise.race([sending.then(() => answering), answering.then(() => {})]);
    const answer = await answering;
    const keep = await sendAnswer({ client, from, answer, mask: masking ? mask : null }, head.method);
    return keep && head.keep && state.sent;
  } finally {
    server.close();
  }
}

async function sendBody(
  from: Buffered,
  framing: Framing,
  { server, leaks }: { server: Pipe; leaks: Leaks },
): Promise<void> {
  const body = leaks.body();
  for await (const bytes of bodyOf(from, framing, MOST_UP)) {
    const looked = body.push(bytes);
    if (looked.length > 0) await server.write(framed(looked, framing));
  }
  if (framing.kind === "none") return;
  const last = body.end();
  if (last.length > 0) await server.write(framed(last, framing));
  if (framing.kind === "chunked") await server.write(framed(null, framing));
}

/** True if the body is packed by gzip; throws for what cannot be unpacked here. */
function codingOf(headers: readonly Header[]): boolean {
  const codings = all(headers, "content-encoding").map((value) => value.trim().toLowerCase());
  if (codings.length === 0 || (codings.length === 1 && codings[0] === "identity")) return false;
  if (codings.length === 1 && (codings[0] === "gzip" || codings[0] === "x-gzip")) return true;
  throw new CloseUp(415, "its body is packed in a way that cannot be looked into");
}

/** A packed body, looked at as it is when unpacked. */
async function wholeBody(from: Buffered, framing: Framing, leaks: Leaks): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of bodyOf(from, framing, MOST_PACKED)) pieces.push(bytes);
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  pieces.reduce((at, piece) => (whole.set(piece, at), at + piece.length), 0);
  const unpacked = createGunzip();
  unpacked.end(whole);
  const body = leaks.body();
  let size = 0;
  try {
    for await (const bytes of unpacked as AsyncIterable<Uint8Array>) {
      size += bytes.length;
      if (size > MOST_UNPACKED) throw new CloseUp(413, "its body unpacks to too much");
      body.push(bytes);
    }
  } catch (error) {
    if (error instanceof CloseUp) throw error;
    throw new CloseUp(400, "its body is not packed as it says");
  }
  body.end();
  return whole;
}

async function answerHead(from: Buffered, method: string): Promise<ResponseHead> {
  for (let interim = 0; interim <= MOST_INTERIM; interim++) {
    const bytes = await from.until(HEAD_END, MOST_HEAD).catch((error) => {
      throw new CloseUp(502, error instanceof RangeError ? "the answer's head is too long" : "the server hung up");
    });
    if (bytes === null) throw new CloseUp(502, "the server hung up without an answer");
    const head = readResponseHead(bytes, method);
    if (head.status === 101) throw new CloseUp(502, "the server wants another protocol");
    if (head.status >= 200) return head;
  }
  throw new CloseUp(502, "the server does not come to its answer");
}

async function sendAnswer(
  { client, from, answer, mask }: { client: Client; from: Buffered; answer: ResponseHead; mask: Mask | null },
  method: string,
): Promise<boolean> {
  if (mask !== null && all(answer.headers, "content-encoding").some((value) => value.toLowerCase() !== "identity")) {
    throw new CloseUp(502, "the server packs its answer though it was asked not to");
  }
  const kept = passedOn(answer.headers).map((
    [name, value],
  ): Header => [name, mask === null ? value : mask.text(value)]);
  const framing = framingFor(answer, { method, masked: mask !== null });
  const headers: Header[] = framing.kind === "close" ? [...kept, ["connection", "close"]] : kept;
  await client.to.write(writeHead(`HTTP/1.1 ${answer.status} ${answer.reason}`.trimEnd(), headers, framing));
  const stream = mask?.stream();
  for await (const bytes of bodyOf(from, answer.framing, MOST_DOWN)) {
    const out = stream === undefined ? bytes : stream.push(bytes);
    if (out.length > 0) await client.to.write(framed(out, framing));
  }
  const last = stream?.end() ?? new Uint8Array();
  if (last.length > 0) await client.to.write(framed(last, framing));
  if (framing.kind === "chunked") await client.to.write(framed(null, framing));
  return framing.kind !== "close";
}

/** Masking changes lengths; an answer without a body says so where its status does not. */
function framingFor(
  { framing, status }: ResponseHead,
  { method, masked }: { method: string; masked: boolean },
): Framing {
  if (framing.kind === "length" && masked) return { kind: "chunked" };
  if (framing.kind !== "none") return framing;
  return method === "HEAD" || status === 204 || status === 304 ? framing : { kind: "length", bytes: 0 };
}
