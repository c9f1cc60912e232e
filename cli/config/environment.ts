/** `HAROMBE_SECTION_KEY` variables → values. Pure. */
import { nearest } from "../../security/nearest.ts";
import { isSecret, type Leaf, variableOf } from "./leaf.ts";

/** Variables that are no settings: where the state is, and what the launcher takes or tells the main process. */
const RESERVED = [
  "HAROMBE_HOME",
  "HAROMBE_FOLDER",
  "HAROMBE_TOOLCHAINS",
  "HAROMBE_DENO",
  "HAROMBE_LAUNCHER",
  "HAROMBE_SCRATCH",
  "HAROMBE_FILE",
  "HAROMBE_BUILD",
  "HAROMBE_RUNTIME_DIR",
  "HAROMBE_CACHE",
];

/** Secrets themselves have variables too; `security/secrets/stores/env.ts` reads them. */
function isReserved(variable: string): boolean {
  return RESERVED.includes(variable) || variable.startsWith("HAROMBE_SECRET_");
}

export type Override = { path: string[]; value: unknown; variable: string };

/** True if one of `variables` may be a setting. */
export function namesSetting(variables: Record<string, string>): boolean {
  return Object.entries(variables).some(([name, text]) => !isReserved(name) && text !== "");
}

/**
 * The settings that `variables` name, and a warning for each `HAROMBE_…` variable that is none. An empty variable
 * counts as unset. A list is a fault: a variable must not replace the rules that a file sets, nor seem to add one. A
 * secret is a fault: a key in the environment changes nothing by itself.
 * The values are not checked against the schema here.
 */
export function overrides(
  variables: Record<string, string>,
  leaves: readonly Leaf[],
): { values: Override[]; warnings: string[]; faults: string[] } {
  const byName = new Map(leaves.map((leaf) => [variableOf(leaf.path), leaf]));
  const values: Override[] = [];
  const warnings: string[] = [];
  const faults: string[] = [];
  for (const [variable, text] of Object.entries(variables)) {
    if (isReserved(variable) || text === "") continue;
    const leaf = byName.get(variable);
    if (leaf?.types.includes("array")) {
      faults.push(`${variable}: ${leaf.path.join(".")} is a list; set it in the file`);
    } else if (leaf && isSecret(leaf.path)) {
      faults.push(
        `${variable}: ${leaf.path.join(".")} is a secret and is never read from a variable; set it in the file`,
      );
    } else if (leaf) {
      values.push({ path: leaf.path, value: valueOf(text, leaf), variable });
    } else if (variable.startsWith("HAROMBE_")) {
      const near = nearest(variable, [...byName.keys(), ...RESERVED]);
      warnings.push(`${variable} is no setting and is ignored${near ? `; did you mean ${near}?` : ""}`);
    }
  }
  return { values, warnings, faults };
}

/** `text` as the type that the leaf takes; text that does not read as that type stays text, for the schema to refuse. */
export function valueOf(text: string, leaf: Leaf): unknown {
  const takes = (type: string) => leaf.types.includes(type);
  if (takes("boolean") && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if ((takes("number") || takes("integer")) && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  return text;
}
