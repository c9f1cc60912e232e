/**
 * Paths of a workspace that stay read-only even where the workspace may be written: what they hold is run or
 * obeyed later by git, a shell, an editor, a CI system or harombe itself, outside any sandbox.
 */

/** Relative to the workspace root; each also counts below any subfolder. */
export const PROTECTED_PATHS: readonly string[] = [
  ".git/hooks",
  ".git/config",
  ".githooks",
  ".envrc",
  ".vscode",
  ".github",
  ".gitlab-ci.yml",
  ".husky",
  ".harombe",
  "harombe.yaml",
];

/** Code points that HFS+ ignores in names (git CVE-2014-9390), and zero-width and bidi marks. */
const IGNORABLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/**
 * A file name as the most forgiving file system would compare it: case, ignorable code points, trailing dots and
 * spaces (NTFS, FAT) and the 8.3 name of `.git` make no difference.
 */
export function foldedName(name: string): string {
  const folded = name.replace(IGNORABLE, "").normalize("NFC").toLowerCase().replace(/[. ]+$/, "");
  return /^git~\d$/.test(folded) ? ".git" : folded;
}

/**
 * The entry of `list` that covers `path` (relative, `/`-separated), or null. An entry covers itself and all below
 * it, at any depth of the workspace, whatever the case.
 */
export function protectedBy(path: string, list: readonly string[]): string | null {
  const parts = path.split("/").map(foldedName);
  for (const entry of list) {
    const wanted = entry.split("/").map(foldedName);
    for (let at = 0; at + wanted.length <= parts.length; at++) {
      if (wanted.every((name, i) => parts[at + i] === name)) return entry;
    }
  }
  return null;
}
