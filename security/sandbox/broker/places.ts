/** Where a brokered run finds what is its own. */
import { HOME, INSIDE } from "../bubblewrap.ts";

/** Its source text. */
export const SOURCE = `${INSIDE}/source.ts`;
/** Its end of the broker. */
export const SOCKET = `${INSIDE}/permissions`;
/** The directories that are its own: Deno's flags name the same. */
export const SCRATCH: readonly string[] = ["/tmp", HOME];
