/** A line that is being typed: (state, key) → state. Pure. */
import type { Key } from "./keys.ts";
import { graphemes } from "./width.ts";

export type Edit = {
  /** Graphemes, so that one key moves over what a person sees as one character. Newlines are graphemes too. */
  units: string[];
  /** Of each unit: true if the person did not type it here. */
  pasted: boolean[];
  cursor: number;
  /** Place in the history; its length = the line being typed. */
  at: number;
  /** The line being typed, while the history is shown. */
  draft: { units: string[]; pasted: boolean[] };
  /** What Tab could not decide between; shown below the line until the next key. */
  choices: string[];
};

export type Around = {
  history: readonly string[];
  /** True for a line of the history that the person typed, all of it; absent: none is known to be. */
  isTyped?(line: string): boolean;
  /** Whole lines that `line` could become. */
  complete(line: string): string[];
};

/** `state` and, where the key ends the input, what it ended with. `interrupt` = Ctrl-C on an empty line. */
export type Edited = { state: Edit; done?: "enter" | "interrupt" | "leave" };

/** Characters that a line may have; what is typed or pasted beyond is dropped. */
const MOST_TYPED = 1 << 20;

const EMPTY = { units: [], pasted: [] };

/** The state in which `text` stands, none of it typed, and the cursor is at its end. */
export function editOf(text: string, history: readonly string[]): Edit {
  const units = graphemes(text);
  return { units, pasted: units.map(() => true), cursor: units.length, at: history.length, draft: EMPTY, choices: [] };
}

/** A stretch of a line that was typed, or that was not. */
export type Piece = { text: string; pasted: boolean };

/** The text in stretches; joined they are `textOfEdit`. */
export function piecesOf({ units, pasted }: Pick<Edit, "units" | "pasted">): Piece[] {
  const pieces: Piece[] = [];
  for (const [i, unit] of units.entries()) {
    const last = pieces.at(-1);
    if (last?.pasted === pasted[i]) last.text += unit;
    else pieces.push({ text: unit, pasted: pasted[i] });
  }
  return pieces;
}

/** The text as typed. */
export function textOfEdit(state: Edit): string {
  return state.units.join("");
}

/** One key. */
export function edit(before: Edit, key: Key, around: Around): Edited {
  const state = before.choices.length > 0 ? { ...before, choices: [] } : before;
  const { units, cursor } = state;
  const at = (to: number): Edited => ({ state: { ...state, cursor: Math.max(0, Math.min(units.length, to)) } });
  const cutOut = (from: number, to: number): Edited => ({
    state: {
      ...state,
      units: [...units.slice(0, from), ...units.slice(to)],
      pasted: [...state.pasted.slice(0, from), ...state.pasted.slice(to)],
      cursor: from,
    },
  });
  switch (key.name) {
    case "text":
    case "paste":
      return { state: insert(state, key.text, key.name === "paste") };
    case "newline":
      return { state: insert(state, "\n", false) };
    case "enter":
      return { state, done: "enter" };
    case "left":
    case "ctrl-b":
      return at(cursor - 1);
    case "right":
    case "ctrl-f":
      return at(cursor + 1);
    case "home":
    case "ctrl-a":
      return at(lineStart(units, cursor));
    case "end":
    case "ctrl-e":
      return at(lineEnd(units, cursor));
    case "word-left":
      return at(wordLeft(units, cursor));
    case "word-right":
      return at(wordRight(units, cursor));
    case "backspace":
      return cursor === 0 ? { state } : cutOut(cursor - 1, cursor);
    case "delete":
      return cutOut(cursor, Math.min(units.length, cursor + 1));
    case "ctrl-w":
      return cutOut(wordLeft(units, cursor), cursor);
    case "ctrl-u":
      return cutOut(lineStart(units, cursor), cursor);
    case "ctrl-k":
      return cutOut(cursor, lineEnd(units, cursor));
    case "ctrl-d":
      return units.length === 0 ? { state, done: "leave" } : cutOut(cursor, Math.min(units.length, cursor + 1));
    case "ctrl-c":
      return units.length === 0 ? { state, done: "interrupt" } : { state: editOf("", around.history) };
    case "up":
    case "ctrl-p":
      return vertical(state, -1, around);
    case "down":
    case "ctrl-n":
      return vertical(state, 1, around);
    case "tab":
      return { state: completed(state, around) };
    default:
      return { state };
  }
}

function insert(state: Edit, text: string, pasted: boolean): Edit {
  const room = MOST_TYPED - state.units.length;
  const clean = text.replaceAll("\t", "    ").replaceAll(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, "");
  const more = graphemes(clean).slice(0, room);
  const before = state.units.slice(0, state.cursor);
  // Joined anew: a combining mark typed by itself belongs to the character before it.
  const marks = state.pasted.slice(0, state.cursor);
  const joined = before.splice(-1).join("");
  const mark = joined === "" ? pasted : marks.pop()!;
  const head = graphemes(joined + more.join(""));
  const units = [...before, ...head];
  const added = head.map((unit, i) => i > 0 || joined === "" ? pasted : unit === joined ? mark : mark || pasted);
  return {
    ...state,
    units: [...units, ...state.units.slice(state.cursor)],
    pasted: [...marks, ...added, ...state.pasted.slice(state.cursor)],
    cursor: units.length,
  };
}

/** Up and down move inside several lines first, then through the history. */
function vertical(state: Edit, step: -1 | 1, { history, isTyped }: Around): Edited {
  const { units, cursor } = state;
  const start = lineStart(units, cursor);
  if (step === -1 && start > 0) {
    const above = lineStart(units, start - 1);
    return { state: { ...state, cursor: Math.min(start - 1, above + cursor - start) } };
  }
  const end = lineEnd(units, cursor);
  if (step === 1 && end < units.length) {
    return { state: { ...state, cursor: Math.min(lineEnd(units, end + 1), end + 1 + cursor - start) } };
  }
  const at = state.at + step;
  if (at < 0 || at > history.length) return { state };
  const draft = state.at === history.length ? { units, pasted: state.pasted } : state.draft;
  const known = at < history.length && (isTyped?.(history[at]) ?? false);
  const shown = at === history.length ? draft.units : graphemes(history[at]);
  const pasted = at === history.length ? draft.pasted : shown.map(() => !known);
  return { state: { ...state, units: shown, pasted, cursor: shown.length, at, draft } };
}

function completed(state: Edit, around: Around): Edit {
  const line = textOfEdit(state);
  if (state.cursor !== state.units.length || line.includes("\n")) return state;
  const found = around.complete(line);
  if (found.length === 0) return state;
  const common = found.reduce((a, b) => {
    let length = 0;
    while (length < a.length && a[length] === b[length]) length++;
    return a.slice(0, length);
  });
  const next = found.length === 1 ? `${found[0]} ` : common;
  const units = graphemes(next.length > line.length ? next : line);
  const pasted = units.map((_, i) => state.pasted[i] ?? false);
  return { ...state, units, pasted, cursor: units.length, choices: found.length > 1 ? found : [] };
}

function lineStart(units: string[], cursor: number): number {
  return units.lastIndexOf("\n", cursor - 1) + 1 > cursor || cursor === 0 ? 0 : units.lastIndexOf("\n", cursor - 1) + 1;
}

function lineEnd(units: string[], cursor: number): number {
  const end = units.indexOf("\n", cursor);
  return end === -1 ? units.length : end;
}

function wordLeft(units: string[], cursor: number): number {
  let at = cursor;
  while (at > 0 && /^\s/.test(units[at - 1])) at--;
  while (at > 0 && !/^\s/.test(units[at - 1])) at--;
  return at;
}

function wordRight(units: string[], cursor: number): number {
  let at = cursor;
  while (at < units.length && /^\s/.test(units[at])) at++;
  while (at < units.length && !/^\s/.test(units[at])) at++;
  return at;
}
