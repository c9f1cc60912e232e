/** `harombe secrets list|add|get|rm|import|rotate`. */
import { unavailable } from "../failure.ts";
import type { Io } from "../io.ts";
import type { Args } from "../talk.ts";

/** Runs `secrets VERB`; the exit code. */
// deno-lint-ignore require-await -- a command's contract is async
export async function secretsCommand(_verb: string, _args: Args, _io: Io): Promise<number> {
  throw unavailable("secrets are being built");
}
