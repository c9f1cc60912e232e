/** The main process, from its first moment to its end, as the launcher sees it. */
import type { ChildProcess } from "node:child_process";
import { type Channel, ipcChannel, type IpcEnd } from "../../security/sandbox/channel.ts";

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** A main process that is looked after from its first moment. */
export type Attended = {
  /** What it says is kept until somebody listens. */
  channel: Channel;
  /** Its status once it and what `end` ends are gone. */
  ended(end: () => void | Promise<void>): Promise<number>;
  /** Resolves when it is dead. */
  kill(): Promise<void>;
};

/** SIGTERM and SIGHUP go on to `child`. */
export function attend(child: ChildProcess): Attended {
  const exited = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(status ?? 128 + (SIGNALS[signal ?? ""] ?? 9)));
  });
  exited.catch(() => {});
  // The terminal sends Ctrl-C to both processes: what it means is for the main process to say.
  const ignore = () => {};
  const forward = (["SIGTERM", "SIGHUP"] as const).map((name) => ({ name, send: () => pass(child, name) }));
  Deno.addSignalListener("SIGINT", ignore);
  Deno.addSignalListener("SIGQUIT", ignore);
  for (const { name, send } of forward) Deno.addSignalListener(name, send);
  const release = () => {
    Deno.removeSignalListener("SIGINT", ignore);
    Deno.removeSignalListener("SIGQUIT", ignore);
    for (const { name, send } of forward) Deno.removeSignalListener(name, send);
  };
  return {
    channel: typeof child.send === "function" ? kept(ipcChannel(child as unknown as IpcEnd)) : NO_CHANNEL,
    async ended(end) {
      try {
        const status = await exited;
        await end();
        return status;
      } finally {
        release();
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await exited.catch(() => {});
      release();
    },
  };
}

/** Sends a signal on. Not by the `kill` of `child`: Deno's also closes the channel, and the end would look like a kill. */
function pass(child: ChildProcess, signal: "SIGTERM" | "SIGHUP"): void {
  try {
    if (child.pid !== undefined) Deno.kill(child.pid, signal);
  } catch {
    // It has ended.
  }
}

/** Of a process that has none: it is never served. */
const NO_CHANNEL: Channel = { send: () => Promise.resolve(), listen: () => {}, closed: new Promise(() => {}) };

/** `channel`, whose messages wait for the first listener. */
function kept(channel: Channel): Channel {
  const waiting: unknown[] = [];
  const to: { heard?: (message: unknown) => void } = {};
  channel.listen((message) => to.heard ? to.heard(message) : void waiting.push(message));
  return {
    ...channel,
    listen(heard) {
      // Like a message from outside, not within the call: whoever listens may not be ready yet.
      queueMicrotask(() => {
        to.heard = heard;
        for (const message of waiting.splice(0)) heard(message);
      });
    },
  };
}
