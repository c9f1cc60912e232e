/**
 * Anthropic, a cloud. It takes only what a sanitiser has sealed (`cloud_chat.ts`), and this version has none; its usual
 * address is public, so `dial` refuses it besides. `doctor` says `CLOUD_UNAVAILABLE`.
 */
import { ChatError, type ChatEvent, type ChatRequest } from "../chat.ts";
import type { CloudChat, RedactionSeal } from "../cloud_chat.ts";
import { adaptedAnthropic, anthropicNotices, encodeAnthropic, type SignedThinking } from "../wire/anthropic.ts";
import { anthropicDecoder } from "../wire/anthropic_stream.ts";
import { answer, newCallId } from "./answer.ts";
import { dial, type Reply, type Server } from "./dial.ts";
import { eventUnits } from "./openai_compatible.ts";
import { readRefusal, refusalError } from "./refusal.ts";

export const CLOUD_UNAVAILABLE =
  "unavailable: Anthropic; prompts for a cloud must pass a sanitiser, and this version has none";

/** The version of the wire; every request must name one. */
const VERSION = "2023-06-01";

/** Answers whose signed reasoning is kept, so that the calls of a turn can go back with it. */
const KEPT = 64;

const ADAPTATIONS = 3;

/**
 * `model` at `server` as a `CloudChat`. `open` is the sanitiser's: anything that it did not seal is refused before a
 * byte leaves. The key goes out as `x-api-key` to this server alone. Nothing is sent twice but a request without a
 * field that the server refused; overload (529) and limits (429) are thrown as `server`, with the server's `retry-after`.
 */
export function anthropicChat(
  server: Omit<Server, "apiKey">,
  model: string,
  given: { apiKey: string; open: RedactionSeal["open"] },
): CloudChat {
  const signed = new Map<string, SignedThinking[]>();
  return async function* (redacted, signal) {
    const request = given.open(redacted);
    const body = encodeAnthropic(request, model, (callId) => signed.get(callId) ?? []);
    const reply = await post(server, { model, body, apiKey: given.apiKey }, signal);
    if (!/^text\/event-stream\b/i.test(reply.contentType)) {
      await reply.bytes.return();
      throw new ChatError(
        "garbage",
        `Cannot read the answer of ${server.base}: its type is ${reply.contentType || "unknown"}`,
      );
    }
    const decoder = anthropicDecoder(request, newCallId);
    const waiting = noticesOf(request);
    let first: string | null = null;
    for await (const event of answer(reply.bytes, { units: eventUnits(), decoder })) {
      yield* waiting.splice(0);
      if (event.type === "tool_call") first ??= event.call.id;
      if (event.type === "done" && first !== null) keep(signed, first, decoder.signed());
      yield event;
    }
  };
}

function noticesOf(request: ChatRequest): ChatEvent[] {
  return anthropicNotices(request).map((text) => ({ type: "notice", text }));
}

function keep(signed: Map<string, SignedThinking[]>, callId: string, blocks: SignedThinking[]): void {
  if (blocks.length === 0) return;
  signed.set(callId, blocks);
  for (const old of [...signed.keys()].slice(0, Math.max(0, signed.size - KEPT))) signed.delete(old);
}

async function post(
  server: Server,
  { model, body, apiKey }: { model: string; body: Record<string, unknown>; apiKey: string },
  signal: AbortSignal,
): Promise<Reply> {
  const headers = { "x-api-key": apiKey, "anthropic-version": VERSION };
  for (let at = 0, sent = body;; at++) {
    const reply = await dial(server, { method: "POST", path: "/v1/messages", body: sent, headers }, signal);
    if (reply.status === 200) return reply;
    const wait = reply.header("retry-after");
    const refusal = await readRefusal(reply);
    const changed = refusal.status === 400 ? adaptedAnthropic(sent, refusal.text) : null;
    if (changed !== null && at < ADAPTATIONS) {
      sent = changed;
      continue;
    }
    const error = refusalError(refusal, { model, base: server.base });
    throw /^\d{1,6}$/.test(wait) ? new ChatError(error.fault, `${error.message}; try again in ${wait} s`) : error;
  }
}
