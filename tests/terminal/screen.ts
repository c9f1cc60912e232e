/** A terminal as far as our output uses one: text, line ends, cursor moves, erasing, SGR (ignored). */
import { graphemes, graphemeWidth } from "../../cli/terminal/width.ts";

/** The rows that a terminal of `columns` shows after `output`, scrollback included, trailing blanks trimmed. */
export function screenOf(output: string, columns: number): string[] {
  const rows: string[][] = [[]];
  const at = { row: 0, column: 0 };
  const put = (cell: string) => {
    const width = graphemeWidth(cell);
    if (width > 0 && at.column + width > columns) newRow();
    if (width === 0) return;
    while (rows[at.row].length < at.column) rows[at.row].push(" ");
    rows[at.row].splice(at.column, width, cell, ...Array.from({ length: width - 1 }, () => ""));
    at.column += width;
  };
  const newRow = () => {
    at.row++;
    at.column = 0;
    rows[at.row] ??= [];
  };
  for (const [piece] of output.matchAll(/\x1b\[([?0-9;]*)([A-Za-z])|[\r\n]|[^\x1b\r\n]+|\x1b/g)) {
    const control = /^\x1b\[([?0-9;]*)([A-Za-z])$/.exec(piece);
    if (piece === "\n") newRow();
    else if (piece === "\r") at.column = 0;
    else if (piece === "\x1b") throw new Error("Cannot understand output: a bare escape character");
    else if (!control) graphemes(piece).forEach(put);
    else {
      const count = Number(control[1] || "1");
      if (control[2] === "A") at.row = Math.max(0, at.row - count);
      else if (control[2] === "B") at.row = Math.min(rows.length - 1, at.row + count);
      else if (control[2] === "C") at.column = Math.min(columns - 1, at.column + count);
      else if (control[2] === "J") {
        rows.splice(at.row + 1);
        rows[at.row].splice(at.column);
      } else if (control[2] !== "m" && control[1] !== "?2004") {
        throw new Error(`Cannot understand output: ${JSON.stringify(piece)}`);
      }
    }
  }
  const text = rows.map((row) => row.join("").trimEnd());
  while (text.at(-1) === "") text.pop();
  return text;
}
