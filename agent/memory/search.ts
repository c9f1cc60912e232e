/** Full-text search over what was said and found in the sessions. */
import type { DatabaseSync } from "node:sqlite";
import { lineage } from "./lineage.ts";
import { matchOf, type Source } from "./passage.ts";

export type Hit = {
  session: string;
  title: string;
  /** The event that completes the passage. */
  seq: number;
  /** Milliseconds since 1970 UTC. */
  at: number;
  source: Source;
  /** Some 16 words around the found ones, each of those in [ ]. */
  snippet: string;
};

/** Passages in which all `words` occur, best first by BM25. Words without a letter or digit are left out. */
export function searchSessions(
  db: DatabaseSync,
  words: string,
  options: { session?: string; limit?: number },
): Hit[] {
  const match = matchOf(words);
  if (match === null) return [];
  return db.prepare(
    `SELECT event.session, session.title, event.seq, event.at, passage.source,
       snippet(passage, 0, '[', ']', '…', 16) AS snippet
     FROM passage JOIN event ON event.id = passage.rowid JOIN session ON session.id = event.session
     WHERE passage MATCH ?1 AND (?2 IS NULL OR EXISTS (
       SELECT 1 FROM json_each(?2) AS one WHERE one.value ->> 'session' = event.session
         AND event.seq > one.value ->> 'after' AND event.seq <= one.value ->> 'upTo')) ORDER BY bm25(passage), event.id DESC LIMIT ?3`,
  ).all(match, options.session === undefined ? null : JSON.stringify(lineage(db, options.session)), options.limit ?? 20)
    .map((row) => ({ ...row }) as Hit);
}
