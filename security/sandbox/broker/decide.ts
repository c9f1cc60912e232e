/**
 * What a run may do of what it touches: Deno asks for each permission as it is used. Pure; no clock, no disk.
 *
 * This is the second wall and the record. The first is the confinement around the run, which holds also for what Deno
 * does not ask about, and between a check and its use. So nothing here allows what Deno's flags for the same run would not.
 */
import type { EgressRule } from "../../egress/egress.ts";
import { secretPath } from "../../risk/secret_path.ts";
import { type Rule, touches } from "../../rules.ts";
import { within } from "../folder.ts";
import type { FolderAccess } from "../grant.ts";
import { PROTECTED_PATHS, protectedBy } from "../protected.ts";
import { couldLieBelow } from "./below.ts";
import { egressNames } from "./egress_names.ts";
import { HARMLESS_SYS } from "./harmless_sys.ts";

export type PathRules = { deny: readonly Rule[]; ask: readonly Rule[] };

/** What one run may touch. Paths are absolute, as the run sees them. */
export type Bounds = {
  folder: string;
  access: FolderAccess;
  /** What is the run's own, and ends with it. */
  scratch: readonly string[];
  /** The module that is the run's source text. */
  source: string;
  rules: { read: PathRules; write: PathRules };
  /** Which hosts may be asked for; empty = none. */
  egress: readonly EgressRule[];
  /** `host:port` inside the run where its way out listens; null if there is none. */
  relay: string | null;
};

export type Check = { permission: string; value: string | null };
export type Verdict = { verdict: "allow" | "deny" | "ask"; reason: string };

const allow = (reason: string): Verdict => ({ verdict: "allow", reason });
const deny = (reason: string): Verdict => ({ verdict: "deny", reason });
const ask = (reason: string): Verdict => ({ verdict: "ask", reason });

/**
 * The verdict on `check`. For `read` and `write` of a path, `meant` is every file that it can mean, `directory` whether one of
 * them is a directory; the strictest of their verdicts holds.
 */
export function decide(
  { permission, value }: Check,
  bounds: Bounds,
  { meant, directory }: { meant: readonly string[] | null; directory: boolean },
): Verdict {
  switch (permission) {
    case "read":
    case "write": {
      if (value === null) return deny(`no run may ${permission} all of the disk`);
      if (meant === null) return deny("it is no path that can be followed");
      const verdicts = meant.map((path) => ofPath(permission, path, bounds, directory));
      return verdicts.find(({ verdict }) => verdict === "deny") ?? verdicts.find(({ verdict }) => verdict === "ask") ??
        verdicts[0] ?? deny("it is no path");
    }
    case "env":
      return allow("its environment holds what it was given and nothing else");
    case "sys":
      return value !== null && HARMLESS_SYS.includes(value)
        ? allow("it tells nothing that a run does not see")
        : deny("no run may ask or change this of the machine");
    case "net":
      if (value !== null && value === bounds.relay) return allow("its way out listens there");
      return value !== null && egressNames(bounds.egress, value)
        ? allow("the call was granted this host")
        : deny("the call was granted no such host");
    case "run":
      return deny("code may not start programs");
    case "ffi":
      return deny("code may not load native code");
    case "import":
      return deny("code may not fetch modules");
    default:
      return deny("a permission that is not known here");
  }
}

function ofPath(permission: "read" | "write", path: string, bounds: Bounds, directory: boolean): Verdict {
  if (permission === "read" && path === bounds.source) return allow("the program itself");
  if (within(path, bounds.folder)) return ofFolder(permission, path, bounds, directory);
  if (bounds.scratch.some((tree) => within(path, tree))) return allow("a directory of the run's own");
  return deny("it lies outside of what the call was granted");
}

function ofFolder(permission: "read" | "write", path: string, bounds: Bounds, directory: boolean): Verdict {
  if (bounds.access === "none") return deny("the call was not granted the folder");
  if (permission === "write" && bounds.access === "ro") return deny("the call was granted the folder to read only");
  const inside = path.slice(bounds.folder.length + 1) || ".";
  const rules = bounds.rules[permission];
  const hit = (list: readonly Rule[]) =>
    list.find((rule) =>
      touches(rule, "path", inside) || (directory && permission === "write" && couldLieBelow(rule, inside))
    );
  const denied = hit(rules.deny);
  if (denied) return deny(`the rule deny ${denied.text} forbids it`);
  const guarded = permission === "write" ? protectedBy(inside, PROTECTED_PATHS) : null;
  if (guarded !== null) return deny(`what lies in ${guarded} is obeyed outside of the sandbox`);
  const asked = hit(rules.ask);
  if (asked) return ask(`the rule ask ${asked.text} wants it asked`);
  const secret = secretPath(inside);
  return secret === null ? allow(`the call was granted the folder (${bounds.access})`) : ask(secret);
}
