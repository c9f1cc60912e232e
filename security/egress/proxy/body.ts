/** The body of an HTTP/1.1 message, piece by piece, its framing taken off strictly. */
import type { Buffered } from "./buffered.ts";
import { CloseUp } from "./close_up.ts";
import type { Framing } from "./head.ts";

const PIECE = 65_536;
const CRLF = Uint8Array.of(13, 10);
/** A size of at most 16^8 bytes and its line end; no extension. */
const MOST_SIZE_LINE = 10;

/**
 * What the body holds, without its framing. Throws `CloseUp` where it is wrongly framed or has more than `most` bytes, and
 * where it ends too early. Extensions of chunks and trailers are refused: servers disagree about them.
 */
export async function* bodyOf(from: Buffered, framing: Framing, most: number): AsyncIterable<Uint8Array> {
  const state = { seen: 0 };
  const count = (bytes: Uint8Array): Uint8Array => {
    state.seen += bytes.length;
    if (state.seen > most) throw new CloseUp(413, `the body has more than ${most} bytes`);
    return bytes;
  };
  if (framing.kind === "none") return;
  if (framing.kind === "length") return yield* exactly(from, framing.bytes, count);
  if (framing.kind === "close") {
    for (let bytes = await from.some(PIECE); bytes !== null; bytes = await from.some(PIECE)) yield count(bytes);
    return;
  }
  for (;;) {
    const line = await from.until(CRLF, MOST_SIZE_LINE).catch(() => null);
    const size = /^[0-9a-fA-F]{1,8}\r\n$/.exec(new TextDecoder().decode(line ?? new Uint8Array()))?.[0];
    if (size === undefined) throw new CloseUp(400, "a chunk has no plain size");
    const bytes = parseInt(size, 16);
    if (bytes > 0) yield* exactly(from, bytes, count);
    const end = await from.take(2);
    if (end === null || end[0] !== 13 || end[1] !== 10) {
      throw new CloseUp(400, bytes === 0 ? "trailers are not carried" : "a chunk does not end where it says");
    }
    if (bytes === 0) return;
  }
}

async function* exactly(
  from: Buffered,
  length: number,
  count: (bytes: Uint8Array) => Uint8Array,
): AsyncIterable<Uint8Array> {
  for (let left = length; left > 0;) {
    const bytes = await from.some(Math.min(left, PIECE));
    if (bytes === null) throw new CloseUp(400, "the body is shorter than it says");
    left -= bytes.length;
    yield count(bytes);
  }
}

/** `bytes` as they go out under `framing`; null = the end. */
export function framed(bytes: Uint8Array | null, framing: Framing): Uint8Array {
  if (framing.kind !== "chunked") return bytes ?? new Uint8Array();
  if (bytes === null) return new TextEncoder().encode("0\r\n\r\n");
  if (bytes.length === 0) return bytes;
  const size = new TextEncoder().encode(`${bytes.length.toString(16)}\r\n`);
  const whole = new Uint8Array(size.length + bytes.length + 2);
  whole.set(size);
  whole.set(bytes, size.length);
  whole.set(CRLF, size.length + bytes.length);
  return whole;
}
