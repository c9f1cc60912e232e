/**
 * The store of this machine: one age file, so that `age -d -i secrets.key secrets.age` reads it without harombe. It is
 * replaced whole, under a lock, each time with a number one higher; a file put back to an older one is told by that number
 * against the audit log.
 */
import * as z from "zod";
import { newIdentity, opened, recipientOf, sealed } from "../age.ts";
import {
  Binding,
  LONGEST_VALUE,
  type NewSecret,
  type SecretEntry,
  SecretName,
  type SecretStore,
  SecretValue,
} from "../store.ts";
import { type Identity, type IdentityKeeper, keyText } from "./identity.ts";
import { readPrivateFile, replacePrivateFile, sweepDrafts, underLock } from "./private_file.ts";

const Kept = z.strictObject({
  value: z.string().max(LONGEST_VALUE),
  bindings: z.array(Binding),
  changedAt: z.int(),
  rotateAt: z.int().optional(),
  previous: z.string().max(LONGEST_VALUE).optional(),
});
type Kept = z.infer<typeof Kept>;

const Content = z.strictObject({
  version: z.literal(1),
  /** One more with each change. */
  generation: z.int().min(0),
  secrets: z.record(SecretName, Kept),
});
type Content = z.infer<typeof Content>;

const EMPTY: Content = { version: 1, generation: 0, secrets: {} };

/** Bytes of the file at most; 10,000 secrets of a usual length are 3 MB. */
const MOST_BYTES = 64 << 20;

export type LocalOptions = {
  /** `secrets.age`, absolute. */
  path: string;
  /** Held while the file is changed. */
  lock: string;
  keeper: IdentityKeeper;
  /** Milliseconds since 1970 UTC. */
  now: () => number;
};

export type LocalStore = SecretStore & {
  /** How often the file was changed; 0 where there is none. */
  generation(signal: AbortSignal): Promise<number>;
  /** The values before the last rotations, which whoever issued them may still take. */
  earlier(signal: AbortSignal): Promise<string[]>;
};

export function localStore({ path, lock, keeper, now }: LocalOptions): LocalStore {
  const fail = (doing: string, error: unknown) => storeError(`${doing} the secrets in ${path}`, error);

  /** Null where there is no file. */
  async function read(signal: AbortSignal): Promise<Content | null> {
    signal.throwIfAborted();
    const bytes = fileAt(path);
    if (bytes === null) return null;
    const { secret } = await identityFor(keeper, false, signal);
    const plain = await opened(bytes, { identities: [secret] });
    const content = Content.safeParse(jsonOf(plain));
    if (!content.success) throw new TypeError("what it holds is not what harombe wrote");
    return content.data;
  }

  async function readOr(doing: string, signal: AbortSignal): Promise<Content> {
    return await read(signal).catch((error) => {
      throw fail(doing, error);
    }) ?? EMPTY;
  }

  async function change(doing: string, edit: (secrets: Map<string, Kept>) => void, signal: AbortSignal): Promise<void> {
    try {
      // Whoever must be asked is asked before the lock is held.
      const identity = await identityFor(keeper, fileAt(path) === null, signal);
      await underLock(lock, async () => {
        const before = await read(signal) ?? EMPTY;
        const secrets = new Map(Object.entries(before.secrets));
        edit(secrets);
        const next: Content = {
          version: 1,
          generation: before.generation + 1,
          secrets: Object.fromEntries([...secrets].sort(([a], [b]) => a < b ? -1 : 1)),
        };
        const plain = new TextEncoder().encode(JSON.stringify(Content.parse(next)));
        const file = await sealed(plain, { recipients: [await recipientOf(identity.secret)] });
        if (file.length > MOST_BYTES) {
          throw new RangeError(`it would have ${file.length} bytes, the most is ${MOST_BYTES}`);
        }
        signal.throwIfAborted();
        sweepDrafts(path);
        replacePrivateFile(path, file);
      }, signal);
    } catch (error) {
      throw fail(doing, error);
    }
  }

  const kept = async (name: string, signal: AbortSignal): Promise<Kept> => {
    const { secrets } = await readOr("read", signal);
    if (!Object.hasOwn(secrets, name)) throw missing(name);
    return secrets[name];
  };

  return {
    name: "local",
    async list(signal) {
      const { secrets } = await readOr("list", signal);
      return Object.entries(secrets).map(([name, one]) => entryOf(name, one));
    },
    get: async (name, signal) => (await kept(name, signal)).value,
    async all(signal) {
      const { secrets } = await readOr("read", signal);
      return new Map(Object.entries(secrets).map(([name, { value }]) => [name, value]));
    },
    async put(given, signal) {
      for (const [name, { value, bindings }] of given) {
        const issue = [SecretName.safeParse(name), SecretValue.safeParse(value), z.array(Binding).safeParse(bindings)]
          .find((one) => !one.success)?.error?.issues[0];
        if (issue) {
          throw new TypeError(`Cannot keep the secret ${JSON.stringify(name.slice(0, 100))}: ${issue.message}`);
        }
      }
      await change("write", (secrets) => {
        for (const [name, one] of given) secrets.set(name, keptOf(one, secrets.get(name), now()));
      }, signal);
    },
    async remove(name, signal) {
      await change("write", (secrets) => {
        if (!secrets.delete(name)) throw missing(name);
      }, signal);
    },
    previous: {
      async get(name, signal) {
        const { previous } = await kept(name, signal);
        if (previous === undefined) throw missing(name, "previous value of");
        return previous;
      },
      async forget(name, signal) {
        await change("write", (secrets) => {
          const { previous, ...rest } = secrets.get(name) ?? {} as Kept;
          if (previous === undefined) throw missing(name, "previous value of");
          secrets.set(name, rest);
        }, signal);
      },
    },
    generation: async (signal) => (await readOr("read", signal)).generation,
    async earlier(signal) {
      const { secrets } = await readOr("read", signal);
      return Object.values(secrets).flatMap(({ previous }) => previous ?? []);
    },
  };
}

function keptOf({ value, bindings, rotateAt, keepPrevious }: NewSecret, before: Kept | undefined, at: number): Kept {
  return {
    value,
    bindings,
    changedAt: at,
    ...(rotateAt === undefined ? {} : { rotateAt }),
    ...(keepPrevious && before !== undefined ? { previous: before.value } : {}),
  };
}

function entryOf(name: string, { bindings, changedAt, rotateAt, previous }: Kept): SecretEntry {
  return {
    name,
    bindings,
    changedAt,
    ...(rotateAt === undefined ? {} : { rotateAt }),
    ...(previous === undefined ? {} : { previous: true }),
  };
}

/** The key, made where there is neither a key nor anything that it would have to open. */
async function identityFor(keeper: IdentityKeeper, fresh: boolean, signal: AbortSignal): Promise<Identity> {
  try {
    return await keeper.open(signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // Not `NotFound`: a store whose key is gone is locked, it is not empty.
    if (!fresh || keeper.create === null) throw new Deno.errors.PermissionDenied(error.message);
    return await keeper.create(signal);
  }
}

function fileAt(path: string): Uint8Array | null {
  try {
    return readPrivateFile(path, MOST_BYTES);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Null for what is no JSON; never an error that quotes it. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function missing(name: string, what = "secret"): Deno.errors.NotFound {
  return new Deno.errors.NotFound(`Cannot find the ${what} ${name}: there is none`);
}

/** `error` with what was tried. What the disk or a key refused is `PermissionDenied`. */
function storeError(doing: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.message.startsWith("Cannot") || error instanceof DOMException) return error;
  if (error.constructor !== Error && !KINDS.some((kind) => error instanceof kind)) return error;
  return new Deno.errors.PermissionDenied(`Cannot ${doing}: ${error.message}`);
}
const KINDS = [TypeError, RangeError, Deno.errors.PermissionDenied, Deno.errors.NotFound, Deno.errors.NotCapable];

/**
 * A new key for the store at `path`, kept in the file `keyPath`, by `passphrase` if that is not null: whoever had the old key
 * opens no later secrets. Between the steps the secrets open with the old key or with both, so that a crash locks nobody out.
 */
export async function rekeyLocal(
  { path, lock, keyPath }: { path: string; lock: string; keyPath: string },
  { old, passphrase }: { old: Identity; passphrase: string | null },
  signal: AbortSignal,
): Promise<void> {
  await underLock(lock, async () => {
    const secret = await newIdentity();
    const recipient = await recipientOf(secret);
    const file = fileAt(path);
    const plain = file === null ? null : await opened(file, { identities: [old.secret] });
    if (plain !== null) replacePrivateFile(path, await sealed(plain, { recipients: [old.recipient, recipient] }));
    replacePrivateFile(keyPath, await keyText(secret, passphrase));
    if (plain !== null) replacePrivateFile(path, await sealed(plain, { recipients: [recipient] }));
  }, signal);
}
