/** A launcher in this process, for tests that run real grants against real folders. */
import { codeOf } from "../../cli/launch/code.ts";
import { channelPair } from "../fakes/channel_pair.ts";
import {
  type Brokered,
  DEFAULT_LIMITS,
  type Grant,
  type Launcher,
  type Powers,
  type RunEdge,
  type RunOutcome,
} from "../../security/sandbox/grant.ts";
import { type House, type HouseOptions, openHouse } from "../../security/sandbox/house.ts";
import { serveLauncher } from "../../security/sandbox/launcher.ts";
import { launcherOver } from "../../security/sandbox/launcher_client.ts";

export type Finished = { stdout: string; stderr: string; outcome: RunOutcome };

export type Laboratory = {
  /** Everything of this laboratory lies below it: `workspace`, `home`, `home/.harombe`. Removed by `close`. */
  root: string;
  folder: string;
  home: string;
  house: House;
  powers: Powers;
  launcher: Launcher;
  /** Sends a raw message as a hostile main process would, and collects what comes back until `until` says so. */
  raw(messages: unknown[], until: (answers: Record<string, unknown>[]) => boolean): Promise<Record<string, unknown>[]>;
  run(grant: Partial<Grant>, options?: { input?: string; signal?: AbortSignal; edge?: RunEdge }): Promise<Finished>;
  /** Takes the main process away, as if it had died; resolves once the launcher has ended. */
  cut(): Promise<void>;
  close(): Promise<void>;
};

export type LaboratoryOptions = Partial<Omit<HouseOptions, "home" | "state">> & {
  /** Written into the workspace before the launcher starts: path → text. */
  written?: Record<string, string>;
  /** The person's home, where it is not the laboratory's own. */
  homeOf?: string;
  /** As if bubblewrap were not installed. */
  withoutBubblewrap?: boolean;
};

/** A run that no rule of an owner speaks of. */
export const NO_RULES: Brokered = { read: { deny: [], ask: [] }, write: { deny: [], ask: [] } };

/** `grant` filled up with the defaults: a shell line, no folder, the default limits. */
export function grantOf(grant: Partial<Grant>): Grant {
  return { program: "shell", source: "", folder: "none", cwd: "", env: {}, limits: DEFAULT_LIMITS, ...grant };
}

/** Reads both streams and waits for the end. Rejects if the launcher refused. */
export async function finished(run: ReturnType<Launcher["run"]>): Promise<Finished> {
  const [stdout, stderr, outcome] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.outcome,
  ]);
  return { stdout, stderr, outcome };
}

/** Starts a launcher over a fresh workspace. The caller must `close` it. */
export async function laboratory(options: LaboratoryOptions = {}): Promise<Laboratory> {
  const root = await Deno.makeTempDir({ prefix: "laboratory-" });
  await Deno.chmod(root, 0o755);
  const home = options.homeOf ?? `${root}/home`;
  const folder = options.folder ?? `${root}/workspace`;
  await Deno.mkdir(`${root}/workspace`);
  await Deno.mkdir(`${home}/.harombe`, { recursive: true });
  for (const [path, text] of Object.entries(options.written ?? {})) {
    const at = `${root}/workspace/${path}`;
    await Deno.mkdir(at.slice(0, at.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(at, text);
  }
  const stop = new AbortController();
  const { broker = null } = await codeOf(new URL("../../cli/launch.ts", import.meta.url).href, Deno.env.toObject());
  const measured = await openHouse({
    deno: Deno.execPath(),
    files: null,
    broker,
    ...options,
    folder,
    home,
    state: `${home}/.harombe`,
  }, stop.signal);
  const house: House = options.withoutBubblewrap
    ? {
      ...measured,
      bwrap: null,
      executor: null,
      broker: null,
      powers: {
        ...measured.powers,
        bubblewrap: {
          state: "unavailable",
          cause: "bubblewrap is not installed.",
          cure: "unavailable: install bubblewrap",
        },
        programs: {
          ...measured.powers.programs,
          shell: "unavailable: install bubblewrap",
          bash: "unavailable: install bubblewrap",
          python: "unavailable: install bubblewrap",
          files: "unavailable: install bubblewrap",
        },
      },
    }
    : measured;
  const pair = channelPair();
  const serving = serveLauncher(pair.launcher, house, stop.signal);
  const launcher = launcherOver(pair.main);
  return {
    root,
    folder: house.powers.folder.path,
    home,
    house,
    powers: house.powers,
    launcher,
    async raw(messages, until) {
      const answers: Record<string, unknown>[] = [];
      const enough = Promise.withResolvers<void>();
      pair.main.listen((answer) => {
        answers.push(answer as Record<string, unknown>);
        if (until(answers)) enough.resolve();
      });
      for (const message of messages) await pair.main.send(message);
      await enough.promise;
      return answers;
    },
    async run(grant, { input, signal = new AbortController().signal, edge } = {}) {
      const run = launcher.run(grantOf(grant), signal, edge);
      if (input !== undefined) await run.write(new TextEncoder().encode(input));
      await run.closeInput();
      return await finished(run);
    },
    async cut() {
      pair.cut();
      await serving;
    },
    async close() {
      pair.cut();
      await serving;
      stop.abort();
      await house.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}
