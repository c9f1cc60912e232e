/** What the commands of the grammar are built from. */
import type { Io } from "../io.ts";
import type { Wiring } from "../talk.ts";

/** Loads the wiring; a test hands in its own. */
export type LoadWiring = () => Promise<Wiring>;

export type Outside = { io: Io; load: LoadWiring; debug: boolean };

/** Hears the exit code of the action that ran. */
export type Done = (code: number) => void;
