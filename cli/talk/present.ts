/** The session that a conversation is in. */
import type { AgentEvent } from "../../agent/event.ts";
import type { Session, Sessions } from "../../agent/memory/sessions.ts";
import { EXIT, Exit } from "../failure.ts";

export type Present = {
  session(): Session;
  id(): string;
  /** Goes on in another session. */
  enter(session: Session): void;
  /** Goes on in a new session. */
  renew(signal: AbortSignal): Promise<void>;
  /** Removes the session if nothing was said in it: such a one is not kept. */
  removeIfEmpty(signal: AbortSignal): Promise<void>;
  /** All that happened in it, inherited events too. */
  events(signal: AbortSignal): Promise<AgentEvent[]>;
};

/** A new session of `folder`, or the one that `resume` names: an id, its beginning, or `latest`. Throws if there is none. */
export async function openPresent(
  sessions: Sessions,
  { resume, folder }: { resume: string | null; folder: string },
  signal: AbortSignal,
): Promise<Present> {
  const begin = (of: AbortSignal) => sessions.create({ folder, model: "" }, of);
  const state = { session: resume === null ? await begin(signal) : await found(resume) };

  async function found(id: string): Promise<Session> {
    const session = id === "latest" ? await sessions.latest({ folder }, signal) : await sessions.find(id, signal);
    if (!session) throw new Exit(EXIT.failed, `Cannot resume: there is no session in ${folder} yet`);
    return session;
  }

  async function removeIfEmpty(of: AbortSignal): Promise<void> {
    if ((await sessions.state(state.session.id, of)).empty) await sessions.remove(state.session.id, of);
  }

  return {
    session: () => state.session,
    id: () => state.session.id,
    enter: (session) => void (state.session = session),
    async renew(of) {
      await removeIfEmpty(of);
      state.session = await begin(of);
    },
    removeIfEmpty,
    async events(of) {
      return (await Array.fromAsync(sessions.read(state.session.id, 0, of))).map(({ event }) => event);
    },
  };
}
