/** What a person allowed beforehand for one session: "always" answers and grants of the command line. Kept in memory only. */
import { parseRule, type Rule, type ToolKinds } from "./rules.ts";

export type SessionGrant = { id: number; session: string; agent: string; rule: string };

export type SessionGrants = {
  /** Throws SyntaxError if `rule` (`tool:pattern`) does not parse. Granting twice gives the first grant back. */
  add(grant: Omit<SessionGrant, "id">): SessionGrant;
  list(session?: string): SessionGrant[];
  /** False if there is no such grant. Calls that were already allowed are not stopped. */
  revoke(id: number): boolean;
  /** The rules of exactly this session and agent. */
  rules(session: string, agent: string): Rule[];
};

export function createSessionGrants(kinds: ToolKinds): SessionGrants {
  const held: { grant: SessionGrant; rule: Rule }[] = [];
  const ids = { next: 1 };
  return {
    add({ session, agent, rule }) {
      const parsed = parseRule(rule, kinds);
      if ("reason" in parsed) throw new SyntaxError(`Cannot grant ${JSON.stringify(rule)}: ${parsed.reason}`);
      const same = held.find(({ grant }) => grant.session === session && grant.agent === agent && grant.rule === rule);
      if (same) return { ...same.grant };
      const grant = { id: ids.next++, session, agent, rule };
      held.push({ grant, rule: parsed });
      return { ...grant };
    },
    list: (session) =>
      held.filter(({ grant }) => session === undefined || grant.session === session).map((h) => ({ ...h.grant })),
    revoke(id) {
      const at = held.findIndex(({ grant }) => grant.id === id);
      if (at >= 0) held.splice(at, 1);
      return at >= 0;
    },
    rules: (session, agent) =>
      held.filter(({ grant }) => grant.session === session && grant.agent === agent).map((h) => h.rule),
  };
}
