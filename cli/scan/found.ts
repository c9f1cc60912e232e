/** What a scan found and what it did not look at. */
import type { Finding } from "../../security/secrets/findings.ts";

export type FoundIn = Finding & {
  path: string;
  /** The commit that brought it; absent: the folder as it is. */
  commit?: string;
};

export type Scanned = {
  found: FoundIn[];
  files: number;
  /** Characters that were read. */
  characters: number;
  commits: number;
  /** What was left out, each with its reason. */
  skipped: { path: string; reason: string }[];
};

export const nothing = (): Scanned => ({ found: [], files: 0, characters: 0, commits: 0, skipped: [] });

/** Bytes of a file beyond which it is left out, and said. */
export const LARGEST = 8 << 20;

/** The text of `bytes`, or why it is none. */
export function textOfFile(bytes: Uint8Array): { text: string } | { reason: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder("utf-16be").decode(bytes) };
  return bytes.subarray(0, 8000).includes(0) ? { reason: "binary" } : { text: new TextDecoder().decode(bytes) };
}
