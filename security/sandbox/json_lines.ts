/** JSON values as lines of UTF-8, the form in which processes of harombe talk over pipes. */

/** `value` as one line, ended by a line feed. */
export function jsonLine(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

/**
 * The values of `stream`, one per line, in order; empty lines are passed over and a last line without its end is
 * dropped (its sender died in mid-write). Throws SyntaxError for a line that is no JSON, RangeError for one of more
 * than `longest` bytes. Ends with the stream.
 */
export async function* jsonLines(
  stream: ReadableStream<Uint8Array>,
  longest: number,
  heard: (bytes: number) => void = () => {},
): AsyncGenerator<unknown> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of stream) {
    heard(chunk.length);
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      pieces.push(chunk.subarray(from, end));
      from = end + 1;
      const line = joined(pieces.splice(0));
      if (line.length > longest) throw new RangeError(`Cannot read a line of ${line.length} bytes: ${longest} at most`);
      if (line.length > 0) yield JSON.parse(new TextDecoder().decode(line));
    }
    if (from < chunk.length) pieces.push(chunk.slice(from));
    const waiting = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (waiting > longest) throw new RangeError(`Cannot read a line of over ${longest} bytes`);
  }
}

function joined(pieces: Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
