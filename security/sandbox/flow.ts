/** The bytes of a run: its input on the way in, its output on the way out. */
import type { RunIO } from "./run.ts";
import type { Started } from "./spawn.ts";

/** Passes output on until `most` bytes went through; what comes after is dropped and `flooded` called once. */
export function bounded(io: RunIO, most: number, flooded: () => void) {
  const left = { bytes: most };
  return async (stream: "stdout" | "stderr", from: AsyncIterable<Uint8Array>) => {
    try {
      for await (const chunk of from) {
        if (left.bytes <= 0) continue;
        const part = chunk.subarray(0, left.bytes);
        left.bytes -= part.length;
        await io.output(stream, new Uint8Array(part));
        if (part.length < chunk.length || left.bytes === 0) flooded();
      }
    } catch {
      // The pipe went away with its process.
    }
  };
}

/** `from`, with the beginning of its text kept in `said`. */
export async function* overheard(from: AsyncIterable<Uint8Array>, said: string[]): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder();
  for await (const chunk of from) {
    if (said.length < 4) said.push(decoder.decode(chunk, { stream: true }).slice(0, 500));
    yield chunk;
  }
}

export async function pump(input: ReadableStream<Uint8Array>, run: Started): Promise<void> {
  try {
    for await (const bytes of input) {
      await new Promise<void>((resolve, reject) =>
        run.stdin.write(bytes, (error) => error ? reject(error) : resolve())
      );
    }
  } catch {
    // The program does not listen any more.
  }
  run.stdin.end();
}
