/** Where in a text secrets stand, without the secrets. */
import { createHmac } from "node:crypto";
import { scrubStream } from "./scrub_stream.ts";

export type Finding = {
  kind: string;
  /** Counted from 1; columns in UTF-16 units. The end is after the last character. */
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  /** The value's first two characters, of long values only. */
  begins: string;
  /** 20 hexadecimal digits of a keyed hash of the value: the same value, the same fingerprint, on this installation. */
  fingerprint: string;
};

/** Every secret in `text`, as a scrub would take it out. `key` is the installation's. */
export function findingsIn(text: string, key: Uint8Array): Finding[] {
  const found: { kind: string; value: string; length: number }[] = [];
  const nonce = crypto.randomUUID();
  const stream = scrubStream(() => [], (kind, value, length) => {
    found.push({ kind, value, length });
    return nonce;
  });
  const pieces = (stream.push(text) + stream.end()).split(nonce);
  const out: Finding[] = [];
  const at = { offset: 0, line: 1, lineStart: 0 };
  const go = (length: number) => {
    const end = at.offset + length;
    for (let next = text.indexOf("\n", at.offset); next >= 0 && next < end; next = text.indexOf("\n", next + 1)) {
      at.line++;
      at.lineStart = next + 1;
    }
    at.offset = end;
    return { line: at.line, column: at.offset - at.lineStart + 1 };
  };
  for (const [i, { kind, value, length }] of found.entries()) {
    const begin = go(pieces[i].length);
    const end = go(length);
    out.push({
      kind,
      ...begin,
      endLine: end.line,
      endColumn: end.column,
      begins: value.length >= 16 ? value.slice(0, 2) : "",
      fingerprint: createHmac("sha256", key).update(`scan\0${value}`).digest("hex").slice(0, 20),
    });
  }
  return out;
}

/** Names the key without telling it: a list of fingerprints is of use only under the same one. */
export function keyName(key: Uint8Array): string {
  return createHmac("sha256", key).update("name of this key").digest("hex").slice(0, 8);
}
