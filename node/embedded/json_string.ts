/** The text of a JSON string while it is still being written. Pure, but for what it remembers. */

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Decodes what stands between the quotes; an escape may be split over pieces. `ended` is true once the closing quote was read. */
export type StringDecoder = { push(piece: string): string; readonly ended: boolean };

/** A decoder that begins just after the opening quote. An escape that JSON does not know stays as it was written. */
export function stringDecoder(): StringDecoder {
  const state = { ended: false, pending: "" };
  return {
    get ended() {
      return state.ended;
    },
    push(piece) {
      const out: string[] = [];
      for (const character of piece) {
        if (state.ended) break;
        if (state.pending !== "") {
          const whole = escaped(state.pending + character);
          state.pending = whole === null ? state.pending + character : "";
          if (whole !== null) out.push(whole);
        } else if (character === "\\") state.pending = character;
        else if (character === '"') state.ended = true;
        else out.push(character);
      }
      return out.join("");
    },
  };
}

/** What `sequence`, begun with a backslash, stands for; null while it is not whole. */
function escaped(sequence: string): string | null {
  if (sequence[1] !== "u") return ESCAPES[sequence[1]] ?? sequence;
  if (sequence.length < 6) return null;
  const unit = /^[0-9a-f]{4}$/i.test(sequence.slice(2)) ? parseInt(sequence.slice(2), 16) : NaN;
  return Number.isNaN(unit) ? sequence : String.fromCharCode(unit);
}
