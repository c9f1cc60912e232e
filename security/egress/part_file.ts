/** The file that a download grows in: written in order, hashed as it grows, never by way of a link. */
import { createHash, type Hash } from "node:crypto";
import { FetchError } from "./request.ts";

/** Bytes read at once of a part that is there already. */
const PIECE = 1 << 20;

export type PartFile = {
  bytes: number;
  /** Appends all of `piece`. Throws `FetchError` (`disk`). */
  write(piece: Uint8Array): Promise<void>;
  /** Begins anew, empty. */
  restart(): Promise<void>;
  /** Makes it durable; SHA-256, hexadecimal, of all of it. */
  finish(): Promise<string>;
  close(): void;
};

/**
 * Opens or makes `path` and keeps its first `from` bytes, or none if it has fewer. Throws `FetchError` (`disk`) for what
 * is no plain file of its own.
 */
export async function openPart(path: string, from: number): Promise<PartFile> {
  const file = await onDisk(async () => {
    const found = await Deno.lstat(path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
    if (found !== null && (!found.isFile || (found.nlink ?? 1) !== 1)) throw new Error("it is no plain file");
    return await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  });
  const state = { hash: createHash("sha256") as Hash, bytes: 0 };
  const cutAt = async (size: number) => {
    await file.truncate(size);
    await file.seek(size, Deno.SeekMode.Start);
  };
  try {
    const kept = await onDisk(async () => (await file.stat()).size >= from ? from : 0);
    const buffer = new Uint8Array(PIECE);
    while (state.bytes < kept) {
      const got = await onDisk(() => file.read(buffer.subarray(0, Math.min(PIECE, kept - state.bytes))));
      if (got === null) throw new FetchError("disk", "Cannot read the part of a download: it has become shorter");
      state.hash.update(buffer.subarray(0, got));
      state.bytes += got;
    }
    await onDisk(() => cutAt(kept));
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    get bytes() {
      return state.bytes;
    },
    async write(piece) {
      await onDisk(async () => {
        for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
      });
      state.hash.update(piece);
      state.bytes += piece.length;
    },
    async restart() {
      await onDisk(() => cutAt(0));
      state.hash = createHash("sha256");
      state.bytes = 0;
    },
    async finish() {
      await onDisk(() => file.sync());
      return state.hash.copy().digest("hex");
    },
    close: () => file.close(),
  };
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FetchError) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const why = code === "ENOSPC" || code === "EDQUOT"
      ? "the disk is full"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new FetchError("disk", `Cannot write the download: ${why}`, { cause });
  }
}
