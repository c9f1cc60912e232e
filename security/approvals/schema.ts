/** The form of the approvals' store. */
import type { Store } from "../database.ts";

export const APPROVAL_STORE: Store = {
  name: "queue of approvals",
  steps: [`
    CREATE TABLE request (
      id TEXT PRIMARY KEY,
      cursor INTEGER NOT NULL UNIQUE,
      kind TEXT NOT NULL CHECK (kind IN ('call', 'plan')),
      session TEXT NOT NULL,
      agent TEXT NOT NULL,
      call TEXT NOT NULL,
      tool TEXT NOT NULL,
      folder TEXT NOT NULL,
      args_sha256 TEXT NOT NULL,
      bound TEXT,
      shown TEXT NOT NULL,
      shown_sha256 TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'expired', 'withdrawn')),
      answer TEXT,
      settled_at INTEGER,
      used_at INTEGER,
      recorded INTEGER NOT NULL DEFAULT 0,
      code_sha256 TEXT,
      code_tries INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX request_call ON request (session, call, created_at);
    CREATE INDEX request_state ON request (state, expires_at);
    CREATE TABLE last_cursor (value INTEGER NOT NULL) STRICT;
    INSERT INTO last_cursor VALUES (0);
    CREATE TABLE always (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      session TEXT,
      agent TEXT NOT NULL,
      rule TEXT NOT NULL,
      up_to TEXT,
      by TEXT NOT NULL,
      place TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      revoked_at INTEGER
    ) STRICT;
  `],
};
