/** What confines a run: the contract of each file beside this one. */
import type { Confinement } from "../bubblewrap.ts";
import type {
  Executor,
  FolderAccess,
  Grant,
  Limits,
  Program,
  RunEvent,
  RunOutcome,
  RunQuestion,
  RunReply,
} from "../grant.ts";
import type { House } from "../house.ts";
import type { Joining } from "../prelude.ts";
import type { WayOut } from "../way_out.ts";

/** What the launcher has settled about a run before anything surrounds it: the lesser of what was asked and what it allows. */
export type Settled = {
  /** Unique among the runs of this launcher. */
  id: string;
  access: FolderAccess;
  limits: Limits;
  joining: Joining;
  guarded: Confinement["guarded"];
  edge: Edge;
  /** What a run with a network is given; null = it has none. */
  wayOut: WayOut | null;
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
  /** True: descriptor 3 stays open while the run is wanted, and its end ends the run; see `cage.ts`. */
  lifeline?: boolean;
  confined: RunOutcome["confined"];
  /** What is not the program's own word on stderr, taken out. Absent: all of it is. */
  said?(stderr: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** True if the program itself began; else nothing has run, and `said` tells why. */
  begun(seen: { status: string; said: string; code: number }): boolean;
  /** Removes what the run leaves behind of its own. Called once, when all of it is dead, whatever happened. */
  clear(): Promise<void>;
};

/** What one run needs around it, settled: throws if it cannot be had; then nothing has run. */
export type Prepare = (grant: Grant, house: House, settled: Settled, signal: AbortSignal) => Promise<Prepared>;

/** An executor that this machine has. */
export type Offer = {
  version: string;
  /** What it takes for itself of a run's limits, added to them: so much more a run can get hold of. */
  own: Pick<Limits, "memoryBytes" | "pids">;
  prepare: Prepare;
};

/** Where an executor looks on the machine. A string is why it cannot be had, and what to install. */
export type Find = (house: House, owner: Owned, signal: AbortSignal) => Promise<Offer | string>;

/** What the owner's own configuration says of the sandbox, as the launcher has read it. No message can change it. */
export type Owned = {
  executor: Executor | "auto";
  /** An image that stands in for this machine's system, by name. Never fetched. */
  image: string | null;
  /** Further directories of the owner's that a run sees, absolute. */
  mounts: readonly { from: string; to: string; writable: boolean }[];
};

/** Programs that anybody but us wrote: these an executor of the owner's choice can hold. */
export const OF_OTHERS: readonly Program[] = ["shell", "deno", "bash", "python"];

export const NOTHING = new Uint8Array();
export const NOT_OWNED: Owned = { executor: "auto", image: null, mounts: [] };

/** True unless the prelude has said that it could not begin. */
export const preludeHeld: Prepared["begun"] = ({ said }) => !said.startsWith("harombe: cannot");
