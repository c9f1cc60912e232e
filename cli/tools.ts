/** The tools of an agent on this machine: what the owner switched on and what the machine can run. */
import { defaultTools } from "../agent/tools/default_tools.ts";
import { type HistoryMatch, searchHistoryTool } from "../agent/tools/search_history.ts";
import type { Sessions } from "../agent/memory/sessions.ts";
import { assessShell } from "../security/risk/shell.ts";
import type { Powers } from "../security/sandbox/grant.ts";
import { type ToolKinds, toolKinds } from "../security/rules.ts";
import type { AnyTool } from "../security/tool.ts";
import type { Config } from "./config.ts";
import { machineFacts } from "./machine_facts.ts";

/** A session is shown by the beginning of its id, as `sessions show` takes it. */
const SHORT_ID = 8;

/** A tool that cannot run here is not offered; `doctor` and the prompt say why. */
export function toolsFor(
  config: Config,
  { powers, sessions, session }: { powers: Powers; sessions: Sessions; session: () => string },
): AnyTool[] {
  const { shell, code, filesystem } = config.tools;
  const runs = (programs: (keyof Powers["programs"])[]) => programs.some((name) => powers.programs[name] === "ok");
  return allTools(powers.folder.path, { ...sessions, session }).filter((tool) => {
    if (tool.name === "system_info") return true;
    if (tool.needs.run === "shell") return shell && runs(["shell"]);
    if (tool.needs.run === "code") return code && runs(["deno", "python", "bash"]);
    if (tool.needs.files === "none") return true;
    return filesystem && powers.folder.access !== "none" &&
      (tool.needs.files !== "write" || powers.folder.access === "rw");
  });
}

/** `session` is the present one, which is no earlier one: only what was summarised away of it can be found. */
type Earlier = Pick<Sessions, "search" | "list" | "state"> & { session: () => string };

function allTools(root: string, sessions: Earlier): AnyTool[] {
  return [
    ...defaultTools({ root, assessShell, machineFacts }),
    searchHistoryTool((args, signal) => searchSessions(sessions, args, signal)),
  ];
}

/** Every tool that a rule may name, whether or not it runs here. */
export const TOOL_KINDS: ToolKinds = toolKinds(unboundTools());

/** The names of those that change nothing. */
export const READ_ONLY: ReadonlySet<string> = new Set(
  unboundTools().filter((tool) => tool.readOnly).map((tool) => tool.name),
);

function unboundTools(): AnyTool[] {
  const state = { empty: true, cut: false, end: 0, tokens: 0, compactedTo: 0 };
  return allTools("/", {
    search: () => Promise.resolve([]),
    list: () => Promise.resolve([]),
    state: () => Promise.resolve(state),
    session: () => "",
  });
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
