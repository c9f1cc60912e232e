/**
 * Encryption in the age format (age-encryption.org/v1), which Debian's `age` reads and writes as well. Recipients are X25519
 * (`age1…`) or a passphrase (scrypt, N = 2^18 when writing, at most 2^20 when reading).
 */
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";

/** What a binary age file begins with. */
export const AGE_HEADER = "age-encryption.org/v1\n";
const ARMOR_HEADER = "-----BEGIN AGE ENCRYPTED FILE-----";
/** One X25519 identity as `age-keygen` writes it, upper case. */
const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

/** For whom something is encrypted: everybody in `recipients`, or whoever knows `passphrase` (Unicode NFC). */
export type For = { recipients: readonly string[] } | { passphrase: string };
/** What opens it: any of `identities`, or `passphrase`. */
export type By = { identities: readonly string[] } | { passphrase: string };

/** An encrypter for streams. A passphrase takes about a second and 256 MiB. Throws for what is no recipient. */
export function encrypterFor(to: For): Encrypter {
  const encrypter = new Encrypter();
  if ("passphrase" in to) encrypter.setPassphrase(to.passphrase.normalize("NFC"));
  else for (const recipient of to.recipients) encrypter.addRecipient(recipient);
  return encrypter;
}

/** A decrypter for streams. */
export function decrypterBy(by: By): Decrypter {
  const decrypter = new Decrypter();
  if ("passphrase" in by) decrypter.addPassphrase(by.passphrase.normalize("NFC"));
  else for (const identity of by.identities) decrypter.addIdentity(identity);
  return decrypter;
}

/** `plain` encrypted, as a binary file or between lines of text. */
export async function sealed(plain: Uint8Array, to: For, options: { armored?: boolean } = {}): Promise<Uint8Array> {
  const bytes = await encrypterFor(to).encrypt(plain);
  return options.armored ? new TextEncoder().encode(armor.encode(bytes)) : bytes;
}

/**
 * What `file` holds, binary or armored. Throws `Deno.errors.PermissionDenied` if nothing in `by` opens it, `TypeError` for
 * what is no age file or was changed, cut or damaged anywhere; no error holds any of its content.
 */
export async function opened(file: Uint8Array, by: By): Promise<Uint8Array> {
  try {
    return await decrypterBy(by).decrypt(isArmored(file) ? armor.decode(new TextDecoder().decode(file)) : file);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/no identity matched/.test(message)) {
      throw new Deno.errors.PermissionDenied(
        "passphrase" in by ? "the passphrase is wrong" : "it was encrypted for another key",
      );
    }
    throw new TypeError(`it is no whole age file (${message.slice(0, 200)})`, { cause });
  }
}

/** Whether `file` begins as an age file does. */
export function isAge(file: Uint8Array): boolean {
  return isArmored(file) || new TextDecoder("latin1").decode(file.subarray(0, AGE_HEADER.length)) === AGE_HEADER;
}

function isArmored(file: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(file.subarray(0, 200)).trimStart().startsWith(ARMOR_HEADER);
}

/** A new X25519 identity, `AGE-SECRET-KEY-1…`. */
export function newIdentity(): Promise<string> {
  return generateX25519Identity();
}

/** The recipient `age1…` of an identity. */
export function recipientOf(identity: string): Promise<string> {
  return identityToRecipient(identity);
}

/** The identities in a text as `age-keygen` writes it: one a line, `#` begins a comment. Empty if any line is something else. */
export function identitiesIn(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  return lines.every((line) => IDENTITY.test(line)) ? lines : [];
}
