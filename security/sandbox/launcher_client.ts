/** The main process's end of the launcher. */
import type { Channel } from "./channel.ts";
import {
  FromLauncher,
  type Grant,
  type Launcher,
  type Powers,
  type Run,
  type RunEdge,
  type RunOutcome,
  type RunReply,
  type ToLauncher,
} from "./grant.ts";

/** Bytes of input sent in one message; below the schema's ceiling, above any line. */
const PIECE = 1 << 20;

type Pending = { hear(message: FromLauncher): void; lost(error: Error): void };

/**
 * A `Launcher` over `channel`. When the launcher is gone, everything under way and everything asked later rejects.
 * A run's streams hold what came until it is read: at most the grant's `outputBytes`, which the launcher enforces.
 * Its ids begin anywhere, so that two of them over one channel do not hear each other's answers.
 */
export function launcherOver(channel: Channel): Launcher {
  const pending = new Map<number, Pending>();
  const state: { last: number; lost?: Error } = { last: crypto.getRandomValues(new Uint32Array(1))[0] };
  channel.listen((raw) => {
    const parsed = FromLauncher.safeParse(raw);
    if (parsed.success) pending.get(parsed.data.id)?.hear(parsed.data);
  });
  channel.closed.then(() => {
    state.lost = new Error("Cannot reach the launcher: it has ended");
    for (const one of [...pending.values()]) one.lost(state.lost);
    pending.clear();
  });
  const send = (message: ToLauncher) => state.lost === undefined ? channel.send(message) : Promise.reject(state.lost);

  async function powers(signal: AbortSignal): Promise<Powers> {
    signal.throwIfAborted();
    const id = ++state.last;
    const answer = Promise.withResolvers<Powers>();
    const onAbort = () => answer.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    pending.set(id, {
      hear: (message) => {
        if (message.op === "powers") answer.resolve(message.powers);
        if (message.op === "refused") answer.reject(new Error(message.message));
      },
      lost: answer.reject,
    });
    try {
      await Promise.race([send({ op: "powers", id }), answer.promise]);
      return await answer.promise;
    } finally {
      pending.delete(id);
      signal.removeEventListener("abort", onAbort);
    }
  }

  async function reply(id: number, question: number, answer: () => Promise<RunReply>): Promise<void> {
    const reply = await answer().catch((error): RunReply => ({
      allow: false,
      reason: `it could not be asked: ${error instanceof Error ? error.message : error}`.slice(0, 1000),
    }));
    await send({ op: "reply", id, question, reply }).catch(() => {});
  }

  function run(grant: Grant, signal: AbortSignal, edge?: RunEdge): Run {
    const id = ++state.last;
    const outcome = Promise.withResolvers<RunOutcome>();
    const sinks: Partial<Record<"stdout" | "stderr", ReadableStreamDefaultController<Uint8Array>>> = {};
    const stream = (name: "stdout" | "stderr") =>
      new ReadableStream<Uint8Array>({
        start: (controller) => void (sinks[name] = controller),
        cancel: () => void delete sinks[name],
      });
    const [stdout, stderr] = [stream("stdout"), stream("stderr")];
    const kill = () => void send({ op: "kill", id }).catch(() => {});
    const over = new AbortController();
    const finish = (end: (sink: ReadableStreamDefaultController<Uint8Array>) => void) => {
      pending.delete(id);
      over.abort(new Error("the run is over"));
      signal.removeEventListener("abort", kill);
      for (const sink of Object.values(sinks)) end(sink);
    };
    const fail = (error: Error) => {
      finish((sink) => sink.error(error));
      outcome.reject(error);
    };
    outcome.promise.catch(() => {});
    pending.set(id, {
      lost: fail,
      hear: (message) => {
        if (message.op === "stdout" || message.op === "stderr") {
          sinks[message.op]?.enqueue(Uint8Array.fromBase64(message.data));
        }
        if (message.op === "refused") fail(new Error(message.message));
        if (message.op === "event") edge?.event(message.event);
        if (message.op === "question") {
          const nobody: RunReply = { allow: false, reason: "nobody can be asked here" };
          const asking = AbortSignal.any([signal, over.signal]);
          void reply(id, message.question, async () => await edge?.question(message.about, asking) ?? nobody);
        }
        if (message.op === "exit") {
          finish((sink) => sink.close());
          outcome.resolve(message.outcome);
        }
      },
    });
    const sent = signal.aborted ? Promise.reject(signal.reason) : send({ op: "run", id, grant });
    sent.catch((error) => fail(error instanceof Error ? error : new Error(String(error))));
    if (!signal.aborted) signal.addEventListener("abort", kill, { once: true });
    return {
      stdout,
      stderr,
      outcome: outcome.promise,
      async write(bytes) {
        await sent;
        for (let at = 0; at < bytes.length; at += PIECE) {
          await send({ op: "stdin", id, data: bytes.subarray(at, at + PIECE).toBase64() });
        }
      },
      async closeInput() {
        await sent;
        await send({ op: "close_stdin", id });
      },
    };
  }

  return { powers, run };
}
