/** The installation's key of placeholders and fingerprints: 32 random bytes in a file that only its owner may read. */
import { storeError } from "../database.ts";

const BYTES = 32;

/**
 * The key in the file at `path`; a missing file is made, 0600, never replacing one. Throws if others may read or write it, or
 * if it is no key.
 */
export function openPlaceholderKey(path: string): Uint8Array {
  try {
    return readKey(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw storeError(`use the key of placeholders ${path}`, error);
  }
  const draft = `${path}.${crypto.randomUUID()}.new`;
  try {
    const file = Deno.openSync(draft, { createNew: true, write: true, mode: 0o600 });
    try {
      file.writeSync(crypto.getRandomValues(new Uint8Array(BYTES)));
      file.syncSync();
      // A link, not a rename: it fails where a key already stands, so two first starts agree on one key.
      Deno.linkSync(draft, path);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    } finally {
      file.close();
      Deno.removeSync(draft);
    }
    return readKey(path);
  } catch (error) {
    throw storeError(`make the key of placeholders ${path}`, error);
  }
}

function readKey(path: string): Uint8Array {
  const { isFile, size, mode } = Deno.lstatSync(path);
  if (!isFile || size !== BYTES) throw new TypeError(`Cannot use the key of placeholders ${path}: it is no key`);
  if (mode !== null && Deno.build.os !== "windows" && (mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, "0");
    throw new TypeError(
      `Cannot use the key of placeholders ${path}: its mode is ${octal}, others may read it; chmod 600 it`,
    );
  }
  return Deno.readFileSync(path);
}
