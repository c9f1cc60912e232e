/**
 * What the last start found of the sandbox, so that the main process can start while the machine is measured anew. It is
 * a guess and nothing more: it can only make the main process start with fewer powers than it might have, never with more.
 */
import { join } from "node:path";

const BWRAP = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"];

const pathOf = (state: string): string => join(state, "sandbox.last");

/** What, if it changes, makes the last result worth nothing: the program, the kernel, the user. Null without bubblewrap. */
async function fingerprint(): Promise<string | null> {
  for (const path of BWRAP) {
    try {
      const { ino, size, mtime } = await Deno.stat(path);
      return [path, ino, size, mtime?.getTime(), Deno.osRelease(), Deno.uid()].join(" ");
    } catch {
      continue;
    }
  }
  return null;
}

/** True if the last start in `state` was confined by bubblewrap, and nothing has changed since that would show. */
export async function confinedLastTime(state: string): Promise<boolean> {
  try {
    const [kept, now] = await Promise.all([Deno.readTextFile(pathOf(state)), fingerprint()]);
    return now !== null && kept === now;
  } catch {
    return false;
  }
}

/** Keeps what this start found. A note that cannot be written costs the next start some time, and nothing else. */
export async function noteConfined(state: string, confined: boolean): Promise<void> {
  try {
    const now = confined ? await fingerprint() : null;
    if (now === null) await Deno.remove(pathOf(state));
    else await Deno.writeTextFile(pathOf(state), now, { mode: 0o600 });
  } catch {
    return;
  }
}
