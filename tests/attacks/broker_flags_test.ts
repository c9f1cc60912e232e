import assert from "node:assert/strict";
import { laboratory, NO_RULES } from "./launch_run.ts";

/** Each tries one use of one permission. */
const USES = [
  ...["/", "/etc/passwd", "/usr/bin/env", "/tmp", "/tmp/x", "/home/agent", "/home", "/run", "/dev/shm", "/dev/null"]
    .flatMap(
      (path) => [
        `Deno.statSync("${path}")`,
        `[...Deno.readDirSync("${path}")]`,
        `Deno.writeTextFileSync("${path}/new", "x")`,
        `Deno.makeTempDirSync({ dir: "${path}" })`,
      ],
    ),
  ...["a.txt", "sub", "sub/b.txt", "../x", "none", ".git/config"].flatMap((path) => [
    `Deno.lstatSync("${path}")`,
    `Deno.realPathSync("${path}")`,
    `Deno.writeTextFileSync("${path}", "x", { append: true })`,
    `Deno.mkdirSync("${path}/new", { recursive: true })`,
    `Deno.chmodSync("${path}", 0o700)`,
    `Deno.renameSync("${path}", "/tmp/y")`,
    `Deno.copyFileSync("${path}", "/tmp/z")`,
    `Deno.linkSync("${path}", "${path}2")`,
    `Deno.symlinkSync("${path}", "${path}3")`,
    `Deno.watchFs("${path}").close()`,
  ]),
  ...["HOME", "NOTHING", "LD_PRELOAD"].flatMap((name) => [`Deno.env.get("${name}")`, `Deno.env.set("${name}", "x")`]),
  "Deno.env.toObject()",
  ...["hostname", "osRelease", "osUptime", "loadavg", "networkInterfaces", "systemMemoryInfo", "uid", "gid"].map(
    (name) => `Deno.${name}()`,
  ),
  ...["cpus", "userInfo", "homedir", "networkInterfaces", "getPriority", "setPriority"].map((name) => `os.${name}(0)`),
  "process.umask(0o77)",
  "process.setgid(1)",
  `Deno.listen({ port: 0 }).close()`,
  `Deno.listenDatagram({ port: 0, transport: "udp" }).close()`,
  `Deno.connect({ transport: "unix", path: "/tmp/none" })`,
  `Deno.resolveDns("localhost", "A")`,
  `fetch("http://localhost:9/")`,
  `fetch("file:///etc/passwd")`,
  `new Deno.Command("/bin/true").outputSync()`,
  `Deno.dlopen("libc.so.6", {})`,
  `process.kill(process.pid, 0)`,
  `import(["file:///etc", "passwd"].join("/"))`,
  `import(["https://localhost", "x.ts"].join("/"))`,
  `import(["npm:left", "pad"].join("-"))`,
  `new DatabaseSync("/tmp/own.db").close()`,
  `new DatabaseSync("/etc/own.db").close()`,
  `new DatabaseSync(":memory:", { allowExtension: true }).loadExtension("/tmp/x.so")`,
  `inspector.open(0)`,
  `Deno.makeTempDirSync()`,
  `Deno.makeTempFileSync()`,
  `Deno.removeSync("sub", { recursive: true })`,
];

/** Prints for each use whether its permission was refused. */
const SOURCE =
  `import os from "node:os"; import process from "node:process"; import { DatabaseSync } from "node:sqlite";
import inspector from "node:inspector";
const uses = [\n${USES.map((use) => `  async () => ${use},`).join("\n")}\n];
const refused = [];
for (const use of uses) {
  try { await use(); refused.push(false); } catch (e) {
    refused.push(/NotCapable|ERR_ACCESS_DENIED/.test(e.name + e.code) || /Requires|permission|outside of what/i.test(e.message) || e.cause?.name === "NotCapable");
  }
}
console.log(JSON.stringify(refused)); Deno.exit(0);`;

const probe = await laboratory();
const missing = probe.powers.brokered ? null : "bubblewrap or the system-call filter is not to be had here";
await probe.close();

Deno.test({
  name: `what Deno's flags refuse, the broker refuses${missing === null ? "" : ` (ignored: ${missing})`}`,
  ignore: missing !== null,
  fn: async () => {
    for (const folder of ["none", "ro", "rw"] as const) {
      const results: boolean[][] = [];
      for (const brokered of [false, true]) {
        const lab = await laboratory({ written: { "a.txt": "a", "sub/b.txt": "b", ".git/config": "x" } });
        try {
          const { stdout, stderr } = await lab.run({
            program: "deno",
            source: SOURCE,
            folder,
            ...(brokered ? { brokered: NO_RULES } : {}),
          });
          assert.equal(stderr.replace(/^.*Warning.*$/gm, "").trim(), "");
          results.push(JSON.parse(stdout));
        } finally {
          await lab.close();
        }
      }
      const [flags, broker] = results;
      assert.equal(flags.length, USES.length);
      assert.deepEqual(USES.filter((_, i) => flags[i] && !broker[i]), []);
      // And the flags do refuse what they should, or the comparison would be empty.
      assert.ok(flags.filter((refused) => refused).length > 40);
    }
  },
});
