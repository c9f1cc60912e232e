/** `harombe sessions list|show|rm|search|rename|branch|export|cost`, as far as it needs no terminal. */
import { jsonText } from "../json_text.ts";
import * as z from "zod";
import type { AgentEvent } from "../../agent/event.ts";
import { costOf } from "../../agent/cost.ts";
import type { Session, Sessions } from "../../agent/memory/sessions.ts";
import { countTokens } from "../../agent/tokens.ts";
import type { Envelope } from "../../node/event.ts";
import { costRows, PRICE_NOTE } from "../cost_text.ts";
import { exportOf, Format } from "../export/export.ts";
import { plainOf } from "../export/plain.ts";
import { transcriptOf } from "../export/transcript.ts";
import { FIXED_COMMANDS } from "../talk.ts";
import { changesIn, undoneText } from "../talk/undone.ts";
import { done, failed, type Outcome, usage } from "./outcome.ts";
import { oneLine, showTime } from "./when.ts";

const SESSION_VERBS = ["list", "show", "rm", "search", "rename", "branch", "export", "cost"] as const;

/** What the command line gives. */
const SessionArgs = z.strictObject({
  /** `show`, `rm`, `rename`, `branch`, `export`, `cost`: an id or its beginning. `search`: only in this session. */
  id: z.string().optional(),
  /** `search`: the words. */
  words: z.string().optional(),
  /** `rename`: the new title. */
  title: z.string().max(200).optional(),
  /** `list`: only sessions of this folder, an absolute path. */
  folder: z.string().optional(),
  /** 20 unless told; 0 is all. */
  limit: z.coerce.number().int().min(0).optional(),
  /** `branch`: the last message of the person that it keeps, from 1 on, 0 for none; all of them unless told. */
  at: z.coerce.number().int().min(0).optional(),
  /** `export`. */
  format: Format.optional(),
  /** `export`: an absolute path; standard output unless told. */
  output: z.string().optional(),
  /** `export`: replace the file if it is there. */
  force: z.boolean().optional(),
  json: z.boolean().optional(),
});
export type SessionArgs = z.infer<typeof SessionArgs>;

export type SessionDeps = {
  sessions: Sessions;
  /** Takes control, OSC and bidi characters out of text for display. */
  printable(text: string): string;
  /** True for tools that change nothing. */
  readOnly(tool: string): boolean;
  /** Writes a file that the person named, 0600; refuses one that is there unless `force`. */
  write(path: string, text: string, options: { force: boolean }): Promise<void>;
};

/** Runs one verb. Rejects only on abort or if the store cannot be read; wrong arguments are an outcome with code 2. */
export async function runSessions(
  verb: string,
  args: unknown,
  deps: SessionDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const parsed = SessionArgs.safeParse(args);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return usage(`Cannot run sessions ${verb}: ${issue.path.map(String).join(".")}: ${issue.message}`);
  }
  const run = VERBS[verb as typeof SESSION_VERBS[number]];
  if (!Object.hasOwn(VERBS, verb)) {
    return usage(`Cannot run sessions ${JSON.stringify(verb)}: the verbs are ${SESSION_VERBS.join(", ")}`);
  }
  try {
    return await run(parsed.data, deps, signal);
  } catch (error) {
    if (error instanceof RangeError) return failed(error.message);
    throw error;
  }
}

type Verb = (args: SessionArgs, deps: SessionDeps, signal: AbortSignal) => Promise<Outcome>;

const VERBS: Record<typeof SESSION_VERBS[number], Verb> = {
  async list(args, { sessions, printable }, signal) {
    const limit = args.limit ?? 20;
    const found = await sessions.list({ folder: args.folder, limit: limit === 0 ? undefined : limit }, signal);
    if (args.json) return done(jsonText(found));
    if (found.length === 0) return done("No sessions.");
    return done(found.map((one) => lineOf(one, printable)).join("\n"));
  },

  async show(args, { sessions, printable }, signal) {
    if (!args.id) return usage("Cannot show a session: give its id");
    const session = await sessions.find(args.id, signal);
    const events = await eventsOf(sessions, session.id, signal);
    if (args.json) return done(jsonText({ ...session, events: events.map(({ event }) => event) }));
    return done([heading(session, printable), ...plainOf(transcriptOf(events), printable)].join("\n\n"));
  },

  async rm(args, { sessions, printable }, signal) {
    if (!args.id) return usage("Cannot remove a session: give its id");
    const session = await sessions.find(args.id, signal);
    await sessions.remove(session.id, signal);
    return done(args.json ? jsonText(session) : `Removed ${session.id} ${printable(session.title)}`.trimEnd());
  },

  async search(args, { sessions, printable }, signal) {
    if (!args.words?.trim()) return usage("Cannot search the sessions: give words to look for");
    const session = args.id === undefined ? undefined : (await sessions.find(args.id, signal)).id;
    const limit = args.limit ?? 20;
    const hits = await sessions.search(args.words, { session, limit: limit === 0 ? -1 : limit }, signal);
    if (args.json) return done(jsonText(hits));
    if (hits.length === 0) return done("Nothing found.");
    return done(
      hits.map((hit) =>
        `${hit.session}  ${showTime(hit.at)}  ${hit.source.padEnd(6)}  ${oneLine(printable(hit.snippet), 160)}`
      ).join("\n"),
    );
  },

  async rename(args, { sessions }, signal) {
    if (!args.id || args.title === undefined) return usage("Cannot rename a session: give its id and a title");
    const session = await sessions.find(args.id, signal);
    await sessions.rename(session.id, args.title, signal);
    return done(args.json ? jsonText({ ...session, title: args.title }) : `Renamed ${session.id}`);
  },

  async branch(args, { sessions, printable, readOnly }, signal) {
    if (!args.id) return usage("Cannot branch a session: give its id");
    const session = await sessions.find(args.id, signal);
    const said = await sessions.said(session.id, {}, signal);
    const at = args.at ?? said.length;
    if (at > said.length) return usage(`Cannot branch ${session.id} at ${at}: it has ${said.length} message(s)`);
    const next = said.at(at);
    const place = next === undefined ? (await sessions.state(session.id, signal)).end : next.seq - 1;
    const left = next === undefined ? [] : await Array.fromAsync(sessions.read(session.id, place, signal));
    const made = await sessions.branch(session.id, place, signal);
    if (args.json) return done(jsonText(made));
    const undone = printable(undoneText(changesIn(left.map(({ event }) => event), readOnly)));
    const lines = [
      `${made.id} goes on from ${session.id} after message ${at}; harombe chat --resume ${made.id} opens it`,
      ...(undone === "" ? [] : [undone]),
    ];
    return done(lines.join("\n"));
  },

  async export(args, { sessions, printable, write }, signal) {
    if (!args.id) return usage("Cannot export a session: give its id");
    const session = await sessions.find(args.id, signal);
    const format = args.format ?? (args.json ? "json" : "md");
    const whole = exportOf(session, await eventsOf(sessions, session.id, signal), { format, printable });
    if (args.output === undefined) return done(whole);
    await write(args.output, whole, { force: args.force ?? false });
    return done(`Wrote ${session.id} to ${printable(args.output)}`);
  },

  async cost(args, { sessions, printable }, signal) {
    if (!args.id) return usage("Cannot tell what a session spent: give its id");
    const session = await sessions.find(args.id, signal);
    // What a branch goes on from was spent by the session that it comes from.
    const own = (await eventsOf(sessions, session.id, signal)).filter((one) => one.session === session.id);
    const cost = costOf(own, { count: countTokens, isModel: (model) => model !== FIXED_COMMANDS });
    if (args.json) return done(jsonText(cost));
    const rows = costRows(cost, { turns: args.limit ?? 20 });
    if (rows.length === 0) return done("No model was asked in this session.");
    return done([...rows.map(({ name, detail }) => printable(`${name}  ${detail}`)), PRICE_NOTE].join("\n"));
  },
};

async function eventsOf(sessions: Sessions, id: string, signal: AbortSignal): Promise<Envelope<AgentEvent>[]> {
  return await Array.fromAsync(sessions.read(id, 0, signal));
}

function lineOf(session: Session, printable: (text: string) => string): string {
  const title = oneLine(printable(session.title), 60) || "(nothing said yet)";
  return `${session.id}  ${showTime(session.updatedAt)}  ${title}  ${oneLine(printable(session.folder), 60)}`;
}

function heading(session: Session, printable: (text: string) => string): string {
  return [
    `${session.id}  ${oneLine(printable(session.title), 120)}`.trimEnd(),
    `folder ${printable(session.folder)}, model ${printable(session.model)}, begun ${showTime(session.createdAt)} UTC`,
    ...(session.parent ? [`a branch of ${session.parent}`] : []),
  ].join("\n");
}
