/**
 * The head of an HTTP/1.1 message (RFC 9112), read as strictly as nothing else reads it: what two servers could read
 * differently is not passed on. What is passed on is written anew from what was understood. Pure.
 */
import { CloseUp } from "./close_up.ts";

export type Header = [name: string, value: string];

/** What follows the head: so many bytes, chunks, or (answers only) whatever comes until the end. */
export type Framing = { kind: "none" } | { kind: "length"; bytes: number } | { kind: "chunked" } | { kind: "close" };

export type RequestHead = { method: string; target: string; headers: Header[]; framing: Framing; keep: boolean };
export type ResponseHead = { status: number; reason: string; headers: Header[]; framing: Framing };

/** Bytes of a head and fields in it. */
export const MOST_HEAD = 32_768;
const MOST_FIELDS = 128;
const MOST_TARGET = 8192;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable, tab, and bytes that older servers put there. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT"];
/** Fields of one connection only (RFC 9110 7.6.1), and those that would speak for another. */
const HOP =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|http2-settings|content-length|expect|forwarded|via|x-forwarded-.*|x-real-ip)$/;

/** Reads a request's head, with its empty line. Throws `CloseUp` 400, 405, 431 or 501. */
export function readRequestHead(bytes: Uint8Array): RequestHead {
  const [first, ...lines] = linesOf(bytes);
  const found = /^([A-Z]{1,16}) ([\x21-\x7e]+) HTTP\/1\.([01])$/.exec(first);
  if (found === null) throw new CloseUp(400, "the first line is no HTTP/1.1 request");
  const [, method, target, minor] = found;
  if (!METHODS.includes(method)) throw new CloseUp(405, `the method ${method} is not carried`);
  if (target.length > MOST_TARGET) throw new CloseUp(414, "the URL is too long");
  if (/[#\\<>"^`{|}]/.test(target)) throw new CloseUp(400, "the URL holds a character that must be escaped");
  const headers = fieldsOf(lines);
  // A tunnel's host is in its first line, and Python before 3.12 says it there alone.
  const hosts = all(headers, "host").length;
  if (hosts > 1 || (hosts === 0 && method !== "CONNECT")) throw new CloseUp(400, "it does not name its host once");
  if (minor === "0" && all(headers, "transfer-encoding").length > 0) throw new CloseUp(400, "HTTP/1.0 has no chunks");
  if (all(headers, "upgrade").length > 0 && /\bupgrade\b/i.test(all(headers, "connection").join())) {
    throw new CloseUp(501, "no other protocol is carried where requests are read");
  }
  const framing = framingOf(headers);
  const keep = minor === "1" && !/\bclose\b/i.test(all(headers, "connection").join());
  return { method, target, headers, framing, keep };
}

/** Reads an answer's head. Throws `CloseUp` 502. */
export function readResponseHead(bytes: Uint8Array, method: string): ResponseHead {
  try {
    const [first, ...lines] = linesOf(bytes);
    const found = /^HTTP\/1\.[01] ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/.exec(first);
    if (found === null) throw new CloseUp(502, "the server does not speak HTTP/1.1");
    const status = Number(found[1]);
    const headers = fieldsOf(lines);
    const said = framingOf(headers);
    const empty = method === "HEAD" || status === 204 || status === 304 || status < 200;
    const framing: Framing = empty
      ? { kind: "none" }
      : said.kind === "none" && !has(headers, "content-length")
      ? { kind: "close" }
      : said;
    return { status, reason: found[2] ?? "", headers, framing };
  } catch (error) {
    throw error instanceof CloseUp ? new CloseUp(502, `the server's answer: ${error.message}`) : error;
  }
}

/** A head as it is passed on: hop-by-hop fields left out, the framing said once. */
export function writeHead(first: string, headers: readonly Header[], framing: Framing): Uint8Array {
  const framed = framing.kind === "length"
    ? [`content-length: ${framing.bytes}`]
    : framing.kind === "chunked"
    ? ["transfer-encoding: chunked"]
    : [];
  const text = [first, ...headers.map(([name, value]) => `${name}: ${value}`), ...framed, "", ""].join("\r\n");
  return latin1(text);
}

/** The fields that go on to the other side: none of the connection's own, none that it names as such. */
export function passedOn(headers: readonly Header[]): Header[] {
  const named = all(headers, "connection").join().toLowerCase().split(/[,\s]+/);
  return headers.filter(([name]) => !HOP.test(name.toLowerCase()) && !named.includes(name.toLowerCase()));
}

/** Every value of a field, by its name in lower case. */
export function all(headers: readonly Header[], name: string): string[] {
  return headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
}

function has(headers: readonly Header[], name: string): boolean {
  return all(headers, name).length > 0;
}

function linesOf(bytes: Uint8Array): string[] {
  const text = textOfLatin1(bytes);
  if (!text.endsWith("\r\n\r\n")) throw new CloseUp(400, "the head does not end");
  const lines = text.slice(0, -4).split("\r\n");
  if (lines.some((line) => /[\r\n\0]/.test(line))) throw new CloseUp(400, "a line ends wrongly");
  if (lines.length > MOST_FIELDS + 1) throw new CloseUp(431, `it has more than ${MOST_FIELDS} header fields`);
  return lines;
}

function fieldsOf(lines: readonly string[]): Header[] {
  return lines.map((line) => {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "");
    if (colon < 1 || !TOKEN.test(name) || !VALUE.test(value)) throw new CloseUp(400, "a header field is wrongly made");
    return [name, value];
  });
}

function framingOf(headers: readonly Header[]): Framing {
  const [coded, lengths] = [all(headers, "transfer-encoding"), all(headers, "content-length")];
  if (coded.length > 0) {
    if (lengths.length > 0) throw new CloseUp(400, "it says both a length and a transfer coding");
    if (coded.length > 1 || coded[0].toLowerCase() !== "chunked") {
      throw new CloseUp(400, "its transfer coding is not chunked alone");
    }
    return { kind: "chunked" };
  }
  if (lengths.length === 0) return { kind: "none" };
  if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0])) {
    throw new CloseUp(400, "its length is no number, or said twice");
  }
  return Number(lengths[0]) === 0 ? { kind: "none" } : { kind: "length", bytes: Number(lengths[0]) };
}

/** One character a byte, both ways. */
export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const LATIN1 = 0x2000;

/** See `latin1`. */
export function textOfLatin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += LATIN1) parts.push(String.fromCharCode(...bytes.subarray(at, at + LATIN1)));
  return parts.join("");
}
