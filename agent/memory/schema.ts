/** The form of the sessions' database. */
import type { Store } from "../../security/database.ts";

export const SESSION_STORE: Store = {
  name: "session store",
  steps: [
    `CREATE TABLE session (
       id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
       title TEXT NOT NULL, folder TEXT NOT NULL, model TEXT NOT NULL) STRICT;
     CREATE INDEX session_updated ON session (updated_at);
     CREATE TABLE event (
       id INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES session ON DELETE CASCADE,
       seq INTEGER NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL, UNIQUE (session, seq)) STRICT;`,
    // `passage.rowid` is the id of the event that completed the passage.
    `CREATE VIRTUAL TABLE passage USING fts5 (text, source UNINDEXED, tokenize = 'unicode61 remove_diacritics 2');
     INSERT INTO passage (passage, rank) VALUES ('secure-delete', 1);`,
    // A branch continues `parent` after its event `at`; its own events are numbered from `at + 1` on.
    // `turn`: where turns begin, so that the last ones are read without the others. `seq` is its first event; `ended` the
    // event that ended it, null while it goes on (events before the first turn count as ended). `messages` is what a model is given of it, up to its event `last`: kept
    // only while it is whole, so that null means: read the events. `tokens` of those messages, by our own count.
    `CREATE TABLE branch (
       session TEXT PRIMARY KEY REFERENCES session ON DELETE CASCADE,
       parent TEXT NOT NULL REFERENCES session, at INTEGER NOT NULL) STRICT;
     CREATE INDEX branch_parent ON branch (parent);
     CREATE TABLE turn (
       session TEXT NOT NULL REFERENCES session ON DELETE CASCADE, seq INTEGER NOT NULL, ended INTEGER,
       last INTEGER, tokens INTEGER, messages TEXT, PRIMARY KEY (session, seq)) STRICT;
     CREATE TABLE compaction (
       session TEXT NOT NULL REFERENCES session ON DELETE CASCADE, seq INTEGER NOT NULL,
       PRIMARY KEY (session, seq)) STRICT, WITHOUT ROWID;
     WITH known AS (
         SELECT session, seq, CASE WHEN json_valid(json) THEN json ->> '$.type' END AS type,
           seq = min(seq) OVER (PARTITION BY session) AS first FROM event),
       mark AS (
         SELECT session, seq, type, sum(first OR type = 'turn_started') OVER (PARTITION BY session ORDER BY seq) AS turn
         FROM known WHERE first OR type IN ('turn_started', 'turn_resumed', 'turn_ended'))
     INSERT INTO turn (session, seq, ended)
       SELECT session, min(seq), CASE
         WHEN max(seq) FILTER (WHERE type IN ('turn_started', 'turn_resumed', 'turn_ended')) IS NULL THEN min(seq)
         WHEN max(seq) FILTER (WHERE type = 'turn_ended') = max(seq) THEN max(seq) END
       FROM mark GROUP BY session, turn;`,
  ],
};
