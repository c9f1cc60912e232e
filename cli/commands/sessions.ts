/** `harombe sessions list|show|rm|search|rename`, as far as it needs no terminal. */
import { jsonText } from "../json_text.ts";
import * as z from "zod";
import { textOf } from "../../node/chat.ts";
import type { AgentEvent } from "../../agent/event.ts";
import { messagesOf } from "../../agent/memory/history.ts";
import type { Session, Sessions } from "../../agent/memory/sessions.ts";
import { done, failed, type Outcome, usage } from "./outcome.ts";
import { oneLine, showTime } from "./when.ts";

export const SESSION_VERBS = ["list", "show", "rm", "search", "rename"] as const;

/** What the command line gives. */
export const SessionArgs = z.strictObject({
  /** `show`, `rm`, `rename`: an id or its beginning. `search`: only in this session. */
  id: z.string().optional(),
  /** `search`: the words. */
  words: z.string().optional(),
  /** `rename`: the new title. */
  title: z.string().max(200).optional(),
  /** `list`: only sessions of this folder, an absolute path. */
  folder: z.string().optional(),
  /** 20 unless told; 0 is all. */
  limit: z.coerce.number().int().min(0).optional(),
  json: z.boolean().optional(),
});
export type SessionArgs = z.infer<typeof SessionArgs>;

export type SessionDeps = {
  sessions: Sessions;
  /** Takes control, OSC and bidi characters out of text for display. */
  printable(text: string): string;
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
    if (args.json) return done(jsonText({ ...session, events }));
    return done([heading(session, printable), ...transcript(events, printable)].join("\n\n"));
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
};

async function eventsOf(sessions: Sessions, id: string, signal: AbortSignal): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const { event } of sessions.read(id, 0, signal)) events.push(event);
  return events;
}

function lineOf(session: Session, printable: (text: string) => string): string {
  const title = oneLine(printable(session.title), 60) || "(nothing said yet)";
  return `${session.id}  ${showTime(session.updatedAt)}  ${title}  ${oneLine(printable(session.folder), 60)}`;
}

function heading(session: Session, printable: (text: string) => string): string {
  return [
    `${session.id}  ${oneLine(printable(session.title), 120)}`.trimEnd(),
    `folder ${printable(session.folder)}, model ${printable(session.model)}, begun ${showTime(session.createdAt)} UTC`,
  ].join("\n");
}

function transcript(events: readonly AgentEvent[], printable: (text: string) => string): string[] {
  return messagesOf(events).flatMap((message) => {
    switch (message.role) {
      case "user":
        return [`> ${printable(textOf(message.content))}`];
      case "assistant": {
        const said = textOf(message.content);
        const calls = message.toolCalls.map((call) => printable(`[${call.name} ${oneLine(call.arguments, 200)}]`));
        return [...(said ? [printable(said)] : []), ...calls];
      }
      case "tool": {
        const { isError, name, content } = message.result;
        return [printable(`[${name}${isError ? " failed" : ""}: ${oneLine(textOf(content), 400)}]`)];
      }
      case "system":
        return [];
    }
  });
}
