/** Reading command lines that people type by habit (`ls -la src`, `df -h`), as frames; nothing of them is run. */
import { type Frame, type FrameOf } from "./frame.ts";
import { LEXICON, singulars } from "./lexicon.ts";
import { USUAL_FOLDERS } from "./slots.ts";
import { frame } from "./rule.ts";

/** A line cut into words: `flags` begin with a dash, `bare` are the rest in order, `quoted` those that had quotes. */
type Words = { flags: string[]; bare: string[]; quoted: Set<string> };

/** Signs with a meaning for a shell, outside quotes: such a line is more than one plain command. */
const SHELL_SIGNS = /[|;&<>$`()\\!#]/;

/** The words of `line` without quotes; null where a quote is open or a shell would do more than one thing. */
function wordsOf(line: string): { word: string; quoted: boolean }[] | null {
  const found = [...line.matchAll(/\s*(?:"([^"]*)"|'([^']*)'|(-*[^\s"']+(?:"[^"]*"|'[^']*')?))(?=\s|$)/gy)];
  if (found.map((m) => m[0]).join("") !== line) return null;
  if (found.some((m) => m[3] !== undefined && SHELL_SIGNS.test(m[3]))) return null;
  return found.map((m) => ({ word: m[1] ?? m[2] ?? m[3], quoted: m[3] === undefined }));
}

const pathLike = (word: string): boolean => /^\.{1,2}$|\/|^[\w@-][\w.@-]*\.\w{1,8}$/.test(word);

/** A bare word that may name a folder: no word of English that the commands know. */
const nameLike = (word: string): boolean =>
  /^[\w.@-]+$/.test(word) && (USUAL_FOLDERS.has(word) || !singulars(word.toLowerCase()).some((w) => LEXICON.has(w)));

const placed = (word: string | undefined): string | undefined =>
  word === undefined ? undefined : word.replace(/^\.\/(?=.)/, "").replace(/(?<=.)\/+$/, "").replace(/^\.$/, "") ||
    undefined;

/** The letters of short flags that are all in `known`; null if another flag was given. */
function letters(flags: readonly string[], known: string): string | null {
  const all = flags.map((f) => f.slice(1)).join("");
  return [...all].every((c) => known.includes(c)) ? all : null;
}

function ls({ flags, bare }: Words): Frame | null {
  const said = letters(flags, "alAhtSR1F");
  const [path] = bare;
  if (said === null || bare.length > 1 || (path !== undefined && !pathLike(path) && !nameLike(path))) return null;
  if (path !== undefined && /[*?]|\.\w+$/.test(path)) return null;
  return frame<FrameOf<"list">>({
    do: "list",
    path: placed(path),
    deep: said.includes("R"),
    hidden: /a/i.test(said),
    sort: said.includes("S") ? "size" : said.includes("t") ? "modified" : undefined,
  });
}

/** `-n 5`, `-n5`, `-5` → 5; undefined if no number was given, null if anything else was. */
function lineNumber({ flags, bare }: Words): number | undefined | null {
  if (flags.length === 0) return undefined;
  const number = flags.length === 1 ? /^-n?(\d{1,5})$/.exec(flags[0])?.[1] : undefined;
  if (number !== undefined) return Number(number);
  if (flags.length !== 1 || flags[0] !== "-n" || !/^\d{1,5}$/.test(bare[0] ?? "")) return null;
  return Number(bare.shift());
}

const end = (from: "start" | "end") => (words: Words): Frame | null => {
  const lines = lineNumber(words);
  const [path] = words.bare;
  if (lines === null || words.bare.length !== 1 || !pathLike(path)) return null;
  return frame<FrameOf<"read">>({ do: "read", path: placed(path), from, lines: lines ?? 10 });
};

function wc({ flags, bare }: Words): Frame | null {
  const unit = ({ l: "lines", w: "words", m: "characters" } as const)[flags.join("").replace("-", "")];
  if (bare.length !== 1 || !pathLike(bare[0])) return null;
  const path = placed(bare[0]);
  if (flags.join("") === "-c") return frame({ do: "stat", path, of: "size" });
  return unit === undefined ? null : frame({ do: "measure", path, unit });
}

const system = (topic: FrameOf<"system">["topics"][number], known: string) => ({ flags, bare }: Words): Frame | null =>
  letters(flags, known) === null || bare.some((b) => b !== ".") ? null : { do: "system", topics: [topic] };

/** Signs that a regular expression would mean otherwise than as text. */
const EXPRESSION = /[\\^$*+?[\](){}|]|\.(?!\w)/;

function grep({ flags, bare, quoted }: Words): Frame | null {
  const include = flags.filter((f) => f.startsWith("--include=")).map((f) => f.slice(10).replace(/^["']|["']$/g, ""));
  const short = flags.filter((f) => !f.startsWith("--include="));
  const said = letters(short, "rRnIHilcsF");
  const [pattern, path] = bare;
  if (said === null || pattern === undefined || bare.length > 2 || include.length > 1) return null;
  if (EXPRESSION.test(pattern) && !said.includes("F")) return null;
  // Without a flag or quotes it may as well be a sentence.
  const surely = flags.length > 0 || quoted.has(pattern);
  if (path === undefined ? !surely : !pathLike(path) && !(surely && nameLike(path))) return null;
  if (!surely && singulars(pattern.toLowerCase()).some((w) => LEXICON.has(w))) return null;
  if (path?.includes("*")) return null;
  return frame<FrameOf<"search">>({
    do: "search",
    pattern: said.includes("i") ? pattern.toLowerCase() : pattern,
    path: placed(path),
    glob: include[0] === undefined ? undefined : `**/${include[0]}`,
    give: said.includes("l") ? "files" : said.includes("c") ? "count" : "lines",
  });
}

const BYTES: Record<string, number> = { c: 1, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

function find(line: readonly { word: string }[]): Frame | null {
  const rest = line.map((w) => w.word);
  const path = rest[0] !== undefined && !rest[0].startsWith("-") ? rest.shift() : undefined;
  if (rest.length === 0 || rest.length % 2 !== 0 || (path !== undefined && !pathLike(path) && !nameLike(path))) {
    return null;
  }
  const out: FrameOf<"list"> = { do: "list", path: placed(path), deep: true };
  const asked = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) {
    if (asked.has(rest[at])) return null;
    asked.set(rest[at], rest[at + 1]);
  }
  for (const [test, value] of asked) {
    const size = /^([+-])(\d{1,9})([ckMG])$/.exec(value);
    if (test === "-name" && /^[^/]+$/.test(value)) out.glob = `**/${value}`;
    else if (test === "-type" && /^[fd]$/.test(value)) out.kind = value === "f" ? "file" : "folder";
    else if (test === "-size" && size) out[size[1] === "+" ? "larger" : "smaller"] = Number(size[2]) * BYTES[size[3]];
    else return null;
  }
  return frame(out);
}

function tree(words: Words): Frame | null {
  const { flags, bare } = words;
  const levels = flags[0] === "-L" && /^([1-9]|1[0-6])$/.test(bare[0] ?? "") ? Number(bare.shift()) : undefined;
  if (bare.length > 1 || (levels === undefined && flags.length > 0) || flags.length > 1) return null;
  if (bare[0] !== undefined && !pathLike(bare[0]) && !(levels !== undefined && nameLike(bare[0]))) return null;
  return frame<FrameOf<"tree">>({ do: "tree", path: placed(bare[0]), levels });
}

function du({ flags, bare }: Words): Frame | null {
  const said = letters(flags, "shck");
  if (said === null || !said.includes("s") || bare.length > 1) return null;
  if (bare[0] !== undefined && !pathLike(bare[0]) && !nameLike(bare[0])) return null;
  return frame<FrameOf<"total">>({ do: "total", path: placed(bare[0]), deep: true });
}

const COMMANDS: Record<string, (words: Words) => Frame | null> = {
  ls,
  tree,
  du,
  wc,
  grep,
  rg: grep,
  head: end("start"),
  tail: end("end"),
  df: system("disk", "hkHmT"),
  free: system("memory", "hmgkb"),
};

/** The frame of `text`, a command line written to the letter; null if it is none, or asks more than a frame can say. */
export function shellLine(text: string): Frame | null {
  const words = wordsOf(text.trim());
  const name = words?.[0]?.word ?? "";
  if (words === null || words.length > 12 || words[0]?.quoted) return null;
  const rest = words.slice(1);
  if (name === "find") return find(rest);
  if (!Object.hasOwn(COMMANDS, name)) return null;
  const flag = (w: typeof rest[number]) => !w.quoted && /^-./.test(w.word);
  return COMMANDS[name]({
    flags: rest.filter(flag).map((w) => w.word),
    bare: rest.filter((w) => !flag(w)).map((w) => w.word),
    quoted: new Set(rest.filter((w) => w.quoted).map((w) => w.word)),
  });
}
