/** What a person allowed beforehand for one session: "always" answers and grants of the command line. Kept in memory only. */
import { parseRule, type Rule, type ToolKinds } from "./rules.ts";
import { higher, type Risk } from "./tool.ts";

export type SessionGrant = {
  id: number;
  session: string;
  agent: string;
  rule: string;
  /** The risk that the person saw: a more dangerous call is asked for again. Absent: as far as rules go. */
  upTo?: Risk;
  /** True: for every session of this agent, until it is revoked. */
  lasting?: boolean;
  /** Who granted it and where; absent for a grant of the command line. */
  by?: string;
  where?: string;
  /** Milliseconds since 1970 UTC; absent where it is kept in memory. */
  at?: number;
};

export type SessionGrants = {
  /** Throws SyntaxError if `rule` (`tool:pattern`) does not parse. Granting twice gives the first grant back, for the higher of both risks. */
  add(grant: Omit<SessionGrant, "id">): SessionGrant;
  list(session?: string): SessionGrant[];
  /** False if there is no such grant. Calls that were already allowed are not stopped. */
  revoke(id: number): boolean;
  /** The rules of exactly this session and agent. */
  rules(session: string, agent: string): Rule[];
};

/** Kept in memory: they end with this process. `kinds` tells what a rule of each tool is matched with. */
export function createSessionGrants(kinds: ToolKinds): SessionGrants {
  const held: { grant: SessionGrant; rule: Rule }[] = [];
  const ids = { next: 1 };
  return {
    add({ session, agent, rule, upTo, by, where }) {
      const parsed = parseRule(rule, kinds);
      if ("reason" in parsed) throw new SyntaxError(`Cannot grant ${JSON.stringify(rule)}: ${parsed.reason}`);
      const same = held.find(({ grant }) => grant.session === session && grant.agent === agent && grant.rule === rule);
      if (same) {
        const both = same.grant.upTo && upTo ? higher(same.grant.upTo, upTo) : undefined;
        for (const one of [same.grant, same.rule]) {
          if (both === undefined) delete one.upTo;
          else one.upTo = both;
        }
        return { ...same.grant };
      }
      const limit = upTo === undefined ? {} : { upTo };
      const from = by === undefined ? {} : { by, where };
      const grant: SessionGrant = { id: ids.next++, session, agent, rule, ...limit, ...from };
      held.push({ grant, rule: { ...parsed, ...limit } });
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
