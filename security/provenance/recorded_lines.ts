/** Recorded runs as lines of JSON, and what must hold among them beyond the schema. Pure. */
import { RecordedRun } from "./recorded.ts";

/**
 * The runs in `text`, one JSON object a line; empty lines are skipped. Throws a `RangeError` that names `where` and the
 * line for the first that is no run, or that contradicts itself: a call id twice, a call of a tool that it does not declare,
 * an injected call that it does not hold, an attack without one, an honest run with one.
 */
export function readRuns(text: string, where: string): RecordedRun[] {
  return text.split("\n").flatMap((line, at) => {
    if (line.trim() === "") return [];
    const wrong = (why: string) => new RangeError(`Cannot read line ${at + 1} of ${where} as a recorded run: ${why}`);
    const value = jsonOf(line);
    if (value === undefined) throw wrong("it is no JSON");
    const parsed = RecordedRun.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw wrong(`${issue.path.map(String).join(".") || "the line"}: ${issue.message}`);
    }
    const fault = faultOf(parsed.data);
    if (fault !== null) throw wrong(fault);
    return [parsed.data];
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function faultOf({ kind, steps, tools, injected }: RecordedRun): string | null {
  const calls = steps.flatMap((step) => "call" in step ? [step.call] : []);
  const ids = calls.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) return `the call ${twice} is there twice`;
  const undeclared = calls.find(({ tool }) => !Object.hasOwn(tools, tool));
  if (undeclared !== undefined) return `it does not declare the tool ${undeclared.tool}`;
  const missing = injected.find((id) => !ids.includes(id));
  if (missing !== undefined) return `there is no call ${missing} that could be injected`;
  if (kind === "attack" && injected.length === 0) return "an attack names the calls that carry it out";
  if (kind === "honest" && injected.length > 0) return "an honest run has no injected call";
  return null;
}
