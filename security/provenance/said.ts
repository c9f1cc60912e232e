/** Words and their origins within a sentence for a person. Pure. */
import type { Heard } from "./origin.ts";

/** `text` short enough for a sentence. */
export function quote(text: string): string {
  const one = text.replace(/\s+/g, " ");
  return `\`${one.length > 80 ? `${one.slice(0, 77)}…` : one}\``;
}

/** The place as a person calls it: `page evil.example`. */
export function placeOf({ origin }: Pick<Heard, "origin">): string {
  const kinds = {
    stdin: "standard input",
    api: "a program's message",
    paste: "pasted text",
    memory: "memory",
  } as const;
  const kind = kinds[origin.kind as keyof typeof kinds] ?? origin.kind;
  return origin.name === "" ? kind : `${kind} ${origin.name.replace(/\s+/g, " ").slice(0, 100)}`;
}
