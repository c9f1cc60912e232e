/**
 * The engine process: `engine_process.ts MODELS ENGINES`, JSON lines on stdin and stdout (`engine_wire.ts`). It is run
 * where the kernel shows it nothing but those two directories, read-only, and no network. It loads one model, answers
 * one question at a time, and ends with its input.
 */
import { ChatError, type ChatEvent } from "../chat.ts";
import { lineSplitter } from "../wire/lines.ts";
import { EngineAnswer, EngineRequest, type Load, LONGEST_LINE } from "./engine_wire.ts";
import { generate, type Ready } from "./generate.ts";
import { openLlama } from "./llama.ts";
import { fasterThreads } from "./threads.ts";

type Say = (answer: EngineAnswer) => void;

/** The model and engine of `load`, in memory. Throws what they throw. */
async function load(
  { model: file, engine, contextLength, gpu, threads }: Load,
  { models, engines, say }: { models: string; engines: string; say: Say },
): Promise<Ready> {
  const began = performance.now();
  const most = threads ?? Math.max(1, navigator.hardwareConcurrency - 1);
  const complaints: string[] = [];
  const { bundle, llama } = await openLlama(`${engines}/${engine}`, {
    threads: most,
    log: (text) => {
      complaints.push(text.trim());
      if (complaints.length > MOST_COMPLAINTS) complaints.shift();
    },
  });
  try {
    const shown = { share: -1 };
    const model = await llama.loadModel({
      modelPath: `${models}/${file}`,
      gpuLayers: gpu === "off" ? 0 : "auto",
      onLoadProgress: (share) => {
        if (share - shown.share < 0.01 && share < 1) return;
        shown.share = share;
        say({ op: "progress", share });
      },
    });
    const context = await model.createContext({
      contextSize: Math.min(contextLength, model.trainContextSize),
      sequences: 1,
      threads: most,
    });
    const contextSequence = context.getSequence();
    const chatWrapper = bundle.resolveChatWrapper(model);
    const chat = new bundle.LlamaChat({ contextSequence, chatWrapper });
    const device = gpu === "off" || llama.gpu === false ? "cpu" : llama.gpu;
    if (threads === null && device === "cpu") {
      llama.maxThreads = await fasterThreads(most, async (count) => {
        llama.maxThreads = count;
        await contextSequence.clearHistory();
        await chat.generateResponse([{ type: "user", text: "1 2 3" }, { type: "model", response: [] }], {
          maxTokens: PROBE_TOKENS,
          signal: never,
          stopOnAbortSignal: true,
          onResponseChunk: () => {},
        });
      }, () => performance.now());
    }
    const loaded = {
      contextLength: context.contextSize,
      threads: llama.maxThreads,
      device,
      ms: Math.round(performance.now() - began),
    };
    say({ op: "loaded", loaded });
    const tokensOf: Ready["tokensOf"] = (chatHistory) =>
      chatWrapper.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer).length;
    return { bundle, llama, model, context, chat, tokensOf };
  } catch (cause) {
    throw new Error([messageOf(cause), ...complaints].join("; ").slice(0, 1000), { cause });
  }
}

/** Last words of the engine that an error carries. */
const MOST_COMPLAINTS = 5;
/** Tokens of one measurement of speed. */
const PROBE_TOKENS = 3;
const never = new AbortController().signal;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Answers every request of `lines` with `say` until they end. Throws for a line that is no request. */
async function serveEngine(
  lines: AsyncIterable<string>,
  at: { models: string; engines: string; say: Say },
): Promise<void> {
  const { say } = at;
  const state: { ready: Promise<Ready> | null; last: Promise<void>; over: boolean } = {
    ready: null,
    last: Promise.resolve(),
    over: false,
  };
  const running = new Map<number, AbortController>();

  async function chat({ id, request }: Extract<EngineRequest, { op: "chat" }>, signal: AbortSignal): Promise<void> {
    // Once the input has ended nobody cancelled: whoever asked is gone, or is told how the process ended.
    const tell = (event: ChatEvent) => state.over ? undefined : say({ op: "event", id, event } as EngineAnswer);
    try {
      if (state.ready === null) throw new ChatError("refused", "Cannot answer: no model is loaded");
      const ready = await state.ready;
      signal.throwIfAborted();
      await generate(ready, request, { say: tell, newId }, signal);
    } catch (error) {
      const cut = signal.aborted ? "cut" : error instanceof ChatError ? error.fault : "server";
      tell({ type: "error", fault: cut, message: signal.aborted ? "Cancelled" : messageOf(error).slice(0, 1000) });
    } finally {
      running.delete(id);
    }
  }

  for await (const line of lines) {
    if (line === "") continue;
    const request = EngineRequest.parse(JSON.parse(line));
    switch (request.op) {
      case "load":
        if (state.ready !== null) throw new TypeError("Cannot load twice: one process holds one model");
        state.ready = load(request, at);
        state.ready.catch((error) => say({ op: "failed", fault: "refused", message: messageOf(error) }));
        break;
      case "chat": {
        const stop = new AbortController();
        running.set(request.id, stop);
        state.last = state.last.then(() => chat(request, stop.signal));
        break;
      }
      case "cancel":
        running.get(request.id)?.abort();
    }
  }
  state.over = true;
  for (const stop of running.values()) stop.abort();
  await state.last;
}

function newId(): string {
  return `call_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
}

async function* linesOf(input: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const splitter = lineSplitter(LONGEST_LINE);
  for await (const bytes of input) yield* splitter.push(bytes);
}

if (import.meta.main) {
  const [models, engines] = Deno.args;
  if (!models?.startsWith("/") || !engines?.startsWith("/")) {
    throw new TypeError(`Cannot serve an engine for ${JSON.stringify(Deno.args)}: MODELS ENGINES`);
  }
  const writer = Deno.stdout.writable.getWriter();
  const encoder = new TextEncoder();
  const say: Say = (answer) => void writer.write(encoder.encode(`${JSON.stringify(answer)}\n`));
  await serveEngine(linesOf(Deno.stdin.readable), { models, engines, say });
  await writer.close();
  // The native part keeps threads of its own alive.
  Deno.exit(0);
}
