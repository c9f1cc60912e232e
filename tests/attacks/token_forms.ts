/** How a text could be carried away: as it is, or in the encodings that a program makes in one call. */

/** `text` and its encodings: hexadecimal, base64 at each of its three alignments, reversed, percent-encoded. */
export function forms(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const shifted = [0, 1, 2].map((shift) => {
    const padded = new Uint8Array(shift + bytes.length);
    padded.set(bytes, shift);
    // The first and last group also hold bits of what stands around it.
    return padded.toBase64().replace(/=+$/, "").slice(4, -4);
  });
  return [...new Set([text, bytes.toHex(), [...text].reverse().join(""), encodeURIComponent(text), ...shifted])];
}
