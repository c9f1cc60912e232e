/** Markdown drawn while it streams in: finished lines once, the unfinished line or table again with each piece. */
import type { Io } from "../io.ts";
import { inline } from "./inline.ts";
import { createLive, type Live } from "./live.ts";
import { both, cut, paint, SGR, type Span, wrap } from "./span.ts";
import { isDelimiterRow, isTableRow, tableRows } from "./table.ts";

/** Strips what untrusted text must not do to a terminal: `printable` of `security/display.ts`. */
export type Printable = (text: string) => string;

export type Markdown = {
  /** Takes the next piece of text as the model wrote it. */
  push(piece: string): void;
  /** Ends the text: what was unfinished stands as it is, the cursor at the start of a new line. */
  end(): void;
};

type Fence = { mark: string; indent: number };
type State = { fence: Fence | null; table: string[] };

/** A longer line is shown in parts, so that redrawing stays cheap. Characters. */
const LONGEST_LINE = 4000;
const LONGEST_TABLE = 200;

/**
 * Markdown for the terminal of `io.stdout`. Where that is none, or `plain`, the text comes out verbatim but for what
 * `printable` strips. Any other output must wait for `end`.
 */
export function createMarkdown(
  io: Pick<Io, "stdout" | "size">,
  options: { printable: Printable; plain: boolean },
): Markdown {
  return options.plain || !io.stdout.isTerminal ? verbatim(io, options.printable) : drawn(io, options.printable);
}

function verbatim(io: Pick<Io, "stdout">, printable: Printable): Markdown {
  let half = "";
  let open = false;
  return {
    push(piece) {
      const text = half + piece;
      half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : "";
      const shown = printable(half ? text.slice(0, -1) : text);
      if (shown === "") return;
      io.stdout.write(shown);
      open = !shown.endsWith("\n");
    },
    end() {
      if (open) io.stdout.write("\n");
      half = "";
      open = false;
    },
  };
}

function drawn(io: Pick<Io, "stdout" | "size">, printable: Printable): Markdown {
  const live: Live = createLive(io);
  let state: State = { fence: null, table: [] };
  let line = "";
  const width = () => Math.max(10, io.size().columns - 1);
  const text = (rows: Span[][]) => rows.map((row) => paint(row, true));

  const finish = (source: string) => {
    const { rows, next, open } = lineRows(printable(source), state, width());
    state = next;
    live.draw(text([...rows, ...open]));
    if (open.length === 0) live.keep();
  };

  return {
    push(piece) {
      const lines = (line + piece).replaceAll("\r\n", "\n").split("\n");
      line = lines.pop()!;
      for (const one of lines) finish(one);
      while (line.length > LONGEST_LINE) {
        const space = line.lastIndexOf(" ", LONGEST_LINE);
        const end = space > LONGEST_LINE / 2 ? space + 1 : LONGEST_LINE;
        finish(line.slice(0, end));
        line = line.slice(end);
      }
      if (line === "") return;
      const shown = printable(/[\ud800-\udbff]$/.test(line) ? line.slice(0, -1) : line);
      const { rows, open } = lineRows(shown, state, width());
      live.draw(text([...rows, ...open]));
    },
    end() {
      if (line !== "") finish(line);
      line = "";
      if (state.table.length > 0) live.draw(text(tableOrText(state.table, width())));
      live.keep();
      if (state.fence) live.draw(text([fenceEnd()]));
      live.keep();
      state = { fence: null, table: [] };
    },
  };
}

type Drawn = { rows: Span[][]; next: State; /** Rows that may still change. */ open: Span[][] };

/** What one whole source line adds, given what came before it. Pure. */
function lineRows(line: string, state: State, width: number): Drawn {
  if (state.fence) return fencedRows(line, state.fence, width);
  if (isTableRow(line) && state.table.length < LONGEST_TABLE) {
    const table = [...state.table, line];
    if (table.length !== 2 || isDelimiterRow(line)) {
      return { rows: [], next: { fence: null, table }, open: tableOrText(table, width) };
    }
  }
  const before = state.table.length > 0 ? tableOrText(state.table, width) : [];
  const fence = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/.exec(line);
  if (fence) {
    const [, indent, mark, info] = fence;
    const label = info.trim().split(/\s/)[0];
    const head: Span[] = [{ text: `╭─${label ? ` ${label.slice(0, 20)} ` : ""}${"─".repeat(8)}`, style: SGR.dim }];
    return { rows: [...before, head], next: { fence: { mark, indent: indent.length }, table: [] }, open: [] };
  }
  return { rows: [...before, ...blockRows(line, width)], next: { fence: null, table: [] }, open: [] };
}

function fencedRows(line: string, fence: Fence, width: number): Drawn {
  const closing = line.trim();
  if (closing.length >= fence.mark.length && /^(`+|~+)$/.test(closing) && closing[0] === fence.mark[0]) {
    return { rows: [fenceEnd()], next: { fence: null, table: [] }, open: [] };
  }
  const indent = Math.min(fence.indent, line.search(/\S|$/));
  const rows = cut(line.slice(indent), width - 2).map((row): Span[] => [
    { text: "│ ", style: SGR.dim },
    { text: row, style: SGR.cyan },
  ]);
  return { rows, next: { fence, table: [] }, open: [] };
}

function fenceEnd(): Span[] {
  return [{ text: `╰─${"─".repeat(8)}`, style: SGR.dim }];
}

function tableOrText(lines: string[], width: number): Span[][] {
  if (lines.length >= 2) return tableRows(lines, width);
  return lines.flatMap((line) => wrap(inline(line), width));
}

/** One line that is neither fenced nor part of a table. */
function blockRows(line: string, width: number, lead: Span[] = []): Span[][] {
  const quote = /^ {0,3}> ?/.exec(line);
  if (quote && lead.length < 8) {
    return blockRows(line.slice(quote[0].length), width, [...lead, { text: "▏ ", style: SGR.dim }]);
  }
  const heading = /^ {0,3}(#{1,6})\s+(.*)$/.exec(line);
  if (heading) {
    const style = heading[1].length === 1 ? both(SGR.bold, SGR.underline) : SGR.bold;
    return wrap(inline(heading[2].replace(/\s+#+\s*$/, ""), style), width, lead);
  }
  if (/^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/.test(line)) {
    return [[...lead, { text: "─".repeat(Math.min(40, width)), style: SGR.dim }]];
  }
  const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s)?(.*)$/.exec(line);
  if (item) {
    const [, indent, mark, box, rest] = item;
    const bullet = `${/^\d/.test(mark) ? mark : "•"} ${box === undefined ? "" : box === " " ? "☐ " : "☑ "}`;
    const space = " ".repeat(Math.min(indent.replaceAll("\t", "    ").length, width >> 1));
    const first: Span[] = [...lead, { text: space + bullet, style: SGR.plain }];
    return wrap(inline(rest), width, first, [...lead, { text: space + " ".repeat(bullet.length), style: SGR.plain }]);
  }
  return wrap(inline(line.replaceAll("\t", "    ")), width, lead);
}
