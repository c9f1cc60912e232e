/** The simple commands that only read the workspace, with every option they may carry. */
import { secretPath } from "./secret_path.ts";
import type { SimpleCommand } from "./shell_parse.ts";

type Options = {
  /** One-letter options without a value, and those that take one. */
  short: string;
  valued: string;
  long: string[];
  longValued: string[];
  /** Most words that are not options; more of them would mean something else (`uniq` writes its second). */
  words: number;
  /** `-20` is a number of lines; one `-` before a whole word is an option of its own (`find -name`). */
  counts?: boolean;
  wholeWord?: boolean;
  /** Words that are not paths: patterns, text, revisions. */
  text?: boolean;
};

const ANY = 1000;

function options(short = "", valued = "", long = "", longValued = "", rest: Partial<Options> = {}): Options {
  const split = (list: string) => list.split(" ").filter((x) => x !== "");
  return { short, valued, long: split(long), longValued: split(longValued), words: ANY, ...rest };
}

const GIT_SHOWN =
  "no-color stat shortstat numstat name-only name-status summary oneline graph decorate all patch no-patch " +
  "no-ext-diff no-textconv cached staged ignore-all-space ignore-space-change word-diff reverse no-merges merges " +
  "first-parent abbrev-commit branches tags follow minimal patience histogram raw check";
const GIT_VALUED =
  "max-count since until after before author committer grep format pretty date unified diff-filter skip abbrev";

const COMMANDS: Record<string, Options> = {
  ls: options(
    "1AaBCdFghiklmnopqrRSstuUvXx",
    "",
    "all almost-all human-readable reverse recursive directory",
    "sort time",
  ),
  cat: options("AbeEnstTuv", "", "number show-all show-ends show-tabs"),
  head: options("qvz", "nc", "quiet verbose", "lines bytes", { counts: true }),
  tail: options("qvz", "nc", "quiet verbose", "lines bytes", { counts: true }),
  wc: options("clmwL", "", "bytes chars lines words max-line-length"),
  grep: options(
    "EFGinvclLwxohHsqaz",
    "mABCe",
    "ignore-case line-number invert-match count files-with-matches word-regexp fixed-strings extended-regexp no-filename",
    "max-count after-context before-context context regexp",
    { counts: true },
  ),
  sort: options("bdfghiMnRrVsucC", "kt", "numeric-sort reverse unique human-numeric-sort", "key field-separator"),
  uniq: options("cdDiuz", "fsw", "count repeated unique ignore-case", "skip-fields", { words: 1 }),
  cut: options("snz", "bcdf", "only-delimited complement", "delimiter fields characters output-delimiter"),
  tr: options("cCdst", "", "delete squeeze-repeats complement", "", { text: true }),
  nl: options("p", "bdfhilnsvw"),
  stat: options("Lt", "cf", "dereference terse", "format"),
  file: options("bihkLN", "", "brief mime mime-type"),
  du: options("abchHkLmsxS", "dt", "all human-readable summarize total apparent-size bytes", "max-depth threshold"),
  df: options("ahHiklPT", "", "human-readable all inodes"),
  diff: options("abBdiNqstuwyc", "UC", "brief unified side-by-side ignore-case", "context", { words: 2 }),
  cmp: options("bls", "n", "print-bytes silent verbose", "bytes", { words: 2 }),
  basename: options("az", "s", "", "", { text: true }),
  dirname: options("z", "", "", "", { text: true }),
  realpath: options("emsz"),
  md5sum: options("btz"),
  sha1sum: options("btz"),
  sha256sum: options("btz"),
  tree: options("adfhpsugDirtvUL", "LPI", "noreport dirsfirst", ""),
  seq: options("w", "sf", "", "", { words: 3, text: true }),
  date: options("uR", "", "utc", "iso-8601", { words: 1, text: true }),
  uname: options("asnrvmpio", "", "all", "", { words: 0 }),
  id: options("ugnGr", "", "", "", { words: 0 }),
  whoami: options("", "", "", "", { words: 0 }),
  pwd: options("LP", "", "", "", { words: 0 }),
  true: options("", "", "", "", { words: 0 }),
  false: options("", "", "", "", { words: 0 }),
  echo: options("neE", "", "", "", { text: true }),
  find: options(
    "",
    "",
    "empty not o or a and print print0 readable writable executable daystart mount xdev depth prune",
    "name iname path ipath wholename type size mtime mmin atime ctime newer maxdepth mindepth user group perm links",
    { wholeWord: true },
  ),
  "git status": options("sbvz", "", "short branch porcelain long verbose ignored no-renames", "untracked-files"),
  "git log": options("pzmc", "nSGU", GIT_SHOWN, GIT_VALUED, { counts: true }),
  "git show": options("pzmcs", "nU", GIT_SHOWN, GIT_VALUED, { counts: true }),
  "git diff": options("pzwbs", "USG", GIT_SHOWN, GIT_VALUED),
};

/** Null if `command` only reads what a tool may read unasked; else why that cannot be said of it. */
export function whyNotReading(command: SimpleCommand): string | null {
  const [name, words] = nameOf(command);
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (known === undefined) return `${name} is not a listed reading command`;
  const plain: string[] = [];
  let onlyWords = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (onlyWords || word === "-" || !word.startsWith("-")) plain.push(word);
    else if (word === "--") onlyWords = true;
    else {
      const taken = readOption(word, known);
      if (taken === null) return `${name} with ${word.slice(0, 40)} is not a listed reading command`;
      if (taken === "next" && ++i >= words.length) return `${name} lacks the value of ${word.slice(0, 40)}`;
    }
  }
  if (plain.length > known.words) return `${name} with ${plain.length} names may do more than read`;
  if (name === "date" && plain.some((w) => !w.startsWith("+"))) return "date with a date sets the clock";
  return known.text ? null : whyNotPath(plain.flatMap((w) => [w, ...w.split(":").slice(1)]));
}

function nameOf(command: SimpleCommand): [string, string[]] {
  if (command[0] !== "git") return [command[0], command.slice(1)];
  const rest = command.slice(command[1] === "--no-pager" ? 2 : 1);
  return [`git ${rest[0] ?? ""}`, rest.slice(1)];
}

/** `own` = the option stands alone, `next` = the next word is its value, null = not listed. */
function readOption(word: string, known: Options): "own" | "next" | null {
  if (known.wholeWord) {
    const name = word.slice(1);
    return known.long.includes(name) ? "own" : known.longValued.includes(name) ? "next" : null;
  }
  if (word.startsWith("--")) {
    const [name, value] = word.slice(2).split(/=(.*)/s);
    if (known.longValued.includes(name)) return value === undefined ? "next" : "own";
    return known.long.includes(name) && value === undefined ? "own" : null;
  }
  if (known.counts && /^-\d{1,9}$/.test(word)) return "own";
  const letters = [...word.slice(1)];
  for (const [i, letter] of letters.entries()) {
    if (known.valued.includes(letter)) return i + 1 < letters.length ? "own" : "next";
    if (!known.short.includes(letter)) return null;
  }
  return "own";
}

function whyNotPath(words: string[]): string | null {
  for (const word of words) {
    if (word.startsWith("/") || word.startsWith("~")) return "it names a path outside the workspace";
    if (word.split("/").includes("..")) return "it names a path above the folder it runs in";
    const why = secretPath(word);
    if (why !== null) return `${word.slice(0, 80)}: ${why}`;
  }
  return null;
}
