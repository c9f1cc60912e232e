/** The key that signs the audit log's head: Ed25519, kept in a file of its own that only its owner may read. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, verify } from "node:crypto";
import { dirname } from "node:path";
import { storeError } from "../database.ts";

export type AuditKey = {
  /** First 16 hex digits of the SHA-256 of the public key (SPKI DER). */
  id: string;
  /** The public key, PEM, for whoever should be able to verify without signing. */
  publicPem: string;
  /** Ed25519 signature of `text` (UTF-8), base64, 88 characters. */
  sign(text: string): string;
  /** False for every wrong, cut or malformed signature. */
  verify(text: string, signature: string): boolean;
};

/**
 * The key in the file at `path` (PKCS #8 PEM). With `create` a missing file is made, 0600, never replacing one.
 * Throws if the file is missing without `create`, if others may read or write it, or if it holds no Ed25519 key.
 */
export function openAuditKey(path: string, options: { create: boolean }): AuditKey {
  const file = openKeyFile(path, options.create);
  try {
    const { mode, isFile, size } = file.statSync();
    if (!isFile || size > 4096) throw new Error(`Cannot use the audit key ${path}: it is not a key file`);
    if (mode !== null && Deno.build.os !== "windows" && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, "0");
      throw new Error(`Cannot use the audit key ${path}: its mode is ${octal}, others may read it; chmod 600 it`);
    }
    const bytes = new Uint8Array(size);
    file.readSync(bytes);
    return keyOf(new TextDecoder().decode(bytes), path);
  } finally {
    file.close();
  }
}

function openKeyFile(path: string, create: boolean): Deno.FsFile {
  try {
    if (create) createKey(path);
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`Cannot use the audit key ${path}: there is none`);
    }
    throw storeError(`use the audit key ${path}`, error);
  }
}

function createKey(path: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const draft = `${path}.${crypto.randomUUID()}`;
  const file = Deno.openSync(draft, { createNew: true, write: true, mode: 0o600 });
  try {
    file.writeSync(new TextEncoder().encode(privateKey.export({ type: "pkcs8", format: "pem" }) as string));
    file.syncSync();
    // A link, not a rename: it fails where a key already stands, so two first starts agree on one key.
    Deno.linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    file.close();
    Deno.removeSync(draft);
  }
}

function keyOf(pem: string, path: string): AuditKey {
  const privateKey = readPrivateKey(pem, path);
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    id: hash("sha256", der, "hex").slice(0, 16),
    publicPem: publicKey.export({ type: "spki", format: "pem" }) as string,
    sign: (text) => sign(null, new TextEncoder().encode(text), privateKey).toString("base64"),
    verify: (text, signature) => {
      const bytes = bytesOf(signature);
      return bytes !== null && verify(null, new TextEncoder().encode(text), publicKey, bytes);
    },
  };
}

/** The bytes of a base64 signature written the one way that `sign` writes it: stray low bits are not accepted. */
function bytesOf(signature: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]{86}==$/.test(signature)) return null;
  const bytes = Uint8Array.fromBase64(signature);
  return bytes.toBase64() === signature ? bytes : null;
}

function readPrivateKey(pem: string, path: string) {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== "ed25519") throw new TypeError(`it is ${key.asymmetricKeyType}`);
    return key;
  } catch (error) {
    throw new TypeError(`Cannot use the audit key ${path}: it holds no Ed25519 private key`, { cause: error });
  }
}
