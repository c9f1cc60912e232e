/** The `Sandbox` over a launcher: programs run where the launcher confines them, files go through `files`. */
import type { Files } from "./files.ts";
import type { Launcher, Run } from "./grant.ts";
import type { Output, Sandbox } from "./sandbox.ts";

/** `files` is the helper inside bubblewrap, or the in-process one where there is no bubblewrap. */
export function launchedSandbox(launcher: Launcher, files: Files): Sandbox {
  return {
    files,
    powers: (signal) => launcher.powers(signal),
    run: async (grant, onOutput, signal) => {
      const run = launcher.run(grant, signal);
      const [outcome] = await Promise.all([
        run.outcome,
        pour(run, "stdout", onOutput),
        pour(run, "stderr", onOutput),
      ]);
      return outcome;
    },
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
