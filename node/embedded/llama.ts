/**
 * The engine as far as we use it: node-llama-cpp's classes, bundled into `llama.js` of the engine pack, over the native
 * part beside it. Declared here because the package is no dependency of ours: it comes with the pack (see `pack.ts`).
 * Shapes read from node-llama-cpp 3.21.1's declarations, 2026-11.
 */
import { createRequire } from "node:module";

export type HistoryItem =
  | { type: "system"; text: string }
  | { type: "user"; text: string }
  | { type: "model"; response: string[] };

export type Grammar = { readonly grammar: string };
export type ChatWrapper = {
  generateContextState(of: { chatHistory: HistoryItem[] }): { contextText: { tokenize(by: unknown): number[] } };
};
export type Sequence = {
  readonly tokenMeter: { readonly usedOutputTokens: number };
  clearHistory(): Promise<void>;
};
export type Context = {
  readonly contextSize: number;
  readonly currentThreads: number;
  getSequence(): Sequence;
};
export type LoadedModel = {
  readonly trainContextSize: number;
  readonly tokenizer: unknown;
  createContext(
    of: { contextSize: number; sequences: 1; threads: number; createSignal?: AbortSignal },
  ): Promise<Context>;
};
export type Llama = {
  readonly gpu: false | string;
  readonly cpuMathCores: number;
  maxThreads: number;
  loadModel(
    of: { modelPath: string; gpuLayers: 0 | "auto"; onLoadProgress(share: number): void; loadSignal?: AbortSignal },
  ): Promise<LoadedModel>;
  createGrammar(of: { grammar: string }): Promise<Grammar>;
};
export type GenerateOptions = {
  onResponseChunk(
    chunk: { type: undefined | "segment"; segmentType: undefined | string; text: string; tokens: unknown[] },
  ): void;
  signal: AbortSignal;
  stopOnAbortSignal: true;
  maxTokens: number;
  temperature?: number;
  seed?: number;
  grammar?: Grammar;
  budgets?: { thoughtTokens: number };
};
export type LlamaChat = {
  generateResponse(
    history: HistoryItem[],
    options: GenerateOptions,
  ): Promise<{ metadata: { stopReason: "eogToken" | "maxTokens" | "abort" | string } }>;
};

/** What `llama.js` exports. */
export type Bundle = {
  Llama: { _create(of: Record<string, unknown>): Promise<Llama> };
  LlamaChat: new (of: { contextSequence: Sequence; chatWrapper: ChatWrapper }) => LlamaChat;
  resolveChatWrapper(model: LoadedModel): ChatWrapper;
};

/** Names of the files in an engine's directory. */
export const SCRIPT = "llama.js";
const NATIVE = "llama-addon.node";
const METADATA = "_nlcBuildMetadata.json";

/** The native part in `engine`: the one directory below `bins`. Throws `Error` if there is not exactly one. */
async function nativeDirectory(engine: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(`${engine}/bins`))).map(({ name }) => name);
  if (names.length !== 1) throw new Error(`Cannot find the engine's native part in ${engine}: ${names.join(", ")}`);
  return `${engine}/bins/${names[0]}`;
}

/**
 * Loads the engine in the directory `engine`. It neither downloads nor builds nor starts anything: the bundle has no
 * code for that. Throws what the loader says where the native part does not fit this machine.
 */
export async function openLlama(
  engine: string,
  { threads, log }: { threads: number; log(text: string): void },
): Promise<{ bundle: Bundle; llama: Llama }> {
  const bins = await nativeDirectory(engine);
  const bundle: Bundle = await import(`file://${engine}/${SCRIPT}`);
  const bindingPath = `${bins}/${NATIVE}`;
  const llama = await bundle.Llama._create({
    bindings: createRequire(`file://${engine}/`)(bindingPath),
    bindingPath,
    buildType: "prebuilt",
    buildMetadata: JSON.parse(await Deno.readTextFile(`${bins}/${METADATA}`)),
    logLevel: "error",
    logger: (_level: string, message: string) => log(message),
    maxThreads: threads,
    // What the whole may take is bounded around the process, by the size of the model.
    vramPadding: (total: number) => Math.floor(Math.min(total * 0.08, 1.6 * 2 ** 30)),
    ramPadding: 0,
    debug: false,
    numa: false,
    tempDir: false,
  });
  return { bundle, llama };
}
