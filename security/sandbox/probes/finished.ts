/** A run that has ended, whole. */
import type { RunOutcome } from "../grant.ts";

export type Finished = { stdout: string; stderr: string; outcome: RunOutcome };
