/** Runs tasks one after the other through the real loop and the real door, in a workspace that is emptied between them. */
import { type Agent, runTurn } from "../../agent/loop.ts";
import { text, type ToolCall } from "../../node/chat.ts";
import type { Approve } from "../../security/approval.ts";
import { readCall } from "../../security/read_call.ts";
import { DEFAULT_LIMITS, type Powers } from "../../security/sandbox/grant.ts";
import type { Sandbox } from "../../security/sandbox/sandbox.ts";
import type { AnyTool } from "../../security/tool.ts";
import { type Meter } from "./meter.ts";
import type { TaskResult } from "./score.ts";
import type { Aftermath, Task } from "./task.ts";

export type TrialParts = {
  tasks: readonly Task[];
  agent: Agent;
  tools: readonly AnyTool[];
  /** The workspace; only its own `.git` outlives a task. */
  sandbox: Sandbox;
  powers: Powers;
  meter: Meter;
  /** Of every turn; `approveOnly` knows it. */
  session: string;
};

/** Tasks in a row that may fail for the server's sake; then it is gone. */
const FAILURES = 2;

/** The largest file that a check reads, bytes. */
const LARGEST = 1 << 20;

/**
 * Approves, in a person's place, the calls of `session` and no others; never a CRITICAL one, and none that a rule of the
 * owner's wants asked. It is given to a door whose sandbox the launcher fixed on a fresh empty folder without network, so
 * that there is nothing else to approve; a deny stands before it is asked. The audit log names it.
 */
export function approveOnly(session: string): Approve {
  return (request) => {
    const wanted = request.reasons.some((reason) => reason.startsWith("the rule ask "));
    const mine = request.session === session && request.risk !== "CRITICAL" && !wanted;
    return Promise.resolve(mine ? { answer: "once", by: "models test" } : null);
  };
}

/**
 * Yields a result for each task. Ends early, returning why, where the server is gone: it cannot be reached, or two tasks in a
 * row failed by it. Throws the signal's reason on abort, and if the workspace cannot be prepared.
 */
export async function* runTrials(
  parts: TrialParts,
  signal: AbortSignal,
): AsyncGenerator<TaskResult, string | null, void> {
  let failures = 0;
  for (const task of parts.tasks) {
    yield await runTask(task, parts, signal);
    const failure = parts.meter.failure();
    failures = failure === null ? 0 : failures + 1;
    if (failure !== null && (failures >= FAILURES || failure.fault === "unreachable")) return failure.message;
  }
  return null;
}

async function runTask(task: Task, parts: TrialParts, signal: AbortSignal): Promise<TaskResult> {
  await prepare(task, parts, signal);
  const start = performance.now();
  const calls: ToolCall[] = [];
  const end = { answer: "", reason: "", detail: "" };
  const turn = { session: parts.session, history: [], message: text(task.prompt) };
  for await (const event of runTurn(parts.agent, turn, signal)) {
    if (event.type === "text") end.answer += event.text;
    if (event.type === "step_ended" && event.calls.length > 0) {
      calls.push(...event.calls);
      end.answer = "";
    }
    if (event.type === "turn_ended") Object.assign(end, { reason: event.reason, detail: event.detail ?? "" });
  }
  signal.throwIfAborted();
  const ms = Math.round(performance.now() - start);
  const files = await look(task.after, parts.sandbox, signal);
  const why = end.reason === "answered"
    ? task.check({ answer: end.answer, calls, files } satisfies Aftermath)
    : `it ended without an answer: ${end.reason}${end.detail ? `, ${end.detail}` : ""}`;
  const byName = new Map(parts.tools.map((tool) => [tool.name, tool]));
  const validCalls = calls.filter((call) => "tool" in readCall(call, byName)).length;
  return { name: task.name, passed: why === null, why: why ?? "", calls: calls.length, validCalls, ms };
}

/** Empties the workspace but for the repository, and writes what the task needs. */
async function prepare(task: Task, { sandbox, powers }: TrialParts, signal: AbortSignal): Promise<void> {
  const program = (["shell", "bash"] as const).find((name) => powers.programs[name] === "ok");
  if (!program) throw new Error(`Cannot empty the workspace of a trial: ${powers.programs.shell}`);
  const source = "find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf -- {} +";
  const grant = { program, source, folder: "rw" as const, cwd: "", env: {}, limits: DEFAULT_LIMITS };
  const said: string[] = [];
  const { code, stopped } = await sandbox.run(grant, (output) => said.push(output.text), signal);
  signal.throwIfAborted();
  if (code !== 0) {
    throw new Error(
      `Cannot empty the workspace of a trial: ${stopped ?? `status ${code}`} ${said.join("").slice(0, 200)}`,
    );
  }
  for (const [path, content] of Object.entries(task.files)) {
    const bytes = new TextEncoder().encode(content);
    await sandbox.files.write(path, bytes, { expect: null, createDirectories: true }, signal);
  }
}

async function look(paths: readonly string[], { files }: Sandbox, signal: AbortSignal) {
  const found: Record<string, string | null> = {};
  for (const path of paths) {
    found[path] = await files.read(path, { offset: 0, length: LARGEST }, signal).then(
      ({ bytes }) => new TextDecoder().decode(bytes),
      () => null,
    );
    signal.throwIfAborted();
  }
  return found;
}
