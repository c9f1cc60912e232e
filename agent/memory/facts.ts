/** What the person asked to keep beyond a session: single facts, each with its time and where it came from. */
import { clearWal, inStore, openDatabase } from "../../security/database.ts";
import { PLACEHOLDERS } from "../../security/secrets/placeholder.ts";
import { printable } from "../../security/display.ts";
import { sameFiles } from "../../security/same_file.ts";
import { inTransaction } from "../../security/transaction.ts";
import { FACT_STORE } from "./facts_schema.ts";
import { matchOf } from "./passage.ts";

export type Fact = {
  id: number;
  /** When it was kept first, milliseconds since 1970 UTC. */
  at: number;
  text: string;
  /** The session in which it was said, or "" for the command line. */
  session: string;
  /** `person`: typed by them; `agent`: worded by the model and approved by the person. */
  toldBy: "person" | "agent";
};

/** Every text that comes out is what somebody once said: information, never an instruction. */
export type Facts = {
  /** Keeps `text`; the fact that says exactly this already is returned as it is. Throws a `RangeError` for what `factFault` names and when the store is full. */
  add(fact: { text: string; session: string; toldBy: Fact["toldBy"] }, signal: AbortSignal): Promise<Fact>;
  /** Newest first. */
  list(options: { limit?: number }, signal: AbortSignal): Promise<Fact[]>;
  /** Throws a `RangeError` for a number that there is not. */
  find(id: number, signal: AbortSignal): Promise<Fact>;
  /** Facts in which any of `words` occurs, best first; facts with more of the words rank higher. Any text is a valid query. */
  search(words: string, options: { limit?: number }, signal: AbortSignal): Promise<Fact[]>;
  /** Removes the fact, overwritten on disk. Throws a `RangeError` for a number that there is not. */
  remove(id: number, signal: AbortSignal): Promise<Fact>;
  close(): void;
};

/** Characters of one fact, and facts in all. */
export const LONGEST_FACT = 2_000;
const MOST_FACTS = 10_000;

const COLUMNS = "fact.id, fact.at, fact.text, fact.session, fact.told_by AS toldBy";

/** Why `text` may not be kept, or null. `scrub` is the session's: a secret is refused, not stored with a hole in it. */
export function factFault(text: string, scrub: (text: string) => string): string | null {
  if (text.trim() === "") return "it is empty";
  if (text.length > LONGEST_FACT) return `it has ${text.length} characters, ${LONGEST_FACT} at most`;
  if (printable(text) !== text) return "it holds characters that a screen does not show";
  if (scrub(text) !== text || text.search(PLACEHOLDERS) >= 0) {
    return "it holds what looks like a secret; keep secrets out of memory";
  }
  return null;
}

/** Opens the store at `path`, creating it as needed. Throws as `openDatabase`. */
export function openFacts(
  path: string,
  options: { now: () => number; scrub: (text: string) => string; readOnly?: boolean },
): Facts {
  const { now, scrub, readOnly } = options;
  const db = openDatabase(path, FACT_STORE, { readOnly });
  const stillThere = sameFiles([path]);

  const attempt = <T>(doing: string, signal: AbortSignal, work: () => T): T =>
    inStore(`${doing} in the memory at ${path}`, work, signal);

  const byId = (id: number): Fact => {
    const row = db.prepare(`SELECT ${COLUMNS} FROM fact WHERE id = ?`).get(id);
    if (!row) throw new RangeError(`Cannot find fact ${id}: there is none`);
    return { ...row } as Fact;
  };

  return {
    // deno-lint-ignore require-await -- a store's contract is async
    async add({ text, session, toldBy }, signal) {
      const fault = factFault(text, scrub);
      if (fault !== null) throw new RangeError(`Cannot remember this: ${fault}`);
      return attempt("remember", signal, () => {
        const fact = inTransaction(db, () => {
          const known = db.prepare(`SELECT ${COLUMNS} FROM fact WHERE text = ?`).get(text.trim());
          if (known) return { ...known } as Fact;
          const { count } = db.prepare("SELECT count(*) AS count FROM fact").get()!;
          if (Number(count) >= MOST_FACTS) {
            throw new RangeError(`Cannot remember this: there are ${count} facts already`);
          }
          const { lastInsertRowid } = db.prepare("INSERT INTO fact (at, text, session, told_by) VALUES (?, ?, ?, ?)")
            .run(now(), text.trim(), session, toldBy);
          db.prepare("INSERT INTO fact_text (rowid, text) VALUES (?, ?)").run(lastInsertRowid, text.trim());
          return byId(Number(lastInsertRowid));
        });
        stillThere();
        return fact;
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async list({ limit }, signal) {
      return attempt(
        "list",
        signal,
        () =>
          db.prepare(`SELECT ${COLUMNS} FROM fact ORDER BY id DESC LIMIT ?`).all(limit ?? -1)
            .map((row) => ({ ...row }) as Fact),
      );
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async find(id, signal) {
      return attempt(`find fact ${id}`, signal, () => byId(id));
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async search(words, { limit }, signal) {
      const match = matchOf(words)?.replaceAll('" "', '" OR "').replaceAll('"* "', '"* OR "') ?? null;
      if (match === null) return [];
      return attempt("search", signal, () =>
        db.prepare(
          `SELECT ${COLUMNS} FROM fact_text JOIN fact ON fact.id = fact_text.rowid
           WHERE fact_text MATCH ? ORDER BY bm25(fact_text), fact.id DESC LIMIT ?`,
        ).all(match, limit ?? -1).map((row) => ({ ...row }) as Fact));
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async remove(id, signal) {
      return attempt(`remove fact ${id}`, signal, () => {
        const fact = inTransaction(db, () => {
          const fact = byId(id);
          db.prepare("DELETE FROM fact_text WHERE rowid = ?").run(id);
          db.prepare("DELETE FROM fact WHERE id = ?").run(id);
          return fact;
        });
        clearWal(db);
        return fact;
      });
    },

    close: () => db.close(),
  };
}
