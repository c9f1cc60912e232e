/** All secrets within one line of text. */
import { assignedValues } from "./assignment.ts";
import { DETECTORS, LONGEST_SECRET } from "./detectors.ts";
import type { FindKnown } from "./known.ts";
import { KEY_BEGINS } from "./private_key.ts";

export type Found = { start: number; end: number; kind: string };

const ENCODED = new RegExp(`(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,${LONGEST_SECRET}}={0,2}`, "g");
const READABLE = /^[\t\n\r\x20-\x7e]+$/;

/** In order, not overlapping. `line` holds no line break. */
export function findSecrets(line: string, known: FindKnown): Found[] {
  return merged([
    ...known(line).map(([start, end]) => ({ start, end, kind: "known value" })),
    ...shaped(line),
    ...encoded(line, known),
  ]);
}

function shaped(line: string): Found[] {
  const found: Found[] = [];
  for (const { kind, pattern, accept } of DETECTORS) {
    for (const match of line.matchAll(pattern)) {
      const [start, end] = match.indices!.findLast((range) => range !== undefined)!;
      if (accept && !accept(line.slice(start, end))) continue;
      found.push({ start, end, kind });
    }
  }
  for (const [start, end] of assignedValues(line)) found.push({ start, end, kind: "password" });
  return found;
}

/** Base64 whose text, decoded once, holds a secret. */
function encoded(line: string, known: FindKnown): Found[] {
  const found: Found[] = [];
  for (const match of line.matchAll(ENCODED)) {
    const text = decoded(match[0]);
    if (text === null) continue;
    const lines = text.split(/[\r\n]+/);
    if (lines.some((l) => l.search(KEY_BEGINS) >= 0 || known(l).length > 0 || shaped(l).length > 0)) {
      found.push({ start: match.index, end: match.index + match[0].length, kind: "base64" });
    }
  }
  return found;
}

/** Null for what is not readable text in base64. */
function decoded(token: string): string | null {
  const plain = token.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  const whole = plain.slice(0, plain.length % 4 === 1 ? -1 : undefined);
  try {
    const head = atob(whole.slice(0, 24));
    if (!READABLE.test(head)) return null;
    const text = atob(whole);
    return READABLE.test(text) ? text : null;
  } catch {
    return null;
  }
}

function merged(found: Found[]): Found[] {
  const out: Found[] = [];
  for (const next of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = out.at(-1);
    if (last && next.start < last.end) last.end = Math.max(last.end, next.end);
    else out.push({ ...next });
  }
  return out;
}
