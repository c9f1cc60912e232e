/** The tools of an agent on this machine: what the owner switched on and what the machine can run. */
import { defaultTools, type ToolsFor } from "../agent/tools/default_tools.ts";
import type { SecretsAt } from "../agent/tools/network.ts";
import { machineTool } from "../agent/tools/machine/machine.ts";
import { type HistoryMatch, searchHistoryTool } from "../agent/tools/search_history.ts";
import type { Facts } from "../agent/memory/facts.ts";
import type { Sessions } from "../agent/memory/sessions.ts";
import { recallTool } from "../agent/tools/recall.ts";
import { rememberTool } from "../agent/tools/remember.ts";
import { assessShell } from "../security/risk/shell.ts";
import { Observed, type Powers } from "../security/sandbox/grant.ts";
import { type ToolKinds, toolKinds } from "../security/rules.ts";
import type { AnyTool } from "../security/tool.ts";
import type { Config } from "./config.ts";
import { thisMachine } from "./machine_facts.ts";
import { anyWebTools, webTools } from "./web_tools.ts";

/** A session is shown by the beginning of its id, as `sessions show` takes it. */
const SHORT_ID = 8;

/** A tool that cannot run here is not offered; `doctor` and the prompt say why. */
export function toolsFor(
  config: Config,
  { powers, sessions, facts, scrub, session, secretsAt }: {
    powers: Powers;
    sessions: Sessions;
    facts: Facts;
    scrub: (text: string) => string;
    session: () => string;
    /** The secrets that a run may use which reaches those hosts, a phrase each. */
    secretsAt?: SecretsAt;
  },
): AnyTool[] {
  const { shell, code, filesystem } = config.tools;
  const { containers } = config.security;
  const runs = (programs: (keyof Powers["programs"])[]) => programs.some((name) => powers.programs[name] === "ok");
  const kept = { earlier: { ...sessions, session }, facts, scrub };
  const { allow } = config.security.egress;
  const allowed = {
    shell: [...allow, ...containers.shell.egress_allow],
    code: [...allow, ...containers.code.egress_allow],
  };
  const local = allTools(powers.folder.path, kept, { observed: powers.observed ?? [], allowed, secretsAt });
  return [...local, ...webTools(config)].filter((tool) => {
    if (tool.needs.net === true) return runs(["fetch"]);
    if (tool.needs.observe) return powers.programs.observe === "ok";
    if (tool.needs.run === "shell") return shell && containers.shell.enabled && runs(["shell"]);
    if (tool.needs.run === "code") return code && containers.code.enabled && runs(["deno", "python", "bash"]);
    if (tool.needs.files === "none") return true;
    return filesystem && powers.folder.access !== "none" &&
      (tool.needs.files !== "write" || powers.folder.access === "rw");
  });
}

/** `session` is the present one, which is no earlier one: only what was summarised away of it can be found. */
type Earlier = Pick<Sessions, "search" | "list" | "state"> & { session: () => string };

type Kept = {
  earlier: Earlier;
  facts: Pick<Facts, "add" | "list" | "search">;
  scrub: (text: string) => string;
};

function allTools(
  root: string,
  { earlier, facts, scrub }: Kept,
  { observed, ...outside }: {
    observed: readonly Observed[];
    allowed: NonNullable<ToolsFor["allowed"]>;
    secretsAt?: SecretsAt;
  },
): AnyTool[] {
  const machine = machineTool(observed);
  return [
    ...defaultTools({ root, assessShell, machine: thisMachine, ...outside }),
    searchHistoryTool((args, signal) => searchSessions(earlier, args, signal)),
    rememberTool((text, signal) => facts.add({ text, session: earlier.session(), toldBy: "agent" }, signal), scrub),
    recallTool(async (query, limit, signal) =>
      query.trim() === "" ? await facts.list({ limit }, signal) : await facts.search(query, { limit }, signal)
    ),
    ...(machine === null ? [] : [machine]),
  ];
}

const NOTHING_KEPT: Kept = {
  earlier: {
    search: () => Promise.resolve([]),
    list: () => Promise.resolve([]),
    state: () => Promise.resolve({ empty: true, cut: null, end: 0, tokens: 0, compactedTo: 0 }),
    session: () => "",
  },
  facts: {
    add: () => Promise.reject(new Error("a name only")),
    list: () => Promise.resolve([]),
    search: () => Promise.resolve([]),
  },
  scrub: (text) => text,
};

/** Every tool that a rule may name, whether or not it runs here. */
export const TOOL_KINDS: ToolKinds = toolKinds(everyTool());

/** The names of those that change nothing. */
export const READ_ONLY: ReadonlySet<string> = new Set(
  everyTool().filter((tool) => tool.readOnly).map((tool) => tool.name),
);

/** Every tool that any machine and configuration can offer, without what it would need to run. */
export function everyTool(): AnyTool[] {
  return [
    ...allTools("/", NOTHING_KEPT, { observed: Observed.options, allowed: { shell: [], code: [] } }),
    ...anyWebTools(),
  ];
}

async function searchSessions(
  sessions: Earlier,
  { query, limit, since }: { query: string; limit: number; since?: string },
  signal: AbortSignal,
): Promise<HistoryMatch[]> {
  const from = since === undefined ? 0 : Date.parse(since);
  const listed = await sessions.list({ limit: 10_000 }, signal);
  const present = sessions.session();
  const recent = new Map(listed.filter((s) => !(s.updatedAt < from)).map((s) => [s.id, s]));
  const { compactedTo } = present === "" ? { compactedTo: 0 } : await sessions.state(present, signal);
  const hits = query.trim() === ""
    ? [...recent.keys()].map((session) => ({ session, snippet: "", seq: Infinity }))
    : await sessions.search(query, { limit: limit * 4 }, signal);
  const found = new Map<string, HistoryMatch>();
  for (const { session, snippet, seq } of hits) {
    if (session === present && seq > compactedTo) continue;
    const known = recent.get(session);
    if (!known || found.has(session) || found.size === limit) continue;
    const at = new Date(known.updatedAt).toISOString();
    found.set(session, { session: session.slice(0, SHORT_ID), title: known.title, at, snippet });
  }
  return [...found.values()];
}
