/** The configuration that a setup writes: what was chosen, and nothing else. */
import { configPath, loadConfig, readConfigText } from "../config.ts";
import { editConfig } from "../config/edit.ts";
import { writePrivately } from "../config/write.ts";
import { exists } from "../exists.ts";

const HEADER = `# harombe's configuration: what was chosen. Everything else is at its default (harombe config show).\n`;

/** A name, dotted, and its value. */
export type Setting = [name: string, value: string];

/** `text` with each of `settings`; an empty text begins with one line that says what the file is. Pure. */
export function withSettings(text: string, settings: readonly Setting[]): string {
  const set = settings.reduce((before, [name, value]) => editConfig(before, name, value), text);
  if (text.trim() !== "") return set;
  return settings.length === 0 ? HEADER : HEADER + set;
}

/** Where the copy of a file goes that is replaced at `now`. */
export function backupPath(path: string, now: number): string {
  return `${path}.${new Date(now).toISOString().slice(0, 19).replaceAll(":", "-")}.bak`;
}

/**
 * Writes `settings` into the configuration of `directory`. With `replace` the file begins anew and the old one is kept beside
 * it; its path is returned.
 */
export async function writeSettings(
  directory: string,
  { settings, replace, now }: { settings: readonly Setting[]; replace: boolean; now: number },
  signal: AbortSignal,
): Promise<{ path: string; backup: string | null }> {
  const path = configPath(directory);
  const before = exists(path) ? await readConfigText(path, signal) : null;
  const after = withSettings(replace ? "" : before ?? "", settings);
  const backup = replace && before !== null ? backupPath(path, now) : null;
  if (backup !== null) await writePrivately(backup, before!, signal);
  await writePrivately(path, after, signal);
  return { path, backup };
}

/** A warning for each of `settings` that a variable overrules in this process; what was written holds without it. */
export async function overruled(
  directory: string,
  { settings, variables }: { settings: readonly Setting[]; variables: Record<string, string> },
  signal: AbortSignal,
): Promise<string[]> {
  const { sources } = await loadConfig(directory, variables, signal);
  return settings.flatMap(([name]) =>
    sources[name]?.startsWith("HAROMBE_")
      ? [`warning: the variable ${sources[name]} is set, and wins over ${name}`]
      : []
  );
}
