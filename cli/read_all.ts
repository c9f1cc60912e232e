import { EXIT, Exit } from "./failure.ts";

/** All of `stream` as UTF-8 text. Throws `Exit` above `most` bytes and for bytes that are not UTF-8. */
export async function readAll(stream: ReadableStream<Uint8Array>, most: number, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = stream.getReader();
  const leave = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", leave, { once: true });
  const pieces: string[] = [];
  try {
    for (let size = 0;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return pieces.join("") + decoder.decode();
      size += value.length;
      if (size > most) throw new Exit(EXIT.usage, `Cannot read standard input: it has more than ${most} bytes`);
      pieces.push(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (error instanceof TypeError) {
      throw new Exit(EXIT.usage, "Cannot read standard input: it is not UTF-8 text", { cause: error });
    }
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
    reader.releaseLock();
  }
}

/** All of `stream`. Throws `Exit` above `most` bytes. */
export async function readBytes(
  stream: ReadableStream<Uint8Array>,
  most: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  const leave = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", leave, { once: true });
  const pieces: Uint8Array[] = [];
  try {
    for (let size = 0;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return await new Blob(pieces as BlobPart[]).bytes();
      size += value.length;
      if (size > most) throw new Exit(EXIT.usage, `Cannot read standard input: it has more than ${most} bytes`);
      pieces.push(value);
    }
  } finally {
    signal.removeEventListener("abort", leave);
    reader.releaseLock();
  }
}
