/** A line being typed → rows of the terminal and the place of the cursor. Pure. */
import type { Edit } from "./edit.ts";
import { graphemeWidth, textWidth } from "./width.ts";

export type View = { rows: string[]; cursor: { row: number; column: number } };

/**
 * Rows of at most `columns - 1` cells; continued rows are indented below the prompt. Of more than `most` rows only
 * those around the cursor are shown, with a count of the rest.
 */
export function viewOf(state: Edit, prompt: string, size: { columns: number; most: number }): View {
  const indent = " ".repeat(Math.min(textWidth(prompt), size.columns >> 1));
  const width = Math.max(indent.length + 4, size.columns - 1);
  const rows: string[] = [];
  const cursor = { row: 0, column: 0 };
  let row = prompt;
  let used = textWidth(prompt);
  const next = () => {
    rows.push(row);
    row = indent;
    used = indent.length;
  };
  for (const [at, unit] of state.units.entries()) {
    const cells = unit === "\n" ? 0 : graphemeWidth(unit);
    if (unit !== "\n" && used + cells > width) next();
    if (at === state.cursor) Object.assign(cursor, { row: rows.length, column: used });
    if (unit === "\n") next();
    else {
      row += unit;
      used += cells;
    }
  }
  if (state.cursor === state.units.length) {
    if (used >= width) next();
    Object.assign(cursor, { row: rows.length, column: used });
  }
  rows.push(row);
  return around({ rows: [...rows, ...choiceRows(state.choices, width)], cursor }, size.most);
}

function choiceRows(choices: string[], width: number): string[] {
  if (choices.length === 0) return [];
  const line = choices.join("  ");
  return [textWidth(line) <= width ? line : `${choices.length} possibilities`];
}

function around(view: View, most: number): View {
  if (view.rows.length <= most) return view;
  const from = Math.max(0, Math.min(view.cursor.row - (most >> 1), view.rows.length - most + 1));
  const shown = view.rows.slice(from, from + most - 1);
  const hidden = view.rows.length - shown.length;
  return { rows: [...shown, `  (${hidden} more rows)`], cursor: { ...view.cursor, row: view.cursor.row - from } };
}
