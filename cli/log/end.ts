/** Notes why the main process ends. */
import { stateFrom } from "../state/directory.ts";
import { noteFailure } from "./note.ts";

/** Notes `error` if it is a failure of harombe. Never throws. */
export function noteEnd(error: unknown): void {
  try {
    noteFailure(error, stateFrom((name) => Deno.env.get(name)), "main");
  } catch {
    // A process that may not read its variables has no state directory either.
  }
}
