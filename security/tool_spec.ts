/** What a model is told of a tool. */
import * as z from "zod";
import type { ToolSpec } from "../node/chat.ts";
import type { AnyTool } from "./tool.ts";

/** Bounds that cost tokens and teach a model nothing; the schema itself still holds them when a call is parsed. */
const NOISE = new Set([
  "$schema",
  "additionalProperties",
  "maxLength",
  "minLength",
  "maximum",
  "minimum",
  "maxItems",
  "pattern",
]);

/** A default that says no more than that the argument may be left out. */
function isNothing(value: unknown): boolean {
  return value === false || value === "" || value === 0 || (Array.isArray(value) && value.length === 0);
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) =>
    !(NOISE.has(key) && typeof inner !== "object") && !(key === "default" && isNothing(inner))
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, plain(inner)]));
}

/**
 * `tool` with its parameters as a JSON Schema of what may be written (defaults are optional), without bounds and empty
 * defaults. Throws if its schema has no JSON Schema.
 */
export function specOf(tool: AnyTool): ToolSpec {
  const { parameters, ...rest } = boundedSpecOf(tool);
  return { ...rest, parameters: plain(parameters) as Record<string, unknown> };
}

/** The same with all bounds, for a model that a grammar holds to them. */
export function boundedSpecOf(tool: AnyTool): ToolSpec {
  const parameters = z.toJSONSchema(tool.parameters, { io: "input" }) as Record<string, unknown>;
  return { name: tool.name, description: tool.description, parameters };
}

/** `{"path": string, "limit"?: integer}`: the parameters in one line, for an error that a model reads. */
export function shortSchema(tool: AnyTool): string {
  const { properties, required } = specOf(tool).parameters as {
    properties?: Record<string, { type?: string; enum?: unknown[] }>;
    required?: string[];
  };
  const fields = Object.entries(properties ?? {}).map(([name, p]) => {
    const type = p.enum ? p.enum.map((v) => JSON.stringify(v)).join("|") : p.type ?? "any";
    return `${JSON.stringify(name)}${required?.includes(name) ? "" : "?"}: ${type}`;
  });
  return `{${fields.join(", ")}}`;
}
