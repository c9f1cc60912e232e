/**
 * Rules of the owner, `tool:pattern`.
 *
 * | call is about | pattern | allow means | ask and deny mean |
 * |---|---|---|---|
 * | a path | glob of `glob.ts` | the path, letter by letter | also below it, also in other upper and lower case |
 * | a shell line | text with `*` | line parses whole, each command matches alone; without `*` the whole line as written | found anywhere in it |
 * | a host of a run | `network` and a host, `*.` before it for all below | label by label, the port as written; never by `*` | what has a host in common |
 * | a URL | `url_rule.ts` | https, the host label by label, the usual port, unless written otherwise | also below the host, any scheme |
 * | other text | text with `*` | the whole text, `*` within one line; without `*` the whole text | found anywhere in it |
 *
 * The tool is a name or `*`. A pattern `*` or `**` alone is everything. A rule that does not parse denies all
 * that it could have meant: every call of its tool, or every call if its tool cannot be told.
 */
import type { AnyTool, Risk } from "./tool.ts";
import type { RuleTexts } from "./config.ts";
import { compileGlob, type Glob, normalPath } from "./glob.ts";
import { covers, isNetwork, networkHost, touchesNetwork } from "./egress/hosts.ts";
import { fold } from "./risk/shell_text.ts";
import { allowsUrl, isSearch, isUrl, readUrl, touchesUrl, type UrlPattern, urlPattern } from "./url_rule.ts";
import { allowableCommands, allowsCommand, foundInShell, foundInText, matchesWhole, stretches } from "./shell_rule.ts";

export type TargetKind = "path" | "shell" | "url" | "text";
/** Every tool that rules may name, with what its targets are. */
export type ToolKinds = ReadonlyMap<string, TargetKind>;

export type Rule = {
  /** As written. */
  text: string;
  /** `*` = every tool. */
  tool: string;
  pattern: string;
  /** True if the pattern stands for one target only. */
  literal: boolean;
  glob: Glob | null;
  wide: Glob | null;
  url: UrlPattern | null;
  /** It allows no call of a higher risk; absent in the owner's own rules. */
  upTo?: Risk;
};
export type BrokenRule = { text: string; /** `*` = every tool. */ tool: string; reason: string };
export type RuleSet = { allow: Rule[]; ask: Rule[]; deny: Rule[]; broken: BrokenRule[] };

/** What the targets of `tool` are, from what it needs. */
export function kindOf(tool: Pick<AnyTool, "needs">): TargetKind {
  if (tool.needs.run === "shell") return "shell";
  if (tool.needs.net === true) return "url";
  return tool.needs.run === "none" && tool.needs.files !== "none" ? "path" : "text";
}

/** The kinds of `tools`; `others` are names that rules may hold though this door does not offer them. */
export function toolKinds(tools: readonly AnyTool[], others: ToolKinds = new Map()): ToolKinds {
  return new Map([...others, ...tools.map((t) => [t.name, kindOf(t)] as const)]);
}

/** The rules of `texts`. Never throws: what is broken is in `broken`, and `decide` denies by it. */
export function compileRules(texts: RuleTexts, kinds: ToolKinds): RuleSet {
  const set: RuleSet = { allow: [], ask: [], deny: [], broken: [] };
  for (const list of ["allow", "ask", "deny"] as const) {
    for (const text of texts[list]) {
      const rule = parseRule(text, kinds);
      if ("reason" in rule) set.broken.push(rule);
      else set[list].push(rule);
    }
  }
  return set;
}

/** One rule as it is written: `tool`, or `tool:pattern`. What does not parse comes back with the reason, and with `*` for its tool where none is named. Pure. */
export function parseRule(text: unknown, kinds: ToolKinds): Rule | BrokenRule {
  if (typeof text !== "string") return { text: String(JSON.stringify(text)), tool: "*", reason: "it is not text" };
  const colon = text.indexOf(":");
  const tool = (colon < 0 ? text : text.slice(0, colon)).trim();
  const kind = kinds.get(tool);
  const broken = (reason: string) => ({ text, tool: kind === undefined ? "*" : tool, reason });
  if (kind === undefined && tool !== "*") return broken(`there is no tool ${JSON.stringify(tool)}`);
  if (colon < 0) return broken("it is not tool:pattern");
  const pattern = text.slice(colon + 1).trim();
  if (pattern === "") return broken("it has no pattern");
  if (pattern.length > 4096) return broken("its pattern is longer than 4,096 characters");
  if (/\p{Cc}/u.test(pattern.replace(/[\n\t]/g, ""))) return broken("it holds control characters");
  try {
    const any = /^\*{1,2}$/.test(pattern);
    const url = any || (kind !== "url" && tool !== "*") ? null : urlPattern(pattern);
    if (kind === "url" && !any && url === null && !isSearch(pattern)) {
      return broken("it is no [scheme://]host[:port][/path]");
    }
    const paths = !any && (kind === "path" || tool === "*");
    const glob = paths ? compileGlob(pattern) : null;
    const wide = paths ? compileGlob(fold(pattern)) : null;
    const literal = kind === "path" ? glob !== null && glob.literal !== null : stretches(pattern).length === 1;
    return { text, tool, pattern, literal: literal && tool !== "*", glob, wide, url };
  } catch (error) {
    return broken(error instanceof Error ? error.message : "it does not parse");
  }
}

/** Whether `rule` speaks of `tool`; `*` speaks of all. */
export function isAbout(rule: { tool: string }, tool: string): boolean {
  return rule.tool === "*" || rule.tool === tool;
}

function isAny(rule: Rule): boolean {
  return /^\*{1,2}$/.test(rule.pattern);
}

/** The wide sense, for ask and deny: true if `rule` could mean `target`. */
export function touches(rule: Rule, kind: TargetKind, target: string): boolean {
  if (isAny(rule)) return true;
  if (kind === "path") return touchesPath(rule, target);
  const asPath = rule.tool === "*" && target.split(/[\s;|&<>()'"`=]+/).some((w) => w !== "" && touchesPath(rule, w));
  if (touchesNetwork(rule.pattern, target)) return true;
  if (kind === "shell") return asPath || foundInShell(rule.pattern, target);
  if (kind === "url" && rule.url !== null && !isSearch(target)) {
    // A rule for every tool may not be meant as a URL: then it is also looked for as text.
    if (touchesUrl(rule.url, target)) return true;
    if (rule.tool !== "*") return false;
  }
  const parts = stretches(fold(rule.pattern));
  return asPath || foundInText(parts, fold(target)) || matchesWhole(parts, fold(target));
}

/** A path is touched by a rule for it, for a folder above it, or, where one of both is absolute, for the end of it. */
function touchesPath(rule: Rule, target: string): boolean {
  if (rule.wide === null) return false;
  const path = normalPath(fold(target).replaceAll("\\", "/"));
  const labels = path.split("/");
  if (labels.length > 256) return true;
  const absolute = path.startsWith("/") && !rule.pattern.startsWith("/");
  const starts = absolute || labels[0] === ".." ? labels.keys() : [0];
  for (const from of starts) {
    for (let to = labels.length; to > from; to--) {
      if (rule.wide.matches(labels.slice(from, to).join("/"))) return true;
    }
  }
  return false;
}

/**
 * The narrow sense, for allow and grants: the rules that together allow `target`, or null. A shell line needs a
 * rule for each of its commands, or one that is the line itself.
 */
export function allowedBy(rules: readonly Rule[], kind: TargetKind, target: string): Rule[] | null {
  if (isNetwork(target) && (kind === "shell" || kind === "text")) {
    // A host is allowed by its name alone: whoever allowed every line has not thereby given a network to them.
    const naming = rules.find((r) => covers([hostNamed(r.pattern)], networkHost(target)!));
    return naming === undefined ? null : [naming];
  }
  const exact = rules.find((r) => allowsExactly(r, kind, target));
  if (exact) return [exact];
  if (kind !== "shell") {
    const found = rules.find((r) =>
      kind === "path" ? allowsPath(r, target) : kind === "url" ? allowsUrlOrSearch(r, target) : allowsText(r, target)
    );
    return found ? [found] : null;
  }
  const commands = allowableCommands(target);
  if (commands === null) return null;
  const found = commands.map((c) => rules.find((r) => isAny(r) || allowsCommand(stretches(r.pattern), c)));
  return found.every((r) => r !== undefined) ? [...new Set(found)] : null;
}

function hostNamed(pattern: string): string {
  return isNetwork(pattern) ? pattern.slice(pattern.indexOf(" ") + 1).trim() : "";
}

/** True if `rule` is this one target, written out. */
export function allowsExactly(rule: Rule, kind: TargetKind, target: string): boolean {
  if (!rule.literal) return false;
  if (kind === "url" && !isSearch(target)) return rule.url !== null && isUrl(rule.url, target);
  return kind === "path" ? rule.glob?.literal === normalPath(target) : stretches(rule.pattern)[0] === target.trim();
}

/** True if `rule` names the place of `target` by itself: the very path or words, or the very host of a URL. */
export function namesTarget(rule: Rule, kind: TargetKind, target: string): boolean {
  if (allowsExactly(rule, kind, target)) return true;
  return kind === "url" && !isSearch(target) && rule.url !== null && !rule.url.below && allowsUrl(rule.url, target);
}

function allowsPath(rule: Rule, target: string): boolean {
  const path = normalPath(target);
  if (/\p{Cc}/u.test(path) || path.split("/").includes("..")) return false;
  return isAny(rule) || rule.glob!.matches(path);
}

function allowsUrlOrSearch(rule: Rule, target: string): boolean {
  if (isSearch(target)) return allowsText(rule, target);
  return rule.url === null ? isAny(rule) && readUrl(target) !== null : allowsUrl(rule.url, target);
}

function allowsText(rule: Rule, target: string): boolean {
  return isAny(rule) || (!/[\r\n]/.test(target) && matchesWhole(stretches(rule.pattern), target));
}
