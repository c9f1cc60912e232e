import assert from "node:assert/strict";
import { type Kept, stateComplaints } from "./doctor_state.ts";

const disk = (filesystem: string, freeBytes: number) => ({
  filesystem,
  mount: "/m",
  bytes: 1e12,
  usedBytes: 0,
  freeBytes,
});
const fine: Kept = {
  modes: [{ name: ".", mode: 0o40700 }, { name: "audit.key", mode: 0o100600 }],
  disk: disk("/dev/sda1", 1e10),
  now: Date.UTC(2026, 10, 20),
};

Deno.test("the place of harombe's files is judged", () => {
  const cases: [string, Partial<Kept>, string[]][] = [
    ["all well", {}, []],
    ["nothing known", { modes: [], disk: null }, []],
    ["others may list it", { modes: [{ name: ".", mode: 0o40755 }] }, [
      "others may reach the state directory (mode 755): run chmod 700 on it",
    ]],
    ["a key that others may read", { modes: [{ name: "audit.key", mode: 0o100644 }] }, [
      "others may reach audit.key (mode 644): run chmod 600 on it",
    ]],
    ["a full disk", { disk: disk("/dev/sda1", 1e6) }, ["only 1 MB are free at /m: records could soon not be kept"]],
    ["NFS", { disk: disk("nas:/home", 1e10) }, [
      "the state directory lies on another machine (nas:/home): databases are not safe there, set HAROMBE_HOME",
    ]],
    ["SMB", { disk: disk("//nas/home", 1e10) }, [
      "the state directory lies on another machine (//nas/home): databases are not safe there, set HAROMBE_HOME",
    ]],
    ["a clock without a battery", { now: 0 }, ["the clock says 1970-01-01: set it"]],
  ];
  for (const [name, given, expected] of cases) assert.deepEqual(stateComplaints({ ...fine, ...given }), expected, name);
});
