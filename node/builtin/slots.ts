/** The slots that a sentence fills by the shape of its tokens alone: paths, kinds of file, sizes, well-known names. */
import { extensionsOf, globOf, isExtension, standsAlone } from "./languages.ts";
import { LEXICON, singulars } from "./lexicon.ts";
import { rangesAt } from "./ranges.ts";
import { type Span, span } from "./span.ts";
import type { Token } from "./token.ts";

/** Files that have a name of their own wherever they are, as people say them → the start of the file's name. */
const NAMES: Record<string, string> = {
  "readme": "readme",
  "read me": "readme",
  "license": "license",
  "licence": "license",
  "makefile": "makefile",
  "dockerfile": "dockerfile",
  "changelog": "changelog",
  "change log": "changelog",
  "gitignore": ".gitignore",
  "contributing": "contributing",
  "contributing guide": "contributing",
  "justfile": "justfile",
  "gemfile": "gemfile",
  "editorconfig": ".editorconfig",
  "package json": "package.json",
};

/** Names that a folder of code usually has; any other bare word needs "folder" beside it or "files in" before it. */
export const USUAL_FOLDERS = new Set(
  ("src lib libs docs doc test tests bin dist build node_modules scripts script examples example assets public config configs " +
    "app apps packages pkg cmd internal vendor include tools spec specs target out tmp data src-tauri fixtures api server client " +
    "components pages static templates migrations resources cli web backend frontend core utils helpers models modules " +
    "plugins themes styles images downloads documents desktop pictures music videos logs").split(" "),
);

/** Usual folders whose names are things of their own: "list models" asks for no folder, "list files in models" does. */
const THINGS =
  /^(?:apps?|packages|plugins|themes|styles|images|pictures|music|videos|models|modules|resources|components|pages|examples|tools|helpers|documents|downloads|templates|migrations|scripts|tests?|specs?|servers?|clients?|target|data|web|vendor|public|static|core|desktop|logs)$/;
const FILE_NOUNS = /^(files?|scripts?|sources?|modules?|documents?|docs|ones)$/;
const FOLDER_NOUNS = /^(folders?|director(y|ies)|dirs?|subfolders?|subdirector(y|ies))$/;
/** Words of grammar that the commands do not know: never the name of a folder. */
const NO_NAME =
  /^(reverse|common|general|particular|total|full|order|question|fact|detail|short|brief|by|via|but|than|nor|not|if|how|why|who|when|while|until|about|into|onto|off|out|up|like|such|so|too|very|much|more|most|less|can|could|will|would|should|shall|must|may|might|he|she|him|his|her|them|they|their|said|nobody|nothing|ever|never|always|because|since|though|yet|after|before|without|against|above|over|between)$/;
const INTO = /^(in|inside|within|under|below|from|of|into|at|beneath|for|to|on|ls|dir|list|tree|du)$/;
const SUBJECT = /^(diff|log|does|do|is|are|large|big|heavy)$/;

const known = (word: string): boolean => singulars(word).some((w) => LEXICON.has(w));

function pathSpan(tokens: readonly Token[], at: number): Span[] {
  const { raw } = tokens[at];
  const next = tokens[at + 1]?.word ?? "";
  const bare = /^\.([a-z0-9+#]{1,6})$/i.exec(raw);
  if (bare && isExtension(bare[1].toLowerCase())) {
    const to = FILE_NOUNS.test(next) ? at + 2 : at + 1;
    return [span(tokens, [at, to], "TYPE", globOf([bare[1].toLowerCase()]))];
  }
  // A range of revisions.
  if (/[^./]\.{2,3}[^./]/.test(raw)) return [];
  const path = raw.replace(/^\.\/(?=.)/, "").replace(/(?<=.)\/+$/, "");
  const base = path.split("/").at(-1)!;
  const folder = raw.endsWith("/") || /^\.{1,2}$|^~$/.test(base) || FOLDER_NOUNS.test(next) ||
    /^\.(git|github|vscode|config|cache|ssh|venv|husky|idea|harombe)$/.test(base) ||
    (!base.slice(1).includes(".") && !base.startsWith("."));
  const named = /^(make|docker|just|gem)file$|^license$|^readme$/i.test(base);
  return [span(tokens, [at, at + 1], folder && !named ? "DIR_PATH" : "FILE_PATH", path)];
}

function typeSpan(tokens: readonly Token[], at: number): Span[] {
  const { word } = tokens[at];
  const next = tokens[at + 1]?.word ?? "";
  const out: Span[] = [];
  for (const name of singulars(word)) {
    const extensions = extensionsOf(name);
    if (extensions === null) continue;
    const glob = globOf(extensions);
    const source = /^(source|code|config)$/.test(next);
    const picture = /^(images?|pictures?|photos?|videos?)$/.test(next);
    if (picture && standsAlone(name)) out.push(span(tokens, [at, at + 2], "TYPE", glob));
    else if (source && FILE_NOUNS.test(tokens[at + 2]?.word ?? "")) out.push(span(tokens, [at, at + 3], "TYPE", glob));
    else if (FILE_NOUNS.test(next) || source) out.push(span(tokens, [at, at + 2], "TYPE", glob));
    else if (
      standsAlone(name) && !(at === 0 && word === name) ||
      (name === "log" && word === "logs" && tokens[at - 1]?.word !== "git")
    ) {
      out.push(span(tokens, [at, at + 1], "TYPE", glob));
    }
    break;
  }
  if (/^(tests?|specs?)$/.test(word) && /^files?$/.test(next)) {
    out.push(span(tokens, [at, at + 2], "TYPE", "*{test,spec}*"));
  }
  if (/^config(uration)?$/.test(word) && /^files?$/.test(next)) {
    out.push(span(tokens, [at, at + 2], "TYPE", "*{config,conf,.ini,.toml}*"));
  }
  return out;
}

/** "ending in .ts", "with the extension md". */
function extensionSpan(tokens: readonly Token[], at: number): Span[] {
  const text = tokens.slice(at, at + 6).map((t) => t.word).join(" ");
  const found =
    /^(?:(?:that |which |whose names? )?(?:end|ends|ending) (?:in|with)|with (?:the |an? )?(?:file )?(?:extension|suffix)(?: of)?|(?:extension|suffix)(?: is)?) \*?\.?([a-z0-9]{1,6}(?:\.[a-z0-9]{1,6})?)(?: |$)/
      .exec(text) ?? /^with (?:the |an? )?\*?\.([a-z0-9]{1,6}) (?:file )?(?:extension|suffix)/.exec(text);
  if (found === null) return [];
  return [span(tokens, [at, at + found[0].trim().split(" ").length], "TYPE", `*.${found[1]}`)];
}

/** "named config", "with report in the name", "starting with draft". */
function namedSpan(tokens: readonly Token[], at: number): Span[] {
  const words = tokens.slice(at, at + 8).map((t) => t.word);
  const text = words.join(" ");
  const lead =
    /^(?:(?:that is |that are |which is |which are )?(?:named|called|titled)(?: like)?|(?:that |which )?(?:has|have|having|with) (?:the |a )?names?|whose (?:file)?names? (?:is|are|contains?|includes?|has|starts? with|begins? with|match(?:es)?)|with (?:file)?names? (?:containing|like|matching)|(?:that |which )?(?:start|starts|starting|begin|begins|beginning) with|by (?:the )?name(?: of)?|matching(?: the name)?) /
      .exec(text + " ");
  const take = (from: number): Span[] => {
    const token = tokens[from];
    if (token === undefined || !/^(word|quoted|path|number)$/.test(token.kind)) return [];
    if (token.kind === "word" && /^(the|a|an|after|like|in|it|them|please|and|first|for|or|by|of)$/.test(token.word)) {
      return [];
    }
    return [span(tokens, [at, from + 1], "NAMED", token.raw.replace(/^.*\//, ""))];
  };
  if (
    lead !== null && lead[0].trim() !== "matching" && !tokens[at + lead[0].trim().split(" ").length]?.raw.includes("*")
  ) return take(at + lead[0].trim().split(" ").length);
  if (lead !== null && tokens[at + 1]?.kind === "quoted" && !tokens[at + 1].raw.includes("*")) return take(at + 1);
  const within =
    /^(?:with|having|containing|have|has|contain|contains|including) (\S+|\S+ \S+) (?:in|as part of) (?:the|its|their) (?:file ?)?names?$/;
  for (let length = 4; length <= 8; length++) {
    const found = within.exec(words.slice(0, length).join(" "));
    if (found === null) continue;
    const size = found[1].split(" ").length;
    if (tokens[at + 1].kind !== "quoted" && size > 1) continue;
    return [span(tokens, [at, at + length], "NAMED", tokens[at + 1].raw)];
  }
  return [];
}

/** A bare word that is said to be a folder: "the agent folder", "directory agent", "files in agent". */
function folderSpan(tokens: readonly Token[], at: number): Span[] {
  const token = tokens[at];
  if (token.kind !== "word" && token.kind !== "quoted") return [];
  if (token.kind === "word" && (!/^[\w@.-]+$/.test(token.raw) || NO_NAME.test(token.word))) return [];
  const before = tokens[at - 1]?.word ?? "";
  const next = tokens[at + 1]?.word ?? "";
  const usual = USUAL_FOLDERS.has(token.word);
  const out: Span[] = [];
  if ((usual || !known(token.word)) && FOLDER_NOUNS.test(next)) {
    out.push(span(tokens, [at, at + 2], "DIR_PATH", token.raw));
  } else if ((usual || !known(token.word)) && FOLDER_NOUNS.test(before)) {
    out.push(span(tokens, [at, at + 1], "DIR_PATH"));
  } else if (/^(called|named)$/.test(before) && FOLDER_NOUNS.test(tokens[at - 2]?.word ?? "")) {
    out.push(span(tokens, [at - 1, at + 1], "DIR_PATH", token.raw));
  } else if (
    usual && !(THINGS.test(token.word) && /^(?:list|for|to|on)$/.test(before)) &&
    (INTO.test(before) ||
      (at === tokens.length - 1 && (/^-|^$/.test(before) || /^(grep|rg)$/.test(tokens[0].word)) ||
        tokens[at - 1]?.kind === "quoted") ||
      SUBJECT.test(before) || (/^(the|my|our)$/.test(before) && INTO.test(tokens[at - 2]?.word ?? "")))
  ) {
    if (!(FILE_NOUNS.test(next) && extensionsOf(token.word))) out.push(span(tokens, [at, at + 1], "DIR_PATH"));
  } else if (
    usual && !THINGS.test(token.word) && !/^(config|configs)$/.test(token.word) && tokens.length <= 4 &&
    !known(token.word) && /^(show|display|see|me|view|open|)$/.test(before)
  ) {
    out.push(span(tokens, [at, at + 1], "DIR_PATH"));
  } else if (
    !known(token.word) && INTO.test(before) &&
    (!/^(for|to|on|of)$/.test(before) || (before === "of" && /^(tree|structure)$/.test(tokens[at - 2]?.word ?? ""))) &&
    !FILE_NOUNS.test(next) &&
    token.kind === "word" &&
    !/^(\d|-)|^[A-Z][A-Za-z]*$/.test(token.raw)
  ) {
    out.push(span(tokens, [at, at + 1], "DIR_WORD"));
  }
  return out;
}

/** "over 10 MB", "< 5kb", "between" is not known. */
function sizeSpan(tokens: readonly Token[], at: number): Span[] {
  const text = tokens.slice(at, at + 5).map((t) => (t.kind === "size" ? "#" : t.word)).join(" ");
  const more =
    /^(?:(?:that|which) )?(?:are |is )?(?:over|above|(?:more|larger|bigger|greater|heavier) than|at least|exceed(?:ing|s)?|beyond|>=?|minimum|that exceed|no smaller than) #/
      .exec(text);
  const less =
    /^(?:(?:that|which) )?(?:are |is )?(?:under|below|(?:less|smaller|lighter|fewer) than|at most|<=?|up to|no (?:larger|bigger|more) than|maximum) #/
      .exec(text);
  const hit = more ?? less;
  const after = /^# (?:or|and) (larger|bigger|more|above|up|over|smaller|less|below|under)\b/.exec(text) ??
    /^#(\+)/.exec(text);
  const length = hit ? hit[0].split(" ").length : after ? after[0].split(" ").length : 0;
  if (length === 0) return [];
  const slot = hit
    ? (more ? "MORE_SIZE" : "LESS_SIZE")
    : /smaller|less|below|under/.test(after![1])
    ? "LESS_SIZE"
    : "MORE_SIZE";
  const value = tokens.slice(at, at + length).find((t) => t.kind === "size")!.value!;
  return [{ ...span(tokens, [at, at + length], slot), value }];
}

/** Every slot that some stretch of `tokens` could fill by its shape; a rule chooses. */
export function findSlots(tokens: readonly Token[]): Span[] {
  const out: Span[] = [];
  tokens.forEach((token, at) => {
    if (token.kind === "path") out.push(...pathSpan(tokens, at));
    if (token.kind === "glob") out.push(span(tokens, [at, at + 1], "GLOB"));
    if (token.kind === "number") out.push({ ...span(tokens, [at, at + 1], "NUM"), value: token.value });
    if (token.kind === "word" && /^[0-9a-f]{7,40}$/.test(token.raw) && /^commit$/.test(tokens[at - 1]?.word ?? "")) {
      out.push(span(tokens, [at, at + 1], "REF"));
    }
    if (token.kind === "ref") out.push(span(tokens, [at, at + 1], "REF"));
    if (token.kind === "break") out.push(span(tokens, [at, at + 1], "BREAK"));
    const count = /^-(?:n=?)?(\d{1,5})$/.exec(token.raw);
    if (count) out.push({ ...span(tokens, [at, at + 1], "NUM"), value: Number(count[1]) });
    if (token.kind === "quoted") {
      out.push(span(tokens, [at, at + 1], "QUOTED"));
      const path = token.raw.trim();
      if (/^[^\n]*\.\w{1,8}$/.test(path) && !/\s\S*\s\S*\s/.test(path)) {
        out.push(span(tokens, [at, at + 1], "FILE_PATH", path));
      }
      if (path.includes("*") && !/\s/.test(path)) out.push(span(tokens, [at, at + 1], "GLOB"));
      if (/^\S+\/$|^[^\s.]+\/[^\s.]+$/.test(path)) {
        out.push(span(tokens, [at, at + 1], "DIR_PATH", path.replace(/\/$/, "")));
      }
    }
    const two = `${token.word} ${tokens[at + 1]?.word ?? ""}`;
    if (NAMES[two]) out.push(span(tokens, [at, at + 2], "NAME", NAMES[two]));
    if (token.kind === "word" && NAMES[token.word]) out.push(span(tokens, [at, at + 1], "NAME", NAMES[token.word]));
    if (token.kind === "word") out.push(...typeSpan(tokens, at));
    out.push(
      ...extensionSpan(tokens, at),
      ...namedSpan(tokens, at),
      ...folderSpan(tokens, at),
      ...sizeSpan(tokens, at),
      ...rangesAt(tokens, at),
    );
  });
  return out;
}
