/** Reads a backup into a place of its own, checks all of it, and only then lets it take the place of the old state. */
import { dirname, join } from "node:path";
import { statfsSync } from "node:fs";
import { openAuditKey } from "../../security/audit/key.ts";
import { verifyAudit } from "../../security/audit/verify.ts";
import { openDatabase } from "../../security/database.ts";
import { diskReason } from "../disk_reason.ts";
import { exists } from "../exists.ts";
import { EXIT, Exit, visible } from "../failure.ts";
import { PARTS, WORK } from "../state/parts.ts";
import { unpack } from "./archive.ts";
import { refuseIfOpen } from "./in_use.ts";
import { lockState } from "./lock.ts";
import type { Manifest } from "./manifest.ts";
import { decrypted, HEADER_BYTES, isEncrypted } from "./seal.ts";
import { commitRestore, finishRestore, incoming, performRestore, presentNames } from "./swap.ts";

export type RestoreOptions = {
  /** The backup, absolute. */
  file: string;
  state: string;
  /** Restores over a state that is there; the old files are kept aside. */
  force: boolean;
  /** Asked only where the file is encrypted. */
  passphrase(): Promise<string>;
  /** Milliseconds since 1970 UTC. */
  now: number;
};

export type Restored = { manifest: Manifest; aside: string | null };

/** Kept free on the disk beyond what the backup needs, bytes. */
const SPARE = 64 << 20;

/** Restores `file` into `state` or changes nothing. Throws one `Exit` with the reason. */
export async function restoreBackup(options: RestoreOptions, signal: AbortSignal): Promise<Restored> {
  const { state, force, now } = options;
  finishRestore(state);
  if (!exists(options.file)) throw new Exit(EXIT.failed, `Cannot restore ${visible(options.file)}: it is not there`);
  using _lock = lockState(state, "restore");
  const present = presentNames(state);
  if (present.length > 0 && !force) {
    throw new Exit(
      EXIT.failed,
      `Cannot restore into ${visible(state)}: it holds ${
        present.filter((name) => PARTS.some((part) => part.name === name)).join(", ")
      }; --force keeps them aside and restores`,
    );
  }
  await Deno.remove(join(state, WORK.restore), { recursive: true }).catch(ifMissing);
  try {
    const manifest = await stage(options, signal);
    await checkStaged(incoming(state), manifest, signal);
    for (const { name, kind } of PARTS) if (kind === "database") refuseIfOpen(join(state, name), "restore");
    signal.throwIfAborted();
    const aside = commitRestore(state, now);
    // From here on it is finished even if the person has pressed Ctrl-C.
    for (const _ of performRestore(state));
    return { manifest, aside: present.length > 0 ? aside : null };
  } catch (error) {
    if (!exists(join(state, WORK.restore, "order.json"))) {
      await Deno.remove(join(state, WORK.restore), { recursive: true }).catch(ifMissing);
    }
    if (error instanceof Exit || signal.aborted) throw error;
    const reason = diskReason(error) ??
      (error instanceof Error ? error.message.replace(/^Cannot (?:use|open) this backup: /, "") : error);
    throw new Exit(EXIT.failed, `Cannot restore ${visible(options.file)}: ${reason}`, { cause: error });
  }
}

async function stage({ file, state, passphrase }: RestoreOptions, signal: AbortSignal): Promise<Manifest> {
  const encrypted = await beginsEncrypted(file);
  const words = encrypted ? await passphrase() : null;
  const bytes = (await Deno.open(file)).readable;
  const plain = words === null ? bytes : await decrypted(bytes, words);
  const to = incoming(state);
  return await unpack(plain, {
    async begin({ files }) {
      const needed = files.reduce((sum, { bytes }) => sum + bytes, 0) + SPARE;
      const { bavail, bsize } = statfsSync(state);
      if (bavail * bsize < needed) {
        throw new RangeError(`Cannot use this backup: it needs ${needed} bytes, ${bavail * bsize} are free`);
      }
      await Deno.mkdir(to, { recursive: true, mode: 0o700 });
    },
    async file({ path, bytes }) {
      await Deno.mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 });
      const out = await Deno.open(join(to, path), { write: true, createNew: true, mode: 0o600 });
      const left = { bytes };
      return {
        async write(piece) {
          left.bytes -= piece.length;
          if (left.bytes < 0) throw new RangeError(`Cannot use this backup: ${path} is longer than its list says`);
          for (let at = 0; at < piece.length;) at += await out.write(piece.subarray(at));
        },
        async close() {
          try {
            await out.sync();
          } finally {
            out.close();
          }
        },
      };
    },
  }, signal);
}

async function beginsEncrypted(file: string): Promise<boolean> {
  const stat = await Deno.stat(file);
  if (!stat.isFile) throw new Exit(EXIT.failed, `Cannot restore ${visible(file)}: it is no file`);
  using opened = await Deno.open(file);
  const head = new Uint8Array(HEADER_BYTES);
  await opened.read(head);
  return isEncrypted(head);
}

/** Opens every database as the program will; the audit log must be as whole as the backup says it was. */
async function checkStaged(at: string, manifest: Manifest, signal: AbortSignal): Promise<void> {
  const has = (path: string) => manifest.files.some((file) => file.path === path);
  for (const { name, store } of PARTS) {
    if (!store || !has(name)) continue;
    const db = openDatabase(join(at, name), store);
    try {
      const found = db.prepare("PRAGMA quick_check(1)").get()!;
      if (found.quick_check !== "ok") throw new RangeError(`Cannot use this backup: ${name} in it is damaged`);
      // Alone in one file: what follows is only renamed.
      db.exec("PRAGMA journal_mode = DELETE");
    } finally {
      db.close();
    }
  }
  if (!has("audit.db")) return;
  const key = openAuditKey(join(at, "audit.key"), { create: false });
  const { faults, omitted, last } = await verifyAudit(
    join(at, "audit.db"),
    { key, headPath: join(at, "audit.head") },
    signal,
  );
  const said = manifest.audit ?? { last: -1, faults: 0 };
  if (faults.length + omitted !== said.faults || last !== said.last) {
    throw new RangeError("Cannot use this backup: the audit log in it is not as it was when it was written");
  }
}

function ifMissing(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}
