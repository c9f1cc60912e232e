/** `Files` spoken over a run of the files program. */
import type * as z from "zod/mini";
import type { Files } from "./files.ts";
import { ANSWERS, FilesAnswer, type FilesRequest, LONGEST_LINE, toldError } from "./files_wire.ts";
import type { Run } from "../grant.ts";
import { jsonLine, jsonLines } from "../json_lines.ts";

type Question = FilesRequest extends infer R ? R extends { id: number } ? Omit<R, "id"> : never : never;
type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/** `Files` over one run, and what its keeper needs to know of it. */
export type FilesConnection = {
  files: Files;
  /** Bytes heard so far: the launcher ends a run that said too much. */
  heard(): number;
  /** Resolves when the program has ended, for whatever reason; calls after that reject. */
  ended: Promise<void>;
};

/** Speaks to `run`, a files program. Calls that are under way when it ends reject with an Error that says how. */
export function connectFiles(run: Run): FilesConnection {
  const waiting = new Map<number, Waiting>();
  const state = { id: 0, heard: 0, over: null as string | null, wrote: Promise.resolve() };

  const send = (request: FilesRequest): Promise<void> => {
    const line = jsonLine(request);
    state.wrote = state.wrote.then(() => run.write(line));
    return state.wrote;
  };

  const listen = async (): Promise<string> => {
    for await (const line of jsonLines(run.stdout, LONGEST_LINE, (bytes) => state.heard += bytes)) {
      const answer = FilesAnswer.parse(line);
      const call = waiting.get(answer.id);
      if (!call) continue;
      waiting.delete(answer.id);
      if ("error" in answer) call.reject(toldError(answer.error));
      else call.resolve(answer.value);
    }
    const outcome = await run.outcome;
    return outcome.stopped ? `stopped: ${outcome.stopped}` : `status ${outcome.code}`;
  };

  // stderr says why the program could not start; its last bytes are kept for the error.
  const complaint = (async () => {
    const decoder = new TextDecoder();
    let last = "";
    for await (const bytes of run.stderr) last = (last + decoder.decode(bytes, { stream: true })).slice(-500);
    return last.trim();
  })().catch(() => "");

  const ended = listen().catch((error) => error instanceof Error ? error.message : String(error)).then(async (how) => {
    const why = await complaint;
    state.over = why === "" ? how : `${how}: ${why}`;
    for (const call of waiting.values()) {
      call.reject(new Error(`Cannot reach the files: their program ended (${state.over})`));
    }
    waiting.clear();
  });

  async function ask<S extends z.core.$ZodType>(
    question: Question,
    shape: S,
    signal: AbortSignal,
  ): Promise<z.infer<S>> {
    signal.throwIfAborted();
    if (state.over !== null) throw new Error(`Cannot reach the files: their program ended (${state.over})`);
    const id = ++state.id;
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    const cancel = () => {
      waiting.get(id)?.reject(signal.reason);
      waiting.delete(id);
      send({ op: "cancel", id }).catch(() => {});
    };
    signal.addEventListener("abort", cancel, { once: true });
    try {
      // A write that fails means that the program is ending: `ended` rejects the call and says how.
      send({ ...question, id } as FilesRequest).catch(() => {});
      return (shape as unknown as { parse(value: unknown): z.infer<S> }).parse(await answer);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  const files: Files = {
    stat: (path, signal) => ask({ op: "stat", path }, ANSWERS.stat, signal),
    list: (path, options, signal) => ask({ op: "list", path, options }, ANSWERS.list, signal),
    read: async (path, { offset, length }, signal) => {
      const { data, ...rest } = await ask({ op: "read", path, offset, length }, ANSWERS.read, signal);
      return { ...rest, bytes: Uint8Array.fromBase64(data) };
    },
    write: (path, bytes, { expect, createDirectories, ownerOnly }, signal) =>
      ask({ op: "write", path, data: bytes.toBase64(), expect, createDirectories, ownerOnly }, ANSWERS.write, signal),
    search: (path, options, signal) => ask({ op: "search", path, options }, ANSWERS.search, signal),
  };
  return { files, heard: () => state.heard, ended };
}
