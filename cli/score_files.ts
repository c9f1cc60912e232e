/** The recorded runs in files and folders that a person named. */
import { join } from "node:path";
import { readRuns } from "../security/provenance/recorded_lines.ts";
import type { RecordedRun } from "../security/provenance/recorded.ts";
import { EXIT, Exit, short } from "./failure.ts";

/** Bytes of one file that are read. */
const MOST_BYTES = 64 << 20;

/** Every run in `paths`; of a folder those in its `*.jsonl`, at any depth, in the order of their names. Throws one line for what cannot be read. */
export async function runsIn(paths: readonly string[], signal: AbortSignal): Promise<RecordedRun[]> {
  const runs: RecordedRun[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path, signal)) runs.push(...await runsOf(file, signal));
  }
  return runs;
}

async function filesOf(path: string, signal: AbortSignal): Promise<string[]> {
  signal.throwIfAborted();
  const { isDirectory } = await reading(path, () => Deno.stat(path));
  if (!isDirectory) return [path];
  const entries = await reading(path, () => Array.fromAsync(Deno.readDir(path)));
  const named = entries.filter((entry) => !entry.isSymlink && (entry.isDirectory || entry.name.endsWith(".jsonl")));
  const files: string[] = [];
  for (const { name } of named.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
    files.push(...await filesOf(join(path, name), signal));
  }
  return files;
}

async function runsOf(file: string, signal: AbortSignal): Promise<RecordedRun[]> {
  const { size, isFile } = await reading(file, () => Deno.stat(file));
  if (!isFile) throw new Exit(EXIT.failed, `Cannot read ${short(file)}: it is no file`);
  if (size > MOST_BYTES) {
    throw new Exit(EXIT.failed, `Cannot read ${short(file)}: ${size} bytes are more than ${MOST_BYTES}`);
  }
  const text = await reading(file, () => Deno.readTextFile(file, { signal }));
  try {
    return readRuns(text, file);
  } catch (error) {
    throw error instanceof RangeError ? new Exit(EXIT.failed, error.message, { cause: error }) : error;
  }
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || error.name === "AbortError") throw error;
    const why = error instanceof Deno.errors.NotFound ? "there is none" : error.name;
    throw new Exit(EXIT.failed, `Cannot read ${short(path)}: ${why}`, { cause: error });
  }
}
