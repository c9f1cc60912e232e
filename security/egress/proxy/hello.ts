/** What a TLS ClientHello says in the clear (RFC 8446 4.1.2, RFC 6066 3, draft-ietf-tls-esni). Pure. */

export type Hello = {
  /** The server's name, lower case; null if it names none. */
  name: string | null;
  /** True: another name may be hidden inside (Encrypted Client Hello, or what looks like it). */
  hidden: boolean;
};

/** The first byte of a TLS record that holds a handshake. */
export const HANDSHAKE = 0x16;
const SERVER_NAME = 0, ENCRYPTED_HELLO = 0xfe0d;
/** Bytes of a ClientHello at most; with post-quantum keys a usual one has 1,800. */
export const MOST_HELLO = 16_384;

/**
 * Reads what was sent so far: the hello, `more` if it is not whole yet, or null if it is none or wrongly made. It may be cut
 * into several records.
 */
export function readHello(bytes: Uint8Array): Hello | "more" | null {
  const message = handshake(bytes);
  if (!(message instanceof Uint8Array)) return message;
  try {
    return fields(new Reader(message));
  } catch {
    return null;
  }
}

function handshake(bytes: Uint8Array): Uint8Array | "more" | null {
  const pieces: number[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== HANDSHAKE || (at + 1 < bytes.length && bytes[at + 1] !== 3)) return null;
    if (at + 5 > bytes.length) return "more";
    const length = bytes[at + 3] * 256 + bytes[at + 4];
    if (length === 0 || length > MOST_HELLO) return null;
    pieces.push(...bytes.subarray(at + 5, at + 5 + length));
    if (pieces.length >= 4) {
      if (pieces[0] !== 1) return null;
      const whole = 4 + (pieces[1] << 16 | pieces[2] << 8 | pieces[3]);
      if (whole > MOST_HELLO) return null;
      if (pieces.length >= whole) return Uint8Array.from(pieces.slice(4, whole));
    }
    if (at + 5 + length > bytes.length) return "more";
    at += 5 + length;
  }
  return "more";
}

function fields(reader: Reader): Hello | null {
  reader.bytes(2 + 32);
  reader.bytes(reader.number(1));
  reader.bytes(reader.number(2));
  reader.bytes(reader.number(1));
  const found: Hello = { name: null, hidden: false };
  if (reader.left === 0) return found;
  const extensions = new Reader(reader.bytes(reader.number(2)));
  const seen = new Set<number>();
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const body = new Reader(extensions.bytes(extensions.number(2)));
    if (seen.has(type)) return null;
    seen.add(type);
    if (type === ENCRYPTED_HELLO) found.hidden = true;
    if (type !== SERVER_NAME) continue;
    const list = new Reader(body.bytes(body.number(2)));
    if (list.number(1) !== 0) return null;
    const name = String.fromCharCode(...list.bytes(list.number(2)));
    if (list.left > 0 || body.left > 0 || !/^[\x21-\x7e]+$/.test(name)) return null;
    found.name = name.toLowerCase();
  }
  return reader.left > 0 ? null : found;
}

class Reader {
  #at = 0;
  constructor(readonly all: Uint8Array) {}
  get left(): number {
    return this.all.length - this.#at;
  }
  bytes(count: number): Uint8Array {
    if (count > this.left) throw new RangeError("Cannot read the ClientHello: it is cut short");
    this.#at += count;
    return this.all.subarray(this.#at - count, this.#at);
  }
  number(width: number): number {
    return this.bytes(width).reduce((sum, byte) => sum * 256 + byte, 0);
  }
}
