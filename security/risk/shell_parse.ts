/**
 * A strict grammar for the part of the shell that can be judged without running it: words, quotes without any
 * expansion, and `|`, `&&`, `;` between commands. What is outside of it is not parsed: no guess is made.
 */

/** The words of one command, quotes taken off. At least one word. */
export type SimpleCommand = string[];

const LONGEST = 10_000;
const BARE = /^[A-Za-z0-9_./,:=@%+\p{L}\p{N}-]$/u;
const QUOTED = /^[^\p{C}\p{Zl}\p{Zp}]$/u;
/** Words that change how a POSIX shell or bash reads what follows, or that run a word as a command line. */
const RESERVED = new Set(
  ("if then else elif fi for while until do done case esac in function select time coproc { } ! [[ ]] " +
    "eval exec source . command builtin trap alias").split(" "),
);

/** The commands of `line` in order, or null if any of it is outside the grammar. Linear in the length of `line`. */
export function parseShell(line: string): SimpleCommand[] | null {
  if (line.length > LONGEST) return null;
  const commands: SimpleCommand[] = [];
  let words: string[] = [];
  let word: string | null = null;
  const chars = [...line];
  const endWord = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length === 0 || RESERVED.has(words[0]) || words[0] === "" || words[0].includes("=")) return false;
    commands.push(words);
    words = [];
    return true;
  };
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i];
    if (c === " " || c === "\t") endWord();
    else if (c === "'" || c === '"') {
      const end = chars.indexOf(c, i + 1);
      if (end < 0) return null;
      const inner = chars.slice(i + 1, end);
      if (!inner.every((x) => QUOTED.test(x) && (c === "'" || !"$`\\!".includes(x)))) return null;
      word = (word ?? "") + inner.join("");
      i = end;
    } else if (c === ";" || c === "|" || c === "&") {
      if (c === "&" && chars[++i] !== "&") return null;
      if (!endCommand()) return null;
    } else if (BARE.test(c)) word = (word ?? "") + c;
    else return null;
  }
  return endCommand() ? commands : null;
}

/** `command` written one way only: a word that is not plain stands in single quotes. */
export function commandText(command: SimpleCommand): string {
  return command.map((w) => w !== "" && [...w].every((c) => BARE.test(c)) ? w : `'${w}'`).join(" ");
}
