/** A configuration as a person may see it: where each value comes from, and no secret's value. Pure. */
import { oneLine } from "./document.ts";
import { visible } from "../failure.ts";
import { isSecret } from "./leaf.ts";
import { type Config, leaves, type Sources } from "../config.ts";

/** `config` with the value of each secret replaced by `[set]`, passwords inside addresses too. */
export function withoutSecrets(config: Config): Record<string, unknown> {
  return cover(config, "") as Record<string, unknown>;
}

function cover(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((one) => cover(one, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, cover(below, name)]));
  }
  if (typeof value !== "string") return value;
  if (isSecret([key])) return "[set]";
  return value.replace(/^(https?:\/\/)[^/?#]*@/i, "$1[set]@");
}

/** The configuration as lines `section.key: value`, each followed by its source where that is not the default. */
export function showText(config: Config, sources: Sources): string {
  const shown = withoutSecrets(config);
  const lines = leaves().flatMap(({ path }) => {
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], shown);
    if (value === undefined) return [];
    const name = path.join(".");
    return [`${name}: ${visible(oneLine(value))}${sources[name] ? `  # ${sources[name]}` : ""}`];
  });
  return `${lines.join("\n")}\n`;
}
