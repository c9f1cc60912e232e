import assert from "node:assert/strict";
import type { Confinement, Machine } from "../bubblewrap.ts";
import { dockerArguments } from "./docker.ts";
import { bundleOf } from "./gvisor.ts";
import { podmanArguments } from "./podman.ts";
import { seccompProfile } from "./seccomp_profile.ts";
import { startScript, viewOf } from "./view.ts";

const machine: Machine = {
  system: [{ path: "/usr" }, { path: "/bin", link: "usr/bin" }],
  etc: ["/etc/ssl/certs"],
  generated: { passwd: "/r/passwd" },
  toolchains: ["/w/tools"],
  cover: { file: "/r/covered" },
  root: true,
  kernelFiles: ["kmsg"],
  kernelTrees: ["sys", "driver"],
};
const run: Confinement = {
  folder: {
    path: "/w",
    access: "rw",
    hidden: [{ path: "/w/.harombe", kind: "directory" }, { path: "/w/.env", kind: "file" }],
  },
  guarded: [{ path: "/w/.git", writable: true }, { path: "/w/.git/config", writable: false }, {
    path: "/w/.harombe",
    writable: false,
  }, { path: "/w/.harombe/harombe.yaml", writable: false }],
  programs: [{ from: "/x/deno", to: "/run/harombe/deno" }],
  env: { A: "it's" },
  cwd: "/w",
  statusFd: 6,
  scratchBytes: 1024,
};
const view = viewOf(run, machine, { given: [{ from: "/r/start", to: "/run/harombe/start" }], image: false });
const laid = { at: "/r", root: "/r/root", view, confinement: run, argv: ["/bin/sh", "/run/harombe/start", "true"] };

Deno.test("nothing is seen below what is hidden, and what is hidden wins over what is guarded", () => {
  assert.deepEqual(view.mounts.filter(({ to }) => to.startsWith("/w")), [
    { kind: "bind", from: "/w", to: "/w", writable: true },
    { kind: "bind", from: "/w/.git", to: "/w/.git", writable: true },
    { kind: "tmpfs", to: "/w/.harombe", bytes: 4096, mode: 0, writable: false },
    { kind: "bind", from: "/r/covered", to: "/w/.env", writable: false },
    { kind: "bind", from: "/w/.git/config", to: "/w/.git/config", writable: false },
  ]);
  const places = view.mounts.map(({ to }) => to);
  assert.equal(new Set(places).size, places.length);
});

Deno.test("only the scratch directories, the workspace and its git directory can be written", () => {
  assert.deepEqual(view.mounts.filter(({ writable }) => writable).map(({ to }) => to).toSorted(), [
    "/home",
    "/home/agent",
    "/run",
    "/tmp",
    "/w",
    "/w/.git",
  ]);
  const read = viewOf({ ...run, folder: { ...run.folder, access: "none" } }, machine, { given: [], image: false });
  assert.deepEqual(
    read.mounts.filter(({ to }) => to.startsWith("/w")),
    [
      { kind: "bind", from: "/w/tools", to: "/w/tools", writable: false },
      { kind: "tmpfs", to: "/w", bytes: 4096, mode: 0o555, writable: false },
    ].toSorted((a, b) => a.to.length - b.to.length),
  );
});

Deno.test("a variable cannot leave its quotes", () => {
  assert.match(startScript({ A: "it's\n$(x)" }), /env -i 'A=it'\\''s\n\$\(x\)' "\$@"\)/);
});

Deno.test("each engine is told what bubblewrap is: no network, no capability, a filter, a read-only root", () => {
  const podman = podmanArguments(laid, { runtime: "/r/runc", image: null, name: "n" });
  const docker = dockerArguments(laid, {
    image: "i",
    name: "n",
    limits: { ms: 1, outputBytes: 1, memoryBytes: 7, pids: 8, cpuPercent: 150 },
  });
  for (const words of [podman, docker]) {
    for (
      const word of [
        "--network=none",
        "--read-only",
        "--security-opt=no-new-privileges",
        "--security-opt=seccomp=/r/seccomp.json",
        "--pull=never",
        "--log-driver=none",
      ]
    ) assert.ok(words.includes(word), `${words[0]} ${word}`);
    assert.ok(words.some((word) => word.toLowerCase() === "--cap-drop=all"));
    assert.ok(
      !words.some((word) =>
        /privileged$|--device|--env|docker\.sock|--network=host|--cap-add/.test(word) &&
        word !== "--security-opt=no-new-privileges"
      ),
    );
    assert.ok(words.some((word) => word.startsWith("--mount=type=bind,source=/w,destination=/w,")));
  }
  assert.deepEqual(docker.filter((word) => /^--(memory|pids|cpus)/.test(word)), [
    "--memory=7",
    "--memory-swap=7",
    "--pids-limit=8",
    "--cpus=1.5",
  ]);
  assert.ok(podman.includes("--security-opt=mask=/proc/kmsg:/proc/driver"));
  assert.deepEqual(docker.slice(-4), ["i", "/bin/sh", "/run/harombe/start", "true"]);
  const bundle = bundleOf(laid, "x86_64") as {
    root: unknown;
    linux: { namespaces: unknown[] };
    process: Record<string, unknown>;
  };
  assert.deepEqual(bundle.root, { path: "/r/root", readonly: true });
  assert.equal(bundle.process.noNewPrivileges, true);
  assert.equal(bundle.linux.namespaces.length, 5);
});

Deno.test("a path that an engine would take for two settings is refused", () => {
  const odd = {
    ...laid,
    view: { ...view, mounts: [{ kind: "bind" as const, from: "/a,b", to: "/a", writable: true }] },
  };
  assert.throws(() => podmanArguments(odd, { runtime: "runc", image: null, name: "n" }), /a comma/);
  assert.throws(
    () =>
      dockerArguments(odd, {
        image: "i",
        name: "n",
        limits: { ms: 1, outputBytes: 1, memoryBytes: 1, pids: 1, cpuPercent: 1 },
      }),
    /a comma/,
  );
});

Deno.test("the profile refuses every family of sockets but the two of the Internet", () => {
  const rules = seccompProfile("x86_64", { absent: true })!.syscalls.filter(({ names }) => names[0] === "socket");
  const refused = (family: number) =>
    rules.some(({ args: [{ value, op }] = [{ value: 0, op: "" }] }) =>
      op === "SCMP_CMP_LT" ? family < value : op === "SCMP_CMP_GT" ? family > value : family === value
    );
  assert.deepEqual(Array.from({ length: 50 }, (_, i) => i).filter((family) => !refused(family)), [2, 10]);
  assert.equal(seccompProfile("riscv64", { absent: true }), null);
});
