/** Reads one line, or one pasted text, from a raw terminal. */
import type { Io } from "../io.ts";
import { type Around, edit, editOf, type Piece, piecesOf, textOfEdit } from "./edit.ts";
import { viewOf } from "./edit_view.ts";
import type { Keyboard } from "./keyboard.ts";
import { createLive } from "./live.ts";

/** `pieces` joined are `text`; they tell what was typed here from what was pasted or stood there before. */
export type Typed = { end: "line"; text: string; pieces: Piece[] } | { end: "interrupt" } | { end: "leave" };

export type EditorOptions = Around & { prompt: string; initial?: string };

/**
 * What the person typed until Enter. `interrupt` is Ctrl-C on an empty line, `leave` is Ctrl-D or a terminal that is
 * gone. Rejects with the signal's reason and takes the line off the screen.
 */
export async function readLine(
  terminal: { keyboard: Keyboard; io: Pick<Io, "stdout" | "size"> },
  options: EditorOptions,
  signal: AbortSignal,
): Promise<Typed> {
  const { keyboard, io } = terminal;
  const live = createLive(io);
  let state = editOf(options.initial ?? "", options.history);
  const draw = () => {
    const { columns, rows } = io.size();
    const view = viewOf(state, options.prompt, { columns, most: Math.max(3, rows - 2) });
    live.draw(view.rows, view.cursor);
  };
  try {
    for (;;) {
      draw();
      const key = await keyboard.next(signal);
      if (key === null) {
        live.keep();
        return { end: "leave" };
      }
      if (key.name === "ctrl-l") {
        live.clear();
        io.stdout.write("\x1b[H\x1b[2J");
        continue;
      }
      const step = edit(state, key, options);
      state = step.state;
      if (!step.done) continue;
      state = { ...state, cursor: state.units.length };
      draw();
      live.keep();
      return step.done === "enter"
        ? { end: "line", text: textOfEdit(state), pieces: piecesOf(state) }
        : { end: step.done };
    }
  } catch (error) {
    live.clear();
    throw error;
  }
}
