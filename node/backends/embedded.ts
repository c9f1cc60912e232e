/**
 * A model in a file, answered by an engine process of this machine. The process starts with the first question, stays
 * while it is used, and ends when it was idle for long enough; one that dies is replaced at the next question.
 */
import { type Chat, ChatError, type ChatEvent, type ChatRequest } from "../chat.ts";
import type { Load, Loaded } from "../embedded/engine_wire.ts";
import { connectEngine, type EngineConnection, type EngineRun } from "./engine_connection.ts";

export type Embedded = {
  chat: Chat;
  /** Ends the process; resolves when it is gone. The next question starts another. */
  end(): Promise<void>;
  /** What runs now, or null. */
  loaded(): Loaded | null;
};

export type EmbeddedOptions = {
  /** The model's name, for messages. */
  name: string;
  /** What the engine is told to load; `contextLength` where a request names none. */
  load: Omit<Load, "op">;
  /** Starts the engine's program, confined; the context length decides what memory it needs. */
  open(contextLength: number): EngineRun;
  /** Milliseconds without a question until the process ends, where a request does not say it. */
  idleMs: number;
  /** Share of the weights that is read, 0 to 1, while a model is loaded. */
  onProgress?: (share: number) => void;
  /** Milliseconds of loading after which a notice says what is waited for; 2 s where absent. */
  slowMs?: number;
};

const SLOW_MS = 2_000;

type Running = { connection: EngineConnection; contextLength: number };

/** The model of `options` as a `Chat`. Questions that come at once are answered one after the other. */
export function embedded(options: EmbeddedOptions): Embedded {
  const { name, load, open, idleMs, slowMs = SLOW_MS } = options;
  const state: {
    running: Running | null;
    using: number;
    timer?: ReturnType<typeof setTimeout>;
    turn: Promise<unknown>;
  } = { running: null, using: 0, turn: Promise.resolve() };

  async function end(): Promise<void> {
    clearTimeout(state.timer);
    const running = state.running;
    state.running = null;
    await running?.connection.end();
  }

  /** The process for a question that needs `contextLength` tokens: the one that runs if it holds so many, else a new one. */
  async function running(contextLength: number): Promise<EngineConnection> {
    return reusable(contextLength) ?? await started(contextLength);
  }

  function reusable(contextLength: number): EngineConnection | null {
    const now = state.running;
    return now !== null && !now.connection.over() && now.contextLength >= contextLength ? now.connection : null;
  }

  async function started(contextLength: number): Promise<EngineConnection> {
    await end();
    const connection = connectEngine(open(contextLength), { ...load, contextLength }, {
      onProgress: options.onProgress,
    });
    state.running = { connection, contextLength };
    return connection;
  }

  function idle(keepAlive: number | undefined): void {
    clearTimeout(state.timer);
    if (state.using > 0 || keepAlive === -1) return;
    const ms = keepAlive === undefined ? idleMs : keepAlive * 1000;
    if (ms === 0) void end();
    else state.timer = setTimeout(() => void end(), ms);
  }

  /** Waits for the questions before this one; what it resolves to lets the next one begin. */
  async function turn(signal: AbortSignal): Promise<() => void> {
    const before = state.turn;
    const mine = Promise.withResolvers<void>();
    state.turn = before.then(() => mine.promise);
    try {
      await settled(before, signal);
    } catch (error) {
      mine.resolve();
      throw error;
    }
    return mine.resolve;
  }

  async function* chat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void, void> {
    signal.throwIfAborted();
    state.using++;
    clearTimeout(state.timer);
    try {
      const done = await turn(signal);
      try {
        const contextLength = request.contextLength ?? load.contextLength;
        const reused = reusable(contextLength) !== null;
        const began = { any: false };
        const first = await running(contextLength);
        for await (const event of answered(first, request, { name, slowMs }, signal)) {
          // It died while nobody asked it, or before it heard this question: another one is asked.
          if (event.type === "error" && !began.any && reused && first.over()) break;
          if (event.type === "error" && !began.any) throw new ChatError(event.fault, event.message);
          began.any = true;
          yield event;
        }
        if (began.any) return;
        for await (const event of answered(await started(contextLength), request, { name, slowMs }, signal)) {
          if (event.type === "error" && !began.any) throw new ChatError(event.fault, event.message);
          began.any = true;
          yield event;
        }
      } catch (error) {
        // What is still being loaded cannot be cancelled otherwise, and a file may make it last for ever.
        if (state.running?.connection.loaded() === null) await end();
        throw error;
      } finally {
        done();
      }
    } finally {
      state.using--;
      idle(request.keepAlive);
    }
  }

  return { chat, end, loaded: () => state.running?.connection.loaded() ?? null };
}

async function* answered(
  connection: EngineConnection,
  request: ChatRequest,
  { name, slowMs }: { name: string; slowMs: number },
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, void> {
  if (connection.loaded() === null) {
    const slow = Promise.withResolvers<"slow">();
    const timer = setTimeout(() => slow.resolve("slow"), slowMs);
    try {
      const ready = settled(connection.ready, signal);
      ready.catch(() => {});
      if (await Promise.race([ready, slow.promise]) === "slow") {
        yield { type: "notice", text: `Loading the model ${name} …` };
        await ready;
      }
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      yield { type: "error", fault: error.fault, message: error.message };
      return;
    } finally {
      clearTimeout(timer);
    }
  }
  yield* connection.chat(request, signal);
}

/** `promise`, or the reason of `signal` if that comes first. */
async function settled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
