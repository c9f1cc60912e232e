/** The configuration file's text, parsed. */
import { type Settled, settled } from "../config.ts";
import { parseYaml } from "./document.ts";

/** Text and variables → configuration, or everything that is wrong with them. Pure. */
export function readConfig(text: string, variables: Record<string, string>): Settled {
  const parsed = parseYaml(text);
  return parsed.ok ? settled(parsed, variables) : { complaints: parsed.complaints };
}
