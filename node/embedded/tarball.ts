/** Files out of a gzipped tar that is not trusted. */
import { createTarDecoder } from "modern-tar";

export type UnpackOptions = {
  /** Where in the directory a file of this name goes, as a path of plain segments; null = it is left out. */
  place(name: string): string | null;
  /** Files and bytes, unpacked, that may come at most. */
  most: { files: number; bytes: number };
};

const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._@+-]{1,255}$/;

/**
 * Writes the files of `tarball` into `directory`, which must be new and nobody else's. Resolves to their paths within it.
 * Throws `TypeError` for an entry that is no file or directory, or whose place is no plain path within the directory;
 * `RangeError` for more than `most`; `Deno.errors.AlreadyExists` for a second file of one name; what the decoders say for
 * bytes that are no gzipped tar. What was written until then stays: the caller removes the directory.
 */
export async function unpack(
  tarball: ReadableStream<Uint8Array>,
  directory: string,
  { place, most }: UnpackOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const written: string[] = [];
  const left = { bytes: most.bytes };
  const entries = tarball
    .pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>, { signal })
    .pipeThrough(createTarDecoder({ strict: true }));
  for await (const { header, body } of entries) {
    if (header.type !== "file" && header.type !== "directory") {
      throw new TypeError(`Cannot unpack an entry that is a ${header.type}: ${header.name}`);
    }
    const tooMuch = () => new RangeError(`Cannot unpack more than ${most.bytes} bytes: ${header.name}`);
    if (header.size > left.bytes) throw tooMuch();
    const path = header.type === "file" ? place(header.name) : null;
    const file = path === null ? null : await newFile(directory, path);
    try {
      if (file !== null && written.length >= most.files) {
        throw new RangeError(`Cannot unpack more than ${most.files} files: ${header.name}`);
      }
      // What is left out is read too: it is counted, and a body of modern-tar 0.8.6 that is cancelled stops what follows.
      for await (const bytes of body) {
        signal.throwIfAborted();
        left.bytes -= bytes.length;
        if (left.bytes < 0) throw tooMuch();
        await file?.write(bytes);
      }
    } finally {
      file?.close();
    }
    if (path !== null) written.push(path);
  }
  return written;
}

async function newFile(directory: string, path: string) {
  const segments = path.split("/");
  if (!segments.every((segment) => SEGMENT.test(segment))) {
    throw new TypeError(`Cannot unpack a file to such a place: ${path}`);
  }
  await Deno.mkdir([directory, ...segments.slice(0, -1)].join("/"), { recursive: true, mode: 0o700 });
  const file = await Deno.open(`${directory}/${path}`, { write: true, createNew: true, mode: 0o600 });
  return {
    async write(bytes: Uint8Array): Promise<void> {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    },
    close: () => file.close(),
  };
}
