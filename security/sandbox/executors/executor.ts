/** What confines a run: the contract of each file beside this one. */
import type { Confinement } from "../bubblewrap.ts";
import type { FolderAccess, Grant, Limits, RunEvent, RunOutcome, RunQuestion, RunReply } from "../grant.ts";
import type { House } from "../house.ts";
import type { Joining } from "../prelude.ts";

/** What the launcher has settled about a run before anything surrounds it: the lesser of what was asked and what it allows. */
export type Settled = {
  /** Unique among the runs of this launcher. */
  id: string;
  access: FolderAccess;
  limits: Limits;
  joining: Joining;
  guarded: Confinement["guarded"];
  edge: Edge;
};

/** Who hears of what happens at a run's edge. A question rejects when the run is over; while one waits, the run's time stands still. */
export type Edge = {
  event(event: RunEvent): Promise<void>;
  question(about: RunQuestion): Promise<RunReply>;
};

/** A run as it will be started: the program and what surrounds it. */
export type Prepared = {
  /** Of bash, which alone is started. */
  args: string[];
  env: Record<string, string>;
  feeds: [Uint8Array, Uint8Array, Uint8Array];
  confined: RunOutcome["confined"];
  /** What is not the program's own word on stderr, taken out. Absent: all of it is. */
  said?(stderr: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** True if the program itself began; else nothing has run, and `said` tells why. */
  begun(seen: { status: string; said: string }): boolean;
  /** Ends what the death of the started process leaves behind. Called once, after that, whatever happened. */
  clear(): Promise<void>;
};

/** What one run needs around it, settled: throws if it cannot be had; then nothing has run. */
export type Prepare = (grant: Grant, house: House, settled: Settled, signal: AbortSignal) => Promise<Prepared>;

export const NOTHING = new Uint8Array();

/** True unless the prelude has said that it could not begin. */
export const preludeHeld: Prepared["begun"] = ({ said }) => !said.startsWith("harombe: cannot");
