/** A session as a person reads it in a terminal: what tools were given and gave in a line each, all else whole. Pure. */
import { oneLine } from "../commands/when.ts";
import type { Entry } from "./transcript.ts";

/** Characters of a call's arguments, and of a result, that are shown. */
const ARGUMENTS = 200;
const RESULT = 400;

/** A block for each entry. `printable` takes control and bidirectional characters out. */
export function plainOf(entries: readonly Entry[], printable: (text: string) => string): string[] {
  return entries.map((entry) => {
    switch (entry.kind) {
      case "person":
        return marked("> ", printable(entry.text));
      case "answer":
        return printable(entry.text);
      case "call":
        return printable(`[${entry.tool} ${oneLine(entry.arguments, ARGUMENTS)}]`);
      case "result":
        return printable(`[${entry.tool}${entry.failed ? " failed" : ""}: ${oneLine(entry.text, RESULT)}]`);
      case "notice":
        return marked("| ", printable(entry.text));
    }
  });
}

function marked(mark: string, text: string): string {
  return text.split("\n").map((line) => `${mark}${line}`).join("\n");
}
