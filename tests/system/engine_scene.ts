/** An embedded model behind the real launcher, for tests: a fresh state directory with a tiny model and the real engine. */
import { embedded, type EmbeddedOptions } from "../../node/backends/embedded.ts";
import type { EngineRun } from "../../node/backends/engine_connection.ts";
import { DEFAULT_LIMITS, type Launcher } from "../../security/sandbox/grant.ts";
import type { OwnModule } from "../../security/sandbox/program.ts";
import { type Laboratory, laboratory } from "../attacks/launch_run.ts";
import { packagesOfDeno } from "../attacks/ordinary_user.ts";
import { testEngine } from "../build/engine_pack.ts";
import { type TinyModel, tinyModel } from "../fakes/gguf.ts";

const signal = new AbortController().signal;
/** The repository. */
export const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** Why the engine cannot be tested on this machine, or null. */
export async function engineMissing(): Promise<string | null> {
  const lab = await laboratory();
  const { bubblewrap } = lab.powers;
  await lab.close();
  if (bubblewrap.state !== "ok") return `${bubblewrap.cause} ${bubblewrap.cure}`;
  try {
    return await testEngine(signal) === null ? "no engine is made for this platform" : null;
  } catch (error) {
    return `install npm and a registry to fetch the engine from: ${
      (error as Error).message.split("\n")[0].slice(0, 200)
    }`;
  }
}

/** `launcher.run` of the engine's program as the backend wants it. */
export function engineRun(launcher: Launcher, memoryBytes: number): EngineRun {
  const stop = new AbortController();
  const limits = { ...DEFAULT_LIMITS, memoryBytes, pids: 512, cpuPercent: 6400 };
  const run = launcher.run({ program: "engine", source: "", folder: "none", cwd: "", env: {}, limits }, stop.signal);
  return { ...run, kill: () => stop.abort() };
}

export type Scene = {
  lab: Laboratory;
  /** The engine's directory name. */
  engine: string;
  /** Runs that were started so far, the last one last. */
  runs: EngineRun[];
  open(options?: Partial<EmbeddedOptions>): ReturnType<typeof embedded>;
  close(): Promise<void>;
};

/** What a module needs whose code lies in the room `room`. */
export function sourceOf(room: string): OwnModule["source"] {
  return { root: `${ROOT}/${room}`, config: `${ROOT}/deno.json`, packages: packagesOfDeno() };
}

/** Opens a scene with `models` by file name. `program` is what runs in the engine process's place. */
export async function engineScene(models: Record<string, TinyModel>, program?: OwnModule): Promise<Scene> {
  const { engines, name } = (await testEngine(signal))!;
  const entry = `${ROOT}/node/embedded/engine_process.ts`;
  const lab = await laboratory({ engine: program ?? { entry, source: sourceOf("node") } });
  const state = `${lab.home}/.harombe`;
  await Deno.mkdir(`${state}/models`);
  await Deno.mkdir(`${state}/engines`);
  for (const [file, model] of Object.entries(models)) await Deno.writeFile(`${state}/models/${file}`, tinyModel(model));
  await new Deno.Command("cp", { args: ["-R", `${engines}/${name}`, `${state}/engines/`] }).output();
  const runs: EngineRun[] = [];
  const opened: ReturnType<typeof embedded>[] = [];
  return {
    lab,
    engine: name,
    runs,
    open(options = {}) {
      const one = embedded({
        name: "tiny",
        load: { model: "tiny.gguf", engine: name, contextLength: 4096, gpu: "off", threads: 1 },
        open: () => {
          const run = engineRun(lab.launcher, 1 << 30);
          runs.push(run);
          return run;
        },
        idleMs: 3_600_000,
        slowMs: 3_600_000,
        ...options,
      });
      opened.push(one);
      return one;
    },
    async close() {
      for (const one of opened) await one.end();
      await lab.close();
    },
  };
}
