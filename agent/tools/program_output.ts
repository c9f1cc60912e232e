/** Running a program for a model: live output on, a bounded answer back. */
import type { Grant } from "../../security/sandbox/grant.ts";
import type { ToolContext, ToolOutput } from "../../security/tool.ts";
import { answer, headAndTail } from "./bounded.ts";

const STOPPED: Record<string, string> = {
  time: "ended: out of time",
  output: "ended: too much output",
  memory: "ended: out of memory",
  cancelled: "cancelled",
  launcher: "ended with the launcher",
};

/** Runs `grant`, emits its output as it comes, and tells exit status and output, head and tail where it is long. */
export async function runProgram(grant: Grant, context: ToolContext, signal: AbortSignal): Promise<ToolOutput> {
  const said: string[] = [];
  const outcome = await context.sandbox.run(grant, (output) => {
    said.push(output.text);
    context.emit({ type: "output", ...output });
  }, signal);
  const status = outcome.stopped ? STOPPED[outcome.stopped] : `exit ${outcome.code}`;
  const output = headAndTail(said.join("")).trimEnd();
  const told = answer(`${status}${output === "" ? ", no output" : `\n${output}`}`, { ...outcome, output });
  return { ...told, isError: outcome.code !== 0 || outcome.stopped !== undefined };
}
