/** Writes to harombe's own log in the state directory. It must never be the reason that something fails, so it throws nothing. */
import { join } from "node:path";
import { createScrub } from "../../security/secrets/scrub.ts";
import { VERSION } from "../commands/version.ts";
import { EXIT, Exit } from "../failure.ts";
import type { Level, LogLine } from "./line.ts";

/** Bytes after which a file is put away, and how many of those are kept: at most 4 MiB in all. */
const MOST_BYTES = 1 << 20;
const KEPT = 3;

/** One of these is in every state directory that was used. */
const OWN = ["sessions.db", "audit.key", "harombe.yaml", "memory.db", "logs"];

/** Characters of a sentence. */
const LONGEST = 300;

/** The files, oldest first. */
export function logFiles(state: string): string[] {
  const old = Array.from({ length: KEPT }, (_, i) => join(state, "logs", `harombe.${KEPT - i}.log`));
  return [...old, join(state, "logs", "harombe.log")];
}

/** Appends one line. Several processes may; each line is one write. */
export function note(state: string, line: { level: Level; part: LogLine["part"]; what: string }): void {
  try {
    const what = createScrub({ known: [] }).text(line.what.split("\n", 1)[0]).slice(0, LONGEST).toWellFormed();
    const full: LogLine = { at: Date.now(), ...line, what, version: VERSION };
    const files = logFiles(state);
    const current = files.at(-1)!;
    if (!isState(state)) return;
    Deno.mkdirSync(join(state, "logs"), { recursive: true, mode: 0o700 });
    rotate(files);
    using file = Deno.openSync(current, { append: true, create: true, mode: 0o600 });
    file.writeSync(new TextEncoder().encode(`${JSON.stringify(full)}\n`));
  } catch {
    // A full disk, a state directory that may not be written: what failed is told on the terminal all the same.
  }
}

/** Notes a failure that ends a command, unless it says only that the person wrote something else than they meant. */
export function noteFailure(error: unknown, state: string | null, part: LogLine["part"]): void {
  if (state === null || error instanceof Deno.errors.BrokenPipe) return;
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (error instanceof Exit && error.code !== EXIT.failed && error.code !== EXIT.unavailable) return;
  const message = error instanceof Error ? error.message || error.name : String(error);
  note(state, { level: error instanceof Exit ? "warning" : "error", part, what: message });
}

/** Whether `state` is a directory of this user alone that is empty or holds something of harombe: nothing is put anywhere else. */
function isState(state: string): boolean {
  const { isDirectory, uid, mode } = Deno.lstatSync(state);
  const me = ownUid();
  if (!isDirectory || (uid !== null && me !== null && uid !== me) || (mode !== null && (mode & 0o022) !== 0)) {
    return false;
  }
  const names = Array.from(Deno.readDirSync(state), ({ name }) => name);
  return names.length === 0 || names.some((name) => OWN.includes(name));
}

/** Null for a process that may not know it; then the directory's mode must do, and the file system has the last word. */
function ownUid(): number | null {
  try {
    return Deno.uid();
  } catch {
    return null;
  }
}

function rotate(files: string[]): void {
  const current = files.at(-1)!;
  try {
    if (Deno.statSync(current).size < MOST_BYTES) return;
  } catch {
    return;
  }
  for (const [at, path] of files.entries()) {
    if (at === 0) continue;
    try {
      Deno.renameSync(path, files[at - 1]);
    } catch {
      continue;
    }
  }
}
