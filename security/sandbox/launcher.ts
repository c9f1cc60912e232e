/**
 * The only process that may start programs, and all that it will do for the main process: the messages of
 * `ToLauncher`, within the ceilings of its house. It believes nothing that it is told.
 */
import type { Channel } from "./channel.ts";
import { exclusive } from "./files/exclusive.ts";
import { type FromLauncher, type RunReply, ToLauncher } from "./grant.ts";
import type { House } from "./house.ts";
import { OF_OURS, runGrant, type RunIO } from "./run.ts";

type Running = {
  abort: AbortController;
  input: ReadableStreamDefaultController<Uint8Array>;
  /** Bytes written to the program's input that it has not read. */
  waiting: { bytes: number };
  closed: boolean;
  /** What main was asked and has not answered, by number. */
  asked: Map<number, (reply: RunReply) => void>;
  done: Promise<void>;
};

/** Input that a program may leave unread before more is refused. */
const MOST_WAITING = 128 << 20;
/** Runs that exist at once, started and waiting, as a multiple of those that may run. */
const QUEUE = 8;

const base64 = (bytes: Uint8Array) => bytes.toBase64();

/** The id of a message that was otherwise not understood; -1 where it has none, so that the answer is still seen. */
function idOf(message: unknown): number {
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : undefined;
  return Number.isSafeInteger(id) ? id as number : -1;
}

/**
 * Serves `channel` until the other end is gone or `signal` aborts, then kills every run and resolves when the last
 * one is dead and its traces are removed. Never throws for what a message holds.
 */
export async function serveLauncher(channel: Channel, house: House, signal: AbortSignal): Promise<void> {
  const runs = new Map<number, Running>();
  const lock = exclusive();
  const count = { started: 0, active: 0, questions: 0 };
  const waiting: (() => void)[] = [];

  const tell = (message: FromLauncher) => channel.send(message).catch(() => {});
  const refuse = (id: number, message: string) => void tell({ op: "refused", id, message });

  async function turn(aborted: AbortSignal): Promise<() => void> {
    while (count.active >= house.most) {
      const next = Promise.withResolvers<void>();
      waiting.push(next.resolve);
      const onAbort = () => next.resolve();
      aborted.addEventListener("abort", onAbort, { once: true });
      await next.promise;
      aborted.removeEventListener("abort", onAbort);
      if (aborted.aborted) {
        const at = waiting.indexOf(next.resolve);
        if (at >= 0) waiting.splice(at, 1);
        else waiting.shift()?.();
        aborted.throwIfAborted();
      }
    }
    count.active++;
    return () => {
      count.active--;
      waiting.shift()?.();
    };
  }

  function run({ id, grant }: Extract<ToLauncher, { op: "run" }>): void {
    if (runs.has(id)) return refuse(id, `Cannot start a run twice: ${id}`);
    if (runs.size >= house.most * QUEUE) {
      return refuse(id, `Cannot start another run: ${runs.size} are under way or waiting`);
    }
    const abort = new AbortController();
    const unread = { bytes: 0 };
    const asked: Running["asked"] = new Map();
    const slot: { input?: ReadableStreamDefaultController<Uint8Array> } = {};
    const input = new ReadableStream<Uint8Array>({ start: (controller) => void (slot.input = controller) }, {
      highWaterMark: 0,
    })
      .pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (bytes, controller) => {
            unread.bytes -= bytes.length;
            controller.enqueue(bytes);
          },
        }),
      );
    const io: RunIO = {
      id: String(++count.started),
      input,
      output: (stream, bytes) => tell({ op: stream, id, data: base64(bytes) }),
      event: (event) => tell({ op: "event", id, event }),
      async question(about) {
        const question = ++count.questions;
        const reply = Promise.withResolvers<RunReply>();
        const over = () => reply.reject(new Error("Cannot ask any more: the run is over"));
        abort.signal.addEventListener("abort", over, { once: true });
        asked.set(question, reply.resolve);
        try {
          abort.signal.throwIfAborted();
          await tell({ op: "question", id, question, about });
          return await reply.promise;
        } finally {
          asked.delete(question);
          abort.signal.removeEventListener("abort", over);
        }
      },
      exclusive: lock,
    };
    const whole = async () => {
      try {
        // A process of ours lives as long as main wants it; it takes no turn from the runs.
        const free = OF_OURS.includes(grant.program) ? () => {} : await turn(abort.signal);
        try {
          await tell({ op: "exit", id, outcome: await runGrant(grant, house, io, abort.signal) });
        } finally {
          free();
        }
      } catch (error) {
        await tell({ op: "refused", id, message: error instanceof Error ? error.message : `Cannot run: ${error}` });
      } finally {
        runs.delete(id);
        // Whoever still asks on its behalf hears that it is over.
        abort.abort("launcher");
      }
    };
    const running: Running = {
      abort,
      input: slot.input!,
      waiting: unread,
      closed: false,
      asked,
      done: Promise.resolve(),
    };
    runs.set(id, running);
    running.done = whole();
  }

  function input(id: number, bytes: Uint8Array | null): void {
    const running = runs.get(id);
    // A run that has just ended is no fault of the one who still writes to it.
    if (running === undefined || running.closed) return;
    running.waiting.bytes += bytes?.length ?? 0;
    if (running.waiting.bytes > MOST_WAITING) return running.abort.abort("launcher");
    try {
      if (bytes === null) running.input.close();
      else running.input.enqueue(bytes);
    } catch {
      // The program has closed its input.
      running.closed = true;
    }
    running.closed ||= bytes === null;
  }

  function hear(raw: unknown): void {
    const parsed = ToLauncher.safeParse(raw);
    if (!parsed.success) {
      const where = parsed.error.issues.slice(0, 3).map((issue) =>
        `${issue.path.join(".") || "message"}: ${issue.message}`
      );
      return refuse(idOf(raw), `Cannot understand a message: ${where.join("; ")}`);
    }
    const message = parsed.data;
    switch (message.op) {
      case "run":
        return run(message);
      case "stdin": {
        try {
          return input(message.id, Uint8Array.fromBase64(message.data));
        } catch {
          return refuse(message.id, "Cannot understand a message: data: not base64");
        }
      }
      case "close_stdin":
        return input(message.id, null);
      case "kill":
        return runs.get(message.id)?.abort.abort("cancelled");
      case "reply":
        return runs.get(message.id)?.asked.get(message.question)?.(message.reply);
      case "powers":
        return void tell({ op: "powers", id: message.id, powers: house.powers });
    }
  }

  const ended = Promise.withResolvers<void>();
  const onAbort = () => ended.resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) ended.resolve();
  channel.listen((message) => {
    if (!state.over) hear(message);
  });
  const state = { over: false };
  await Promise.race([channel.closed, ended.promise]);
  state.over = true;
  signal.removeEventListener("abort", onAbort);
  const last = [...runs.values()];
  for (const { abort } of last) abort.abort("launcher");
  await Promise.all(last.map(({ done }) => done));
}
