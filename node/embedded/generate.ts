/** One answer of a loaded model as the events of a `Chat`. */
import { ChatError, type ChatEvent, type ChatRequest } from "../chat.ts";
import { envelopeDecoder, envelopeGrammar, instructions, type Offer, offerOf } from "./envelope.ts";
import { grammarOf } from "./gbnf.ts";
import type { Bundle, Context, Grammar, Llama, LlamaChat, LoadedModel } from "./llama.ts";
import { historyOf } from "./prompt.ts";
import { boundedSchema } from "./shape.ts";
import { stopText } from "./stop_text.ts";

/** A model in memory with the context that it answers in. */
export type Ready = {
  bundle: Bundle;
  llama: Llama;
  model: LoadedModel;
  context: Context;
  chat: LlamaChat;
  tokensOf: TokensOf;
};

/** Tokens of the whole prompt that a history becomes. */
export type TokensOf = (history: ReturnType<typeof historyOf>) => number;

/** Tokens of reasoning before an answer; the steps are ours, the model's own default holds where none is asked for. */
const THOUGHTS = { low: 512, medium: 2048, high: 8192 } as const;

/** What the grammar of an answer is made of. */
type Form = { grammar: string | null; offer: Offer; enveloped: boolean };

/**
 * The form that `request` asks for. Throws `ChatError` `refused` for a schema that no grammar can hold, and for a schema
 * of the answer together with tools.
 */
function formOf(request: Pick<ChatRequest, "tools" | "format">): Form {
  const offer = offerOf(request.tools);
  if (request.format === undefined) {
    const enveloped = offer.tools.length > 0;
    return { grammar: enveloped ? envelopeGrammar(offer.tools) : null, offer, enveloped };
  }
  if (offer.tools.length > 0) {
    throw new ChatError("refused", "Cannot hold an answer to a schema while tools are offered: leave out one of them");
  }
  const bounded = boundedSchema(request.format);
  if (bounded.shape === null) throw new ChatError("refused", `Cannot hold an answer to its schema: ${bounded.reason}`);
  const left = bounded.notes.map((note) => `Of the answer's schema is left to you: ${note}`);
  return {
    grammar: grammarOf(bounded.shape),
    offer: { tools: [], notices: [...offer.notices, ...left] },
    enveloped: false,
  };
}

/**
 * Answers `request`, telling each event as it is made; the last is `done`. Throws `ChatError` `refused` for what cannot
 * be asked of this model and context. Ends at once when `signal` aborts, with the signal's reason.
 */
export async function generate(
  ready: Ready,
  request: ChatRequest,
  { say, newId }: { say(event: ChatEvent): void; newId(): string },
  signal: AbortSignal,
): Promise<void> {
  const form = formOf(request);
  for (const text of form.offer.notices) say({ type: "notice", text });
  const history = historyOf(request.messages, {
    enveloped: form.enveloped,
    instructions: form.enveloped
      ? instructions(form.offer.tools)
      : request.format === undefined
      ? ""
      : `Answer with JSON that satisfies this JSON Schema and with nothing else: ${JSON.stringify(request.format)}`,
  });
  const promptTokens = ready.tokensOf(history);
  const room = Math.min(request.contextLength ?? Infinity, ready.context.contextSize) - promptTokens - 1;
  if (room < 1) {
    throw new ChatError(
      "refused",
      `Cannot answer: the prompt has ${promptTokens} tokens, the context ${ready.context.contextSize}`,
    );
  }
  const grammar = form.grammar === null ? undefined : await grammarFor(ready.llama, form.grammar);
  const stop = stopText(request.stop ?? []);
  const enough = new AbortController();
  const tell = (text: string) => {
    const sure = stop.push(text);
    if (sure !== "") say({ type: "text", text: sure });
    if (stop.stopped) enough.abort();
  };
  const decoder = form.enveloped ? envelopeDecoder() : null;
  const counted = { tokens: 0 };
  const budget = thoughtsOf(request, grammar !== undefined);
  const { metadata } = await ready.chat.generateResponse(history, {
    signal: AbortSignal.any([signal, enough.signal]),
    stopOnAbortSignal: true,
    maxTokens: Math.min(request.maxTokens ?? Infinity, room),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(grammar === undefined ? {} : { grammar }),
    ...(budget === null ? {} : { budgets: { thoughtTokens: budget } }),
    onResponseChunk: ({ type, segmentType, text, tokens }) => {
      counted.tokens += tokens.length;
      if (stop.stopped || signal.aborted) return;
      if (type === "segment") {
        if (segmentType === "thought" && text !== "") say({ type: "thinking", text });
        return;
      }
      const said = decoder === null ? text : decoder.push(text);
      if (said !== "") tell(said);
    },
  });
  signal.throwIfAborted();
  const rest = stop.stopped ? "" : stop.rest();
  if (rest !== "") say({ type: "text", text: rest });
  const written = decoder?.end() ?? { call: null, whole: true };
  const cut = !stop.stopped && (metadata.stopReason === "maxTokens" || !written.whole);
  if (written.call !== null && !cut) {
    say({ type: "tool_call", call: { id: newId(), ...written.call } });
  }
  say({ type: "usage", promptTokens, outputTokens: counted.tokens });
  say({ type: "done", reason: cut ? "length" : written.call === null ? "stop" : "tool_calls" });
}

/** A grammar begins with the first token, so where there is one, nothing is thought before. */
function thoughtsOf({ think }: ChatRequest, constrained: boolean): number | null {
  if (constrained || think === false) return 0;
  return typeof think === "string" ? THOUGHTS[think] : null;
}

async function grammarFor(llama: Llama, grammar: string): Promise<Grammar> {
  try {
    return await llama.createGrammar({ grammar });
  } catch (cause) {
    throw new ChatError("refused", "Cannot hold an answer to its schema: the engine does not take the grammar", {
      cause,
    });
  }
}
