/** A secret within a shell line: as a variable that the shell reads, never as text of the line. Pure. */
import { PLACEHOLDERS } from "./placeholder.ts";

/** What would take words for a program again: there a value in the line could be obeyed. */
const OBEYS =
  /(?:^|[\s;&|(`])(?:eval|source|\.|exec|xargs|trap|alias|awk|gawk|mawk|sed|jq|perl|ruby|php|make|expr|find|ssh|su|watch|parallel|tclsh|osascript)(?=\s)|\s-[a-z]*[ce](?=\s)/;

/**
 * `line` in which each placeholder is read from the environment, quoted for where it stands: outside quotes and in double ones as
 * one word, in single ones outside them. A `$` before it is kept. Where its value could be taken for a program, or within a
 * here-document, a problem for the model.
 */
export function shellWithVariables(line: string): { line: string } | { problem: string } {
  const places = new Map(Array.from(line.matchAll(PLACEHOLDERS), (match) => [match.index, match[0]]));
  const out: string[] = [];
  let quote: "" | "'" | '"' = "";
  for (let i = 0; i < line.length; i++) {
    const name = places.get(i);
    if (name !== undefined) {
      const before = /\$\{?$/.exec(line.slice(Math.max(0, i - 2), i))?.[0] ?? "";
      const braced = before.endsWith("{") && line[i + name.length] === "}";
      if (before.endsWith("{") && !braced) return { problem: `write "$${name}" for ${name}` };
      if (/<</.test(line.slice(0, i))) {
        return { problem: `${name} cannot stand in a here-document; use printf '%s\\n' "$${name}", or write_file` };
      }
      i += name.length - 1 + (braced ? 1 : 0);
      if (quote === "'" && before !== "") {
        out.push(name + (braced ? "}" : ""));
        continue;
      }
      if (OBEYS.test(line)) {
        return {
          problem: `${name} would become part of a program; let that program read it: '$${name}' in single quotes`,
        };
      }
      for (const _ of before) out.pop();
      out.push(quote === '"' ? `\${${name}}` : quote === "'" ? `'"\${${name}}"'` : `"\${${name}}"`);
      continue;
    }
    const c = line[i];
    if (c === "\\" && quote !== "'") {
      out.push(c, line[++i] ?? "");
      continue;
    }
    if ((c === "'" || c === '"') && (quote === "" || quote === c)) quote = quote === "" ? c : "";
    out.push(c);
  }
  return { line: out.join("") };
}

/** Reading a variable, as languages write it, right before its name. */
const READ =
  /(?:environ(?:\.get)?\s{0,3}[[(]\s{0,3}|getenv\s{0,3}\(\s{0,3}|env\.(?:get|has)\s{0,3}\(\s{0,3}|process\.env\s{0,3}(?:\.|\[)\s{0,3})["'`]?$/;

/** Why `code` may not use its placeholders as it does, or null: each must be read from the environment by its name. */
export function codeProblem(code: string): string | null {
  for (const match of code.matchAll(PLACEHOLDERS)) {
    if (!READ.test(code.slice(Math.max(0, match.index - 40), match.index))) {
      return `code reads a secret from the environment by its name: os.environ["${match[0]}"], Deno.env.get("${
        match[0]
      }")`;
    }
  }
  return null;
}
