/** All that a tool may touch of the machine. The gateway hands each call one, narrowed to what its tool declared. */
import type { Files } from "./files.ts";
import type { Grant, Powers, RunOutcome } from "./grant.ts";

export type Output = { stream: "stdout" | "stderr"; text: string };

export type Sandbox = {
  files: Files;
  /** Runs a program; `onOutput` hears whole UTF-8 text as it comes. Rejects if the launcher refuses the grant. */
  run(
    grant: Grant,
    onOutput: (output: Output) => void,
    signal: AbortSignal,
  ): Promise<RunOutcome>;
  powers(signal: AbortSignal): Promise<Powers>;
};

/** What a tool declares that it needs. The gateway builds a `Sandbox` that can do no more. */
export type Needs = {
  files: "none" | "read" | "write";
  run: "none" | "shell" | "code";
};
