/** How a command ends badly: one clear line on standard error and an exit code that scripts can read. */

/** 0 is success. Everything here is documented by `harombe --help`. */
export const EXIT = { failed: 1, usage: 2, needsApproval: 3, unavailable: 4, interrupted: 130 } as const;

/** An end that a command chose. `message` may have several lines; it is shown without a prefix of its own. */
export class Exit extends Error {
  override name = "Exit";
  constructor(readonly code: typeof EXIT[keyof typeof EXIT], message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** What is not there: says what to install or to do, exit 4. */
export function unavailable(what: string): Exit {
  return new Exit(EXIT.unavailable, `unavailable: ${what}`);
}

const UNSEEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** `text` with control, bidirectional, zero-width and broken characters as `\u{…}`; `\n` and `\t` stay. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`);
}

/** `word` fit to be named in a message: `visible`, at most 60 characters. */
export function short(word: string): string {
  return visible(word.length > 60 ? `${word.slice(0, 60)}…` : word);
}

const MOST_CHARACTERS = 500;
const MOST_LINES = 40;

/**
 * `text` fit for a terminal's error lines: `visible`, each line at most 500 characters, at most 40 lines; what was cut is counted.
 */
export function plainLines(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const shown = lines.slice(0, MOST_LINES).map((line) => {
    const kept = line.slice(0, MOST_CHARACTERS);
    const shown = visible(kept);
    return line.length > kept.length ? `${shown}… (${line.length - kept.length} more characters)` : shown;
  });
  if (lines.length > shown.length) shown.push(`… (${lines.length - shown.length} more lines)`);
  return shown.join("\n");
}

/** The lines and the exit code for whatever was thrown. Pure. A stack is included only if `debug`. */
export function explain(error: unknown, options: { debug: boolean }): { code: number; text: string } {
  if (error instanceof Deno.errors.BrokenPipe) return { code: 0, text: "" };
  const code = error instanceof Exit ? error.code : isAbort(error) ? EXIT.interrupted : EXIT.failed;
  if (code === EXIT.interrupted && !options.debug) return { code, text: "" };
  const message = error instanceof Error ? error.message || error.name : String(error);
  const stack = options.debug && error instanceof Error ? `\n${error.stack ?? ""}` : "";
  return { code, text: `harombe: ${plainLines(message)}${stack}\n` };
}

/** Prints what `explain` says to standard error; the exit code. */
export function report(error: unknown, options: { debug: boolean }): number {
  const { code, text } = explain(error, options);
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    return code;
  }
  return code;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
