/** How this room asks about the machine it runs on: fixed questions, answered by whoever may start programs. */
import * as z from "zod";

const ABOUT = [
  "nvidia",
  "rocm",
  "pci",
  "drm",
  "apple",
  "cpu",
  "cpuinfo",
  "battery",
  "disks",
  "processes",
  "sockets",
  "addresses",
] as const;

/** What the program printed and its exit status; `missing`: it is not on this machine. */
export type Answer = { code: number; stdout: string; stderr: string; missing: boolean };

/** Asks; rejects if the question could not be asked at all. */
export type Ask = (question: { about: typeof ABOUT[number] }, signal: AbortSignal) => Promise<Answer>;

/** What to install where the program of a question is missing. On macOS several have no equal. */
const PROGRAM: Record<typeof ABOUT[number], string> = {
  nvidia: "the NVIDIA driver (nvidia-smi)",
  rocm: "rocm-smi",
  pci: "pciutils (lspci)",
  drm: "a POSIX shell",
  apple: "macOS (system_profiler)",
  cpu: "util-linux (lscpu)",
  cpuinfo: "coreutils (cat)",
  battery: "a POSIX shell",
  disks: "coreutils (df)",
  processes: "procps (ps)",
  sockets: "iproute2 (ss)",
  addresses: "iproute2 (ip)",
};

/** What was read, or null and why not; never a made-up figure. */
export type Read<T> = { value: T; why: null } | { value: null; why: string };

export const Why = z.string().nullable();

/** Asks and parses. A missing program says what to install, a failing one its first words. Throws only the signal's reason. */
export async function read<T>(
  about: typeof ABOUT[number],
  { ask, parse }: { ask: Ask; parse: (stdout: string) => T | null },
  signal: AbortSignal,
): Promise<Read<T>> {
  try {
    const answer = await ask({ about }, signal);
    if (answer.missing) return { value: null, why: `unavailable: install ${PROGRAM[about]}` };
    const value = answer.code === 0 || answer.stdout !== "" ? parse(answer.stdout) : null;
    if (value !== null) return { value, why: null };
    const said = (answer.stderr.trim() || answer.stdout.trim()).split("\n")[0].slice(0, 200);
    return { value: null, why: `${about}: ${said || `its answer cannot be read (exit ${answer.code})`}` };
  } catch (error) {
    signal.throwIfAborted();
    return { value: null, why: error instanceof Error ? error.message : String(error) };
  }
}

/** A whole number of decimal digits, or null. */
export function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

/** `text` as JSON, or null. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
