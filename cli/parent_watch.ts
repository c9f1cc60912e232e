/** Whether the process that started this one still lives. */

/** Milliseconds between two looks. */
const PERIOD_MS = 250;

/**
 * Resolves once this process is no longer a child of `pid`. The IPC channel alone does not tell: where the other end
 * is killed with unread messages in its pipe, Deno 2.9.6 gives neither `disconnect` nor an error.
 */
export function parentGone(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (Deno.ppid === pid) return;
      clearInterval(timer);
      resolve();
    }, PERIOD_MS);
    Deno.unrefTimer(timer);
  });
}
