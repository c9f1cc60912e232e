/** A lock that is handed on in the order of asking. */
export type Exclusive = { acquire(signal: AbortSignal): Promise<() => void> };

/** A free lock. `acquire` resolves to the release, which may be called twice; it rejects if `signal` aborts while waiting. */
export function exclusive(): Exclusive {
  const state = { last: Promise.resolve() as Promise<unknown> };
  return {
    async acquire(signal) {
      signal.throwIfAborted();
      const before = state.last;
      const mine = Promise.withResolvers<void>();
      state.last = before.then(() => mine.promise);
      const aborted = Promise.withResolvers<never>();
      const onAbort = () => aborted.reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        await Promise.race([before, aborted.promise]);
      } catch (error) {
        mine.resolve();
        throw error;
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
      return () => mine.resolve();
    },
  };
}
