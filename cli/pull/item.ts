/** One file to fetch, with all that is known of it beforehand. A pull is a list of these. */

export type Item = {
  /** What it is, for the person: `model qwen3-4b`, `engine linux-x64`. */
  what: string;
  /** Of the file in the downloads directory; letters, digits, `.`, `_`, `-`. */
  name: string;
  url: string;
  bytes: number | null;
  /** Hexadecimal. */
  sha256: string | null;
  /** Another hash that `install` checks, as npm writes it (`sha512-…`). */
  pinned?: string;
  /** Who says that hash: as shown, and as recorded. */
  checked: "catalogue" | "hub" | "given" | "unverified";
  licence: string | null;
  /** Further lines of the offer, label and text. */
  facts: [label: string, text: string][];
  /** Puts the whole file, its SHA-256 right, where it belongs; the file is gone from `path` then. Resolves to one line for the person. */
  install(file: { path: string; bytes: number; sha256: string }, signal: AbortSignal): Promise<string>;
};
