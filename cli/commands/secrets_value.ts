/** The value of a secret as a person gives it: typed without an echo, or on standard input. */
import { LONGEST_VALUE } from "../../security/secrets/store.ts";
import type { Io } from "../io.ts";
import { readAll } from "../read_all.ts";
import { askHidden } from "../terminal/passphrase.ts";

/** One line at a terminal; else all of standard input without one line end at its end. */
export async function valueFor(name: string, io: Io): Promise<string> {
  if (io.stdin.isTerminal) {
    return await askHidden({ question: `Value of ${name} (it is not shown): `, what: "value" }, io, io.signal);
  }
  const text = await readAll(io.stdin.readable, LONGEST_VALUE * 4, io.signal);
  return text.replace(/\r?\n$/, "");
}
