/** Bytes → lines, for any split of the bytes. */

/** A stream that is not text, or has a line beyond the bound. */
export class LineError extends Error {
  override name = "LineError";
}

/**
 * Cuts a UTF-8 byte stream at `\n`; a character may be split over chunks. `rest` gives what came after the last `\n`
 * (null if it ends within a character). Throws `LineError` for bytes that are not UTF-8 and lines over `limit` characters.
 */
export function lineSplitter(limit: number): { push(bytes: Uint8Array): string[]; rest(): string | null } {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let buffer = "";
  const decode = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new LineError("Cannot read a stream as text: it is not UTF-8", { cause });
    }
  };
  return {
    push(bytes) {
      const lines = decode(bytes).split("\n");
      lines[0] = buffer + lines[0];
      buffer = lines.pop() ?? "";
      if (buffer.length > limit || lines.some((line) => line.length > limit)) {
        throw new LineError(`Cannot read a line of a stream: longer than ${limit} characters`);
      }
      return lines;
    },
    rest() {
      try {
        return buffer + decoder.decode();
      } catch {
        return null;
      }
    },
  };
}
