/** The step from a key in the open to one that a passphrase locks. */
import type { AskPassphrase, IdentityKeeper } from "../../security/secrets/stores/identity.ts";
import { rekeyLocal } from "../../security/secrets/stores/local.ts";
import { EXIT, Exit } from "../failure.ts";
import type { Io } from "../io.ts";
import { statePaths } from "../state/stores.ts";

/**
 * For a store whose settings ask for a passphrase and whose key file still holds its key in the open: a new key is made,
 * locked by a passphrase that is asked for twice, and the secrets are encrypted anew. The old key opens old backups and
 * nothing later. Throws `Exit` where nobody sits at a terminal.
 */
export async function lockByPassphrase(
  directory: string,
  { keeper, ask }: { keeper: IdentityKeeper; ask: AskPassphrase },
  io: Io,
): Promise<void> {
  const paths = statePaths(directory);
  if (!io.stdin.isTerminal) {
    throw new Exit(
      EXIT.failed,
      "Cannot lock the secrets by a passphrase: run `harombe secrets list` at a terminal once",
    );
  }
  io.stderr.write("The key of the secrets lies in the open; it is replaced by one that a passphrase locks.\n");
  const passphrase = await ask({ again: true }, io.signal);
  const given = { path: paths.secrets, lock: paths.secretsLock, keyPath: paths.secretsKey };
  await rekeyLocal(given, { old: await keeper.open(io.signal), passphrase }, io.signal);
  io.stderr.write("Done. Backups made before still hold the old key, which opens what they hold.\n");
}
