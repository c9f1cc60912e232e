/** From a finished turn to a recipe: its calls that ended well, in order. Pure. */
import { textOf, type ToolResult } from "../../node/chat.ts";
import { PLACEHOLDERS } from "../../security/secrets/placeholder.ts";
import type { AgentEvent } from "../event.ts";
import { Recipe, type Step } from "./recipe.ts";

/** Replaces each secret in a JSON value by its placeholder; see security/secrets/scrub.ts. */
export type ScrubValue = (value: unknown) => unknown;

export type RecordOptions = {
  name: string;
  /** Name → the value that stood in the calls and is a parameter from now on. */
  parameters?: Record<string, string>;
  scrub: ScrubValue;
};

/**
 * The last finished turn of `events` as a recipe. What a call took from an earlier one's `data` (a path that was found)
 * is taken from there again; what the person said stays as it is. A secret becomes a parameter that is asked for.
 * Throws RangeError where there is nothing to record.
 */
export function recorded(events: readonly AgentEvent[], options: RecordOptions): Recipe {
  const end = events.findLastIndex((e) => e.type === "turn_ended" && e.reason === "answered");
  const begin = events.slice(0, Math.max(0, end)).findLastIndex((e) => e.type === "turn_started");
  const started = events[begin];
  if (end < 0 || started?.type !== "turn_started") {
    throw new RangeError("Cannot record a recipe: no turn of this session was answered");
  }
  const turn = events.slice(begin, end);
  const said = textOf(started.message);
  const calls = turn.flatMap((e) => e.type === "step_ended" ? e.calls : []);
  const results = new Map(turn.flatMap((e) => e.type === "call_ended" ? [[e.result.callId, e.result] as const] : []));
  const well = calls.flatMap((call) => {
    const result = results.get(call.id);
    const args = result === undefined || result.isError ? null : objectOf(call.arguments);
    return result === undefined || args === null ? [] : [{ tool: call.name, args, result }];
  });
  if (well.length === 0) throw new RangeError("Cannot record a recipe: no call of that turn ended well");
  const secrets: string[] = [];
  const named = options.parameters ?? {};
  const used = new Set<string>();
  const before: { id: string; result: ToolResult }[] = [];
  const steps = well.map(({ tool, args, result }, at): Step => {
    const id = `step${at + 1}`;
    const scrubbed = options.scrub(args);
    const open = change(scrubbed, (text) => escaped(text));
    const linked = change(open, (text) => linkTo(text, { said, before, tool }) ?? text);
    const withSecrets = change(linked, (text) => text.replace(PLACEHOLDERS, () => `{{${secretName(secrets)}}}`));
    before.push({ id, result });
    return { id, tool, arguments: parameterised(withSecrets, named, used) as Step["arguments"] };
  });
  const idle = Object.keys(named).filter((name) => !used.has(name));
  if (idle.length > 0) throw new RangeError(`Cannot record a recipe: the value of ${idle[0]} stands in no argument`);
  const parameters = [
    ...Object.entries(named).map(([name, value]) => ({ name, type: typeOf(value), default: value })),
    ...secrets.map((name) => ({ name, type: "text" as const })),
  ];
  const parsed = Recipe.safeParse({
    name: options.name,
    description: describe(options.scrub(said)),
    parameters,
    steps,
  });
  if (parsed.success) return parsed.data;
  throw new RangeError(`Cannot record a recipe: ${parsed.error.issues[0].message}`);
}

/** Marks that a recorded text holds by itself would refer to something; they are no references. */
const escaped = (text: string): string => text.replaceAll("{{", "{ {");

function describe(said: unknown): string {
  return String(said).replace(/\s+/g, " ").trim().slice(0, 200);
}

function secretName(secrets: string[]): string {
  secrets.push(`secret${secrets.length + 1}`);
  return secrets.at(-1)!;
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text || "{}");
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function change(value: unknown, to: (text: string) => string): unknown {
  if (typeof value === "string") return to(value);
  if (Array.isArray(value)) return value.map((inner) => change(inner, to));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner, to)]));
}

/** The reference to the first of what an earlier call found, if `text` is exactly that and nobody typed it. */
function linkTo(
  text: string,
  { said, before, tool }: { said: string; before: readonly { id: string; result: ToolResult }[]; tool: string },
): string | null {
  if (text.length < 2 || said.includes(text) || tool === "shell" || tool === "run_code") return null;
  for (const { id, result } of before) {
    const path = firstPath(result.data, text);
    if (path !== null) return `{{${id}.data.${path}}}`;
  }
  return null;
}

/** Where `text` stands in `data`, looking only at the first of each list: "the largest", "the newest". */
function firstPath(data: unknown, text: string, depth = 0): string | null {
  if (data === null || typeof data !== "object" || depth > 4) return null;
  const inner = Array.isArray(data) ? Object.entries(data.slice(0, 1)) : Object.entries(data);
  for (const [key, value] of inner) {
    if (!/^[A-Za-z0-9_]{1,64}$/.test(key)) continue;
    if (value === text && key === "path") return key;
    const below = firstPath(value, text, depth + 1);
    if (below !== null) return `${key}.${below}`;
  }
  return null;
}

/** `value` with the values of `named` replaced by references, in texts wherever they stand, as numbers whole. */
function parameterised(value: unknown, named: Record<string, string>, used: Set<string>): unknown {
  if (typeof value === "number") {
    const name = Object.keys(named).find((one) => named[one] === String(Math.abs(value)));
    if (name === undefined) return value;
    used.add(name);
    return `${value < 0 ? "-" : ""}{{${name}}}`;
  }
  if (typeof value === "string") {
    return Object.entries(named).reduce((out, [name, text]) => {
      if (text === "") return out;
      // What is a reference already stays one.
      const pieces = out.split(/(\{\{[^}]*\}\})/);
      return pieces.map((piece) => {
        if (piece.startsWith("{{") || !piece.includes(text)) return piece;
        used.add(name);
        return piece.replaceAll(text, `{{${name}}}`);
      }).join("");
    }, value);
  }
  if (Array.isArray(value)) return value.map((inner) => parameterised(inner, named, used));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, parameterised(inner, named, used)]));
}

function typeOf(value: string): "path" | "text" | "number" {
  if (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)) return "number";
  return /^[\w.-]+\/[\w./-]+$|^[\w-]+\.\w{1,8}$/.test(value) && !value.split("/").includes("..") ? "path" : "text";
}
