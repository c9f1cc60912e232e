/** Runs of the process that owns the house itself, without a main process that asks for them: `update` has none. */
import { exclusive } from "./files/exclusive.ts";
import type { Launcher, RunOutcome } from "./grant.ts";
import type { House } from "./house.ts";
import { runGrant } from "./run.ts";

/** `Launcher.run` in this process: the same grants, the same ceilings. The house must not be closed before every `outcome` settled. */
export function runHere(house: House): Launcher["run"] {
  const lock = exclusive();
  const count = { started: 0 };
  return (grant, signal) => {
    const stop = new AbortController();
    const kill = () => stop.abort("cancelled");
    const outcome = Promise.withResolvers<RunOutcome>();
    outcome.promise.catch(() => {});
    const [stdin, stdout, stderr] = [sink(), sink(), sink()];
    if (signal.aborted) kill();
    else signal.addEventListener("abort", kill, { once: true });
    const io = {
      id: String(++count.started),
      input: stdin.stream,
      output: (stream: "stdout" | "stderr", bytes: Uint8Array) => {
        (stream === "stdout" ? stdout : stderr).put(bytes);
        return Promise.resolve();
      },
      event: () => Promise.resolve(),
      question: () => Promise.resolve({ allow: false, reason: "nobody can be asked here" }),
      exclusive: lock,
    };
    const ended = (end: () => void) => {
      signal.removeEventListener("abort", kill);
      stdout.end();
      stderr.end();
      end();
    };
    runGrant(grant, house, io, stop.signal).then(
      (made) => ended(() => outcome.resolve(made)),
      (error) => ended(() => outcome.reject(error)),
    );
    return {
      stdout: stdout.stream,
      stderr: stderr.stream,
      write: (bytes) => Promise.resolve(stdin.put(bytes)),
      closeInput: () => Promise.resolve(stdin.end()),
      outcome: outcome.promise,
    };
  };
}

/** A stream that holds what was put until it is read; what comes after its reader has left is dropped. */
function sink() {
  const state: { controller?: ReadableStreamDefaultController<Uint8Array>; open: boolean } = { open: true };
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => void (state.controller = controller),
    cancel: () => void (state.open = false),
  });
  return {
    stream,
    put: (bytes: Uint8Array) => void (state.open && state.controller!.enqueue(bytes)),
    end() {
      if (state.open) state.controller!.close();
      state.open = false;
    },
  };
}
