/** The `Sandbox` over a launcher: programs run where the launcher confines them, files go through `files`. */
import type { Files } from "./files/files.ts";
import type { Fetch } from "../egress/request.ts";
import { DEFAULT_LIMITS, type Launcher, type Run } from "./grant.ts";
import type { Observe } from "./observe.ts";
import type { Output, Sandbox } from "./sandbox.ts";

/**
 * `files` is the helper inside bubblewrap, or the in-process one where there is no bubblewrap; `fetching` asks the process that
 * alone dials public addresses.
 */
export function launchedSandbox(launcher: Launcher, { files, fetching }: { files: Files; fetching: Fetch }): Sandbox {
  return {
    files,
    fetch: fetching,
    observe: observeBy(launcher),
    powers: (signal) => launcher.powers(signal),
    run: async (grant, onOutput, signal, edge) => {
      const run = launcher.run(grant, signal, edge);
      const [outcome] = await Promise.all([
        run.outcome,
        pour(run, "stdout", onOutput),
        pour(run, "stderr", onOutput),
      ]);
      return outcome;
    },
  };
}

/** Milliseconds that the machine has to answer a question. */
const OBSERVE_MS = 15_000;
/** The exit status of a shell that did not find its program (POSIX.1, 2.8.2). */
const NOT_FOUND = 127;

/** Questions to the machine over `launcher`. */
export function observeBy(launcher: Launcher): Observe {
  return async (question, signal) => {
    const run = launcher.run({
      program: "observe",
      source: JSON.stringify(question),
      folder: "none",
      cwd: "",
      env: {},
      limits: { ...DEFAULT_LIMITS, ms: OBSERVE_MS, outputBytes: 4 << 20 },
    }, signal);
    const said = { stdout: "", stderr: "" };
    const hear = ({ stream, text }: Output) => void (said[stream] += text);
    const [outcome] = await Promise.all([run.outcome, pour(run, "stdout", hear), pour(run, "stderr", hear)]);
    signal.throwIfAborted();
    if (outcome.stopped !== undefined) {
      throw new Error(`Cannot ask the machine about ${question.about}: stopped (${outcome.stopped})`);
    }
    return { ...said, code: outcome.code, missing: outcome.code === NOT_FOUND };
  };
}

/** Bytes to text: a character cut between two chunks is joined, bytes that are not UTF-8 become U+FFFD. */
async function pour(run: Run, stream: Output["stream"], onOutput: (output: Output) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of run[stream]) {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== "") onOutput({ stream, text });
  }
  const rest = decoder.decode();
  if (rest !== "") onOutput({ stream, text: rest });
}
