/**
 * The lines of a UTF-8 stream, without their ends; bytes that are no UTF-8 become U+FFFD. A line of more than
 * 1 MiB comes in parts of that size.
 */
export async function* textLines(stream: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", leave, { once: true });
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split(/\r?\n/);
      rest = lines.pop()!;
      yield* lines;
      while (rest.length > LONGEST) {
        yield rest.slice(0, LONGEST);
        rest = rest.slice(LONGEST);
      }
      if (done) break;
    }
    if (rest !== "") yield rest;
  } finally {
    signal.removeEventListener("abort", leave);
    reader.releaseLock();
  }
}

const LONGEST = 1 << 20;
