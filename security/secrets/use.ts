/** What a call does with the secrets that it names: where their values may go, and where they stay placeholders. */
import type { AnyTool } from "../tool.ts";
import { PLACEHOLDERS } from "./placeholder.ts";
import { codeProblem, shellWithVariables } from "./shell_secret.ts";
import type { SecretVault } from "./vault.ts";

export type SecretUse = {
  /** The arguments with the values put in where they stay in files of the house. Never recorded, never shown. */
  args: unknown;
  /** For runs without network: each secret by its placeholder. */
  variables: Record<string, string>;
  /** The placeholders that are used. */
  names: string[];
};

/** Characters that a variable of a run may have, and those that a value must have so that it can be kept out of sight after. */
const LONGEST_VARIABLE = 8192;
const SHORTEST = 4;

/**
 * The use of secrets that a call of `tool` with `args` makes; null = none: a placeholder anywhere else than in the arguments that
 * `tool` names stays what it is. Refused: a secret in what leaves the house, and a placeholder that stands for nothing here. From
 * then on the values are watched, so that they come back from nowhere.
 */
export function secretUse(
  tool: Pick<AnyTool, "name" | "needs" | "takesSecrets">,
  args: unknown,
  vault: Pick<SecretVault, "value" | "watch">,
): SecretUse | { problem: string; by: string } | null {
  const refused = (why: string) => ({ problem: `Cannot call ${tool.name}: ${why}`, by: "a secret in the call" });
  const [first] = JSON.stringify(args ?? null).match(PLACEHOLDERS) ?? [];
  if (first === undefined) return null;
  if (tool.needs.net === true) return refused(`${first} stands for a secret, and secrets are not sent out`);
  const places = tool.takesSecrets?.(args) ?? {};
  const names = new Set<string>();
  const given = { ...(args as Record<string, unknown>) };
  const use: SecretUse = { args: given, variables: {}, names: [] };
  for (const [argument, place] of Object.entries(places)) {
    const text = given[argument];
    if (typeof text !== "string") continue;
    const here = new Set(text.match(PLACEHOLDERS) ?? []);
    for (const name of here) {
      const value = vault.value(name);
      if (value === null) return refused(`${name} is not known in this session; read again where it stands`);
      if (value.length < SHORTEST) return refused(`${name} is too short to be kept out of sight`);
      if (place !== "text" && (value.length > LONGEST_VARIABLE || value.includes("\0"))) {
        return refused(`${name} is too long for a program; put it in a file with write_file`);
      }
      names.add(name);
      if (place !== "text") use.variables[name] = value;
    }
    if (here.size === 0) continue;
    if (place === "text") given[argument] = text.replace(PLACEHOLDERS, (name) => vault.value(name)!);
    if (place === "shell") {
      const line = shellWithVariables(text);
      if ("problem" in line) return refused(line.problem);
      given[argument] = line.line;
    }
    const problem = place === "code" ? codeProblem(text) : null;
    if (problem !== null) return refused(problem);
  }
  if (names.size === 0) return null;
  use.names = [...names];
  for (const name of names) vault.watch(vault.value(name)!);
  return use;
}
