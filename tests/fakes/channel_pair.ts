/** The launcher and main in one process. */
import type { Channel } from "../../security/sandbox/channel.ts";

/** Two joined channels within this process; `cut` closes both. Messages pass through JSON, as they would through a pipe. */
export function channelPair(): { main: Channel; launcher: Channel; cut(): void } {
  const gone = Promise.withResolvers<void>();
  const state = { cut: false };
  const heard: Record<"main" | "launcher", ((message: unknown) => void)[]> = { main: [], launcher: [] };
  const end = (to: "main" | "launcher", own: "main" | "launcher"): Channel => ({
    send: (message) => {
      if (state.cut) return Promise.reject(new Error("Cannot send: the other end is gone"));
      const text = JSON.stringify(message);
      queueMicrotask(() => heard[to].forEach((hear) => hear(JSON.parse(text))));
      return Promise.resolve();
    },
    listen: (hear) => void heard[own].push(hear),
    closed: gone.promise,
  });
  return {
    main: end("launcher", "main"),
    launcher: end("main", "launcher"),
    cut: () => {
      state.cut = true;
      gone.resolve();
    },
  };
}
