/** Markdown inside a line → styled spans. Pure, linear in the line's length for any input. */
import { both, SGR, type Span } from "./span.ts";

const DEEPEST = 6;

type Search = {
  text: string;
  style: string;
  depth: number; /** Closers known to be absent from here on. */
  absent: Set<string>;
};

/** The spans of one line. Marks without a partner stay as they are written, so an unfinished line reads well. */
export function inline(text: string, style: string = SGR.plain, depth = 0): Span[] {
  const search: Search = { text, style, depth, absent: new Set() };
  const spans: Span[] = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") spans.push({ text: plain, style });
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const found = markAt(search, at);
    if (found) {
      flush();
      spans.push(...found.spans);
      at = found.end;
    } else {
      plain += text[at];
      at++;
    }
  }
  flush();
  return spans;
}

type Found = { spans: Span[]; end: number } | null;

function markAt(search: Search, at: number): Found {
  const { text, style } = search;
  switch (text[at]) {
    case "\\":
      return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "") ? { spans: [{ text: text[at + 1], style }], end: at + 2 } : null;
    case "`":
      return codeAt(search, at);
    case "*":
      return emphasisAt(search, at, "**", SGR.bold) ?? emphasisAt(search, at, "*", SGR.italic) ?? runAt(search, at);
    case "_":
      if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return runAt(search, at);
      return emphasisAt(search, at, "__", SGR.bold) ?? emphasisAt(search, at, "_", SGR.italic) ?? runAt(search, at);
    case "~":
      return emphasisAt(search, at, "~~", SGR.strike);
    case "!":
      return text[at + 1] === "[" ? linkAt(search, at + 1) : null;
    case "[":
      return linkAt(search, at);
    default:
      return null;
  }
}

/** A run of marks that opened nothing is text as a whole, so that its rest is not tried again. */
function runAt({ text, style }: Search, at: number): Found {
  let end = at + 1;
  while (text[end] === text[at]) end++;
  return { spans: [{ text: text.slice(at, end), style }], end };
}

function codeAt(search: Search, at: number): Found {
  const { text, style, absent } = search;
  let open = at;
  while (text[open] === "`") open++;
  const marks = text.slice(at, open);
  const literal = { spans: [{ text: marks, style }], end: open };
  if (absent.has(marks)) return literal;
  for (let from = open;;) {
    const close = text.indexOf(marks, from);
    if (close === -1) {
      absent.add(marks);
      return literal;
    }
    let end = close;
    while (text[end] === "`") end++;
    if (end - close === marks.length) {
      const code = text.slice(open, close);
      const inner = /^ .*\S.* $/.test(code) ? code.slice(1, -1) : code;
      return { spans: [{ text: inner, style: both(style, SGR.cyan) }], end };
    }
    from = end;
  }
}

function emphasisAt(search: Search, at: number, mark: string, add: string): Found {
  const { text, style, depth, absent } = search;
  const open = at + mark.length;
  if (!text.startsWith(mark, at) || depth >= DEEPEST || absent.has(mark)) return null;
  if (/\s/.test(text[open] ?? " ") || text[open] === mark[0]) return null;
  for (let from = open + 1;;) {
    const close = text.indexOf(mark, from);
    if (close === -1) {
      absent.add(mark);
      return null;
    }
    const doubled = mark.length === 1 && (text[close + 1] === mark || text[close - 1] === mark);
    const inWord = mark[0] === "_" && /[\p{L}\p{N}]/u.test(text[close + mark.length] ?? "");
    if (!/\s/.test(text[close - 1]) && !doubled && !inWord) {
      return { spans: inline(text.slice(open, close), both(style, add), depth + 1), end: close + mark.length };
    }
    from = close + (doubled ? 2 : 1);
  }
}

function linkAt(search: Search, at: number): Found {
  const { text, style, depth, absent } = search;
  if (depth >= DEEPEST || absent.has("](")) return null;
  const middle = text.indexOf("](", at);
  if (middle === -1) {
    absent.add("](");
    return null;
  }
  const close = text.indexOf(")", middle);
  const inner = text.slice(at + 1, middle);
  if (close === -1 || inner.includes("[")) return null;
  const address = text.slice(middle + 2, close).replace(/ .*$/, "");
  const label = inline(inner, both(style, SGR.underline), depth + 1);
  const same = inner === address || inner === "";
  const spans = same
    ? [{ text: address, style: both(style, SGR.underline) }]
    : [...label, { text: ` (${address})`, style }];
  return { spans, end: close + 1 };
}
