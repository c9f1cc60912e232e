/** What a person answered by "always", kept until it is revoked. */
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../database.ts";
import { parseRule, type Rule, type ToolKinds } from "../rules.ts";
import type { SessionGrant, SessionGrants } from "../session_grants.ts";
import { higher, type Risk, RISKS } from "../tool.ts";
import { inTransaction } from "../transaction.ts";
import { APPROVAL_STORE } from "./schema.ts";

export type AlwaysGrants = SessionGrants & { close(): void };

/**
 * The grants in the store of approvals at `path`: those of one session hold for it alone, lasting ones for every session
 * of their agent. A rule that does not parse any more (its tool is gone) grants nothing, and is listed still. It is opened by
 * the first use.
 */
export function openAlwaysGrants(path: string, { kinds, now }: { kinds: ToolKinds; now: () => number }): AlwaysGrants {
  const opened: { db: DatabaseSync | null } = { db: null };
  const store = () => opened.db ??= openDatabase(path, APPROVAL_STORE);
  const held = (where: string, ...values: (string | number | null)[]): SessionGrant[] =>
    store().prepare(`SELECT * FROM always WHERE revoked_at IS NULL AND ${where} ORDER BY id`).all(...values).map(
      grantOf,
    );
  return {
    add({ session, agent, rule, upTo, lasting = false, by = "person at terminal", where = "terminal" }) {
      const parsed = parseRule(rule, kinds);
      if ("reason" in parsed) throw new SyntaxError(`Cannot grant ${JSON.stringify(rule)}: ${parsed.reason}`);
      const db = store();
      return inTransaction(db, () => {
        const of = lasting ? null : session;
        const [same] = held("session IS ? AND agent = ? AND rule = ?", of, agent, rule);
        const both = same === undefined ? upTo : same.upTo && upTo ? higher(same.upTo, upTo) : undefined;
        if (same !== undefined) db.prepare("UPDATE always SET up_to = ? WHERE id = ?").run(both ?? null, same.id);
        const id = same?.id ?? db.prepare(
          "INSERT INTO always (session, agent, rule, up_to, by, place, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ).run(of, agent, rule, both ?? null, by, where, now()).lastInsertRowid;
        return held("id = ?", Number(id))[0];
      });
    },
    list: (session) => session === undefined ? held("true") : held("(session = ? OR session IS NULL)", session),
    revoke(id) {
      return store().prepare("UPDATE always SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL").run(now(), id)
        .changes === 1;
    },
    rules: (session, agent) =>
      held("(session = ? OR session IS NULL) AND agent = ?", session, agent).flatMap(({ rule, upTo }): Rule[] => {
        const parsed = parseRule(rule, kinds);
        return "reason" in parsed ? [] : [upTo === undefined ? parsed : { ...parsed, upTo }];
      }),
    close: () => opened.db?.close(),
  };
}

/** A risk that is none of ours makes the grant one for LOW alone, which needs none. */
function grantOf(row: Record<string, unknown>): SessionGrant {
  const upTo = row.up_to === null ? undefined : RISKS.find((risk) => risk === row.up_to) ?? "LOW" as Risk;
  return {
    id: Number(row.id),
    session: row.session === null ? "" : String(row.session),
    agent: String(row.agent),
    rule: String(row.rule),
    ...(upTo === undefined ? {} : { upTo }),
    ...(row.session === null ? { lasting: true } : {}),
    by: String(row.by),
    where: String(row.place),
    at: Number(row.created_at),
  };
}

/** Grants of the command line in memory (they have no `by`), all others kept. Those in memory have negative numbers. */
export function joinGrants(memory: SessionGrants, kept: SessionGrants): SessionGrants {
  const inMemory = (grant: SessionGrant): SessionGrant => ({ ...grant, id: -grant.id });
  return {
    add: (grant) => grant.by === undefined ? inMemory(memory.add(grant)) : kept.add(grant),
    list: (session) => [...memory.list(session).map(inMemory), ...kept.list(session)],
    revoke: (id) => id < 0 ? memory.revoke(-id) : kept.revoke(id),
    rules: (session, agent) => [...memory.rules(session, agent), ...kept.rules(session, agent)],
  };
}
