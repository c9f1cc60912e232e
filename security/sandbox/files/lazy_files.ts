/** `Files` whose program is started at first use and ended when nobody needs it. */
import type { Files } from "./files.ts";
import { connectFiles, type FilesConnection } from "./files_client.ts";
import type { Run } from "../grant.ts";

/** A program that said this much is replaced: the launcher ends a run at 64 MiB of output. One read may be 11 MiB. */
const MOST_HEARD = 24 << 20;

type Kept = { run: Run; connection: FilesConnection; calls: number; retired: boolean; dead: boolean };

/**
 * `open` starts a files program; it is called again whenever there is none: after `idleMs` without a call, after
 * the program died, after it said much. A call under way when the program dies rejects; the next one starts anew.
 * `end` closes the program's input and resolves when it has ended, or after `leaveMs`: where the launcher is gone and
 * nothing tells of it, nobody says so. A later call would start it again.
 */
export function lazyFiles(
  open: () => Run | Promise<Run>,
  { idleMs, leaveMs }: { idleMs: number; leaveMs: number },
): Files & { end(): Promise<void> } {
  const state = {
    current: null as Promise<Kept> | null,
    timer: undefined as ReturnType<typeof setTimeout> | undefined,
  };

  const retire = (kept: Kept): void => {
    if (kept.retired) return;
    kept.retired = true;
    if (kept.calls === 0) kept.run.closeInput().catch(() => {});
  };

  const start = (): Promise<Kept> => {
    const starting: Promise<Kept> = Promise.resolve().then(open).then((run) => {
      const kept: Kept = { run, connection: connectFiles(run), calls: 0, retired: false, dead: false };
      kept.connection.ended.then(() => {
        kept.retired = true;
        kept.dead = true;
        if (state.current === starting) state.current = null;
      });
      return kept;
    });
    starting.catch(() => {
      if (state.current === starting) state.current = null;
    });
    state.current = starting;
    return starting;
  };

  const leave = (kept: Kept): void => {
    kept.calls--;
    if (kept.retired) {
      if (kept.calls === 0 && !kept.dead) kept.run.closeInput().catch(() => {});
      return;
    }
    if (kept.connection.heard() > MOST_HEARD) {
      state.current = null;
      return retire(kept);
    }
    if (kept.calls > 0) return;
    clearTimeout(state.timer);
    const timer = setTimeout(() => {
      if (kept.calls > 0 || kept.retired) return;
      state.current = null;
      retire(kept);
    }, idleMs);
    Deno.unrefTimer(timer);
    state.timer = timer;
  };

  const using = async <T>(call: (files: Files) => Promise<T>): Promise<T> => {
    const kept = await (state.current ?? start());
    if (kept.retired) return await using(call);
    kept.calls++;
    try {
      return await call(kept.connection.files);
    } finally {
      leave(kept);
    }
  };

  return {
    stat: (path, signal) => using((files) => files.stat(path, signal)),
    list: (path, options, signal) => using((files) => files.list(path, options, signal)),
    read: (path, range, signal) => using((files) => files.read(path, range, signal)),
    write: (path, bytes, options, signal) => using((files) => files.write(path, bytes, options, signal)),
    search: (path, options, signal) => using((files) => files.search(path, options, signal)),
    end: async () => {
      clearTimeout(state.timer);
      const current = state.current;
      state.current = null;
      const late = Promise.withResolvers<null>();
      const timer = setTimeout(() => late.resolve(null), leaveMs);
      try {
        const kept = await Promise.race([current?.catch(() => null), late.promise]);
        if (!kept) return;
        retire(kept);
        await Promise.race([kept.connection.ended, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
