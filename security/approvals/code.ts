/** The code of a notification: with the id of its request it answers that request, once. */
import { sha256 } from "./queued.ts";
import type { Queue } from "./queue.ts";

/** Letters and digits that nobody confuses: 32 of them. */
const LETTERS = "abcdefghijkmnopqrstuvwxyz3456789";
const CODE_LETTERS = 12;

/** A new code for `id`, which takes the place of the one before. Only its hash is kept. */
export async function newCode(queue: Pick<Queue, "setCode">, id: string, signal: AbortSignal): Promise<string> {
  const code = [...crypto.getRandomValues(new Uint8Array(CODE_LETTERS))].map((byte) => LETTERS[byte % 32]).join("");
  await queue.setCode(id, codeHash(id, code), signal);
  return code;
}

/** What is kept of a code. Bound to its request: the code of one is none for another. */
export function codeHash(id: string, code: string): string {
  return sha256(`harombe approval code\n${id}\n${code}`);
}
