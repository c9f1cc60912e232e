/** The launcher's end of the broker: one confined process for all brokered runs, started with the first of them. */
import * as z from "zod/mini";
import { bubblewrapOptions, INSIDE, type Machine } from "../bubblewrap.ts";
import { mountedAt } from "../folder.ts";
import type { FolderAccess, RunEvent, RunQuestion, RunReply } from "../grant.ts";
import { jsonLine, jsonLines } from "../json_lines.ts";
import { behindPrelude, FD } from "../prelude.ts";
import { nulSeparated } from "../probe.ts";
import { DENO, mountedModule, type OwnModule } from "../program.ts";
import { seccompFilter } from "../seccomp.ts";
import { start, type Started } from "../spawn.ts";
import { FromBroker, type Opening, type ToBroker } from "./message.ts";

export type BrokerParts = {
  bwrap: string;
  machine: Machine;
  deno: string;
  module: OwnModule;
  folder: { path: string; access: FolderAccess };
  /** A private directory of the launcher. */
  runtime: string;
};

/** What happens in a brokered run. */
export type BrokerEdge = {
  event(event: RunEvent): Promise<void>;
  question(about: RunQuestion): Promise<RunReply>;
};

export type Broker = {
  /** A socket for one run; `close` after its end resolves when its last record was told. Rejects if the broker cannot be had. */
  open(
    run: Omit<Opening, "folder">,
    edge: BrokerEdge,
    signal: AbortSignal,
  ): Promise<{ socket: string; close(): Promise<void> }>;
  stop(): Promise<void>;
};

/** Runs that may be brokered at once. Deno's permission to listen names each socket. */
const SLOTS = 64;
const SOCKETS = `${INSIDE}/broker`;
const LONGEST = 1 << 20;
const SCRATCH_BYTES = 8 << 20;

type Session = { edge: BrokerEdge; opened: () => void; closed: () => void; lost: (error: Error) => void };
type Running = { process: Started; runs: Map<number, Session>; said: string[]; ended: Promise<void>; over: boolean };

/** Nothing is started before the first `open`. A broker that has ended is started again by the next one; runs of the old one end with it. */
export function createBroker(parts: BrokerParts): Broker {
  const directory = `${parts.runtime}/broker`;
  const state: { running: Promise<Running> | null } = { running: null };

  async function begin(): Promise<Running> {
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
    const process = start(
      "/bin/bash",
      behindPrelude([parts.bwrap, "--args", String(FD.args), ...argvOf(parts)], {
        directories: [],
        values: [],
      }),
      {
        env: {},
        cwd: "/",
        feeds: [
          nulSeparated(optionsOf(parts, directory)),
          seccompFilter(Deno.build.arch, { brokered: true })!,
          new Uint8Array(),
        ],
      },
    );
    const running: Running = { process, runs: new Map(), said: [], over: false, ended: Promise.resolve() };
    running.ended = listen(running).finally(() => {
      running.over = true;
      process.kill();
      for (const run of running.runs.values()) {
        run.lost(new Error(`Cannot judge what the run touches: the broker has ended: ${running.said.join("").trim()}`));
      }
    });
    return running;
  }

  async function listen({ process, runs, said }: Running): Promise<void> {
    const decoder = new TextDecoder();
    const noise = (async () => {
      for await (const chunk of process.stderr) if (said.length < 8) said.push(decoder.decode(chunk).slice(0, 500));
    })().catch(() => {});
    try {
      for await (const line of jsonLines(ReadableStream.from(process.stdout), LONGEST)) {
        const message = FromBroker.parse(line);
        const run = runs.get(message.slot);
        if (message.op === "opened") run?.opened();
        if (message.op === "closed") run?.closed();
        if (message.op === "event") void run?.edge.event(message.event).catch(() => {});
        if (message.op === "question" && run !== undefined) void ask(process, run, message);
      }
    } catch {
      // What it says is no message: it is ended.
    }
    process.kill();
    await Promise.all([process.exited.catch(() => {}), noise]);
  }

  async function ask(
    process: Started,
    run: Session,
    { slot, question, about }: z.infer<typeof FromBroker> & { op: "question" },
  ) {
    const reply = await run.edge.question(about).catch((): RunReply => ({
      allow: false,
      reason: "nobody could be asked",
    }));
    tell(process, { op: "reply", slot, question, reply });
  }

  function tell(process: Started, message: ToBroker): void {
    process.stdin.write(jsonLine(message));
  }

  function live(): Promise<Running> {
    if (state.running !== null) return state.running;
    const beginning = begin();
    state.running = beginning;
    const gone = () => {
      if (state.running === beginning) state.running = null;
    };
    beginning.then(({ ended }) => ended.then(gone), gone);
    return beginning;
  }

  return {
    async open(run, edge, signal) {
      const running = await live();
      if (running.over) throw new Error("Cannot judge what the run touches: the broker has ended");
      const slot = Array.from({ length: SLOTS }, (_, i) => i).find((i) => !running.runs.has(i));
      if (slot === undefined) throw new Error(`Cannot judge what another run touches: ${SLOTS} are under way`);
      const opened = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      running.runs.set(slot, {
        edge,
        opened: opened.resolve,
        closed: closed.resolve,
        lost: (error) => {
          opened.reject(error);
          closed.resolve();
        },
      });
      opened.promise.catch(() => {});
      const close = async () => {
        if (!running.over) tell(running.process, { op: "close", slot });
        await closed.promise;
        running.runs.delete(slot);
      };
      tell(running.process, { op: "open", slot, run: { ...run, folder: mountedAt(parts.folder.path) } });
      const aborted = () => opened.reject(signal.reason);
      signal.addEventListener("abort", aborted, { once: true });
      if (signal.aborted) aborted();
      try {
        await opened.promise;
      } catch (error) {
        void close();
        throw error;
      } finally {
        signal.removeEventListener("abort", aborted);
      }
      return {
        socket: `${directory}/${slot}`,
        close,
      };
    },
    async stop() {
      const running = await state.running?.catch(() => null);
      if (!running) return;
      running.process.stdin.end();
      running.process.kill();
      await running.ended;
    },
  };
}

function argvOf({ module, folder }: BrokerParts): string[] {
  const own = mountedModule(module);
  const root = mountedAt(folder.path);
  const sockets = Array.from({ length: SLOTS }, (_, i) => `unix:${SOCKETS}/${i}`);
  return [
    DENO,
    ...own.flags,
    `--allow-read=${root},${SOCKETS}`,
    `--allow-write=${SOCKETS}`,
    `--allow-net=${sockets.join(",")}`,
    own.entry,
    SOCKETS,
    root,
  ];
}

function optionsOf({ module, folder, deno, machine }: BrokerParts, directory: string): string[] {
  const own = mountedModule(module);
  return bubblewrapOptions({
    folder: { path: folder.path, access: folder.access === "none" ? "none" : "ro", hidden: [] },
    guarded: [],
    programs: [{ from: deno, to: DENO }, ...own.mounts, { from: directory, to: SOCKETS, writable: true }],
    env: { HOME: "/nonexistent", LANG: "C.UTF-8", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", DENO_DIR: own.cache },
    cwd: "/",
    statusFd: FD.status,
    seccompFd: FD.seccomp,
    scratchBytes: SCRATCH_BYTES,
  }, machine);
}
