/** One setting changed in the file's text; comments, order and everything else stay. Pure. */
import { leaves } from "../config.ts";
import { readConfig } from "./read.ts";
import { EXIT, Exit, short } from "../failure.ts";
import { nearest } from "../../security/nearest.ts";
import { parseYaml, withSetting } from "./document.ts";
import { valueOf } from "./environment.ts";
import { isSecret } from "./leaf.ts";

/**
 * `text` with `name` (dotted, such as `model.name`) set to `value`. The result is valid as a whole, or this throws
 * and names what is wrong; a file that is broken already is refused, not repaired.
 */
export function editConfig(text: string, name: string, value: string): string {
  const leaf = leaves().find((one) => one.path.join(".") === name);
  if (!leaf) throw new Exit(EXIT.usage, unknownSetting(name));
  const before = readConfig(text, {});
  if ("complaints" in before) {
    const { line, message } = before.complaints[0];
    throw new Exit(EXIT.failed, `Cannot set ${name}: the file is broken${line ? ` at line ${line}` : ""}: ${message}`);
  }
  const after = withSetting(text, leaf.path, leaf.types.includes("array") ? listOf(name, value) : valueOf(value, leaf));
  const result = readConfig(after, {});
  if ("complaints" in result) {
    const shown = isSecret(leaf.path) ? "[secret]" : short(value);
    throw new Exit(EXIT.usage, `Cannot set ${name} to ${shown}: ${result.complaints[0].message}`);
  }
  return after;
}

function unknownSetting(name: string): string {
  const names = leaves().map((leaf) => leaf.path.join("."));
  const last = name.split(".").at(-1)!;
  const near = nearest(name, names) ?? names.find((one) => one.endsWith(`.${last}`)) ?? null;
  const below = leaves().filter((leaf) => leaf.path.join(".").startsWith(`${name}.`));
  if (below.length > 0) {
    return `Cannot set ${name}: it is a section with ${below.map((leaf) => leaf.path.join(".")).join(", ")}`;
  }
  return `Cannot set ${short(name)}: no such setting${near ? `; did you mean ${near}?` : "; see harombe config show"}`;
}

/** A list is given as YAML, `[a, b]`, or as one entry. */
function listOf(name: string, value: string): unknown {
  const parsed = parseYaml(value);
  if (!parsed.ok) throw new Exit(EXIT.usage, `Cannot set ${name}: ${parsed.complaints[0].message}`);
  return Array.isArray(parsed.value) ? parsed.value : [value];
}
