/** The one reading of a path that a model wrote. Pure: it looks at no file. */

/** Longest path and longest name that Linux takes, bytes (PATH_MAX, NAME_MAX of limits.h). */
const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;

/** C0, DEL, C1 and the marks that reorder text: such a path could not be shown as it is. */
const UNSHOWABLE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

function refuse(path: string, why: string): never {
  const shown = path.length > 120 ? `${path.slice(0, 120)}… (${path.length} characters)` : path;
  throw new TypeError(`Cannot use path ${JSON.stringify(shown)}: ${why}`);
}

/**
 * `path` relative to the workspace `root` (absolute), `/`-separated, without `.`, empty names or a slash at either
 * end; "" is the root itself. An absolute path is accepted if it lies inside `root`; `root` null accepts none.
 *
 * Throws TypeError for what is never accepted: `..`, `~`, a backslash, control or reordering characters, text
 * that has no UTF-8 form, names over 255 or paths over 4,096 bytes, an absolute path outside.
 */
export function workspacePath(root: string | null, path: string): string {
  if (!path.isWellFormed()) refuse(path.toWellFormed(), "it has no UTF-8 form");
  if (UNSHOWABLE.test(path)) refuse(path, "it holds control characters");
  if (path.includes("\\")) refuse(path, "it holds a backslash; write / between names");
  if (path.split("/").includes("..")) refuse(path, "it holds ..; name it from the workspace root");
  const parts = path.split("/").filter((name) => name !== "" && name !== ".");
  if (parts[0] === "~" && !path.startsWith("/")) refuse(path, "~ is not expanded; only the workspace can be reached");
  const bytes = new TextEncoder();
  if (parts.some((name) => bytes.encode(name).length > LONGEST_NAME)) refuse(path, "a name is over 255 bytes");
  if (bytes.encode(path).length > LONGEST_PATH) refuse(path, "it is over 4096 bytes");
  if (!path.startsWith("/")) return parts.join("/");
  if (root === null) refuse(path, "give it relative to the workspace");
  const base = root.split("/").filter((name) => name !== "");
  if (!base.every((name, i) => parts[i] === name)) refuse(path, `it lies outside the workspace ${root}`);
  return parts.slice(base.length).join("/");
}
