/** Runs of code, each permission of which is judged as it is touched, that try to get more. */
import type { Grant } from "../../security/sandbox/grant.ts";
import { NO_RULES } from "./launch_run.ts";
import type { Attack } from "./sandbox_attacks.ts";

/** What the owner has forbidden: the folder `private`, to every tool. */
const RULES = {
  read: { deny: ["*:sub/private/**"], ask: [] },
  write: { deny: ["*:sub/private/**"], ask: [] },
};

/** Statements that print BREACH for each of `tries` that gets something, and `refused` at the end. */
function tries(...expressions: string[]): string {
  const each = expressions.map((one) => `  async () => ${one},`).join("\n");
  return `import fs from "node:fs"; import net from "node:net"; import process from "node:process";
import child from "node:child_process"; import os from "node:os"; import { Buffer } from "node:buffer";
const tries = [\n${each}\n];
for (const [i, one] of tries.entries()) { try { await one(); console.log("BREACH", i); } catch { /* refused */ } }
console.log("refused"); Deno.exit(0);`;
}

const all = (name: string, folder: Grant["folder"], ...expressions: string[]): Attack => ({
  name,
  grant: { program: "deno", source: tries(...expressions), folder, brokered: RULES },
  got: ({ stdout, stderr }) =>
    stdout === "refused\n" ? null : `it said ${stdout.slice(0, 300)} ${stderr.slice(0, 300)}`,
});
const one = (name: string, folder: Grant["folder"], source: string, expected: string): Attack => ({
  name,
  grant: { program: "deno", source, folder, brokered: NO_RULES },
  got: ({ stdout, stderr }) =>
    stdout.trim() === expected ? null : `it said ${stdout.slice(0, 300)} ${stderr.slice(0, 300)}`,
});

const OUTSIDE = ["/etc/passwd", "/run/harombe/deno", "@ROOT@/canary.txt", "@HOME@/canary.txt", "/usr/bin/env", "/"];

export const BROKER_ATTACKS: readonly Attack[] = [
  all(
    "reads outside of the grant",
    "rw",
    ...OUTSIDE.flatMap((path) => [
      `Deno.statSync("${path}")`,
      `Deno.lstatSync("${path}")`,
      `fs.accessSync("${path}")`,
      `fs.statSync("${path}").x.y`,
      `Deno.realPathSync("${path}")`,
    ]),
    `Deno.readTextFileSync("/proc/self/environ")`,
    `Deno.readTextFileSync("/proc/self/root/etc/passwd")`,
    `Deno.readTextFileSync("/proc/1/cwd/a.txt")`,
    `Deno.readTextFileSync("/dev/fd/0")`,
    `Deno.readDirSync("/proc/self/fd").next()`,
    `Deno.readTextFileSync("/dev/shm/x")`,
    `Deno.writeTextFileSync("/dev/shm/x", "x")`,
    `Deno.writeTextFileSync("/run/x", "x")`,
    `Deno.openSync("/proc/self/mem", { write: true })`,
    `Deno.watchFs("/etc").close()`,
    `fs.cpSync("/etc/passwd", "/tmp/passwd")`,
    `fs.createReadStream("/etc/passwd").read().x`,
    `Deno.readTextFileSync(new URL("file:///etc/passwd"))`,
    `fetch("file:///etc/passwd").then((r) => r.text()).then((t) => t.x.y)`,
  ),
  all(
    "follows links out of the folder",
    "rw",
    `Deno.readTextFileSync("link.txt")`,
    `Deno.readTextFileSync("link/canary.txt")`,
    `Deno.readTextFileSync("sub/../link.txt")`,
    `Deno.readTextFileSync("@WS@/link/home/canary.txt")`,
    `Deno.writeTextFileSync("link.txt", "evil")`,
    `Deno.removeSync("link/canary.txt")`,
    `fs.openSync("link.txt", fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)`,
    `Deno.readTextFileSync("./sub/../../canary.txt")`,
    `Deno.readTextFileSync("link/../../canary.txt")`,
    `Deno.truncateSync("link.txt")`,
  ),
  all(
    "makes links",
    "rw",
    `Deno.symlinkSync("/etc", "@WS@/new")`,
    `fs.symlinkSync("a.txt", "new")`,
    `fs.promises.symlink("/", "/tmp/root")`,
    `Deno.linkSync("/etc/passwd", "/tmp/passwd")`,
    `Deno.linkSync("link.txt", "/tmp/canary")`,
    `fs.linkSync("sub/private/key", "copy")`,
    `fs.cpSync("link.txt", "/tmp/l", { verbatimSymlinks: true })`,
  ),
  all(
    "reaches what a rule forbids",
    "rw",
    `Deno.readTextFileSync("sub/private/key")`,
    `Deno.readTextFileSync("@WS@/sub/private/key")`,
    `Deno.readTextFileSync("sub/./private/../private/key")`,
    `Deno.readTextFileSync("alias/key")`,
    `Deno.readTextFileSync("sub/PRIVATE/key")`,
    `fs.readFileSync(Buffer.from("sub/private/key"))`,
    `[...Deno.readDirSync("sub/private")]`,
    `Deno.renameSync("sub", "renamed")`,
    `Deno.renameSync("sub/private", "moved")`,
    `Deno.renameSync("sub/private/key", "key")`,
    `Deno.removeSync("sub", { recursive: true })`,
    `fs.rmSync("sub", { recursive: true })`,
    `Deno.copyFileSync("sub/private/key", "/tmp/key")`,
    `fs.cpSync("sub/private", "/tmp/private", { recursive: true })`,
    `Deno.removeSync("alias")`,
    `import("@WS@/sub/private/code.ts")`,
    `import(["file://@WS@", "sub/private/code.ts"].join("/"))`,
    `Deno.writeTextFileSync("sub/private/new", "x")`,
  ),
  all(
    "starts programs and loads native code",
    "rw",
    `new Deno.Command("/bin/true").outputSync()`,
    `new Deno.Command("/run/harombe/deno", { args: ["eval", "1"], env: { DENO_PERMISSION_BROKER_PATH: "" } }).outputSync()`,
    `child.execSync("true")`,
    `child.spawnSync("/bin/true").status.x.y`,
    `new Promise((yes, no) => child.fork("/tmp/x.js").on("spawn", yes).on("error", no))`,
    `new Promise((yes, no) => child.spawn("/bin/true").on("spawn", yes).on("error", no))`,
    `Deno.dlopen("/usr/lib/x86_64-linux-gnu/libc.so.6", {})`,
    `process.dlopen({ exports: {} }, "/tmp/x.node")`,
    `Deno.kill(1, "SIGKILL")`,
    `process.kill(1, 9)`,
    `process.setuid(0)`,
    `process.chdir("/tmp")`,
    `Deno.chdir("sub")`,
  ),
  all(
    "reaches the network and sockets",
    "rw",
    `Deno.connect({ hostname: "127.0.0.1", port: @PORT@ })`,
    `Deno.listen({ port: 0 })`,
    `Deno.listenDatagram({ port: 0, transport: "udp" })`,
    `fetch("http://127.0.0.1:@PORT@/")`,
    `Deno.resolveDns("localhost", "A")`,
    `Deno.connect({ transport: "unix", path: "live.sock" })`,
    `Deno.connect({ transport: "unix", path: "/run/harombe/permissions" })`,
    `Deno.listen({ transport: "unix", path: "/tmp/own.sock" })`,
    `new Promise((yes, no) => net.connect("live.sock").on("connect", yes).on("error", no))`,
    `new Promise((yes, no) => net.connect("/run/harombe/permissions").on("connect", yes).on("error", no))`,
    `new Promise((yes, no) => net.connect({ port: @PORT@ }).on("connect", yes).on("error", no))`,
    `new Promise((yes, no) => { const w = new WebSocket("ws://127.0.0.1:@PORT@"); w.onopen = yes; w.onerror = no; })`,
    `import("https://127.0.0.1:@PORT@/x.ts")`,
    `import("npm:left-pad")`,
    `import(["npm:left", "pad"].join("-"))`,
  ),
  all(
    "writes where the grant lets it only read",
    "ro",
    `Deno.writeTextFileSync("a.txt", "evil")`,
    `Deno.removeSync("a.txt")`,
    `Deno.renameSync("a.txt", "/tmp/a.txt")`,
    `Deno.truncateSync("a.txt")`,
    `Deno.chmodSync("a.txt", 0o777)`,
    `Deno.utimeSync("a.txt", 1, 1)`,
    `Deno.openSync("a.txt", { read: true, write: true })`,
    `Deno.makeTempFileSync({ dir: "." })`,
    `fs.mkdtempSync("x")`,
    `fs.appendFileSync("a.txt", "evil")`,
  ),
  all(
    "touches the folder that it was not granted",
    "none",
    `Deno.readTextFileSync("a.txt")`,
    `Deno.readTextFileSync("@WS@/a.txt")`,
    `[...Deno.readDirSync(".")]`,
    `Deno.statSync("@WS@")`,
    `Deno.writeTextFileSync("new", "x")`,
  ),
  all(
    "plants what is obeyed outside",
    "rw",
    `Deno.writeTextFileSync(".git/hooks/pre-commit", "evil")`,
    `Deno.writeTextFileSync("sub/.envrc", "evil")`,
    `Deno.mkdirSync(".github/workflows", { recursive: true })`,
    `Deno.writeTextFileSync(".GIT/config", "evil")`,
    `Deno.renameSync(".git/hooks", "hooks")`,
  ),
  all(
    "names files by what is no name",
    "rw",
    `Deno.readTextFileSync("a.txt\\0")`,
    `fs.readFileSync(Buffer.from([0x61, 0xff]))`,
    `Deno.readTextFileSync("")`,
    `Deno.readTextFileSync("x".repeat(5000))`,
    `Deno.readTextFileSync("../".repeat(1000) + "etc/passwd")`,
  ),
  all(
    "ways of Node's and the web's to a file that a rule forbids",
    "rw",
    `new (await import("node:sqlite")).DatabaseSync("@WS@/sub/private/new.db").exec("create table t (a)")`,
    `new (await import("node:sqlite")).DatabaseSync(":memory:").exec("attach '@WS@/sub/private/new.db' as x")`,
    `new (await import("node:sqlite")).DatabaseSync(":memory:").exec("vacuum into '@WS@/sub/private/new.db'")`,
    `new (await import("node:sqlite")).DatabaseSync(":memory:", { allowExtension: true }).loadExtension("@WS@/a.txt")`,
    `(await import("node:sqlite")).backup(new (await import("node:sqlite")).DatabaseSync(":memory:"), "@WS@/sub/private/new.db")`,
    `(await import("node:vm")).runInThisContext("Deno.readTextFileSync('@WS@/sub/private/key')")`,
    `(await import("node:module")).createRequire("@WS@/a.js")("@WS@/sub/private/key")`,
    `(await import("node:inspector")).open(0, "127.0.0.1")`,
    `new (await import("node:inspector")).Session().connect()`,
    `Deno.openKv("@WS@/sub/private/new.db")`,
    `fs.cpSync("@WS@/sub", "/tmp/copy", { recursive: true })`,
    `Deno.linkSync("@WS@/sub/private/key", "@WS@/hard.txt")`,
    `Deno.renameSync("@WS@/sub", "@WS@/public")`,
  ),
  one(
    "a worker is judged like the program",
    "ro",
    `const w = new Worker("data:application/javascript," + encodeURIComponent("try { Deno.readTextFileSync('/etc/passwd'); postMessage('BREACH') } catch (e) { postMessage(e.name) }"), { type: "module" });
     w.onmessage = ({ data }) => { console.log(data); Deno.exit(0); };`,
    "NotCapable",
  ),
  one(
    "a worker's module is judged",
    "none",
    `const w = new Worker(["file:///run/harombe", "permissions"].join("/"), { type: "module" });
     w.onmessage = () => console.log("BREACH"); w.onerror = (e) => { e.preventDefault(); console.log("refused"); Deno.exit(0); };`,
    "refused",
  ),
  ...[
    ["by a static import", `import t from "file:///etc/passwd" with { type: "text" }; console.log("BREACH", t);`],
    ["by an export from", `export { default } from "file:///etc/passwd" with { type: "text" }; console.log("BREACH");`],
    [
      "by an import behind a comment",
      `import/**/t from/**/"file:///etc/passwd" with{type:"text"}; console.log("BREACH", t);`,
    ],
    [
      "by an import beside one of Deno's own",
      `import fs from "node:fs"; import t from "file:///etc/passwd" with { type: "text" }; console.log("BREACH", t, fs);`,
    ],
    [
      "by a dynamic import that can be foreseen",
      `const t = await import("file:///etc/passwd", { with: { type: "text" } }); console.log("BREACH", t);`,
    ],
    [
      "by a module that imports",
      `import "data:application/javascript,import t from 'file:///etc/passwd' with { type: 'text' }; console.log('BREACH', t)";`,
    ],
  ].map(([how, source]): Attack => ({
    name: `reads outside ${how}`,
    grant: { program: "deno", source, folder: "none", brokered: NO_RULES },
    got: ({ stdout, outcome }) => stdout.includes("BREACH") || outcome.code === 0 ? `it said ${stdout}` : null,
  })),
  one(
    "what it may do, it can",
    "rw",
    `import fs from "node:fs";
     import os from "node:os";
     Deno.writeTextFileSync("/tmp/x", Deno.readTextFileSync("a.txt"));
     fs.writeFileSync("new.txt", fs.readFileSync("/tmp/x"));
     Deno.renameSync("new.txt", "sub/newer.txt"); Deno.removeSync("sub/newer.txt");
     Deno.linkSync("a.txt", "hard"); Deno.removeSync("hard");
     const at = Deno.makeTempDirSync(); Deno.writeTextFileSync(at + "/y", "y"); fs.cpSync(at, "/tmp/z", { recursive: true });
     const names = [...Deno.readDirSync("sub")].map((e) => e.name).sort();
     new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
     console.log(names.join(), os.hostname(), Deno.env.get("USER"), process?.env.NOTHING, import.meta.main, Deno.readTextFileSync("inner"));`
      .replace("process?.env.NOTHING", "Deno.env.get('NOTHING')"),
    "file.txt,private harombe agent undefined true hello",
  ),
];
