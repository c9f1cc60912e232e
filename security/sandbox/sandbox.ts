/** All that a tool may touch of the machine. The gateway hands each call one, narrowed to what its tool declared. */
import type { Files } from "./files/files.ts";
import type { Fetch } from "../egress/request.ts";
import type { Grant, Powers, RunEdge, RunOutcome } from "./grant.ts";
import type { Observe } from "./observe.ts";

export type Output = { stream: "stdout" | "stderr"; text: string };

export type Sandbox = {
  files: Files;
  /** Runs a program; `onOutput` hears whole UTF-8 text as it comes. Rejects if the launcher refuses the grant. Only the gateway gives an `edge`. */
  run(
    grant: Grant,
    onOutput: (output: Output) => void,
    signal: AbortSignal,
    edge?: RunEdge,
  ): Promise<RunOutcome>;
  powers(signal: AbortSignal): Promise<Powers>;
  /** One exchange with a server outside; every such tool sends data out. */
  fetch: Fetch;
  /** A fixed question about the machine, answered from outside the sandbox. */
  observe: Observe;
};

/** What a tool declares that it needs. The gateway builds a `Sandbox` that can do no more. */
export type Needs = {
  files: "none" | "read" | "write";
  run: "none" | "shell" | "code";
  /** True: it fetches from servers. Absent = no network at all. */
  net?: boolean;
  /** True: it asks fixed questions about the machine. */
  observe?: boolean;
};
