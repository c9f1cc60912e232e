/** The bottom rows of a terminal that are still being redrawn. What is above them is never touched again. */
import type { Io } from "../io.ts";
import { textWidth } from "./width.ts";

export type Live = {
  /**
   * Shows `rows` (at most a terminal's width each, escape sequences included) in place of those drawn before; only
   * what differs is written. The cursor goes to `cursor`, or to the end of the last row.
   */
  draw(rows: readonly string[], cursor?: { row: number; column: number }): void;
  /** The rows stay as they are; what comes next starts below them. */
  keep(): void;
  /** The rows disappear. */
  clear(): void;
};

/** A live region at the terminal of `io.stdout`, which must be one. */
export function createLive(io: Pick<Io, "stdout" | "size">): Live {
  let drawn: readonly string[] = [];
  let at = 0;

  const toRow = (row: number) => {
    const move = row < at ? `\x1b[${at - row}A` : row > at ? `\x1b[${row - at}B` : "";
    at = row;
    return `${move}\r`;
  };

  return {
    draw(rows, cursor) {
      // Rows that have scrolled off the top cannot be reached any more: they stay as they were drawn.
      const reachable = Math.max(0, drawn.length - io.size().rows + 1);
      const longer = Math.max(rows.length, drawn.length);
      const from = Array.from({ length: longer }).findIndex((_, row) => row >= reachable && rows[row] !== drawn[row]);
      let out = "";
      if (from !== -1) {
        if (drawn.length === 0) out += "\r\x1b[J";
        else if (from < drawn.length) out += `${toRow(from)}\x1b[J`;
        else {
          out += `${toRow(drawn.length - 1)}\n`;
          at = drawn.length;
        }
        const tail = rows.slice(from);
        out += tail.join("\n");
        at += Math.max(0, tail.length - 1);
      }
      const last = Math.max(0, rows.length - 1);
      const goal = cursor ?? { row: last, column: visibleWidth(rows[last] ?? "") };
      out += toRow(goal.row);
      if (goal.column > 0) out += `\x1b[${goal.column}C`;
      drawn = [...rows];
      io.stdout.write(out);
    },
    keep() {
      if (drawn.length > 0) io.stdout.write(`${toRow(drawn.length - 1)}\n`);
      drawn = [];
      at = 0;
    },
    clear() {
      if (drawn.length > 0) io.stdout.write(`${toRow(0)}\x1b[J`);
      drawn = [];
      at = 0;
    },
  };
}

/** Cells of a row that holds SGR sequences. */
function visibleWidth(row: string): number {
  return textWidth(row.replaceAll(/\x1b\[[0-9;]*m/g, ""));
}
