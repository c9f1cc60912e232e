/** `harombe rules replay SESSION|FILE`: what the present rules would make of calls that were made. */
import { openSessions } from "../../agent/memory/sessions.ts";
import type { AgentEvent } from "../../agent/event.ts";
import { openAlwaysGrants } from "../../security/approvals/always_grants.ts";
import type { AuditEntry } from "../../security/audit/record.ts";
import { readAudit } from "../../security/audit/query.ts";
import { printable } from "../../security/display.ts";
import { compileRules, type Rule } from "../../security/rules.ts";
import { type Config, loadConfig, stateDirectory } from "../config.ts";
import { EXIT, Exit, short } from "../failure.ts";
import { exists } from "../exists.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { readExported } from "../replay/exported.ts";
import { replay, type ReplayedCall } from "../replay/replay.ts";
import { statePaths } from "../state/stores.ts";
import { everyTool, TOOL_KINDS } from "../tools.ts";
import { webTools } from "../web_tools.ts";
import { done, failed, type Outcome } from "./outcome.ts";
import { oneLine } from "./when.ts";

/** The agent whose calls a session's own log holds. */
const AGENT = "main";

type Replayable = { id: string; title: string; events: AgentEvent[] };

/** Runs the verb. `named` is an exported file if there is one of that name, else a session's id or its beginning, or `latest`. */
export async function rulesReplay(named: string, { json }: { json: boolean }, io: Io): Promise<Outcome> {
  const directory = stateDirectory(io.env);
  const { config } = await loadConfig(directory, io.harombeVariables(), io.signal);
  const session = named.includes("/") && exists(named)
    ? readExported(await fileText(named), short(named))
    : await sessionNamed(named, directory, io);
  const rules = compileRules(config.security.rules, TOOL_KINDS);
  const audited = await auditedOf(session.id, directory, io.signal);
  const grants = grantsOf(session.id, directory, io);
  const calls = await replay(session.events, { tools: toolsOf(config), rules, grants, audited }, io.signal);
  if (json) return done(jsonText({ session: session.id, calls }));
  if (calls.length === 0) return failed(`Cannot replay ${session.id}: it holds no calls`);
  return done(pageOf(session, calls));
}

/** Every tool of the house; those of the web as the owner set them up. */
function toolsOf(config: Config) {
  return new Map([...everyTool(), ...webTools(config)].map((tool) => [tool.name, tool]));
}

const MOST_BYTES = 256 << 20;

async function fileText(path: string): Promise<string> {
  const { size, isFile } = await Deno.stat(path);
  if (!isFile || size > MOST_BYTES) {
    throw new Exit(EXIT.failed, `Cannot replay ${short(path)}: it is no file of at most ${MOST_BYTES} bytes`);
  }
  return await Deno.readTextFile(path);
}

async function sessionNamed(named: string, directory: string, io: Io): Promise<Replayable> {
  const { sessions: path } = statePaths(directory);
  if (!exists(path)) {
    throw new Exit(EXIT.failed, `Cannot find session ${JSON.stringify(short(named))}: there is none yet`);
  }
  const sessions = openSessions(path, { now: io.now, readOnly: true });
  try {
    const latest = named === "latest" ? await sessions.latest({}, io.signal) : null;
    const { id, title } = latest ?? await sessions.find(named, io.signal);
    const events = await Array.fromAsync(sessions.read(id, 0, io.signal));
    return { id, title, events: events.map(({ event }) => event) };
  } catch (error) {
    throw error instanceof RangeError ? new Exit(EXIT.failed, error.message, { cause: error }) : error;
  } finally {
    sessions.close();
  }
}

async function auditedOf(session: string, directory: string, signal: AbortSignal): Promise<AuditEntry[]> {
  const { audit: path } = statePaths(directory);
  if (!exists(path)) return [];
  const audit = readAudit(path);
  try {
    return (await audit.list({ session }, signal)).map(({ entry }) => entry);
  } finally {
    audit.close();
  }
}

/** What the person answered by "always" and has not taken back. */
function grantsOf(session: string, directory: string, io: Pick<Io, "now">): Rule[] {
  const { approvals } = statePaths(directory);
  if (!exists(approvals)) return [];
  const grants = openAlwaysGrants(approvals, { kinds: TOOL_KINDS, now: io.now });
  try {
    return grants.rules(session, AGENT);
  } finally {
    grants.close();
  }
}

function pageOf({ id, title }: Replayable, calls: readonly ReplayedCall[]): string {
  const changed = calls.filter((one) => one.changed).length;
  const known = calls.filter(({ before }) => before !== null).length;
  return [
    `${id}  ${oneLine(printable(title), 60)}`.trimEnd(),
    ...calls.flatMap(linesOf),
    `${changed} of ${known} calls would be decided otherwise` +
    (known < calls.length ? `; of ${calls.length - known} the audit log holds nothing` : ""),
    "no file was looked at: a link counts as what it is called",
  ].join("\n");
}

function linesOf({ tool, args, before, now, changed }: ReplayedCall): string[] {
  const then = before === null ? "?" : before.verdict;
  const head = `${changed ? "!" : " "} ${then.padEnd(5)} → ${now.verdict.padEnd(5)}`;
  const reasons = now.verdict === "allow" ? [] : now.reasons;
  return [
    `${head}  ${oneLine(printable(tool), 24)} ${oneLine(printable(args), 90)}`,
    ...(changed ? [`                 then: ${oneLine(printable(before!.by), 120)}`] : []),
    `                 now:  ${oneLine(printable([now.by, ...reasons].join("; ")), 200)}`,
  ];
}
