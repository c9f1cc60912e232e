/** What the owner's rules say of files, for code that opens them itself. Pure. */
import { isAbout, type RuleSet } from "./rules.ts";
import type { Brokered } from "./sandbox/grant.ts";

/** The tools whose rules speak of the same: who may not read a file by a tool may not read it by code. */
export const AS_TOOLS = { read: ["read_file"], write: ["write_file", "edit_file"] } as const;

/** Rules as text for runs of code. A rule of a file tool that cannot be read forbids every file, as it does to that tool. */
export function pathRules(rules: RuleSet): Brokered {
  const of = (names: readonly string[]) => {
    const about = (rule: { tool: string }) => names.some((name) => isAbout(rule, name));
    const broken = rules.broken.filter(about).map(({ tool }) => `${tool}:**`);
    const texts = (list: RuleSet["deny"]) => list.filter(about).map(({ text }) => text);
    return { deny: [...new Set([...broken, ...texts(rules.deny)])], ask: texts(rules.ask) };
  };
  return { read: of(AS_TOOLS.read), write: of(AS_TOOLS.write) };
}
