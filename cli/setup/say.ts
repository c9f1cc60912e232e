/** What a setup says: lines that no text from outside can draw with, broken at words where there is a screen. */
import { plainLines } from "../failure.ts";
import type { Io } from "../io.ts";
import { paint, SGR, wrap } from "../terminal/span.ts";

/** Writes `text` to standard output, at a terminal no wider than it. */
export function sayTo(io: Pick<Io, "stdout" | "size">): (text: string) => void {
  return (text) => {
    const lines = plainLines(text).split("\n");
    const rows = io.stdout.isTerminal ? lines.flatMap((line) => wrapped(line, io.size().columns - 1)) : lines;
    io.stdout.write(`${rows.join("\n")}\n`);
  };
}

function wrapped(line: string, width: number): string[] {
  if (line === "") return [""];
  return wrap([{ text: line, style: SGR.plain }], width).map((row) => paint(row, false).trimEnd());
}
