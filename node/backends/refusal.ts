/** What a server's error reply means to the person who waits for an answer. */
import * as z from "zod";
import { ChatError, type ChatFault } from "../chat.ts";
import { plain } from "../wire/decoder.ts";
import { readText, type Reply } from "./dial.ts";

const ErrorBody = z.union([
  z.looseObject({ error: z.string() }).transform((body) => body.error),
  z.looseObject({ error: z.looseObject({ message: z.string() }) }).transform((body) => body.error.message),
  z.looseObject({ message: z.string() }).transform((body) => body.message),
  z.looseObject({ detail: z.string() }).transform((body) => body.detail),
]);

/** The message in an error body: of JSON the usual fields, else the text itself, at most 500 characters. */
function errorText(body: string): string {
  try {
    return plain(ErrorBody.parse(JSON.parse(body)));
  } catch {
    return plain(body);
  }
}

export type Refusal = { status: number; text: string };

/** Reads the rest of a reply that is not 200. */
export async function readRefusal(reply: Reply): Promise<Refusal> {
  return { status: reply.status, text: errorText(await readText(reply, 64 << 10)) };
}

/** Whether the refusal is for want of the model, by its text or a bare 404. */
export function isMissingModel({ status, text }: Refusal): boolean {
  return status === 404 && (text === "" || /\bmodel\b/i.test(text));
}

/** `refusal` as the error to throw. `known` names the models that exist, where the one asked for does not. */
export function refusalError(
  refusal: Refusal,
  about: { model: string; base: string; known?: string[] },
): ChatError {
  const { status, text } = refusal;
  const what = `Cannot use the model ${about.model} at ${about.base}`;
  if (about.known) {
    const names = about.known.length > 0 ? `it has ${about.known.join(", ")}` : "it has no models";
    return new ChatError("refused", `${what}: the server does not have it; ${names}`);
  }
  if (/does not support tools/i.test(text)) {
    return new ChatError(
      "refused",
      `${what} with tools: this model does not support tools; choose another with /models`,
    );
  }
  if (status === 401 || status === 403) {
    return new ChatError("refused", `${what}: the server wants a valid api_key (HTTP ${status} ${text})`);
  }
  return new ChatError(faultOf(status), `${what}: HTTP ${status} ${text}`.trimEnd());
}

function faultOf(status: number): ChatFault {
  if (status >= 500 || status === 429 || status === 408) return "server";
  return status >= 400 ? "refused" : "garbage";
}
