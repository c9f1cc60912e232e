/** Folds equal checks of one run into few records, so that a million of them fill neither the log nor the way to it. */
import type { RunEvent } from "../grant.ts";

export type PermissionEvent = Extract<RunEvent, { kind: "permission" }>;
export type Checked = Omit<PermissionEvent, "kind" | "times">;

/** Different checks of one run that are told one by one. */
const MOST = 200;
/** Characters of a value that are kept. */
const LONGEST = 1000;
/** Permissions as Deno names them; another name is folded into one. */
const KNOWN = ["read", "write", "env", "sys", "net", "run", "ffi", "import"];

export type Records = {
  add(checked: Checked): void;
  /**
   * What was added and not told yet. What was told before is told again only by the `last` call, with the times that it came
   * since. All calls together never tell more than 2 × (`most` + 18) records.
   */
  take(last: boolean): PermissionEvent[];
};

/** The records of one run. Beyond `most` different ones, those of one permission and verdict become one. */
export function records(most = MOST): Records {
  const rows = new Map<string, { event: PermissionEvent; told: boolean }>();

  function row(checked: Checked) {
    const key = JSON.stringify([checked.permission, checked.value, checked.verdict, checked.reason]);
    const found = rows.get(key);
    return { key, found };
  }

  return {
    add({ permission, value, verdict, reason }) {
      const short = value !== null && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
      const whole = { permission: KNOWN.includes(permission) ? permission : "unknown", value: short, verdict, reason };
      const rest = { ...whole, value: null, reason: `more than ${most} different checks: these are counted only` };
      const single = row(whole);
      const one = single.found !== undefined || rows.size < most ? whole : rest;
      const { key, found } = one === whole ? single : row(one);
      if (found === undefined) rows.set(key, { event: { kind: "permission", ...one, times: 1 }, told: false });
      else found.event.times++;
    },
    take(last) {
      const due = [...rows.values()].filter(({ event, told }) => event.times > 0 && (last || !told));
      return due.map((row) => {
        const event = { ...row.event };
        row.told = true;
        row.event.times = 0;
        return event;
      });
    },
  };
}
