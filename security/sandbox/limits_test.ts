import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "./grant.ts";
import { candidates, joiningOf, lesserLimits, limitsHeld, type Place } from "./limits.ts";

const V1 = {
  groups: "8:pids:/\n4:memory:/own/group\n1:cpu:/\n0::/\n",
  mounts: [
    "25 1 0:20 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu",
    "26 1 0:21 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset",
    "27 1 0:22 / /sys/fs/cgroup/memory rw shared:3 - cgroup cgroup rw,memory",
    "28 1 0:23 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids",
    "30 1 0:25 / /proc rw - proc proc rw",
  ].join("\n"),
};

Deno.test("cgroups are sought below the launcher's own group", () => {
  assert.deepEqual(candidates(V1.groups, V1.mounts), [
    { controller: "cpu", version: "cgroup v1", parent: "/sys/fs/cgroup/cpu" },
    { controller: "memory", version: "cgroup v1", parent: "/sys/fs/cgroup/memory/own/group" },
    { controller: "pids", version: "cgroup v1", parent: "/sys/fs/cgroup/pids" },
  ]);
});

Deno.test("with v2 the parent of the launcher's group comes before the group, which holds processes", () => {
  const mounts = "29 1 0:24 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate";
  const parents = (groups: string) => [...new Set(candidates(groups, mounts).map(({ parent }) => parent))];
  assert.deepEqual(parents("0::/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope\n"), [
    "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice",
    "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope",
  ]);
  assert.deepEqual(parents("0::/\n"), ["/sys/fs/cgroup"]);
});

Deno.test("a mount that shows only a part of the tree is followed from there", () => {
  const mounts = String.raw`27 1 0:22 /docker/abc /sys/fs/cgroup/my\040memory ro - cgroup cgroup rw,memory`;
  assert.deepEqual(candidates("4:memory:/docker/abc/inner\n", mounts), [
    { controller: "memory", version: "cgroup v1", parent: "/sys/fs/cgroup/my memory/inner" },
  ]);
});

Deno.test("nothing is sought where there are no cgroups", () => {
  assert.deepEqual(candidates("", ""), []);
  assert.deepEqual(candidates("garbage\n\n::\n", "garbage - \n"), []);
});

Deno.test("limits are written into the run's own groups", () => {
  const limits = { ...DEFAULT_LIMITS, memoryBytes: 1024, pids: 10, cpuPercent: 150 };
  const v1: Place[] = [
    { controller: "memory", version: "cgroup v1", parent: "/m" },
    { controller: "pids", version: "cgroup v1", parent: "/p" },
    { controller: "cpu", version: "cgroup v1", parent: "/c" },
  ];
  assert.deepEqual(joiningOf(v1, "run", limits), {
    directories: ["/m/run", "/p/run", "/c/run"],
    values: [
      { file: "/m/run/memory.limit_in_bytes", value: "1024" },
      { file: "?/m/run/memory.memsw.limit_in_bytes", value: "1024" },
      { file: "/p/run/pids.max", value: "12" },
      { file: "/c/run/cpu.cfs_period_us", value: "100000" },
      { file: "/c/run/cpu.cfs_quota_us", value: "150000" },
    ],
  });
  const v2 = (["memory", "pids", "cpu"] as const).map((controller): Place => ({
    controller,
    version: "cgroup v2",
    parent: "/u",
  }));
  assert.deepEqual(joiningOf(v2, "run", limits), {
    directories: ["/u/run"],
    values: [
      { file: "/u/run/memory.max", value: "1024" },
      { file: "?/u/run/memory.swap.max", value: "0" },
      { file: "/u/run/pids.max", value: "12" },
      { file: "/u/run/cpu.max", value: "150000 100000" },
    ],
  });
});

Deno.test("real root has cgroups or nothing, an ordinary user has resource limits", () => {
  const memory: Place[] = [{ controller: "memory", version: "cgroup v2", parent: "/u" }];
  assert.deepEqual(limitsHeld(memory, true), { memory: "cgroup v2", pids: "none", cpu: "none" });
  assert.deepEqual(limitsHeld(memory, false), { memory: "cgroup v2", pids: "rlimit", cpu: "none" });
  assert.deepEqual(limitsHeld([], true), { memory: "none", pids: "none", cpu: "none" });
});

Deno.test("the launcher's ceiling holds above a grant's", () => {
  const ceiling = { ms: 1, outputBytes: 2_000_000, memoryBytes: 3, pids: 400, cpuPercent: 50 };
  assert.deepEqual(lesserLimits(DEFAULT_LIMITS, ceiling), {
    ms: 1,
    outputBytes: 1 << 20,
    memoryBytes: 3,
    pids: 64,
    cpuPercent: 50,
  });
});
