/** A backup's bytes: a gzipped ustar archive, the manifest first. `tar` and `gzip` open it too. */
import { createTarDecoder, createTarPacker } from "modern-tar";
import { createHash } from "node:crypto";
import { type Entry, LIMITS, MANIFEST, type Manifest, readManifest } from "./manifest.ts";

/** The archive of `manifest`; `open` gives each file's content, which must have the bytes that the manifest says. */
export function packed(
  manifest: Manifest,
  open: (path: string) => Promise<ReadableStream<Uint8Array>>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const header = (name: string, size: number) =>
    ({ name, size, type: "file", mode: 0o600, mtime: new Date(manifest.createdAt) }) as const;
  (async () => {
    const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
    const first = controller.add(header(MANIFEST, text.length)).getWriter();
    await first.write(text);
    await first.close();
    for (const { path, bytes } of manifest.files) {
      await (await open(path)).pipeTo(controller.add(header(path, bytes)), { signal });
    }
    controller.finalize();
  })().catch((error) => controller.error(error));
  return readable.pipeThrough(new CompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>);
}

/** Where the files of an archive go. `begin` hears the manifest before any file; `write` gets a file's bytes in order. */
export type Unpacking = {
  begin(manifest: Manifest): Promise<void>;
  file(entry: Entry): Promise<{ write(bytes: Uint8Array): Promise<void>; close(): Promise<void> }>;
};

/**
 * Reads an archive to its end and hands on its files. Every file must be the next one of the manifest, a plain file of
 * the size and the SHA-256 that stand there, and nothing may follow the last. Throws a `RangeError` with the reason; what
 * was handed on before that must be thrown away.
 */
export async function unpack(
  archive: ReadableStream<Uint8Array>,
  into: Unpacking,
  signal: AbortSignal,
): Promise<Manifest> {
  const fail = (why: string, cause?: unknown) => new RangeError(`Cannot use this backup: ${why}`, { cause });
  const entries = archive
    .pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>)
    .pipeThrough(createTarDecoder({ strict: true }));
  const reader = entries.getReader();
  const leave = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", leave, { once: true });
  try {
    const state = { manifest: null as Manifest | null, next: 0 };
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      const { header, body } = value;
      if (header.type !== "file") {
        throw fail(`${JSON.stringify(header.name.slice(0, 80))} in it is no plain file (${header.type})`);
      }
      if (state.manifest === null) {
        if (header.name !== MANIFEST) throw fail(`it does not begin with ${MANIFEST}`);
        if (header.size > LIMITS.manifest) throw fail(`its list of files has ${header.size} bytes`);
        state.manifest = readManifest(await textOf(body));
        await into.begin(state.manifest);
        continue;
      }
      const entry = state.manifest.files[state.next++];
      if (entry === undefined || header.name !== entry.path) {
        throw fail(`${JSON.stringify(header.name.slice(0, 80))} in it is not the file that its list says`);
      }
      if (header.size !== entry.bytes) {
        throw fail(`${entry.path} in it has ${header.size} bytes, its list says ${entry.bytes}`);
      }
      await copy(body, entry, into, fail);
    }
    if (state.manifest === null) throw fail("it is empty");
    if (state.next < state.manifest.files.length) {
      throw fail(`${state.manifest.files[state.next].path} is missing from it`);
    }
    return state.manifest;
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    signal.throwIfAborted();
    if (error instanceof RangeError && error.message.startsWith("Cannot ")) throw error;
    if (error instanceof Error && "code" in error) throw error;
    throw fail(`it is damaged or no backup (${error instanceof Error ? error.message : error})`, error);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).text();
}

async function copy(
  body: ReadableStream<Uint8Array>,
  entry: Entry,
  into: Unpacking,
  fail: (why: string) => RangeError,
): Promise<void> {
  const hash = createHash("sha256");
  const file = await into.file(entry);
  try {
    for await (const bytes of body) {
      hash.update(bytes);
      await file.write(bytes);
    }
  } finally {
    await file.close();
  }
  if (hash.digest("hex") !== entry.sha256) throw fail(`${entry.path} in it is not as it was written (SHA-256)`);
}
