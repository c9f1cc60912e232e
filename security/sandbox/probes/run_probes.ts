/** Puts every probe to one executor. */
import { DEFAULT_LIMITS, type Executor, type Grant } from "../grant.ts";
import { answersOf, batchOf, ofKind } from "./batch.ts";
import type { Finished } from "./finished.ts";
import { OF_FILES } from "./of_files.ts";
import { OF_KERNEL } from "./of_kernel.ts";
import { OF_LIMITS } from "./of_limits.ts";
import { OF_NETWORK } from "./of_network.ts";
import { OF_WORKSPACE } from "./of_workspace.ts";
import { type Aim, aimed, type Answer, type Probe } from "./probe.ts";

export const PROBES: readonly Probe[] = [...OF_FILES, ...OF_NETWORK, ...OF_KERNEL, ...OF_LIMITS, ...OF_WORKSPACE];

/** Of a batch, milliseconds: no probe lasts longer than 5 s, and hardly one lasts. */
const BATCH_MS = 60_000;

export type Putting = {
  /** Runs a grant to its end; rejects if it was refused. */
  run(grant: Grant, signal: AbortSignal): Promise<Finished>;
  aim: Aim;
  /** `ok`, or why a program cannot be had. */
  python: string;
};

type Alone = Extract<Probe, { run: unknown }>;
const isAlone = (probe: Probe): probe is Alone => "run" in probe;

/**
 * The answers of `executor`, in the order of `PROBES`. The runs that make others wait see the workspace and go one after
 * another; those that only burn what they were granted go at once. A probe whose run was refused does not apply.
 */
export async function probed(executor: Executor, putting: Putting, signal: AbortSignal): Promise<Answer[]> {
  const { run, aim, python } = putting;
  const grant = (
    kind: "sh" | "python",
    source: string,
    limits: Partial<Grant["limits"]>,
    folder: "none" | "rw",
  ): Grant => ({
    program: kind === "sh" ? "shell" : "python",
    executor,
    source,
    folder,
    cwd: "",
    env: {},
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
  const without = ({ name, group, tries }: Probe, seen: string): Answer => ({
    name,
    group,
    tries,
    verdict: "not applicable",
    seen,
  });

  async function batch(kind: "sh" | "python"): Promise<Answer[]> {
    const probes = ofKind(PROBES, kind);
    if (kind === "python" && python !== "ok") return probes.map((probe) => without(probe, python));
    const done = await run(grant(kind, batchOf(probes, kind, aim), { ms: BATCH_MS, pids: 64 }, "rw"), signal);
    const leaked = (done.stdout + done.stderr).includes(aim.token);
    const answers = answersOf(probes, done);
    return leaked ? answers.map((one) => one.seen.includes(aim.token) ? { ...one, verdict: "BREACH" } : one) : answers;
  }

  async function alone(probe: Alone): Promise<Answer> {
    const kind = "python" in probe.run ? "python" : "sh";
    if (kind === "python" && python !== "ok") return without(probe, python);
    const text = "python" in probe.run ? probe.run.python : probe.run.sh;
    const folder = probe.group === "limits" ? "none" : "rw";
    try {
      const done = await run(grant(kind, aimed(text, aim), probe.limits ?? {}, folder), signal);
      const got = probe.got(done);
      const { name, group, tries } = probe;
      const { code, stopped } = done.outcome;
      const seen = got ?? (stopped === undefined ? `ended with ${code}` : `stopped: ${stopped}`);
      return { name, group, tries, verdict: got === null ? "held" : "BREACH", seen };
    } catch (error) {
      signal.throwIfAborted();
      return without(probe, error instanceof Error ? error.message : String(error));
    }
  }

  const single = PROBES.filter(isAlone);
  const burn = () => Promise.all(single.filter(({ group }) => group === "limits").map(alone));
  // A batch in gVisor beside them was seen to end early (its shell with 2): there they wait.
  const early = executor === "gvisor" ? null : burn();
  early?.catch(() => {});
  const answers = [...await batch("sh"), ...await batch("python"), ...await (early ?? burn())];
  for (const probe of single.filter(({ group }) => group !== "limits")) answers.push(await alone(probe));
  const by = new Map(answers.map((answer) => [answer.name, answer]));
  return PROBES.map((probe) => {
    const answer = by.get(probe.name)!;
    return { ...answer, tries: aimed(answer.tries, aim) };
  });
}
