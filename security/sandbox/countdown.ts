/** The time of a run, which stands still while the run waits for a person. */

export type Countdown = {
  start(): void;
  /** Runs `work`; the time stands still until the last of such works has ended. */
  paused<T>(work: () => Promise<T>): Promise<T>;
  stop(): void;
};

/** Calls `over` once `ms` milliseconds have gone by since `start`, those of `paused` works not counted. */
export function countdown(ms: number, over: () => void): Countdown {
  const state: {
    left: number;
    since: number;
    waiting: number;
    running: boolean;
    timer?: ReturnType<typeof setTimeout>;
  } = { left: ms, since: 0, waiting: 0, running: false };
  const go = () => {
    if (!state.running || state.waiting > 0) return;
    state.since = performance.now();
    state.timer = setTimeout(over, state.left);
  };
  const halt = () => {
    if (state.timer === undefined) return;
    clearTimeout(state.timer);
    delete state.timer;
    state.left = Math.max(0, state.left - (performance.now() - state.since));
  };
  return {
    start() {
      state.running = true;
      go();
    },
    async paused(work) {
      state.waiting++;
      halt();
      try {
        return await work();
      } finally {
        if (--state.waiting === 0) go();
      }
    },
    stop() {
      state.running = false;
      halt();
    },
  };
}
