import assert from "node:assert/strict";
import { createServer } from "node:net";
import { answersOf, batchOf, ofKind } from "../../security/sandbox/probes/batch.ts";
import { SEEDED } from "../../security/sandbox/probes/of_workspace.ts";
import { PROBES } from "../../security/sandbox/probes/run_probes.ts";

/**
 * Root of a machine gets what these try; what is missing here is missing on this kernel or machine and cannot be a
 * control on it. Everything else that is marked as one must be got.
 */
const NOT_EVERYWHERE = [
  "terminal",
  "finds a disk",
  "makes a device",
  "page counts",
  "memory allocator",
  "kernel symbols",
  "descriptors",
  "traces a child",
  "raises its priority",
  "io_uring_setup",
  "userfaultfd",
  "cgroups",
  "types into a terminal",
  "mapped loopback",
  "keyctl",
  "add_key",
  "request_key",
  "own users",
  "services' sockets",
  "kernel memory",
  "filter",
  "kexec_load",
  "init_module",
  "delete_module",
  "system request",
  "enters namespaces",
  // The first process of a container has a root of its own.
  "state file by the first process",
  "follows a link to a directory out",
];

const unable = Deno.build.os !== "linux"
  ? "unverified on this OS"
  : Deno.uid() !== 0
  ? "the controls are run by root"
  : null;

Deno.test({
  name: `what the probes try is got outside of a sandbox, so each can fail${
    unable === null ? "" : ` (ignored: ${unable})`
  }`,
  ignore: unable !== null,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const place = await Deno.makeTempDir();
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      for (const [name, text] of Object.entries(SEEDED)) {
        await Deno.mkdir(`${folder}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
        await Deno.writeTextFile(`${folder}/${name}`, text);
      }
      const token = `token-${crypto.randomUUID()}`;
      await Deno.writeTextFile(`${place}/canary`, token);
      const { port } = server.address() as { port: number };
      const aim = { token, canary: `${place}/canary`, home: place, folder, port, pid: Deno.pid };
      const controls = PROBES.filter(({ control }) => control === true);
      const answers = [];
      for (const kind of ["sh", "python"] as const) {
        const probes = ofKind(controls, kind);
        const program = kind === "sh" ? ["/bin/sh", "-c"] : ["/usr/bin/python3", "-c"];
        const output = await new Deno.Command("/usr/bin/unshare", {
          // What changes mounts or names of the machine does so in a namespace of its own.
          args: ["--mount", "--uts", "--ipc", ...program, batchOf(probes, kind, aim)],
          cwd: folder,
          stdin: "null",
        }).output();
        const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
        answers.push(...answersOf(probes, { stdout, stderr, outcome: { code: output.code } }));
      }
      const not = answers.filter(({ verdict }) => verdict !== "BREACH");
      assert.deepEqual(not.filter(({ name }) => !NOT_EVERYWHERE.includes(name)), []);
      assert.ok(answers.length - not.length > PROBES.length / 3, `${answers.length - not.length} of ${PROBES.length}`);
    } finally {
      server.close();
      await Deno.remove(folder, { recursive: true });
      await Deno.remove(place, { recursive: true });
    }
  },
});
