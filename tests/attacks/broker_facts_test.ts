/** What Deno's permission broker does, as it was measured on 2.9.6: our broker rests on each of these. */
import assert from "node:assert/strict";
import { ALLOW, DENY, type FakeBroker, permissionBroker, type Question } from "../fakes/permission_broker.ts";

type Ran = { code: number; stdout: string; stderr: string; told: string[] };

const FLAGS = ["--quiet", "--no-prompt", "--no-config", "--no-lock", "--no-remote", "--no-npm", "--cached-only"];
const place = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(place, { recursive: true }));
const TEXT = `${place}/text`;
await Deno.writeTextFile(TEXT, "text");

async function runAt(path: string, source: string, flags: string[] = []): Promise<Omit<Ran, "told">> {
  const file = await Deno.makeTempFile({ dir: place, suffix: ".ts" });
  await Deno.writeTextFile(file, source);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...FLAGS, ...flags, file],
    cwd: place,
    env: { DENO_PERMISSION_BROKER_PATH: path, NO_COLOR: "1", DENO_DIR: `${place}/deno`, TEXT, PLACE: place },
    stdin: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

async function run(source: string, answer: (q: Question) => string | null = ALLOW, flags: string[] = []): Promise<Ran> {
  await using broker: FakeBroker = await permissionBroker(answer);
  return { ...await runAt(broker.path, source, flags), told: broker.told() };
}

const read = `console.log(Deno.readTextFileSync("${TEXT}"));`;
/** A path of this test, without its directory. */
const local = (told: string[]) => told.map((one) => one.replaceAll(place, "@"));

Deno.test("a broker that is not there, hangs up or answers nonsense ends the program with status 87", async () => {
  const rows: [string, number][] = [["nowhere", (await runAt(`${place}/nowhere`, read)).code]];
  for (
    const [name, answer] of [
      ["hangs up", () => null],
      ["another id", ({ id }: Question) => JSON.stringify({ id: id + 1, result: "allow" })],
      ["no JSON", () => "yes"],
      ["another word", ({ id }: Question) => JSON.stringify({ id, result: "maybe" })],
    ] as const
  ) {
    const { code, stdout } = await run(read, answer);
    assert.equal(stdout, "", name);
    rows.push([name, code]);
  }
  assert.deepEqual(rows.map(([, code]) => code), [87, 87, 87, 87, 87]);
});

Deno.test("a broker's no stands against every flag, and its reason is the error's text", async () => {
  const { code, stderr } = await run(read, DENY, ["-A"]);
  assert.equal(code, 1);
  assert.match(stderr, /NotCapable: because of a rule/);
});

Deno.test("a broker's yes stands against every flag: the broker must be as strict as the flags were", async () => {
  const { code, stdout } = await run(read, ALLOW, ["--deny-read"]);
  assert.deepEqual([code, stdout], [0, "text\n"]);
});

Deno.test("a question carries these fields and no more", async () => {
  await using broker = await permissionBroker(ALLOW);
  await runAt(broker.path, read);
  assert.deepEqual(broker.asked.map((q) => [Object.keys(q).sort().join(), q.v, q.permission, q.value]), [
    ["datetime,id,permission,pid,v,value", 1, "read", TEXT],
  ]);
});

Deno.test("a worker's own permissions do not hold", async () => {
  const worker = "data:application/javascript," +
    encodeURIComponent(`try { postMessage(Deno.readTextFileSync("${TEXT}")) } catch (e) { postMessage(e.name) }`);
  const source = `const w = new Worker(${
    JSON.stringify(worker)
  }, { type: "module", deno: { permissions: "none" } }); w.onmessage = (e) => { console.log(e.data); w.terminate(); };`;
  const { stdout, told } = await run(source, ALLOW, ["--unstable-worker-options"]);
  assert.deepEqual([stdout, local(told)], ["text\n", ["read @/text"]]);
});

Deno.test("a child that is Deno inherits the broker and cannot drop it; any other is not judged at all", async () => {
  const child = (env: string) =>
    `const o = new Deno.Command(Deno.execPath(), { args: ["eval", ${
      JSON.stringify(read)
    }], env: ${env} }).outputSync(); console.log(o.code, new TextDecoder().decode(o.stdout).trim());`;
  const inherits = await run(child("{}"));
  assert.deepEqual([inherits.stdout, local(inherits.told)], ["0 text\n", ["run null", "read @/text"]]);
  assert.equal((await run(child(`{ DENO_PERMISSION_BROKER_PATH: "" }`))).stdout, "87 \n");
  const cat = await run(
    `console.log(new TextDecoder().decode(new Deno.Command("cat", { args: ["${TEXT}"] }).outputSync().stdout));`,
  );
  assert.deepEqual([cat.stdout, cat.told], ["text\n", ["run null"]]);
});

Deno.test("what is asked tells no program, no resolved address, and paths as they were written", async () => {
  const source = `
    const t = async (f: () => unknown) => { try { await f(); } catch { /* only what is asked counts */ } };
    const made: string[] = [];
    await t(() => new Deno.Command("true").outputSync());
    await t(() => Deno.connect({ hostname: "localhost", port: 1 }));
    await t(() => Deno.connect({ transport: "unix", path: "none.sock" }));
    await t(() => Deno.symlinkSync("a", "${place}/link"));
    await t(() => Deno.readTextFileSync("./text"));
    await t(() => Deno.readTextFileSync("text"));
    await t(() => Deno.chdir("/"));
    await t(() => Deno.readTextFileSync("text"));
    await t(() => { made.push(Deno.makeTempDirSync()); });
    await t(() => Deno.env.toObject());
    await t(() => Deno.env.get("A"));
    await t(() => Deno.hostname());
    await t(() => Deno.dlopen("x.so", {}));
    for (const one of made) await t(() => Deno.removeSync(one));`;
  const { told } = await run(source);
  assert.match(told.at(-1)!, /^write \/.*\/[0-9a-f]+$/);
  assert.deepEqual(local(told.slice(0, -1)), [
    "run null",
    "net localhost:1",
    "read none.sock",
    "write none.sock",
    "net unix:@/none.sock",
    "write null",
    "read null",
    "read ./text",
    "read text",
    "read /",
    "read text",
    "write <TMP>",
    "env null",
    "env A",
    "sys hostname",
    "ffi x.so",
  ]);
});

Deno.test("`..` is taken out of the text of a path before it is opened, whatever links are in it", async () => {
  await Deno.mkdir(`${place}/one/two`, { recursive: true });
  await Deno.writeTextFile(`${place}/one/text`, "by the link");
  await Deno.symlink("one/two", `${place}/dots`);
  const { stdout } = await run(
    `for (const p of ["dots/../text", "${place}/dots/../text"]) console.log(Deno.readTextFileSync(p));`,
  );
  assert.equal(stdout, "text\ntext\n");
});

Deno.test("bytes that are no text are not told", async () => {
  const { told } = await run(
    `import fs from "node:fs"; import { Buffer } from "node:buffer"; try { fs.readFileSync(Buffer.from([0x2f, 0xff])); } catch { /**/ }`,
  );
  assert.deepEqual(told, ["read /\ufffd"]);
});

Deno.test("a program's own static imports are read without a question; below a computed import each is asked", async () => {
  await Deno.writeTextFile(`${place}/below.ts`, `import t from "${TEXT}" with { type: "text" }; console.log(t);`);
  const plain = await run(`import t from "file://${TEXT}" with { type: "text" }; console.log(t);`, DENY);
  assert.deepEqual([plain.stdout, plain.told], ["text\n", []]);
  const computed = await run(`await import(["file://${place}", "below.ts"].join("/"));`);
  assert.deepEqual([computed.stdout, local(computed.told)], ["text\n", ["read @/below.ts", "read @/text"]]);
});

Deno.test("the kernel's files are refused even after a yes", async () => {
  const { stdout, told } = await run(
    `for (const p of ["/proc/self/environ", "/proc/self/root/etc/passwd", "/dev/fd/0"]) try { Deno.readTextFileSync(p); console.log("read"); } catch (e) { console.log((e as Error).name); }`,
  );
  assert.deepEqual([stdout, told.length], ["NotCapable\nNotCapable\nNotCapable\n", 3]);
});

Deno.test("a brokered program writes one notice before anything, also when it was told to be quiet", async () => {
  const { stderr } = await run("console.error('own');");
  assert.equal(stderr, "Warning Permission broker is an experimental feature\nown\n");
});

Deno.test("the audit file of Deno names what was asked and not what was answered", async () => {
  const audit = `${place}/audit`;
  await using broker = await permissionBroker(DENY);
  const file = `${place}/audited.ts`;
  await Deno.writeTextFile(file, read);
  await new Deno.Command(Deno.execPath(), {
    args: ["run", ...FLAGS, file],
    env: { DENO_PERMISSION_BROKER_PATH: broker.path, DENO_AUDIT_PERMISSIONS: audit },
    stderr: "null",
  }).output();
  const [line] = (await Deno.readTextFile(audit)).trim().split("\n").map((one) => JSON.parse(one));
  assert.deepEqual([line.permission, line.value, Object.keys(line).sort().join()], [
    "read",
    TEXT,
    "datetime,permission,v,value",
  ]);
});
