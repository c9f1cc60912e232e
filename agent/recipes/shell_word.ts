/** Values as words of a shell line (POSIX sh, 2.2 Quoting): what a value holds is never read as shell. Pure. */
import { referencesIn } from "./reference.ts";

/** `value` as one word, whatever is in it. Throws RangeError for a NUL, which no argument can hold. */
export function shellWord(value: string): string {
  if (value.includes("\0")) throw new RangeError("Cannot put a NUL byte into a shell line");
  return /^[A-Za-z0-9_][A-Za-z0-9_./:=@%+,-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Where quoting has rules of its own, so that a quoted word would not stay one. */
const OWN_RULES =
  /<<|`|\$\(\(|\$'|\$"|\(\(|\[\[|\b(?:eval|source|exec|trap|alias|let|declare|typeset|local|export|readonly|unset|read|mapfile|readarray|coproc|command|builtin|printf -v|test -v)\b|\[ -v\b|(?:^|[\s;|&(])\.\s|\b(?:sh|bash|dash|zsh|ksh|ash|python3?|perl|ruby|node|deno|awk|gawk|mawk|sed|xargs|find|ssh|env|sudo|su|nohup|timeout|time|nice|setsid|stdbuf|chroot|make|m4|ed|ex|vim?|watch|parallel|php|lua|tclsh|busybox)\b/;

/**
 * Null if each reference in `line` stands where a quoted word is safe, as a word of its own; else why not: within
 * quotes, after a backslash, in a comment, glued to other text, as the command itself, or in a line that gives text to another interpreter.
 */
export function quotable(line: string): string | null {
  const marks = referencesIn(line);
  if (OWN_RULES.test(line)) {
    return "a value may not stand in a line that runs another interpreter or has rules of quoting of its own";
  }
  let from = 0;
  for (const { text } of marks) {
    const at = line.indexOf(text, from);
    const before = line.slice(0, at);
    if (quoteAt(before) !== "plain") {
      return `${text} stands within quotes, a comment or after a backslash; leave the quotes out`;
    }
    if (!/(?<!\\)\s$/.test(before) || !/^(?:\s|$|[;|&)])/.test(line.slice(at + text.length))) {
      return `${text} must be a word of its own`;
    }
    if (/(?:^|[;|&({!\n]|\b(?:then|do|else|elif|if|while|until))\s*(?:\w+=\S*\s+)*$/.test(before)) {
      return `${text} stands where the command itself would`;
    }
    from = at + text.length;
  }
  return null;
}

/** How the shell reads what follows `text`. */
function quoteAt(text: string): "plain" | "quoted" {
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (quote === "'") quote = c === "'" ? "" : quote;
    else if (c === "\\") at++;
    else if (quote === '"') quote = c === '"' ? "" : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (c === "#" && (at === 0 || /[\s;|&(]/.test(text[at - 1]))) return "quoted";
    if (c === "\\" && at >= text.length) return "quoted";
  }
  return quote === "" ? "plain" : "quoted";
}
