/** Files as text: what they are, and their bytes without loss. */
import type { Files } from "../../security/sandbox/files/files.ts";

const MAGIC: readonly [string, string][] = [
  ["89504e47", "PNG image"],
  ["ffd8ff", "JPEG image"],
  ["47494638", "GIF image"],
  ["25504446", "PDF document"],
  ["504b0304", "ZIP archive (also Office, JAR)"],
  ["1f8b", "gzip archive"],
  ["28b52ffd", "zstd archive"],
  ["7f454c46", "ELF program"],
  ["53514c69", "SQLite database"],
  ["0061736d", "WebAssembly module"],
  ["52494646", "RIFF media (WAV, WebP, AVI)"],
  ["4f676753", "Ogg media"],
  ["494433", "MP3 audio"],
];

/** `%PDF-`: often without a NUL, never of use as text. */
const PDF = [0x25, 0x50, 0x44, 0x46, 0x2d];

/** What binary file begins with `bytes`, or null if it is text: a NUL in the first 8,000 bytes is binary, as for git. */
export function binaryKind(bytes: Uint8Array): string | null {
  const pdf = bytes.length >= PDF.length && PDF.every((byte, i) => bytes[i] === byte);
  if (!pdf && !bytes.subarray(0, 8000).includes(0)) return null;
  const start = bytes.subarray(0, 8).toHex();
  return MAGIC.find(([magic]) => start.startsWith(magic))?.[1] ?? "binary data";
}

/** Largest file that is edited or shown as a diff. */
const LARGEST_TEXT = 8 << 20;

/** The whole of a text file, byte order mark kept; null where there is none. Throws for binary, not UTF-8, too large. */
export async function wholeText(
  files: Files,
  path: string,
  signal: AbortSignal,
): Promise<{ text: string; sha256: string } | null> {
  try {
    const { bytes, size, sha256 } = await files.read(path, { offset: 0, length: LARGEST_TEXT }, signal);
    if (size > bytes.length || !sha256) {
      throw new RangeError(`Cannot edit ${path}: ${size} bytes, ${LARGEST_TEXT} at most`);
    }
    const kind = binaryKind(bytes);
    if (kind) throw new TypeError(`Cannot edit ${path}: it is ${kind}, ${size} bytes`);
    try {
      return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), sha256 };
    } catch {
      throw new TypeError(`Cannot edit ${path}: it is not UTF-8`);
    }
  } catch (error) {
    if (error instanceof Error && error.name === "NotFound") return null;
    throw error;
  }
}

/** SHA-256 of the file at `path`, null where there is none; throws for one too large to be hashed. */
export async function hashOf(files: Files, path: string, signal: AbortSignal): Promise<string | null> {
  try {
    const { sha256, size } = await files.read(path, { offset: 0, length: 0 }, signal);
    if (!sha256) throw new RangeError(`Cannot change ${path}: ${size} bytes are too many`);
    return sha256;
  } catch (error) {
    if (error instanceof Error && error.name === "NotFound") return null;
    throw error;
  }
}
