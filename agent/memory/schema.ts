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
  ],
};
