/** What lies in the state directory, as data: what a backup holds, what `uninstall` may take away. A new part adds its row. */
import { FACT_STORE } from "../../agent/memory/facts_schema.ts";
import { SESSION_STORE } from "../../agent/memory/schema.ts";
import { AUDIT_STORE } from "../../security/audit/schema.ts";
import { APPROVAL_STORE } from "../../security/approvals/schema.ts";
import type { Store } from "../../security/database.ts";

export type Part = {
  /** Name in the state directory. */
  name: string;
  /** What a person calls it. */
  what: string;
  kind: "database" | "file" | "folder";
  /** `models` only where it was asked for. */
  backup: "always" | "models" | "never";
  store?: Store;
};

/** In the order that a backup holds them. The head before its log: a log may only grow after its head was read. */
export const PARTS: readonly Part[] = [
  { name: "audit.key", what: "the key that signs the audit log", kind: "file", backup: "always" },
  { name: "audit.head", what: "the audit log's signed head", kind: "file", backup: "always" },
  { name: "audit.db", what: "the audit log", kind: "database", backup: "always", store: AUDIT_STORE },
  { name: "sessions.db", what: "the sessions", kind: "database", backup: "always", store: SESSION_STORE },
  { name: "memory.db", what: "the memory", kind: "database", backup: "always", store: FACT_STORE },
  // Never: an approval that was used, or a grant that was revoked, must not come back with a backup.
  {
    name: "approvals.db",
    what: "what waits for an approval, and what was allowed by always",
    kind: "database",
    backup: "never",
    store: APPROVAL_STORE,
  },
  { name: "api.token", what: "the token of the API", kind: "file", backup: "never" },
  { name: "measures.db", what: "what models test measured on this machine", kind: "database", backup: "never" },
  { name: "secrets.key", what: "the key of the secrets", kind: "file", backup: "always" },
  { name: "secrets.age", what: "the secrets, encrypted", kind: "file", backup: "always" },
  { name: "secrets.lock", what: "the lock that a change of the secrets holds", kind: "file", backup: "never" },
  {
    name: "placeholder.key",
    what: "the key that secrets' placeholders are made under",
    kind: "file",
    backup: "always",
  },
  { name: "harombe.yaml", what: "the settings, with the keys that stand in them", kind: "file", backup: "always" },
  { name: "recipes", what: "the recipes", kind: "folder", backup: "always" },
  { name: "models", what: "the models", kind: "folder", backup: "models" },
  { name: "engines", what: "the engines that run models", kind: "folder", backup: "never" },
  { name: "downloads", what: "downloads", kind: "folder", backup: "never" },
  { name: "pulls", what: "what downloads of models noted", kind: "folder", backup: "never" },
  { name: "first-offer", what: "the mark that a model was offered", kind: "file", backup: "never" },
  { name: "delivered.json", what: "how far receivers have the audit log", kind: "file", backup: "never" },
  { name: "delivered.json.lock", what: "the mark that a delivery is under way", kind: "file", backup: "never" },
  { name: "sandbox.last", what: "what the last start found of the sandbox", kind: "file", backup: "never" },
  { name: "logs", what: "what harombe noted of itself", kind: "folder", backup: "never" },
  { name: "quarantine", what: "what runs had planted", kind: "folder", backup: "never" },
];

/** Files that SQLite keeps beside a database. */
const SIDECARS = ["-wal", "-shm", "-journal"] as const;

/** The names that `part` may have in the state directory, the files beside a database first. */
export function namesOf(part: Part): string[] {
  return part.kind === "database" ? [...SIDECARS.map((end) => part.name + end), part.name] : [part.name];
}

/** Work in progress and what a restore put aside. */
export const WORK = {
  backup: ".backup",
  restore: ".restore",
  lock: ".backup.lock",
  aside: "before-restore-",
} as const;

/** What is written under a name of its own each time. No backup holds it. */
const DATED: readonly { name: RegExp; what: string }[] = [
  { name: /^harombe\.yaml\.\d{4}-\d\d-\d\dT[\d-]{8}\.bak$/, what: "settings that init replaced, with their keys" },
  {
    name: /^(?:harombe\.yaml|audit\.key|audit\.head|secrets\.age|secrets\.key|placeholder\.key)\.[\w.-]{1,64}\.new$/,
    what: "a file that was not finished",
  },
  { name: /^before-restore-[\w-]{1,64}$/, what: "the state before a restore" },
  { name: /^harombe-\d{1,10}-\w{1,32}$/, what: "a run's private directory" },
];

/** What `name` in the state directory is, or null where harombe writes nothing of that name. */
export function whatIs(name: string): string | null {
  const part = PARTS.find((part) => namesOf(part).includes(name));
  if (part !== undefined) return part.what;
  const work: readonly string[] = [WORK.backup, WORK.restore, WORK.lock];
  if (work.includes(name)) return "what a backup left";
  return DATED.find((one) => one.name.test(name))?.what ?? null;
}

const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._@+=-]{0,127}$/;

/** The part that a file of a backup belongs to, or null if no part may hold a file of that path. */
export function partOf(path: string): Part | null {
  const [first, ...rest] = path.split("/");
  const part = PARTS.find(({ name, backup }) => name === first && backup !== "never");
  if (part === undefined || (part.kind === "folder") !== (rest.length > 0) || rest.length > 8) return null;
  return rest.every((segment) => SEGMENT.test(segment)) ? part : null;
}
