/** One backup or restore of a state directory at a time. */
import { join } from "node:path";
import { EXIT, Exit } from "../failure.ts";
import { WORK } from "../state/parts.ts";

/** Held until it is disposed, or its process ends. Where another one holds it: waits, or with `doing` throws `Exit`. */
export function lockState(state: string, doing: string | null): Disposable {
  const file = Deno.openSync(join(state, WORK.lock), { write: true, create: true, mode: 0o600 });
  try {
    if (doing === null) file.lockSync(true);
    else if (!file.tryLockSync(true)) {
      throw new Exit(EXIT.failed, `Cannot ${doing}: another backup or restore is under way`);
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return { [Symbol.dispose]: () => file.close() };
}
