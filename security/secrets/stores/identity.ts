/**
 * The key that opens the local store, an age identity, and who keeps it. In a file it is plain (0600), which protects
 * against a stolen backup of the secrets alone and against other users, not against whoever may read the owner's files; or
 * encrypted by a passphrase, which protects against them too as long as nobody sees it typed.
 */
import { type By, identitiesIn, isAge, newIdentity, opened, recipientOf, sealed } from "../age.ts";
import { createPrivateFile, readPrivateFile } from "./private_file.ts";

export type Identity = { secret: string; recipient: string };

export type IdentityKeeper = {
  /** Who keeps it: `key file`, `passphrase`, `systemd credential`, `keyring`. */
  name: string;
  /** False: somebody must be asked for something first. */
  silent: boolean;
  /** The identity. Throws `Deno.errors.NotFound` if there is none yet, `PermissionDenied` if it is refused. */
  open(signal: AbortSignal): Promise<Identity>;
  /** Makes one; null where that is for somebody else to do. */
  create: ((signal: AbortSignal) => Promise<Identity>) | null;
};

/** An identity, encrypted or not, with comments. */
const LONGEST_KEY_FILE = 16_384;

/** Asks for a passphrase; `again` = a new one, asked twice. Throws `PermissionDenied` where nobody can be asked. */
export type AskPassphrase = (options: { again: boolean }, signal: AbortSignal) => Promise<string>;

/**
 * The identity in the file at `path`. Whether it is encrypted, the file says; a new one is if `encrypt` is true. The
 * passphrase is asked for at most once.
 */
export function keyFile(path: string, options: { encrypt: boolean; ask: AskPassphrase }): IdentityKeeper {
  const known: { identity?: Identity } = {};
  const fail = (error: unknown) => keyError(`use the key of the secrets ${path}`, error);
  return {
    get name() {
      return isEncrypted(path) ?? options.encrypt ? "passphrase" : "key file";
    },
    get silent() {
      return known.identity !== undefined || !(isEncrypted(path) ?? options.encrypt);
    },
    async open(signal) {
      if (known.identity !== undefined) return known.identity;
      try {
        const bytes = readPrivateFile(path, LONGEST_KEY_FILE);
        const by = isAge(bytes) ? { passphrase: await options.ask({ again: false }, signal) } : null;
        return known.identity = await identityIn(bytes, by);
      } catch (error) {
        throw fail(error);
      }
    },
    async create(signal) {
      try {
        const secret = await newIdentity();
        const passphrase = options.encrypt ? await options.ask({ again: true }, signal) : null;
        const bytes = await keyText(secret, passphrase);
        if (!createPrivateFile(path, bytes)) return await this.open(signal);
        return known.identity = { secret, recipient: await recipientOf(secret) };
      } catch (error) {
        throw fail(error);
      }
    },
  };
}

/** What a key file holds: the identity as text, or that text encrypted, which `age -i` takes as well. */
export async function keyText(secret: string, passphrase: string | null): Promise<Uint8Array> {
  const text = new TextEncoder().encode(
    `# opens harombe's secrets; public key: ${await recipientOf(secret)}\n${secret}\n`,
  );
  return passphrase === null ? text : await sealed(text, { passphrase }, { armored: true });
}

/** True or false as the file says, null where there is none that could be read. */
function isEncrypted(path: string): boolean | null {
  try {
    return isAge(readPrivateFile(path, LONGEST_KEY_FILE));
  } catch {
    return null;
  }
}

/** An identity that somebody else put into the file at `path` before this process began: a systemd credential. */
export function givenKey(path: string): IdentityKeeper {
  return {
    name: "systemd credential",
    silent: true,
    async open(signal) {
      try {
        return await identityIn(await Deno.readFile(path, { signal }), null);
      } catch (error) {
        throw keyError(`use the systemd credential ${path}`, error);
      }
    },
    create: null,
  };
}

/** What a keyring is asked by. `missing`: there is no such program here. */
export type AskKeyring = (signal: AbortSignal) => Promise<{ code: number; stdout: string; missing: boolean }>;

/** How the owner puts a key into the keyring, and what to install. */
export type KeyringHelp = { install: string; store: string };

/** An identity in the keyring of the person's desktop, which opens it when they log in. The owner puts it there. */
export function keyringKey(ask: AskKeyring, { install, store }: KeyringHelp): IdentityKeeper {
  return {
    name: "keyring",
    silent: true,
    async open(signal) {
      try {
        const { code, stdout, missing } = await ask(signal);
        if (missing) throw new Deno.errors.PermissionDenied(`unavailable: ${install}`);
        if (code !== 0 || stdout.trim() === "") {
          throw new Deno.errors.PermissionDenied(`it is locked or holds none; to put one there: ${store}`);
        }
        return await identityIn(new TextEncoder().encode(stdout), null);
      } catch (error) {
        throw keyError("use the key in the keyring", error);
      }
    },
    create: null,
  };
}

async function identityIn(bytes: Uint8Array, by: By | null): Promise<Identity> {
  if (bytes.length > LONGEST_KEY_FILE) throw new Error("it is too long for a key");
  const plain = by === null ? bytes : await opened(bytes, by);
  const [secret, ...more] = identitiesIn(new TextDecoder().decode(plain));
  if (secret === undefined || more.length > 0) throw new TypeError("it does not hold one AGE-SECRET-KEY-1…");
  return { secret, recipient: await recipientOf(secret) };
}

/** `error` with what was tried; never with what a file holds. */
function keyError(doing: string, error: unknown): Error {
  if (error instanceof Deno.errors.NotFound) return new Deno.errors.NotFound(`Cannot ${doing}: there is none`);
  if (!(error instanceof Error)) return new Error(`Cannot ${doing}: ${error}`);
  const why = error.message;
  // What a person's answer threw, an abort for one, stays what it is.
  const ours = error.constructor === Error || error instanceof TypeError ||
    error instanceof Deno.errors.PermissionDenied;
  if (why.startsWith("Cannot") || !ours) return error;
  return new Deno.errors.PermissionDenied(`Cannot ${doing}: ${why}`);
}
