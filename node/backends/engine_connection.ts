/** The engine process as seen from the process that asks it. It is not believed: what it says must be the wire, or it is over. */
import { ChatError, type ChatEvent, type ChatRequest } from "../chat.ts";
import { EngineAnswer, type EngineRequest, type Load, type Loaded, LONGEST_LINE } from "../embedded/engine_wire.ts";
import { lineSplitter } from "../wire/lines.ts";

/** A program that was started; what the launcher calls a run. */
export type EngineRun = {
  stdout: ReadableStream<Uint8Array>;
  stderr: ReadableStream<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  /** Kills it with all that it started. */
  kill(): void;
  /** How it ended; rejects if it could not be started. */
  outcome: Promise<{ code: number; stopped?: string }>;
};

export type EngineConnection = {
  /** Resolves once the model is loaded. Throws `ChatError` if it cannot be, or the process ends before. */
  ready: Promise<Loaded>;
  loaded(): Loaded | null;
  /** True from when the process has ended, or is about to because it said what it must not. */
  over(): boolean;
  /** One answer; ends with `done` or `error`. One at a time. Throws the signal's reason; the engine has stopped by then. */
  chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void, void>;
  /** Kills the process; resolves when it is gone. */
  end(): Promise<void>;
};

/** Bytes of the process's last words that an error carries. */
const LAST_WORDS = 500;
/** Characters of an answer that may wait for their reader: more than any answer has, so that a flood ends. */
const MOST_WAITING = 64 << 20;
/** Milliseconds that a cancelled engine has to stop: a batch of a prompt cannot be interrupted. */
const GRACE_MS = 60_000;

export type EngineOptions = {
  /** Share of the weights that is read, 0 to 1. */
  onProgress?(share: number): void;
  /** In place of the usual time that a cancelled engine has to stop. */
  graceMs?: number;
};

/** An answer that is read: what has come of it, and whether its end has. */
type Waiting = { queue: ChatEvent[]; wake: () => void; heard: number; ended: boolean };

/** Speaks to `run`, an engine process, and has it load `load`. */
export function connectEngine(
  run: EngineRun,
  load: Omit<Load, "op">,
  { onProgress = () => {}, graceMs = GRACE_MS }: EngineOptions = {},
): EngineConnection {
  const ready = Promise.withResolvers<Loaded>();
  ready.promise.catch(() => {});
  const state = { loaded: null as Loaded | null, over: null as ChatError | null, id: 0, wrote: Promise.resolve() };
  const waiting = new Map<number, Waiting>();
  /** Answers that nobody wants any more and that have not ended: each kills the process if it does not end in time. */
  const ending = new Map<number, ReturnType<typeof setTimeout>>();

  const send = (request: EngineRequest): Promise<void> => {
    const line = new TextEncoder().encode(`${JSON.stringify(request)}\n`);
    state.wrote = state.wrote.then(() => run.write(line));
    return state.wrote;
  };

  function finish(error: ChatError): void {
    if (state.over !== null) return;
    state.over = error;
    ready.reject(error);
    for (const { queue, wake } of waiting.values()) {
      queue.push({ type: "error", fault: error.fault, message: error.message });
      wake();
    }
    waiting.clear();
    for (const timer of ending.values()) clearTimeout(timer);
    ending.clear();
  }

  function cancel(id: number): void {
    if (state.over !== null || ending.has(id)) return;
    send({ op: "cancel", id }).catch(() => {});
    ending.set(id, setTimeout(run.kill, graceMs));
  }

  function hear(line: string): void {
    const answer = EngineAnswer.parse(JSON.parse(line));
    switch (answer.op) {
      case "progress":
        return onProgress(answer.share);
      case "loaded":
        state.loaded = answer.loaded;
        return ready.resolve(answer.loaded);
      case "failed":
        finish(new ChatError(answer.fault, `Cannot load the model ${load.model}: ${answer.message}`));
        return run.kill();
      case "event": {
        const one = waiting.get(answer.id);
        const ended = answer.event.type === "done" || answer.event.type === "error";
        if (one !== undefined) {
          one.ended = ended;
          one.heard = one.queue.length === 0 ? line.length : one.heard + line.length;
          if (one.heard > MOST_WAITING) throw new RangeError("it says more than is read");
          one.queue.push(answer.event);
          one.wake();
        }
        if (ended) {
          clearTimeout(ending.get(answer.id));
          ending.delete(answer.id);
        }
      }
    }
  }

  const complaint = lastWords(run.stderr);
  const listening = (async () => {
    const splitter = lineSplitter(LONGEST_LINE);
    for await (const bytes of run.stdout) {
      for (const line of splitter.push(bytes)) if (line !== "" && state.over === null) hear(line);
    }
  })().catch((error) => {
    finish(new ChatError("garbage", `Cannot understand the engine: ${error instanceof Error ? error.message : error}`));
    run.kill();
  });
  const ended = (async () => {
    const how = await run.outcome.then(
      ({ code, stopped }) => stopped === "memory" ? "it needed more memory than it may have" : `status ${code}`,
      (error) => error instanceof Error ? error.message : String(error),
    );
    await listening;
    const words = await complaint;
    const fault = state.loaded === null ? "refused" : "cut";
    finish(new ChatError(fault, `Cannot go on: the engine ended (${words === "" ? how : `${how}: ${words}`})`));
  })();

  send({ op: "load", ...load }).catch(() => {});

  async function* chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void, void> {
    signal.throwIfAborted();
    const id = ++state.id;
    const slot: Waiting = { queue: [], wake: () => {}, heard: 0, ended: false };
    if (state.over === null) waiting.set(id, slot);
    else slot.queue.push({ type: "error", fault: state.over.fault, message: state.over.message });
    const onAbort = () => {
      if (!slot.ended) cancel(id);
      slot.wake();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      // A write that fails means that the process is ending: `ended` says how.
      send({ op: "chat", id, request }).catch(() => {});
      for (;;) {
        if (signal.aborted) throw signal.reason;
        const event = slot.queue.shift();
        if (event === undefined) {
          const next = Promise.withResolvers<void>();
          slot.wake = next.resolve;
          await next.promise;
          continue;
        }
        yield event;
        if (event.type === "done" || event.type === "error") return;
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      waiting.delete(id);
      // Whoever stops reading wants no more of it.
      if (!slot.ended) cancel(id);
    }
  }

  return {
    ready: ready.promise,
    loaded: () => state.loaded,
    over: () => state.over !== null,
    chat,
    async end() {
      run.kill();
      await ended;
    },
  };
}

async function lastWords(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const said = { text: "" };
  try {
    for await (const bytes of stream) {
      said.text = (said.text + decoder.decode(bytes, { stream: true })).slice(-LAST_WORDS);
    }
  } catch {
    // Torn down with its process.
  }
  return said.text.trim();
}
