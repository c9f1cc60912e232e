/** The form of the database of what was asked to be remembered. */
import type { Store } from "../../security/database.ts";

export const FACT_STORE: Store = {
  name: "memory",
  steps: [
    // AUTOINCREMENT: a number that was taken away never means another fact. `fact_text.rowid` is the fact's id.
    `CREATE TABLE fact (
       id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, text TEXT NOT NULL UNIQUE,
       session TEXT NOT NULL, told_by TEXT NOT NULL CHECK (told_by IN ('person', 'agent'))) STRICT;
     CREATE VIRTUAL TABLE fact_text USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
     INSERT INTO fact_text (fact_text, rank) VALUES ('secure-delete', 1);`,
  ],
};
