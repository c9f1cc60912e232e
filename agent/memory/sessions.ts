/** The conversations of this machine: each a session with its events, kept until a person removes it. */
import type { DatabaseSync } from "node:sqlite";
import type { Envelope, EventLog } from "../../node/event.ts";
import { textOf } from "../../node/chat.ts";
import { clearWal, inStore, openDatabase } from "../../security/database.ts";
import { sameFiles } from "../../security/same_file.ts";
import { inTransaction } from "../../security/transaction.ts";
import type { AgentEvent } from "../event.ts";
import { type Past, summaryMessage } from "../past.ts";
import { tokensOf } from "../context.ts";
import { countTokens } from "../tokens.ts";
import { addBranch, branchTitle, childrenOf, cutTurn, family, isEmpty, saidIn, type SaidMessage } from "./branch.ts";
import { lastSeq, lineage } from "./lineage.ts";
import { BOUNDARIES, isBoundary, passagesOf } from "./passage.ts";
import { SESSION_STORE } from "./schema.ts";
import { type Hit, searchSessions } from "./search.ts";
import { envelopeOf, type StoredEvent } from "./stored_event.ts";
import { keepTurns } from "./turns.ts";
import { lastCompaction, readPast } from "./view.ts";

/** Times in milliseconds since 1970 UTC. `updatedAt` is the time of the last event. */
export type Session = {
  id: string;
  createdAt: number;
  updatedAt: number;
  /** Given by a person, or else the beginning of the first message; "" before it. */
  title: string;
  /** The workspace, an absolute path. */
  folder: string;
  /** The model of the last turn. */
  model: string;
  /** Of a branch: the session that it goes on from, after that session's event `at`. */
  parent?: string;
  at?: number;
};

/**
 * `append` survives the death of the process always, and a power cut too where the events hold the beginning
 * or end of a turn, the end of a step or the end of a call; stretches of text may be lost to a power cut.
 */
export type Sessions = EventLog<AgentEvent> & {
  create(options: { folder: string; model: string; title?: string }, signal: AbortSignal): Promise<Session>;
  /** The session whose id is `id` or alone begins with it. Throws a `RangeError` for none and for several. */
  find(id: string, signal: AbortSignal): Promise<Session>;
  /** Last used first. */
  list(options: { folder?: string; limit?: number }, signal: AbortSignal): Promise<Session[]>;
  /** The one used last, in `folder` if given; null if there is none. */
  latest(options: { folder?: string }, signal: AbortSignal): Promise<Session | null>;
  rename(id: string, title: string, signal: AbortSignal): Promise<void>;
  /**
   * Removes the session, its events and what search knows of them, overwritten on disk. Throws a `RangeError` that names
   * the branches that go on from it: they are removed first.
   */
  remove(id: string, signal: AbortSignal): Promise<void>;
  /**
   * A session that goes on from `id` after its event `at`: its end, or the last event before a message. Nothing is
   * copied: it reads those events where they are. Throws a `RangeError` for any other place.
   */
  branch(id: string, at: number, signal: AbortSignal): Promise<Session>;
  /** The session that `id` comes from, then all branches below that, `id` among them, oldest first. */
  branches(id: string, signal: AbortSignal): Promise<Session[]>;
  /** The person's messages, oldest first; at most the last `limit`. One that is damaged is empty. */
  said(id: string, options: { limit?: number }, signal: AbortSignal): Promise<SaidMessage[]>;
  /** What a model is given of it: the newest turns that fit in `room` tokens, after the last compaction. */
  past(id: string, options: { room: number }, signal: AbortSignal): Promise<Past>;
  /**
   * `cut`: the number of the event that its last turn began with, if that turn has not ended. `tokens`: of the last
   * summary and all whole turns after it.
   */
  state(
    id: string,
    signal: AbortSignal,
  ): Promise<{ empty: boolean; cut: number | null; end: number; tokens: number; compactedTo: number }>;
  /** Passages in which all `words` occur, best first; any text is a valid query. Of a branch also what it inherits. */
  search(words: string, options: { session?: string; limit?: number }, signal: AbortSignal): Promise<Hit[]>;
  close(): void;
};

const COLUMNS = `id, created_at AS createdAt, updated_at AS updatedAt, title, folder, model, parent, at`;
const FROM = "session LEFT JOIN branch ON branch.session = session.id";
const PAGE = 500;
const TITLE_CHARS = 60;

/** Opens the store at `path`, creating it as needed. `now` gives milliseconds since 1970 UTC. Throws as `openDatabase`. */
export function openSessions(path: string, options: { now: () => number; readOnly?: boolean }): Sessions {
  const { now, readOnly } = options;
  const db = openDatabase(path, SESSION_STORE, { readOnly });
  const stillThere = sameFiles([path]);

  /** Runs `work`; SQLite's errors come out as one clear line. */
  const attempt = <T>(doing: string, signal: AbortSignal, work: () => T): T =>
    inStore(`${doing} in the session store at ${path}`, work, signal);

  function list(folder: string | null, limit: number): Session[] {
    return db.prepare(
      `SELECT ${COLUMNS} FROM ${FROM} WHERE ?1 IS NULL OR folder = ?1
       ORDER BY updated_at DESC, session.rowid DESC LIMIT ?2`,
    ).all(folder, limit).map(sessionOf);
  }

  function create({ folder, model, title }: { folder: string; model: string; title: string }): Session {
    const at = now();
    const session: Session = { id: newId(at), createdAt: at, updatedAt: at, title, folder, model };
    db.prepare("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)").run(session.id, at, at, title, folder, model);
    return session;
  }

  function named(id: string): Session {
    const row = db.prepare(`SELECT ${COLUMNS} FROM ${FROM} WHERE id = ?`).get(id);
    if (!row) throw unknownSession("find", id);
    return sessionOf(row);
  }

  return {
    // deno-lint-ignore require-await -- a store's contract is async
    async append(session, events, signal) {
      return attempt(`append to session ${session}`, signal, () => {
        const durable = events.some((event) => isBoundary(event) || event.type === "call_ended");
        db.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}`);
        const kept = inTransaction(db, () => appendEvents(db, { session, events, at: now() }));
        stillThere();
        return kept;
      });
    },

    async *read(session, after, signal) {
      const page = db.prepare(
        `SELECT seq, at, json FROM event WHERE session = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${PAGE}`,
      );
      const stretches = attempt(`read session ${session}`, signal, () => lineage(db, session));
      for (const one of stretches) {
        const place = { after: Math.max(after, one.after) };
        while (true) {
          const rows = attempt(
            `read session ${session}`,
            signal,
            () => page.all(one.session, place.after, one.upTo),
          ) as StoredEvent[];
          for (const row of rows) yield envelopeOf(one.session, row);
          if (rows.length < PAGE) break;
          place.after = rows[rows.length - 1].seq;
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      }
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async create({ folder, model, title = "" }, signal) {
      return attempt("begin a session", signal, () => {
        db.exec("PRAGMA synchronous = FULL");
        return create({ folder, model, title });
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async find(id, signal) {
      const rows = attempt(`find session ${id}`, signal, () =>
        db.prepare(
          `SELECT ${COLUMNS} FROM ${FROM} WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id <> ?1, id LIMIT 2`,
        ).all(id)).map(sessionOf);
      const [first, second] = id === "" ? [] : rows;
      if (!first) throw new RangeError(`Cannot find session ${JSON.stringify(id)}: there is none`);
      if (second && first.id !== id) {
        throw new RangeError(`Cannot find session ${JSON.stringify(id)}: several begin so (${first.id}, ${second.id})`);
      }
      return first;
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async list({ folder, limit }, signal) {
      return attempt("list sessions", signal, () => list(folder ?? null, limit ?? -1));
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async latest({ folder }, signal) {
      return attempt("find the last session", signal, () => list(folder ?? null, 1)[0] ?? null);
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async rename(id, title, signal) {
      attempt(`rename session ${id}`, signal, () => {
        const { changes } = db.prepare("UPDATE session SET title = ? WHERE id = ?").run(title, id);
        if (changes === 0) throw unknownSession("rename", id);
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async remove(id, signal) {
      attempt(`remove session ${id}`, signal, () => {
        db.exec("PRAGMA synchronous = FULL");
        inTransaction(db, () => {
          const children = childrenOf(db, id);
          if (children.length > 0) {
            throw new RangeError(
              `Cannot remove session ${id}: ${children.join(", ")} go on from it; remove those first`,
            );
          }
          db.prepare("DELETE FROM passage WHERE rowid IN (SELECT id FROM event WHERE session = ?)").run(id);
          const { changes } = db.prepare("DELETE FROM session WHERE id = ?").run(id);
          if (changes === 0) throw unknownSession("remove", id);
        });
        clearWal(db);
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async branch(id, at, signal) {
      return attempt(`branch session ${id}`, signal, () => {
        db.exec("PRAGMA synchronous = FULL");
        return inTransaction(db, () => {
          const { folder, model, title } = named(id);
          const made = create({ folder, model, title: branchTitle(db, id, title) });
          addBranch(db, id, { id: made.id, at });
          return named(made.id);
        });
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async branches(id, signal) {
      return attempt(`list the branches of session ${id}`, signal, () => family(db, id).map(named));
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async said(id, { limit }, signal) {
      return attempt(`read session ${id}`, signal, () => saidIn(db, id, limit));
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async past(id, { room }, signal) {
      return attempt(`read session ${id}`, signal, () => readPast(db, id, { room }));
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async state(id, signal) {
      return attempt(`read session ${id}`, signal, () => {
        const stretches = lineage(db, id);
        const summary = lastCompaction(db, stretches);
        const compactedTo = summary?.to ?? 0;
        const sum = db.prepare(
          "SELECT coalesce(sum(tokens), 0) AS tokens FROM turn WHERE session = ? AND seq > ? AND seq <= ?",
        );
        const tokens = stretches.reduce(
          (all, one) => all + Number(sum.get(one.session, Math.max(one.after, compactedTo), one.upTo)!.tokens),
          summary === null ? 0 : tokensOf(summaryMessage(summary), countTokens),
        );
        return { empty: isEmpty(db, id), cut: cutTurn(db, id), end: lastSeq(db, id), tokens, compactedTo };
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async search(words, options, signal) {
      return attempt("search", signal, () => searchSessions(db, words, options));
    },

    close: () => db.close(),
  };
}

function sessionOf(row: Record<string, unknown>): Session {
  const { parent, at, ...rest } = row;
  return { ...rest, ...(parent === null ? {} : { parent, at }) } as Session;
}

function unknownSession(doing: string, id: string): RangeError {
  return new RangeError(`Cannot ${doing} session ${JSON.stringify(id)}: there is none`);
}

/** Sorts by time to the day and is short enough to type: `0123-abcdef`, month, day, 30 random bits in base 32. */
function newId(at: number): string {
  const letters = "0123456789abcdefghjkmnpqrstvwxyz";
  const random = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => letters[byte % 32]).join("");
  return `${new Date(at).toISOString().slice(5, 10).replace("-", "")}-${random}`;
}

type Appending = { session: string; events: readonly AgentEvent[]; at: number };

/** Call inside a transaction: the events, what search knows of them and the session's own row, all or none. */
function appendEvents(db: DatabaseSync, { session, events, at }: Appending): Envelope<AgentEvent>[] {
  const own = db.prepare("SELECT title, model FROM session WHERE id = ?").get(session);
  if (!own) throw unknownSession("append to", session);
  const from = lastSeq(db, session);
  const open = events.some(isBoundary) ? openText(db, session) : { text: "", id: 0 };
  const insert = db.prepare("INSERT INTO event (session, seq, at, json) VALUES (?, ?, ?, ?)");
  const ids = events.map((event, i) =>
    Number(insert.run(session, from + 1 + i, at, JSON.stringify(event)).lastInsertRowid)
  );
  const index = db.prepare("INSERT INTO passage (rowid, text, source) VALUES (?, ?, ?)");
  for (const passage of passagesOf(events, open.text)) {
    index.run(passage.at < 0 ? open.id : ids[passage.at], passage.text, passage.source);
  }
  keepTurns(db, { session, from: from + 1, events });
  const turns = events.filter((event) => event.type === "turn_started");
  const title = String(own.title) || titleOf(turns[0] ? textOf(turns[0].message) : "");
  const model = turns.at(-1)?.model ?? String(own.model);
  db.prepare("UPDATE session SET updated_at = ?, title = ?, model = ? WHERE id = ?").run(at, title, model, session);
  return events.map((event, i) => ({ seq: from + 1 + i, session, at, event }));
}

/** The answer's text since the last boundary and the id of the event that it ends with. */
function openText(db: DatabaseSync, session: string): { text: string; id: number } {
  const types = BOUNDARIES.map((type) => `'${type}'`).join();
  const rows = db.prepare(
    `SELECT id, json ->> '$.text' AS text FROM event WHERE session = ?1 AND json ->> '$.type' = 'text' AND seq > coalesce(
       (SELECT seq FROM event WHERE session = ?1 AND json ->> '$.type' IN (${types}) ORDER BY seq DESC LIMIT 1), 0)
     ORDER BY seq`,
  ).all(session);
  return { text: rows.map((row) => row.text).join(""), id: Number(rows.at(-1)?.id ?? 0) };
}

function titleOf(message: string): string {
  const line = message.trim().split("\n", 1)[0].replace(/\s+/gu, " ");
  const letters = [...line];
  return letters.length > TITLE_CHARS ? letters.slice(0, TITLE_CHARS - 1).join("") + "…" : line;
}
