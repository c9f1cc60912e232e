/** `harombe doctor --sandbox`: every probe put to every executor of this machine, from inside. */
import { DEFAULT_LIMITS, Executor, type Grant, type Launcher } from "../../security/sandbox/grant.ts";
import type { Finished } from "../../security/sandbox/probes/finished.ts";
import type { Aim } from "../../security/sandbox/probes/probe.ts";
import { probed } from "../../security/sandbox/probes/run_probes.ts";
import { breached, type Probed, tableText } from "../../security/sandbox/probes/table.ts";
import { stateDirectory } from "../config.ts";
import { EXIT, plainLines, unavailable } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { launcherOfThisProcess } from "../machine.ts";

async function finished(run: ReturnType<Launcher["run"]>): Promise<Finished> {
  await run.closeInput();
  const [stdout, stderr, outcome] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.outcome,
  ]);
  return { stdout, stderr, outcome };
}

/** Something outside for the probes to aim at: a file, a listener, a process. Removed when it is disposed. */
async function target(state: string, io: Io): Promise<{ aim: Omit<Aim, "folder"> } & AsyncDisposable> {
  const token = `probe-${crypto.randomUUID()}`;
  const canary = `${state}/${token}`;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const connection of listener) connection.close();
  })().catch(() => {});
  await Deno.writeTextFile(canary, token, { mode: 0o600 });
  return {
    aim: {
      token,
      canary,
      home: io.env("HOME") ?? state,
      port: (listener.addr as Deno.NetAddr).port,
      pid: Number(io.env("HAROMBE_LAUNCHER") ?? "1"),
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Deno.remove(canary).catch(() => {});
    },
  };
}

/** Prints what each executor held; 1 if anything got through, 4 if there is no executor at all. */
export async function doctorSandbox(options: { json?: boolean }, io: Io): Promise<number> {
  const started = launcherOfThisProcess();
  if (!started) throw unavailable("no launcher started this process; start it by the harombe file");
  const powers = await started.launcher.powers(io.signal);
  const scratch = io.env("HAROMBE_SCRATCH");
  if (!scratch || powers.folder.path !== scratch || powers.folder.access !== "rw") {
    throw unavailable("the launcher made no folder for the probes");
  }
  await using aimed = await target(stateDirectory(io.env), io);
  const aim = { ...aimed.aim, folder: scratch };
  const run = (grant: Grant, signal: AbortSignal) => finished(started.launcher.run(grant, signal));
  const all: Probed[] = [];
  for (const executor of Executor.options) {
    const why = await refusal(executor, run, io.signal);
    if (why !== null) all.push({ executor, offered: false, why });
    else {
      const answers = await probed(executor, { run, aim, python: powers.programs.python }, io.signal);
      all.push({ executor, offered: true, answers });
    }
  }
  io.stdout.write(options.json ? `${jsonText(all)}\n` : `${tableText(all).split("\n").map(plainLines).join("\n")}`);
  if (breached(all)) return EXIT.failed;
  return all.some(({ offered }) => offered) ? 0 : EXIT.unavailable;
}

/** Why `executor` cannot be had, or null. */
async function refusal(
  executor: Executor,
  run: (grant: Grant, signal: AbortSignal) => Promise<Finished>,
  signal: AbortSignal,
): Promise<string | null> {
  const grant: Grant = {
    program: "shell",
    executor,
    source: "",
    folder: "none",
    cwd: "",
    env: {},
    limits: DEFAULT_LIMITS,
  };
  try {
    const { outcome } = await run(grant, signal);
    return outcome.confined === executor ? null : `a run of it was held by ${outcome.confined}`;
  } catch (error) {
    signal.throwIfAborted();
    return (error instanceof Error ? error.message : String(error)).replace(`Cannot use ${executor}: `, "");
  }
}
