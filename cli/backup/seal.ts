/** Encryption by a passphrase in the age format (age-encryption.org/v1, scrypt), so that `age -d` opens it too. */
import { AGE_HEADER as HEADER, decrypterBy, encrypterFor } from "../../security/secrets/age.ts";

/** Characters a passphrase has at least. */
export const SHORTEST_PASSPHRASE = 12;

/** Bytes of HEADER. */
export const HEADER_BYTES = HEADER.length;

/** Whether a file that begins with `head` is an age archive. */
export function isEncrypted(head: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(head.subarray(0, HEADER_BYTES)) === HEADER;
}

/** `plain` encrypted as it flows. Takes about a second and 256 MiB for the key (scrypt, N = 2^18, as age itself). */
export async function encrypted(
  plain: ReadableStream<Uint8Array>,
  passphrase: string,
): Promise<ReadableStream<Uint8Array>> {
  return await encrypterFor({ passphrase }).encrypt(plain);
}

/** The content as it flows; a chunk that was changed or cut ends the stream with an error. Throws a `RangeError` for a wrong passphrase or a damaged beginning. */
export async function decrypted(
  sealed: ReadableStream<Uint8Array>,
  passphrase: string,
): Promise<ReadableStream<Uint8Array>> {
  try {
    return await decrypterBy({ passphrase }).decrypt(sealed);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new RangeError(
      /no identity matched/.test(message)
        ? "Cannot open this backup: the passphrase is not the one it was made with"
        : `Cannot open this backup: it is damaged (${message})`,
      { cause: error },
    );
  }
}
