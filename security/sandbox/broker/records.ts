/** Folds equal checks of one run into few records, so that a million of them fill neither the log nor the way to it. */
import type { RunEvent } from "../grant.ts";

export type PermissionEvent = Extract<RunEvent, { kind: "permission" }>;
export type Checked = Omit<PermissionEvent, "kind" | "times">;

/** Different records of one run; what comes after is folded by permission and verdict. */
const MOST = 200;
/** Characters of a value that are kept. */
const LONGEST = 1000;

export type Records = {
  add(checked: Checked): void;
  /** What was added since the last call, in order. Over all calls never more than 2 × (`most` + 16) records. */
  take(last: boolean): PermissionEvent[];
};

/**
 * The records of one run. A check that was told before is told again only by the `last` call, with the times it came since.
 */
export function records(most = MOST): Records {
  const rows = new Map<string, { event: PermissionEvent; told: boolean }>();
  const keyOf = (c: Checked) => JSON.stringify([c.permission, c.value, c.verdict, c.reason]);
  return {
    add(checked) {
      const { value } = checked;
      const short = value !== null && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
      const one = { ...checked, value: short };
      const key = keyOf(one);
      const row = rows.get(key);
      if (row !== undefined) return void row.event.times++;
      if (rows.size < most) {
        return void rows.set(key, { event: { kind: "permission", ...one, times: 1 }, told: false });
      }
      const rest = {
        ...one,
        permission: rows.size < most + 15 || rows.has(restKey(one)) ? one.permission : "other",
        value: null,
        reason: `further checks: only the first ${most} are kept one by one`,
      };
      const folded = rows.get(keyOf(rest));
      if (folded !== undefined) folded.event.times++;
      else rows.set(keyOf(rest), { event: { kind: "permission", ...rest, times: 1 }, told: false });
    },
    take(last) {
      const out: PermissionEvent[] = [];
      for (const row of rows.values()) {
        if (row.event.times === 0 || (row.told && !last)) continue;
        out.push({ ...row.event });
        row.told = true;
        row.event.times = 0;
      }
      return out;
    },
  };

  function restKey(c: Checked): string {
    return keyOf({ ...c, value: null, reason: `further checks: only the first ${most} are kept one by one` });
  }
}
