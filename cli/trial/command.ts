/** `harombe models test MODEL`: what a model can do with tools here, measured in a workspace of its own. */
import type { Agent } from "../../agent/loop.ts";
import { systemPrompt } from "../../agent/prompt.ts";
import { countTokens } from "../../agent/tokens.ts";
import { findModel, type FindOptions } from "../../node/backends/auto.ts";
import type { Model } from "../../node/models.ts";
import { printable } from "../../security/display.ts";
import { createGateway } from "../../security/gateway.ts";
import { createLedger } from "../../security/provenance/ledger.ts";
import { compileRules, toolKinds } from "../../security/rules.ts";
import { createScrub, type Scrub } from "../../security/secrets/scrub.ts";
import { createSessionGrants } from "../../security/session_grants.ts";
import { boundedSpecOf, specOf } from "../../security/tool_spec.ts";
import { type Config, loadConfig, stateDirectory, withModel } from "../config.ts";
import { secretsOf } from "../config/secrets.ts";
import { openEmbedded } from "../embedded.ts";
import { EXIT, Exit, plainLines, unavailable } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { filledConfig } from "../secrets/usable.ts";
import { launcherOfThisProcess, type Machine, openMachine } from "../machine.ts";
import { type Calls, callsOf, heldToBounds } from "../model.ts";
import { excessPowers } from "../powers.ts";
import { openStores, statePaths, type Stores } from "../state/stores.ts";
import type { Args } from "../talk.ts";
import { TOOL_KINDS, toolsFor } from "../tools.ts";
import { openMeasures } from "./measures.ts";
import { meter } from "./meter.ts";
import { approveOnly, runTrials, type TrialParts } from "./run.ts";
import { type Score, scoreLine, scoreOf, type TaskResult } from "./score.ts";
import { TASKS } from "./tasks.ts";

/** Of one task: model requests, milliseconds. */
const STEPS = 10;
const TASK_MS = 300_000;

/** Settings of every trial, so that results compare. */
const TEMPERATURE = 0;
const SEED = 1;
const ANSWER_TOKENS = 2048;

/** Runs the tasks; 0 if all of them ran (passed or not), 1 if the server was gone before the end, 4 if they cannot run here. */
export async function modelTest(args: Args, io: Io): Promise<number> {
  const excess = excessPowers();
  if (excess.length > 0) throw unavailable(`this process may ${excess.join(", ")}; start it by the harombe file`);
  const directory = stateDirectory(io.env);
  const { config: written } = await loadConfig(directory, io.harombeVariables(), io.signal);
  const started = launcherOfThisProcess();
  const config = await filledConfig({ directory, config: written, launcher: () => started?.launcher ?? null }, io);
  const scrub = createScrub({ known: secretsOf(config) });
  const embedded = await openEmbedded(config, { state: directory, launcher: started?.launcher ?? null }, io.signal);
  try {
    const finding = { privacyMode: config.privacy.mode, embedded };
    const tested = await modelToTest(String(args.model ?? ""), { config, finding }, io.signal);
    return await trial(tested, { config, directory, scrub, started }, args, io);
  } finally {
    await embedded.close();
  }
}

type Started = ReturnType<typeof launcherOfThisProcess>;
type Tested = { model: Model; chat: Calls };

async function trial(
  { model, chat }: Tested,
  { config, directory, scrub, started }: { config: Config; directory: string; scrub: Scrub; started: Started },
  args: Args,
  io: Io,
): Promise<number> {
  // A store that cannot keep the result is told before the tasks run, not after.
  openMeasures(statePaths(directory).measures, { now: io.now }).close();
  const { machine, signal } = await scratchMachine(started, io);
  const stores = openStores(directory, io.now, scrub.text);
  try {
    const parts = partsOf({ config, model, chat, machine, stores, scrub, now: io.now });
    if (!args.json) {
      io.stdout.write(`${plainLines(`${model.name} at ${model.base}: ${TASKS.length} tasks, sandboxed`)}\n`);
    }
    const { results, stopped } = await collected(parts, args, { io, signal });
    const score = scoreOf(results, parts.meter.timings);
    if (stopped === null) keep(statePaths(directory).measures, { model, score, now: io.now });
    show({ model, results, score, stopped }, args, io);
    return stopped === null ? 0 : EXIT.failed;
  } finally {
    await soon(machine.close());
    stores.close();
  }
}

/** The longest that leaving may take, milliseconds; the launcher ends what is left. */
const LEAVE_MS = 3_000;

async function soon(work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, LEAVE_MS);
  await Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

async function modelToTest(
  name: string,
  { config, finding }: { config: Config; finding: FindOptions },
  signal: AbortSignal,
): Promise<Tested> {
  const wanted = withModel(config, name);
  const found = await findModel(wanted, finding, signal);
  if (found.kind === "none") throw new Exit(EXIT.unavailable, found.text);
  return { model: found.model, chat: callsOf(found.chat, found.model, null) };
}

/**
 * The machine whose workspace is the launcher's scratch folder, and a signal that ends with the launcher too. Throws
 * `unavailable` where the workspace is any other, or a run would not be confined.
 */
async function scratchMachine(started: Started, io: Io): Promise<{ machine: Machine; signal: AbortSignal }> {
  const machine = await openMachine(started?.launcher ?? null, io.signal);
  const lost = new AbortController();
  started?.lost.then(() => lost.abort(new Error("Cannot go on: the launcher is gone")));
  const { folder, bubblewrap } = machine.powers;
  const scratch = io.env("HAROMBE_SCRATCH");
  const fit = scratch !== undefined && scratch !== "" && folder.path === scratch && folder.access === "rw";
  if (fit && bubblewrap.state === "ok") return { machine, signal: AbortSignal.any([io.signal, lost.signal]) };
  await soon(machine.close());
  throw unavailable(
    bubblewrap.state === "ok"
      ? "models test runs only in a fresh folder that the launcher made"
      : `models test runs nothing unconfined: ${bubblewrap.cause} ${bubblewrap.cure}`,
  );
}

function partsOf(given: {
  config: Config;
  model: Model;
  chat: Calls;
  machine: Machine;
  stores: Stores;
  scrub: Scrub;
  now(): number;
}): TrialParts {
  const { config, model, chat, machine, stores, scrub } = given;
  const session = `models-test-${crypto.randomUUID()}`;
  // Nothing that reaches beyond the workspace: earlier sessions, the network, the machine, the person.
  const tools = toolsFor(config, {
    powers: machine.powers,
    sessions: stores.sessions,
    facts: stores.facts,
    scrub: scrub.text,
    session: () => session,
  }).filter(({ needs }) => (needs.files !== "none" || needs.run !== "none") && !needs.net && !needs.observe);
  const kinds = toolKinds(tools, TOOL_KINDS);
  const callTool = createGateway({
    tools,
    rules: compileRules(config.security.rules, kinds),
    grants: createSessionGrants(kinds),
    approve: approveOnly(session),
    approvalMs: config.security.hitl.timeout * 1000,
    askUser: () => Promise.resolve(null),
    ledger: createLedger(() => Promise.resolve([])),
    audit: stores.audit,
    scrub,
    sandbox: machine.sandbox,
    now: () => performance.now(),
  });
  const metered = meter(chat.chat, () => performance.now());
  const contextLength = Math.min(config.model.context_length, model.contextLength ?? Infinity);
  const { folder, os } = machine.powers;
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const agent: Agent = {
    name: "models test",
    model: model.name,
    systemPrompt: systemPrompt({
      os,
      folder: folder.path,
      access: folder.access,
      today: new Date(given.now()).toISOString().slice(0, 10),
      unavailable: [],
    }),
    chat: metered.chat,
    tools: chat.tools ? tools.map(heldToBounds(model) ? boundedSpecOf : specOf) : [],
    readOnly: (name) => byName.get(name)?.readOnly ?? false,
    callTool,
    count: countTokens,
    contextLength,
    answerTokens: Math.min(ANSWER_TOKENS, Math.floor(contextLength / 4)),
    temperature: TEMPERATURE,
    settings: { seed: SEED, ...(config.model.think === null ? {} : { think: config.model.think }) },
    budget: { steps: STEPS, tokens: config.agent.max_tokens, ms: TASK_MS },
  };
  return { tasks: TASKS, agent, tools, sandbox: machine.sandbox, powers: machine.powers, meter: metered, session };
}

/** The results as far as they came, each shown when it comes; `stopped` says why they are not all. */
async function collected(
  parts: TrialParts,
  args: Args,
  { io, signal }: { io: Io; signal: AbortSignal },
): Promise<{ results: TaskResult[]; stopped: string | null }> {
  const results: TaskResult[] = [];
  const trials = runTrials(parts, signal);
  for (;;) {
    const next = await trials.next();
    if (next.done) return { results, stopped: next.value };
    results.push(next.value);
    if (!args.json) io.stdout.write(`${taskLine(next.value)}\n`);
  }
}

function taskLine({ name, passed, why, calls, ms }: TaskResult): string {
  const head = `${passed ? "ok  " : "fail"}  ${name.padEnd(36)} ${calls} call${calls === 1 ? " " : "s"} ${
    (ms / 1000).toFixed(1)
  } s`;
  return plainLines(printable(passed ? head : `${head}  ${why}`).replaceAll("\n", " "));
}

type Report = { model: Model; results: TaskResult[]; score: Score; stopped: string | null };

function show({ model, results, score, stopped }: Report, args: Args, io: Io): void {
  if (args.json) {
    const { name, base, kind, digest, quantization } = model;
    const of = { name, base, kind, digest, quantization };
    io.stdout.write(`${jsonText({ model: of, whole: stopped === null, stopped, ...score, results })}\n`);
    return;
  }
  io.stdout.write(`${scoreLine(score)}\n`);
  if (stopped !== null) {
    const after = `Stopped after ${results.length} of ${TASKS.length} tasks; nothing was kept: ${printable(stopped)}`;
    io.stderr.write(`${plainLines(after)}\n`);
  }
}

function keep(path: string, { model, score, now }: { model: Model; score: Score; now: () => number }): void {
  const measures = openMeasures(path, { now });
  try {
    measures.keep(model, score);
  } finally {
    measures.close();
  }
}
