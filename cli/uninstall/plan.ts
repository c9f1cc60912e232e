/** What `uninstall` takes away and what it leaves, found out before anything is touched. */
import { join } from "node:path";
import { isPortable } from "../update/portable.ts";
import { COMPLETIONS } from "./completions.ts";
import { whatIs } from "../state/parts.ts";

export type Item = { path: string; what: string; how: "file" | "tree" | "if empty" };
export type Plan = { remove: Item[]; leave: { path: string; why: string }[] };

export type Installed = {
  /** The state directory. */
  state: string;
  home: string | null;
  /** The portable file, and the directory of its unpacked versions; null where there is none. */
  file: string | null;
  cache: string | null;
  keepData: boolean;
};

const OF_A_HOME = [".bashrc", ".profile", ".ssh", ".zshrc", ".config", ".local"];
const OF_A_WORKSPACE = [".git", ".hg", ".svn", "package.json", "deno.json", "Cargo.toml", "pyproject.toml"];

/** Looks at everything; changes nothing. Throws a `RangeError` for a state directory that may not be touched at all. */
export function planUninstall(installed: Installed): Plan {
  const plan: Plan = { remove: [], leave: [] };
  if (installed.keepData) plan.leave.push({ path: installed.state, why: "--keep-data" });
  else planState(installed.state, installed.home, plan);
  if (installed.home !== null) {
    for (const name of COMPLETIONS) planFile(join(installed.home, name), "completions", isCompletion, plan);
  }
  if (installed.file !== null) {
    planFile(`${installed.file}.previous`, "the version before", isPortable, plan);
    planFile(installed.file, "the program", isPortable, plan);
  }
  // Last: this program runs from there.
  if (installed.cache !== null) planCache(installed.cache, plan);
  return plan;
}

function planState(state: string, home: string | null, plan: Plan): void {
  const fail = (why: string) => new RangeError(`Cannot remove the state directory ${state}: ${why}`);
  const found = stat(state);
  if (found === null) return;
  if (found.isSymlink) throw fail("it is a symbolic link; remove what it leads to yourself");
  if (!found.isDirectory) throw fail("it is no directory");
  const path = state.replace(/\/+$/, "");
  if (path === "" || path === home?.replace(/\/+$/, "") || home?.startsWith(`${path}/`)) {
    throw fail("it is a home or above one");
  }
  if (found.uid !== null && found.uid !== Deno.uid()) throw fail("it belongs to another user");
  const names = Array.from(Deno.readDirSync(state), ({ name }) => name).sort();
  const foreign = names.find((name) => OF_A_HOME.includes(name) || OF_A_WORKSPACE.includes(name));
  if (foreign !== undefined) throw fail(`it holds ${foreign}, so it is more than harombe's`);
  for (const name of names) {
    const path = join(state, name);
    const what = whatIs(name);
    if (what === null) plan.leave.push({ path, why: "not harombe's" });
    else if (!isOurs(path)) plan.leave.push({ path, why: "a symbolic link, or another user's" });
    else plan.remove.push({ path, what, how: "tree" });
  }
  plan.remove.push({ path: state, what: "the state directory", how: "if empty" });
}

function planFile(path: string, what: string, known: (head: string) => boolean, plan: Plan): void {
  if (stat(path) === null) return;
  if (!isOurs(path) || !stat(path)!.isFile) plan.leave.push({ path, why: "a symbolic link, or another user's" });
  else if (!known(headOf(path))) plan.leave.push({ path, why: "not harombe's" });
  else plan.remove.push({ path, what, how: "file" });
}

function planCache(cache: string, plan: Plan): void {
  if (!isOurs(cache)) return;
  for (const { name } of Deno.readDirSync(cache)) {
    const path = join(cache, name);
    const version = /^[0-9a-f]{16}$/.test(name) && stat(join(path, ".ok")) !== null &&
      stat(join(path, "SHA256SUMS")) !== null;
    if ((version || /^\.x\.\w+$/.test(name)) && isOurs(path)) {
      plan.remove.push({ path, what: "an unpacked version", how: "tree" });
    } else plan.leave.push({ path, why: "not harombe's" });
  }
  plan.remove.push({ path: cache, what: "the directory of unpacked versions", how: "if empty" });
}

/** True for what belongs to this user and is no link. */
function isOurs(path: string): boolean {
  const found = stat(path);
  return found !== null && !found.isSymlink && (found.uid === null || found.uid === Deno.uid());
}

function stat(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

function headOf(path: string): string {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(256);
  return new TextDecoder("latin1").decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
}

function isCompletion(head: string): boolean {
  return /^(?:#compdef harombe\b|# (?:bash|zsh|fish) completion for harombe\b)/.test(head);
}
