/** What was answered by "always": listed with who and when, and taken back. */
import { openAlwaysGrants } from "../../security/approvals/always_grants.ts";
import type { SessionGrant } from "../../security/session_grants.ts";
import { stateDirectory } from "../config.ts";
import { exists } from "../exists.ts";
import { EXIT, Exit, plainLines, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { statePaths } from "../state/stores.ts";
import type { Args } from "../talk.ts";
import { TOOL_KINDS } from "../tools.ts";
import { showTime } from "./when.ts";

/** Every grant that holds, of every session. */
export function grantsHeld(io: Pick<Io, "env" | "now">): SessionGrant[] {
  const { approvals } = statePaths(stateDirectory(io.env));
  if (!exists(approvals)) return [];
  const grants = openAlwaysGrants(approvals, { kinds: TOOL_KINDS, now: io.now });
  try {
    return grants.list();
  } finally {
    grants.close();
  }
}

/** One row of `rules list`. */
export function grantRow({ id, rule, agent, session, lasting, upTo, by, where, at }: SessionGrant): string {
  const scope = lasting ? "every session" : `session ${session}`;
  const risk = upTo === undefined ? "" : `, up to ${upTo}`;
  return `always ${rule} (id ${id}: agent ${agent}, ${scope}${risk}; by ${by}, ${where}, ${showTime(at ?? 0)} UTC)`;
}

/** `rules revoke ID`: what it allowed is asked for again, in running sessions too. */
export function revokeGrant(args: Args, io: Io): number {
  const id = String(args.id);
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    throw new Exit(EXIT.usage, `Cannot revoke ${short(id)}: give a number of rules list`);
  }
  const { approvals } = statePaths(stateDirectory(io.env));
  const none = () => new Exit(EXIT.failed, `Cannot revoke ${id}: there is no such grant; see harombe rules list`);
  if (!exists(approvals)) throw none();
  const grants = openAlwaysGrants(approvals, { kinds: TOOL_KINDS, now: io.now });
  try {
    const found = grants.list().find((grant) => grant.id === Number(id));
    if (found === undefined || !grants.revoke(found.id)) throw none();
    io.stdout.write(args.json ? `${jsonText(found)}\n` : `${plainLines(`Revoked: ${grantRow(found)}`)}\n`);
    return 0;
  } finally {
    grants.close();
  }
}
