/** Whether a database is open in another process. */
import { DatabaseSync } from "node:sqlite";
import { exists } from "../exists.ts";
import { EXIT, Exit } from "../failure.ts";

/** Throws `Exit` where a process has the store at `path` open: it would go on writing to a file that nobody finds any more. */
export function refuseIfOpen(path: string, doing: string): void {
  if (!exists(path)) return;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    // SQLite gives up the write-ahead log only where no other connection has the file open.
    db.exec("PRAGMA journal_mode = DELETE");
  } catch (error) {
    if (!/locked|busy/i.test(String(error))) return; // Damaged, or no database: nobody uses it.
    throw new Exit(EXIT.failed, `Cannot ${doing} while harombe runs: end every chat first`, { cause: error });
  } finally {
    db?.close();
  }
}
