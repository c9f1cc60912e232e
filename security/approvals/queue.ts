/** The one durable queue of approvals. Several processes may hold it open: a terminal, `serve`, commands. */
import type { DatabaseSync } from "node:sqlite";
import type { ApprovalRequest } from "../approval.ts";
import { inStore, openDatabase } from "../database.ts";
import { sameFiles } from "../same_file.ts";
import { inTransaction } from "../transaction.ts";
import {
  hashOf,
  isOpen,
  isUsable,
  type Queued,
  type Said,
  sha256,
  Shown,
  Speaker,
  type Speaker as Spoken,
} from "./queued.ts";
import { newId, queuedOf, settledText } from "./row.ts";
import { APPROVAL_STORE } from "./schema.ts";

export type QueueEntry = {
  /** The workspace, an absolute path. */
  folder: string;
  /** Milliseconds until silence counts as no. */
  waitMs: number;
  kind?: Queued["kind"];
};

/** `won` false: it was settled before, and `queued` says by whom. */
export type Answered = { won: boolean; queued: Queued };

/** Every change is durable when its promise resolves, and one change of several at once wins. */
export type Queue = {
  /** Throws `RangeError` if `MOST_OPEN` wait already, or for a request of more than `MOST_CHARACTERS`. */
  put(request: ApprovalRequest, entry: QueueEntry, signal: AbortSignal): Promise<Queued>;
  /** The one whose id is `id` or alone begins with it, with four letters at least. Throws `RangeError` for none and for several. */
  find(id: string, signal: AbortSignal): Promise<Queued>;
  /** Newest last; what is open alone unless `all`. */
  list(options: { all?: boolean; limit?: number }, signal: AbortSignal): Promise<Queued[]>;
  /** What was asked for one call since `since` (milliseconds since 1970 UTC), oldest first. */
  ofCall(call: { session: string; callId: string; since: number }, signal: AbortSignal): Promise<Queued[]>;
  /** Settles `id`, if it is open still. Throws `RangeError` for an answer that this request does not take. */
  answer(id: string, said: Said, speaker: Spoken, signal: AbortSignal): Promise<Answered>;
  /** Takes an open request back; `state` says why. False if it was settled before. */
  end(id: string, state: "expired" | "withdrawn", signal: AbortSignal): Promise<boolean>;
  /** An open request waits `waitMs` from now. False if it is open no more. */
  extend(id: string, waitMs: number, signal: AbortSignal): Promise<boolean>;
  /** Uses a yes up. True once, for the first who asks, while the yes is usable; nothing may run before. */
  use(id: string, signal: AbortSignal): Promise<boolean>;
  /** Ends what waited too long; gives what this call ended, so that each is recorded once. */
  expire(signal: AbortSignal): Promise<Queued[]>;
  /** The audit log holds the answer of `id`. */
  recorded(id: string, signal: AbortSignal): Promise<void>;
  /** Sets the hash of the code that answers `id` alone; see `code.ts`. */
  setCode(id: string, sha256: string, signal: AbortSignal): Promise<void>;
  /** Whether `sha256` is the code of `id`. Each wrong one counts, and after `MOST_TRIES` none is right. */
  tryCode(id: string, sha256: string, signal: AbortSignal): Promise<boolean>;
  /** What changed after `cursor`, in order, each as it is now; at most 100. */
  changes(cursor: number, signal: AbortSignal): Promise<Queued[]>;
  close(): void;
};

/** Open requests at most: what is beyond nobody reads. */
export const MOST_OPEN = 1_000;
/** Characters of a request as JSON. */
export const MOST_CHARACTERS = 8 << 20;
/** Wrong codes that one request takes. */
export const MOST_TRIES = 5;
/** Settled requests are kept so long, milliseconds; the audit log keeps what was decided. */
const KEPT_MS = 30 * 86_400_000;
const LIST = 200;

/** Opens the queue at `path`, creating it as needed. `now` gives milliseconds since 1970 UTC. Throws as `openDatabase`. */
export function openQueue(path: string, { now }: { now: () => number }): Queue {
  const db = openDatabase(path, APPROVAL_STORE);
  const stillThere = sameFiles([path]);
  /** One change, all or none, in a file that is still the queue's. */
  const change = <T>(doing: string, signal: AbortSignal, work: () => T): Promise<T> =>
    attempt(doing, signal, () => {
      const made = inTransaction(db, work);
      stillThere();
      return made;
    });
  // deno-lint-ignore require-await -- a store's contract is async
  const attempt = async <T>(doing: string, signal: AbortSignal, work: () => T): Promise<T> =>
    inStore(`${doing} in the queue of approvals at ${path}`, work, signal);

  return {
    put(request, { folder, waitMs, kind = "call" }, signal) {
      const { bound = null, ...rest } = request;
      const shown = Shown.parse(rest);
      const text = JSON.stringify(rest);
      if (text.length > MOST_CHARACTERS) {
        throw new RangeError(`Cannot ask for ${shown.tool}: the request has ${text.length} characters`);
      }
      return change("put a request", signal, () => {
        const at = now();
        forget(db, at - KEPT_MS);
        const { open } = db.prepare("SELECT count(*) AS open FROM request WHERE state = 'open' AND expires_at > ?")
          .get(at)!;
        if (Number(open) >= MOST_OPEN) {
          throw new RangeError(`Cannot ask for ${shown.tool}: ${open} requests wait already`);
        }
        const id = newId();
        db.prepare(
          `INSERT INTO request (id, cursor, kind, session, agent, call, tool, folder, args_sha256, bound, shown,
             shown_sha256, created_at, expires_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')`,
        ).run(
          ...[id, next(db), kind, shown.session, shown.agent, shown.callId, shown.tool, folder],
          ...[hashOf(shown.args), bound, text, sha256(text), at, at + waitMs],
        );
        return one(db, id);
      });
    },

    find: (id, signal) =>
      attempt("find a request", signal, () => {
        const none = new RangeError(`Cannot find the approval ${JSON.stringify(id.slice(0, 40))}: there is none`);
        if (!/^[a-z2-7]{4,10}$/.test(id)) throw none;
        const rows = db.prepare("SELECT id FROM request WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2").all(id);
        if (rows.length === 0) throw none;
        if (rows.length > 1) throw new RangeError(`Cannot find the approval ${id}: several begin so`);
        return asItIs(one(db, String(rows[0].id)), now());
      }),

    list: ({ all = false, limit = LIST }, signal) =>
      attempt("list requests", signal, () => {
        const at = now();
        const rows = db.prepare(
          `SELECT * FROM (SELECT * FROM request WHERE ?1 OR (state = 'open' AND expires_at > ?2)
             ORDER BY cursor DESC LIMIT ?3) ORDER BY created_at, cursor`,
        ).all(all ? 1 : 0, at, limit);
        return rows.map((row) => asItIs(queuedOf(row), at)).filter((q) => all || q.state === "open");
      }),

    ofCall: ({ session, callId, since }, signal) =>
      attempt(
        "find the requests of a call",
        signal,
        () =>
          db.prepare("SELECT * FROM request WHERE session = ? AND call = ? AND created_at >= ? ORDER BY rowid")
            .all(session, callId, since).map((row) => asItIs(queuedOf(row), now())),
      ),

    answer: (id, said, speaker, signal) =>
      change("answer a request", signal, () => {
        const { by, where } = Speaker.parse(speaker);
        const found = one(db, id);
        const at = now();
        if (!isOpen(found, at)) return { won: false, queued: asItIs(found, at) };
        refuseMisfit(found, said);
        settle(db, { id, state: "answered", answer: settledText({ said, by, where }), at });
        return { won: true, queued: one(db, id) };
      }),

    end: (id, state, signal) =>
      change("end a request", signal, () => {
        if (one(db, id).state !== "open") return false;
        settle(db, { id, state, answer: null, at: now() });
        return true;
      }),

    extend: (id, waitMs, signal) =>
      change("extend a request", signal, () => {
        if (!isOpen(one(db, id), now())) return false;
        db.prepare("UPDATE request SET expires_at = ?, cursor = ? WHERE id = ?").run(now() + waitMs, next(db), id);
        return true;
      }),

    use: (id, signal) =>
      change("use an approval", signal, () => {
        if (!isUsable(one(db, id), now())) return false;
        db.prepare("UPDATE request SET used_at = ?, cursor = ? WHERE id = ?").run(now(), next(db), id);
        return true;
      }),

    expire: (signal) =>
      change("end what waited too long", signal, () => {
        const at = now();
        const late = db.prepare("SELECT * FROM request WHERE state = 'open'").all().map(queuedOf)
          .filter((q) => !isOpen(q, at));
        for (const { id } of late) settle(db, { id, state: "expired", answer: null, at });
        return late.map(({ id }) => one(db, id));
      }),

    recorded: (id, signal) =>
      change("note a request", signal, () => void db.prepare("UPDATE request SET recorded = 1 WHERE id = ?").run(id)),

    setCode: (id, sha256, signal) =>
      change(
        "set a code",
        signal,
        () => void db.prepare("UPDATE request SET code_sha256 = ?, code_tries = 0 WHERE id = ?").run(sha256, id),
      ),

    tryCode: (id, sha256, signal) =>
      change("try a code", signal, () => {
        const row = db.prepare("SELECT code_sha256, code_tries FROM request WHERE id = ?").get(id);
        if (!row || row.code_sha256 === null || Number(row.code_tries) >= MOST_TRIES) return false;
        db.prepare("UPDATE request SET code_tries = code_tries + 1 WHERE id = ?").run(id);
        return row.code_sha256 === sha256;
      }),

    changes: (cursor, signal) =>
      attempt(
        "watch",
        signal,
        () =>
          db.prepare("SELECT * FROM request WHERE cursor > ? ORDER BY cursor LIMIT 100").all(cursor)
            .map((row) => asItIs(queuedOf(row), now())),
      ),

    close: () => db.close(),
  };
}

/** Whoever reads it sees it as ended from the moment when it can be answered no more. */
function asItIs(queued: Queued, now: number): Queued {
  return queued.state === "open" && !isOpen(queued, now) ? { ...queued, state: "expired" } : queued;
}

function one(db: DatabaseSync, id: string): Queued {
  const row = db.prepare("SELECT * FROM request WHERE id = ?").get(id);
  if (!row) throw new RangeError(`Cannot find the approval ${JSON.stringify(id.slice(0, 40))}: there is none`);
  return queuedOf(row);
}

function next(db: DatabaseSync): number {
  return Number(db.prepare("UPDATE last_cursor SET value = value + 1 RETURNING value").get()!.value);
}

function settle(
  db: DatabaseSync,
  { id, state, answer, at }: { id: string; state: Queued["state"]; answer: string | null; at: number },
): void {
  db.prepare("UPDATE request SET state = ?, answer = ?, settled_at = ?, cursor = ? WHERE id = ?")
    .run(state, answer, at, next(db), id);
}

function refuseMisfit({ id, shown }: Queued, said: Said): void {
  if (said.answer === "always" && shown.always === null) {
    throw new RangeError(`Cannot answer ${id} by always: it is not offered for this call`);
  }
  if (said.answer !== "edit") return;
  try {
    JSON.parse(said.arguments);
  } catch (error) {
    throw new RangeError(`Cannot edit ${id}: the arguments are no JSON: ${(error as Error).message}`);
  }
}

/** Settled requests of before `at` go, overwritten. */
function forget(db: DatabaseSync, at: number): void {
  db.prepare("DELETE FROM request WHERE state <> 'open' AND coalesce(settled_at, expires_at) < ?").run(at);
}
