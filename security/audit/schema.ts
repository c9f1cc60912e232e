/** The form of the audit database. */
import type { Store } from "../database.ts";

export const AUDIT_STORE: Store = {
  name: "audit log",
  steps: [
    // `seal` holds the signed head of the last commit, so a row added by another hand is not covered by it.
    // `call` repeats the body's call id as its JSON text: an index over it is checked three times as fast as one over JSON.
    `CREATE TABLE record (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL, call TEXT NOT NULL) STRICT;
     CREATE INDEX record_call ON record (call);
     CREATE TABLE seal (id INTEGER PRIMARY KEY CHECK (id = 1), line TEXT NOT NULL) STRICT;`,
    `CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), line TEXT NOT NULL) STRICT;`,
  ],
};
