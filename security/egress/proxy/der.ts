/** The few kinds of DER (X.690) that a certificate is made of. Pure. */

function length(count: number): number[] {
  if (count < 128) return [count];
  const bytes: number[] = [];
  for (let rest = count; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

/** A value under `tag`. */
export function tagged(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const size = contents.reduce((sum, { length }) => sum + length, 0);
  const head = [tag, ...length(size)];
  const bytes = new Uint8Array(head.length + size);
  bytes.set(head);
  let at = head.length;
  for (const content of contents) {
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}

export const sequence = (...contents: Uint8Array[]): Uint8Array => tagged(0x30, ...contents);
export const set = (...contents: Uint8Array[]): Uint8Array => tagged(0x31, ...contents);
export const octets = (bytes: Uint8Array): Uint8Array => tagged(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array => tagged(0x03, Uint8Array.of(unused), bytes);
export const yes: Uint8Array = tagged(0x01, Uint8Array.of(0xff));
export const utf8 = (text: string): Uint8Array => tagged(0x0c, new TextEncoder().encode(text));

/** A number of 0 or more, big endian. */
export function integer(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  return short[0] >= 0x80 ? tagged(0x02, Uint8Array.of(0), short) : tagged(0x02, short);
}

/** An object identifier, dotted. */
export function identifier(dotted: string): Uint8Array {
  const [first, second, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift(left & 127 | 128);
    bytes.push(...groups);
  }
  return tagged(0x06, Uint8Array.from(bytes));
}

/** A moment, milliseconds since 1970, as RFC 5280 4.1.2.5 wants it. */
export function moment(ms: number): Uint8Array {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  const early = Number(text.slice(0, 4)) < 2050;
  return tagged(early ? 0x17 : 0x18, new TextEncoder().encode(early ? text.slice(2) : text));
}

/** `der` as a PEM block. */
export function pem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g)!.join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
