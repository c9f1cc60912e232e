/** From what a model wrote to a call: the tool and its arguments. */
import type { ToolCall } from "../node/chat.ts";
import { readArguments } from "./json_arguments.ts";
import { nearest } from "./nearest.ts";
import type { AnyTool } from "./tool.ts";
import { shortSchema } from "./tool_spec.ts";

/** A call whose arguments fit its tool. `args` is frozen: what was judged and shown is what runs. */
export type ReadCall = { tool: AnyTool; args: unknown };
/** Why a call goes no further, for the model and for the audit log. */
export type Problem = { problem: string; by: string };

/** Finds the tool by its exact name and reads the arguments by its schema. */
export function readCall(call: ToolCall, tools: ReadonlyMap<string, AnyTool>): ReadCall | Problem {
  const tool = tools.get(call.name);
  if (tool === undefined) {
    const near = nearest(call.name, [...tools.keys()]);
    const name = JSON.stringify(call.name.slice(0, 100));
    return { problem: `There is no tool ${name}.${near === null ? "" : ` Did you mean ${near}?`}`, by: "unknown tool" };
  }
  const read = readArguments(call.arguments);
  const expected = `Expected: ${shortSchema(tool)}`;
  if ("problem" in read) {
    return { problem: `Cannot call ${tool.name}: ${read.problem}. ${expected}`, by: "malformed arguments" };
  }
  const parsed = tool.parameters.safeParse(read.value);
  if (parsed.success) return { tool, args: freeze(parsed.data) };
  const issues = parsed.error.issues.slice(0, 8).map((i) => `- ${i.path.join(".") || "arguments"}: ${i.message}`);
  return {
    problem: `Cannot call ${tool.name}: its arguments do not fit.\n${issues.join("\n")}\n${expected}`,
    by: "arguments that do not fit",
  };
}

function freeze<T>(value: T): T {
  if (value === null || typeof value !== "object" || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return ArrayBuffer.isView(value) ? value : Object.freeze(value);
}
