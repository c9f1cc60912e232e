/** Embedded models: what lies in the state directory, and the engine that answers with it, confined by the launcher. */
import type { NodeConfig } from "../node/config.ts";
import { ChatError } from "../node/chat.ts";
import { type Embedded, embedded } from "../node/backends/embedded.ts";
import type { EngineRun } from "../node/backends/engine_connection.ts";
import type { EmbeddedModels } from "../node/backends/auto.ts";
import { isInstalled, packName, packsFor } from "../node/embedded/pack.ts";
import { memoryFor, storedModels } from "../node/embedded/stored.ts";
import { DEFAULT_LIMITS, type Grant, type Launcher } from "../security/sandbox/grant.ts";

/** Directories of the state directory, as the launcher mounts them. */
export function embeddedPaths(state: string): { models: string; engines: string } {
  return { models: `${state}/models`, engines: `${state}/engines` };
}

/** The engine to use of those that are installed for this machine: one for its graphics processor first, unless that is off. Null = none is. */
export async function installedEngine(engines: string, gpu: "auto" | "off"): Promise<string | null> {
  const packs = packsFor(Deno.build).toSorted((a, b) => Number(a.device === "cpu") - Number(b.device === "cpu"));
  for (const pack of gpu === "off" ? packs.toReversed() : packs) {
    if (await isInstalled(engines, packName(pack))) return packName(pack);
  }
  return null;
}

/** What a grant may name at most (security/sandbox/grant.ts). */
const MOST_MEMORY = 64 * 2 ** 30;

/** The grant for an engine process. */
function engineGrant(memoryBytes: number): Grant {
  const limits = { ...DEFAULT_LIMITS, memoryBytes: Math.min(memoryBytes, MOST_MEMORY), pids: 512, cpuPercent: 6400 };
  return { program: "engine", source: "", folder: "none", cwd: "", env: {}, limits };
}

function startEngine(launcher: Launcher, memoryBytes: number): EngineRun {
  const stop = new AbortController();
  return { ...launcher.run(engineGrant(memoryBytes), stop.signal), kill: () => stop.abort() };
}

export type OpenedEmbedded = EmbeddedModels & {
  /** Files among the models that are none, each with the reason. */
  broken: { file: string; reason: string }[];
  /** Ends what runs. */
  close(): Promise<void>;
};

/**
 * The embedded models of the state directory `state`. Nothing is started before the first question. `launcher` is null
 * where nothing will be asked, only listed; a `Chat` then throws `ChatError`, as it does where no engine is installed.
 */
export async function openEmbedded(
  config: NodeConfig,
  { state, launcher }: { state: string; launcher: Launcher | null },
  signal: AbortSignal,
): Promise<OpenedEmbedded> {
  const { models: directory, engines } = embeddedPaths(state);
  const { models, broken } = await storedModels(directory, signal);
  const { gpu, threads, idle_s } = config.inference.embedded;
  const engine = await installedEngine(engines, gpu);
  const opened: { name: string; one: Embedded }[] = [];
  return {
    directory,
    models: models.map(({ model }) => model),
    broken,
    chat(model) {
      const stored = models.find((one) => one.model.name === model.name);
      if (stored === undefined || engine === null || launcher === null) {
        const why = engine === null ? NO_ENGINE : `it is not in ${directory}, or no launcher started this process`;
        // deno-lint-ignore require-yield -- a `Chat` that fails before its first event
        return async function* () {
          throw await Promise.resolve(new ChatError("refused", `Cannot use the model ${model.name}: ${why}`));
        };
      }
      for (const { one } of opened.splice(0)) void one.end();
      const contextLength = Math.min(config.model.context_length, model.contextLength ?? Infinity);
      const one = embedded({
        name: model.name,
        load: { model: stored.file, engine, contextLength, gpu, threads: threads ?? null },
        open: (tokens) =>
          startEngine(launcher, memoryFor({ bytes: model.bytes ?? 0, perToken: stored.header.bytesPerToken, tokens })),
        idleMs: idle_s * 1000,
      });
      opened.push({ name: model.name, one });
      return one.chat;
    },
    missing: models.length > 0 && engine === null ? NO_ENGINE : null,
    async close() {
      await Promise.all(opened.splice(0).map(({ one }) => one.end()));
    },
  };
}

const NO_ENGINE = "unavailable: install the engine of embedded models, with harombe models pull";
