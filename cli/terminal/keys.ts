/** Bytes of a raw terminal → keys. */

export type Key =
  | { name: "text"; text: string }
  /** A bracketed paste, line ends as `\n`. */
  | { name: "paste"; text: string }
  | { name: Named };

export type Named =
  | "enter"
  | "newline"
  | "tab"
  | "backspace"
  | "delete"
  | "escape"
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "word-left"
  | "word-right"
  | `ctrl-${string}`;

/** What a terminal sends for a key after ESC, as xterm, VTE and the Linux console do. */
const SEQUENCES: Readonly<Record<string, Named>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "OA": "up",
  "OB": "down",
  "OC": "right",
  "OD": "left",
  "[H": "home",
  "[F": "end",
  "OH": "home",
  "OF": "end",
  "[1~": "home",
  "[4~": "end",
  "[7~": "home",
  "[8~": "end",
  "[3~": "delete",
  "[1;5C": "word-right",
  "[1;5D": "word-left",
  "[1;3C": "word-right",
  "[1;3D": "word-left",
  b: "word-left",
  f: "word-right",
  "\r": "newline",
  "\n": "newline",
};

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";
/** Characters of one paste; the rest of a larger one is dropped. */
const MOST_PASTED = 1 << 20;

/** A decoder for one terminal: `push` takes bytes as they come and gives the keys that are complete. */
export function createKeys(): { push(bytes: Uint8Array): Key[] } {
  const decoder = new TextDecoder();
  let rest = "";
  let pasted: string | null = null;

  const paste = (keys: Key[]): boolean => {
    const end = rest.indexOf(PASTE_END);
    const keep = end === -1 ? longestStartOf(PASTE_END, rest) : 0;
    const piece = end === -1 ? rest.slice(0, rest.length - keep) : rest.slice(0, end);
    pasted = (pasted! + piece).slice(0, MOST_PASTED);
    rest = end === -1 ? rest.slice(rest.length - keep) : rest.slice(end + PASTE_END.length);
    if (end === -1) return false;
    keys.push({ name: "paste", text: pasted.replaceAll(/\r\n?/g, "\n") });
    pasted = null;
    return true;
  };

  return {
    push(bytes) {
      rest += decoder.decode(bytes, { stream: true });
      const keys: Key[] = [];
      while (rest !== "") {
        if (pasted !== null) {
          if (!paste(keys)) break;
        } else if (rest.startsWith(PASTE_START)) {
          rest = rest.slice(PASTE_START.length);
          pasted = "";
        } else {
          const step = nextKey(rest);
          if (step === null) break;
          if (step.key) keys.push(step.key);
          rest = rest.slice(step.length);
        }
      }
      return keys;
    },
  };
}

/** The first key of `text` and how long it is; null if a sequence is not complete yet. Unknown sequences give no key. */
function nextKey(text: string): { key: Key | null; length: number } | null {
  const code = text.charCodeAt(0);
  if (code === 0x1b) return escapeKey(text);
  if (code === 0x0d) return { key: { name: "enter" }, length: 1 };
  if (code === 0x0a) return { key: { name: "newline" }, length: 1 };
  if (code === 0x09) return { key: { name: "tab" }, length: 1 };
  if (code === 0x7f || code === 0x08) return { key: { name: "backspace" }, length: 1 };
  if (code < 0x20) return { key: { name: `ctrl-${String.fromCharCode(code + 0x60)}` }, length: 1 };
  const run = /^[^\x00-\x1f\x7f]+/.exec(text)![0];
  return { key: { name: "text", text: run }, length: run.length };
}

function escapeKey(text: string): { key: Key | null; length: number } | null {
  if (text.length === 1) return { key: { name: "escape" }, length: 1 };
  const csi = /^\x1b(\[[0-?]*[ -/]*[@-~]|O[@-~])/.exec(text);
  if (csi) {
    const name = SEQUENCES[csi[1]];
    return { key: name ? { name } : null, length: csi[0].length };
  }
  if (/^\x1b(\[[0-?]*[ -/]*|O)$/.test(text) && text.length < 32) return null;
  const name = SEQUENCES[text[1]];
  return name ? { key: { name }, length: 2 } : { key: { name: "escape" }, length: 1 };
}

function longestStartOf(mark: string, text: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
