import assert from "node:assert/strict";
import { Hardware } from "../../node/hardware/hardware.ts";
import { fakeModel } from "../fakes/model.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { place } from "./harombe.ts";

/** What `program` prints, or null where it is not here. */
async function printed(program: string, args: string[]): Promise<string | null> {
  try {
    const { stdout } = await new Deno.Command(program, { args, env: { LC_ALL: "C" } }).output();
    return new TextDecoder().decode(stdout);
  } catch {
    return null;
  }
}

const lscpu = await printed("lscpu", []);
const free = await printed("free", ["-b"]);
const df = await printed("df", ["-Pk", "/"]);
const lacking = lscpu === null ? "lscpu" : free === null ? "free" : df === null ? "df" : null;

Deno.test({
  name: `status --hardware --json says what lscpu, free and df say${
    lacking ? ` (ignored: unavailable: install ${lacking})` : ""
  }`,
  ignore: lacking !== null,
  fn: async () => {
    await using p = await place();
    const { code, out, err } = await p.run(["status", "--hardware", "--json"]);
    assert.equal(code, 0, err);
    const { hardware } = JSON.parse(out);
    const found = Hardware.parse(hardware);
    const field = (name: string) => new RegExp(`^${name}: +(.*)$`, "m").exec(lscpu!)?.[1];
    assert.equal(found.cpu?.threads, Number(field("CPU\\(s\\)")));
    assert.equal(found.cpu?.model, field("Model name"));
    assert.equal(found.cpu?.hypervisor ?? undefined, field("Hypervisor vendor"));
    const [total] = /^Mem: +(\d+)/m.exec(free!)!.slice(1).map(Number);
    assert.equal(found.memoryBytes, total);
    assert.ok(found.memoryFreeBytes! > 0 && found.memoryFreeBytes! <= total);
    const [blocks] = /(\d+) +\d+ +-?\d+ +\d+% \/$/m.exec(df!)!.slice(1).map(Number);
    assert.equal(found.disks.find(({ mount }) => mount === "/")?.bytes, blocks * 1024);
    assert.ok(found.stateDisk !== null && p.home.startsWith(found.stateDisk.mount));
  },
});

Deno.test("status says what there is: version, state, servers, sessions, audit, sandbox", async () => {
  await using ollama = await fakeOllama({ script: fakeModel });
  await using p = await place({ ollama: ollama.base });
  const empty = JSON.parse((await p.run(["status", "--json"])).out);
  assert.deepEqual([empty.sessions, empty.audit], [{ count: 0, last: null, why: null }, {
    records: null,
    state: "not begun",
  }]);
  assert.deepEqual(empty.servers, [{ label: "Ollama", base: ollama.base, models: 1, error: null }]);
  assert.equal((await p.run(["ask", "list the files here and tell me which is largest"])).code, 0);
  const used = JSON.parse((await p.run(["status", "--json"])).out);
  assert.deepEqual([used.sessions.count, used.audit], [1, { records: 2, state: "verified" }]);
  assert.ok(used.state.bytes > 0 && used.state.path === `${p.home}/.harombe`);
  assert.equal(used.hardware, undefined);
  const { out } = await p.run(["status"]);
  assert.match(out, /^version {3}\d/);
  assert.match(out, /^models {4}Ollama at http.*: 1 model$/m);
  assert.match(out, /^audit {5}2 records, verified$/m);
});

Deno.test("status tells what is broken instead of failing on it", async () => {
  await using p = await place();
  await Deno.mkdir(`${p.home}/.harombe`, { mode: 0o700 });
  await Deno.writeTextFile(`${p.home}/.harombe/harombe.yaml`, "modle: x\n");
  await Deno.writeTextFile(
    `${p.home}/.harombe/sessions.db`,
    "no database at all, but long enough to be looked at as one",
  );
  await Deno.writeTextFile(`${p.home}/.harombe/audit.db`, "no database either");
  const { code, out, err } = await p.run(["status", "--json"]);
  assert.equal(code, 0, err);
  const found = JSON.parse(out);
  assert.equal(found.config.ok, false);
  assert.match(found.config.text, /unknown key "modle"/);
  assert.notEqual(found.sessions.why, null);
  assert.match(found.audit.state, /^cannot be read: /);
});
