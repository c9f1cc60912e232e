/** What a model is told of a tool. */
import { z } from "zod";
import type { ToolSpec } from "../node/chat.ts";
import type { AnyTool } from "./tool.ts";

/** The tool's name, description and parameters as JSON Schema. Throws if its schema has no JSON Schema. */
export function toolSpec(tool: AnyTool): ToolSpec {
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(tool.parameters, { io: "input", unrepresentable: "any" });
  return { name: tool.name, description: tool.description, parameters };
}

/** `{"path": string, "limit"?: integer}`: the parameters in one line, for an error that a model reads. */
export function shortSchema(tool: AnyTool): string {
  const { properties, required } = toolSpec(tool).parameters as {
    properties?: Record<string, { type?: string; enum?: unknown[] }>;
    required?: string[];
  };
  const fields = Object.entries(properties ?? {}).map(([name, p]) => {
    const type = p.enum ? p.enum.map((v) => JSON.stringify(v)).join("|") : p.type ?? "any";
    return `${JSON.stringify(name)}${required?.includes(name) ? "" : "?"}: ${type}`;
  });
  return `{${fields.join(", ")}}`;
}
