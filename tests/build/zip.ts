/** A zip archive from bytes, the same bytes for the same files: no clock, no owner, one compression level. */
import { crc32, deflateRawSync } from "node:zlib";

export type ZipEntry = { name: string; bytes: Uint8Array; executable?: boolean };

/** 1980-01-01 00:00, the first moment that the format knows. */
const DATE = (1 << 5) | 1;

/**
 * The archive (APPNOTE 6.3: local headers, central directory, its end) of `entries` in their order. Names are UTF-8, with
 * `/`. Throws `RangeError` past what the plain format holds (65,535 files, 4 GiB).
 */
export function zip(entries: readonly ZipEntry[], level: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const state = { at: 0 };
  for (const { name, bytes, executable } of entries) {
    const packed = deflateRawSync(bytes, { level });
    const label = new TextEncoder().encode(name);
    const shared = [
      [2, 20], // version needed
      [2, 0x0800], // names are UTF-8
      [2, 8], // deflate
      [2, 0], // time
      [2, DATE],
      [4, crc32(bytes)],
      [4, packed.length],
      [4, bytes.length],
      [2, label.length],
      [2, 0], // extra field
    ];
    const local = record([[4, 0x04034b50], ...shared]);
    directory.push(
      record([
        [4, 0x02014b50],
        [2, (3 << 8) | 20], // made on Unix, so that the mode below counts
        ...shared,
        [2, 0], // comment
        [2, 0], // disk
        [2, 0], // internal attributes
        [4, ((0o100000 | (executable ? 0o755 : 0o644)) << 16) >>> 0],
        [4, state.at],
      ]),
      label,
    );
    pieces.push(local, label, packed);
    state.at += local.length + label.length + packed.length;
  }
  const size = directory.reduce((sum, piece) => sum + piece.length, 0);
  if (entries.length > 0xffff || state.at + size > 0xffffffff) {
    throw new RangeError(`Cannot zip ${entries.length} files of ${state.at} bytes: too much for the plain format`);
  }
  const end = record([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, size],
    [4, state.at],
    [2, 0],
  ]);
  return concat([...pieces, ...directory, end]);
}

/** Little-endian fields of 2 or 4 bytes. */
function record(fields: number[][]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  fields.reduce((at, [width, value]) => {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    return at + width;
  }, 0);
  return bytes;
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => {
    all.set(piece, at);
    return at + piece.length;
  }, 0);
  return all;
}
