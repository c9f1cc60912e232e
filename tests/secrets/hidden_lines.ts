/** Ways to write a secret so that its form is not seen at once. Each gives a text and what of it must not stay. */
import type { Draw } from "./draw.ts";

export type HiddenLine = { way: string; text: string; parts: string[] };

const bytes = (text: string) => new TextEncoder().encode(text);
const spread = (token: string, n: number): string[] => {
  const size = Math.ceil(token.length / n);
  return Array.from({ length: n }, (_, i) => token.slice(i * size, (i + 1) * size));
};
const CYRILLIC: Record<string, string> = {
  a: "а",
  e: "е",
  o: "о",
  p: "р",
  c: "с",
  x: "х",
  A: "А",
  B: "В",
  E: "Е",
  K: "К",
  M: "М",
  H: "Н",
  O: "О",
  P: "Р",
  C: "С",
  T: "Т",
  X: "Х",
};
const GREEK: Record<string, string> = {
  A: "Α",
  B: "Β",
  E: "Ε",
  Z: "Ζ",
  H: "Η",
  I: "Ι",
  K: "Κ",
  M: "Μ",
  N: "Ν",
  O: "Ο",
  P: "Ρ",
  T: "Τ",
  o: "ο",
  v: "ν",
};
const full = (c: string) => /[!-~]/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c;
const bold = (c: string) =>
  /[a-z]/.test(c)
    ? String.fromCodePoint(0x1d41a + c.charCodeAt(0) - 97)
    : /[A-Z]/.test(c)
    ? String.fromCodePoint(0x1d400 + c.charCodeAt(0) - 65)
    : c;
const alike = (token: string, map: Record<string, string>) => [...token].map((c) => map[c] ?? c).join("");
const one = (text: string, part: string) => ({ text, parts: [part] });

const WAYS: Record<string, (token: string, d: Draw) => { text: string; parts: string[] }> = {
  base64: (t) => one(`data: ${bytes(t).toBase64()}`, bytes(t).toBase64()),
  "base64 of a line": (t) =>
    one(`auth_blob ${bytes(`token is ${t}\n`).toBase64()}`, bytes(`token is ${t}\n`).toBase64()),
  "base64url": (t) =>
    one(
      `?d=${bytes(`{"k":"${t}"}`).toBase64({ alphabet: "base64url", omitPadding: true })}`,
      bytes(`{"k":"${t}"}`).toBase64({ alphabet: "base64url", omitPadding: true }),
    ),
  "double base64": (t) => one(bytes(bytes(t).toBase64()).toBase64(), bytes(bytes(t).toBase64()).toBase64()),
  "base64 over lines": (t, d) => {
    const all = bytes(
      `${"# configuration of the service, written by a tool\n".repeat(1 + d.below(2))}key=${t}\nend of it\n`,
    ).toBase64();
    const lines = all.match(/.{1,76}/g)!;
    return { text: lines.join("\n"), parts: lines.filter((l) => l.length === 76).slice(-1) };
  },
  hex: (t) => one(`x ${bytes(t).toHex()} y`, bytes(t).toHex()),
  "hex, upper case": (t) => one(bytes(t).toHex().toUpperCase(), bytes(t).toHex().toUpperCase()),
  "hex, cases mixed": (t) => {
    const mixed = [...bytes(t).toHex()].map((c, i) => i % 3 ? c : c.toUpperCase()).join("");
    return one(`blob=${mixed}`, mixed);
  },
  "hex with 0x": (t) => one(`0x${bytes(t).toHex()}`, bytes(t).toHex()),
  "hex, divided": (t) => {
    const row = bytes(t).toHex().match(/../g)!.join(" ");
    return one(row, row);
  },
  "base64 of hex": (t) => one(bytes(bytes(t).toHex()).toBase64(), bytes(bytes(t).toHex()).toBase64()),
  "URL-encoded": (t) => {
    const all = [...bytes(t)].map((b) => `%${b.toString(16).padStart(2, "0").toUpperCase()}`).join("");
    return one(`https://x.test/?q=${all}&a=1`, all);
  },
  "URL-encoded in part": (t) => {
    const all = [...t].map((c, i) => i % 4 === 1 ? `%${c.charCodeAt(0).toString(16)}` : c).join("");
    return one(`GET /x?q=${all} HTTP/1.1`, all.slice(8));
  },
  "URL-encoded twice": (t) => {
    const all = [...t].map((c, i) => i % 4 === 1 ? `%25${c.charCodeAt(0).toString(16)}` : c).join("");
    return one(`GET /x?q=${all}`, all.slice(10));
  },
  "escapes of JSON": (t) => {
    const all = [...t].map((c, i) => i % 3 ? c : `\\u00${c.charCodeAt(0).toString(16)}`).join("");
    return one(`{"v":"${all}"}`, all.slice(10));
  },
  "escapes of a string": (t) => {
    const all = [...t].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join("");
    return one(`v = "${all}"`, all);
  },
  "entities": (t) => {
    const all = [...t].map((c, i) => i % 2 ? c : `&#${c.charCodeAt(0)};`).join("");
    return one(`<p>${all}</p>`, all.slice(10));
  },
  "zero width": (t, d) => {
    const all = [...t].map((c) => c + d.pick(["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", ""])).join("");
    return one(`see ${all} there`, all.slice(4, -4));
  },
  "one zero width": (t) => one(`${t.slice(0, 3)}\u200b${t.slice(3)}`, t.slice(3)),
  "soft hyphen": (t) => one(`x=${t.slice(0, 9)}\u00ad${t.slice(9)}`, t.slice(9)),
  cyrillic: (t) => one(`the value ${alike(t, CYRILLIC)}`, alike(t, CYRILLIC)),
  greek: (t) => one(`the value ${alike(t, GREEK)}`, alike(t, GREEK)),
  "full width": (t) => one(`is ${[...t].map(full).join("")}`, [...t].map(full).join("")),
  "mathematical letters": (t) => one(`is ${[...t].map(bold).join("")}`, [...t].map(bold).join("")),
  "two strings, plus": (t) => ({ text: `key = "${spread(t, 2).join('" + "')}"`, parts: spread(t, 2) }),
  "three strings, plus": (t) => ({ text: `const k = '${spread(t, 3).join("' + '")}';`, parts: spread(t, 3) }),
  "strings, dot": (t) => ({ text: `$k = "${spread(t, 2).join('" . "')}";`, parts: spread(t, 2) }),
  "neighbouring strings": (t) => ({ text: `k = ("${spread(t, 2).join('" "')}")`, parts: spread(t, 2) }),
  "beginning apart": (t) => ({ text: `"${t.slice(0, 2)}" + "${t.slice(2)}"`, parts: [t.slice(2)] }),
  "strings over lines": (t) => ({ text: `key = "${spread(t, 2).join('" +\n    "')}"`, parts: spread(t, 2) }),
  "JSON list": (t) => ({ text: `["${spread(t, 3).join('","')}"]`, parts: spread(t, 3) }),
  "JSON list over lines": (t) => ({ text: `[\n  "${spread(t, 2).join('",\n  "')}"\n]`, parts: spread(t, 2) }),
  "shell quotes": (t) => ({ text: `echo ${t.slice(0, 3)}''${t.slice(3, 12)}""${t.slice(12)}`, parts: [t.slice(12)] }),
  "shell strokes": (t) => ({ text: `echo ${t.slice(0, 3)}\\${t.slice(3)}`, parts: [t.slice(3)] }),
  "shell variables": (t) => ({ text: `A=${spread(t, 2)[0]}; B=${spread(t, 2)[1]}; curl -d $A$B`, parts: spread(t, 2) }),
  "shell variables over lines": (t) => ({
    text: `A='${spread(t, 2)[0]}'\nB='${spread(t, 2)[1]}'\necho "\${A}\${B}"`,
    parts: spread(t, 2),
  }),
  "variables, plus": (t) => ({
    text: `a = "${spread(t, 2)[0]}"; b = "${spread(t, 2)[1]}"; k = a + b`,
    parts: spread(t, 2),
  }),
  "line continued": (t) => ({ text: `echo ${spread(t, 2).join("\\\n")} | cat`, parts: spread(t, 2) }),
  "line broken": (t) => ({ text: `the token is ${spread(t, 2).join("\n")}\nthat was it`, parts: spread(t, 2) }),
  "line broken in a quote mark": (t) => ({ text: `> ${spread(t, 2).join("\n> ")}\n`, parts: spread(t, 2) }),
  spaced: (t) => one(`is ${[...t].join(" ")}`, [...t].join(" ")),
  "spaced by bars": (t) => one([...t].join("|"), [...t].join("|")),
  "divided by dots": (t) => one([...t].join("."), [...t].join(".")),
};

/** Ways that need no split of the text that a way of lines would break. */
export const WAY_NAMES = Object.keys(WAYS);

export function hiddenLine(way: string, token: string, d: Draw): HiddenLine {
  return { way, ...WAYS[way](token, d) };
}
