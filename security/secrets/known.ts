/** Finds given values in text, also as the usual encodings write them. */

const SHORTEST = 4;
const LONGEST = 2000;
const KEY = 4;

/** A value that must not be seen, with the name that its owner gave it, if any. */
export type Known = string | { name: string; value: string };

/** Start and end of each known value in a text, and its name where it has one. */
export type FindKnown = (text: string) => [start: number, end: number, name?: string][];

export type KnownValues = {
  add(known: Known): void;
  find: FindKnown;
};

/** As `createKnown`, of values that do not change. */
export function findKnown(values: readonly Known[]): FindKnown {
  const known = createKnown();
  for (const value of values) known.add(value);
  return known.find;
}

/**
 * Every value of at least 4 characters is found raw, inside base64 at each of its three alignments (both
 * alphabets), in URL encoding, JSON escapes and hex. A value of several lines is found line by line; of a very
 * long one, each piece. Time grows with the text, not with the number of values.
 */
export function createKnown(): KnownValues {
  const byKey = new Map<string, { form: string; name?: string }[]>();
  /** By the low seven bits of the first two characters: whether a value may begin there. */
  const begins = new Uint8Array(128 * 128);
  return {
    add(known) {
      const { name, value } = typeof known === "string" ? { name: undefined, value: known } : known;
      for (const form of new Set(pieces(value).flatMap(forms))) {
        if (form.length < KEY) continue;
        const key = form.slice(0, KEY);
        const there = byKey.get(key) ?? [];
        if (there.some((one) => one.form === form)) continue;
        byKey.set(key, [...there, { form, name }].sort((a, b) => b.form.length - a.form.length));
        begins[slotOf(form.charCodeAt(0), form.charCodeAt(1))] = 1;
      }
    },
    find(text) {
      const found: [number, number, string?][] = [];
      if (byKey.size === 0) return found;
      let next = text.charCodeAt(0);
      for (let i = 0; i + KEY <= text.length; i++) {
        const first = next;
        next = text.charCodeAt(i + 1);
        if (begins[slotOf(first, next)] === 0) continue;
        const hit = byKey.get(text.slice(i, i + KEY))?.find(({ form }) => text.startsWith(form, i));
        if (hit === undefined) continue;
        found.push([i, i + hit.form.length, hit.name]);
      }
      return found;
    },
  };
}

const slotOf = (first: number, second: number): number => (first & 127) << 7 | second & 127;

function pieces(value: string): string[] {
  const lines = value.split(/[\r\n]+/).map((l) => l.trim());
  return lines.filter((l, i) => l.length >= (lines.length > 1 && i > 0 ? 8 : SHORTEST))
    .flatMap((l) =>
      Array.from({ length: Math.ceil(l.length / LONGEST) }, (_, i) => l.slice(i * LONGEST, (i + 1) * LONGEST))
    )
    .filter((p) => p.length >= SHORTEST);
}

function forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const percent = encodeURIComponent(value.toWellFormed());
  const json = JSON.stringify(value).slice(1, -1);
  const encoded = bytes.length < 6 ? [] : [
    ...base64Cores(bytes),
    bytes.toHex(),
    bytes.toHex().toUpperCase(),
  ];
  return [
    value,
    json,
    json.replaceAll("/", "\\/"),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (c) => c.toLowerCase()),
    percent.replaceAll("%20", "+"),
    ...encoded,
  ];
}

/** The characters that are the same whatever stands before and after the value (RFC 4648: 3 bytes are 4 characters). */
function base64Cores(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const padded = new Uint8Array(shift + bytes.length);
    padded.set(bytes, shift);
    const whole = padded.toBase64({ omitPadding: true });
    const core = whole.slice(Math.ceil(shift * 8 / 6), Math.floor(padded.length * 8 / 6));
    return core.length < 8 ? [] : [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
