import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openFacts } from "../../agent/memory/facts.ts";
import { openSessions } from "../../agent/memory/sessions.ts";
import { text } from "../../node/chat.ts";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import { verifyAudit } from "../../security/audit/verify.ts";
import { statePaths } from "../state/stores.ts";
import { isEncrypted } from "./seal.ts";
import { lockState } from "./lock.ts";
import { restoreBackup } from "./restore.ts";
import { writeBackup } from "./write.ts";

const never = new AbortController().signal;
const NOON = Date.UTC(2026, 10, 20, 12);

/** Longer, with its folder, than a plain header of an archive can say. */
const LONG = "x".repeat(120);

async function folder() {
  const path = await Deno.makeTempDir({ prefix: "harombe-backup-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A state with `messages` messages in one session, a few audit records, a fact, settings and a recipe. */
async function fill(state: string, messages: number): Promise<string> {
  await Deno.mkdir(state, { mode: 0o700 });
  const paths = statePaths(state);
  const key = openAuditKey(paths.key, { create: true });
  const audit = openAudit(paths.audit, { key, headPath: paths.head, now: () => NOON });
  for (let i = 0; i < 20; i++) {
    await audit.append({
      kind: "outcome",
      callId: `c${i}`,
      session: "s",
      tool: "shell",
      ok: true,
      ms: 1,
      resultSha256: "",
      summary: `call ${i}`,
    }, never);
  }
  audit.close();
  const sessions = openSessions(paths.sessions, { now: () => NOON });
  const { id } = await sessions.create({ folder: "/desk", model: "m" }, never);
  for (let turn = 0; turn < messages / 2; turn++) {
    await sessions.append(id, [
      { type: "turn_started", message: text(`question ${turn}`), model: "m" },
      { type: "text", text: `answer ${turn} 𝄞` },
      { type: "step_ended", calls: [] },
      { type: "turn_ended", reason: "answered" },
    ], never);
  }
  sessions.close();
  const facts = openFacts(paths.memory, { now: () => NOON, scrub: (t) => t });
  await facts.add({ text: "The cat is called Turing", session: id, toldBy: "agent" }, never);
  facts.close();
  await Deno.writeTextFile(`${state}/harombe.yaml`, "model:\n  name: small\n", { mode: 0o600 });
  await Deno.mkdir(`${state}/recipes/home`, { recursive: true });
  await Deno.writeTextFile(`${state}/recipes/home/tidy.yaml`, "steps: []\n");
  await Deno.mkdir(`${state}/recipes/${LONG}`);
  await Deno.writeTextFile(`${state}/recipes/${LONG}/${LONG}`, "steps: []\n");
  await Deno.mkdir(`${state}/quarantine`);
  await Deno.writeTextFile(`${state}/quarantine/x`, "not ours to keep");
  return id;
}

async function eventsOf(state: string, id: string): Promise<unknown[]> {
  const sessions = openSessions(statePaths(state).sessions, { now: () => NOON });
  try {
    return await Array.fromAsync(sessions.read(id, 0, never));
  } finally {
    sessions.close();
  }
}

const open = (file: string, state: string, passphrase: string | null = null) => ({
  file,
  state,
  models: false,
  force: false,
  passphrase,
  version: "0.1.0",
  now: NOON,
});
const back = (file: string, state: string, passphrase = "") => ({
  file,
  state,
  force: false,
  passphrase: () => Promise.resolve(passphrase),
  now: NOON,
});

Deno.test("a state of 10,000 messages comes back elsewhere event for event, its audit log whole and able to go on", async () => {
  await using at = await folder();
  const [old, state, file] = [`${at.path}/old`, `${at.path}/new`, `${at.path}/b.tgz`];
  const id = await fill(old, 10_000);
  const { files, audit } = await writeBackup(open(file, old), never);
  assert.deepEqual(files.map(({ path }) => path), [
    "audit.key",
    "audit.head",
    "audit.db",
    "sessions.db",
    "memory.db",
    "harombe.yaml",
    "recipes/home/tidy.yaml",
    `recipes/${LONG}/${LONG}`,
  ]);
  assert.deepEqual(audit, { last: 20, faults: 0 });
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  await Deno.mkdir(state, { mode: 0o700 });
  assert.equal((await restoreBackup(back(file, state), never)).aside, null);
  const events = await eventsOf(state, id);
  assert.equal(events.length, 20_000);
  assert.deepEqual(events, await eventsOf(old, id));
  const paths = statePaths(state);
  const facts = openFacts(paths.memory, { now: () => NOON, scrub: (t) => t });
  assert.deepEqual((await facts.search("cat", {}, never)).map((fact) => fact.text), ["The cat is called Turing"]);
  facts.close();
  assert.equal(await Deno.readTextFile(`${state}/harombe.yaml`), "model:\n  name: small\n");
  assert.equal(await Deno.readTextFile(`${state}/recipes/home/tidy.yaml`), "steps: []\n");
  assert.equal(await Deno.readTextFile(`${state}/recipes/${LONG}/${LONG}`), "steps: []\n");
  await assert.rejects(Deno.stat(`${state}/quarantine`), Deno.errors.NotFound);
  const key = openAuditKey(paths.key, { create: false });
  assert.deepEqual((await verifyAudit(paths.audit, { key, headPath: paths.head }, never)).faults, []);
  const log = openAudit(paths.audit, { key, headPath: paths.head, now: () => NOON });
  const entry = { callId: "d", session: "s", tool: "shell", ok: true, ms: 1, resultSha256: "", summary: "" };
  assert.equal((await log.append({ kind: "outcome", ...entry }, never)).seq, 21);
  log.close();
  for (const name of ["audit.key", "sessions.db", "harombe.yaml"]) {
    assert.equal((await Deno.stat(`${state}/${name}`)).mode! & 0o777, 0o600, name);
  }
});

Deno.test("a backup is whole while another process plays turns into the same stores", async () => {
  await using at = await folder();
  const state = `${at.path}/state`;
  await Deno.mkdir(state, { mode: 0o700 });
  // The player names its key and head in its own way.
  for (const [name, target] of [["key", "audit.key"], ["head", "audit.head"]]) {
    await Deno.symlink(target, `${state}/${name}`);
  }
  openAuditKey(`${state}/audit.key`, { create: true });
  const { key, head, audit } = { ...statePaths(state) };
  openAudit(audit, { key: openAuditKey(key, { create: false }), headPath: head, now: () => NOON }).close();
  const player = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL("../../agent/memory/testing/turns.ts", import.meta.url)), state],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const lines = player.stdout.pipeThrough(new TextDecoderStream()).getReader();
    await lines.read();
    const drained = (async () => {
      while (!(await lines.read()).done);
    })();
    for (let round = 0; round < 5; round++) {
      const [file, copy] = [`${at.path}/${round}.tgz`, `${at.path}/copy${round}`];
      const made = await writeBackup(open(file, state), never);
      assert.equal(made.audit!.faults, 0);
      await Deno.mkdir(copy, { mode: 0o700 });
      await restoreBackup(back(file, copy), never);
      const sessions = openSessions(statePaths(copy).sessions, { now: () => NOON });
      const [{ id }] = await sessions.list({}, never);
      const events = await Array.fromAsync(sessions.read(id, 0, never));
      sessions.close();
      assert.deepEqual(events.map(({ seq }) => seq), events.map((_, i) => i + 1));
    }
    player.kill("SIGKILL");
    await player.status;
    await drained;
  } catch (error) {
    player.kill("SIGKILL");
    await player.status;
    throw error;
  }
});

Deno.test("an encrypted backup opens with its passphrase only, and shows nothing of what it holds", async () => {
  await using at = await folder();
  const [old, state, file] = [`${at.path}/old`, `${at.path}/new`, `${at.path}/b.age`];
  await fill(old, 20);
  await writeBackup(open(file, old, "correct horse battery"), never);
  const bytes = await Deno.readFile(file);
  assert.ok(isEncrypted(bytes));
  assert.doesNotMatch(new TextDecoder("latin1").decode(bytes), /Turing|sessions\.db|PRIVATE KEY/);
  await Deno.mkdir(state, { mode: 0o700 });
  await assert.rejects(
    restoreBackup(back(file, state, "correct horse batterz"), never),
    /the passphrase is not the one/,
  );
  for (const [cut, why] of [[-1, /damaged|invalid/]] as const) {
    await Deno.writeFile(`${at.path}/cut`, bytes.slice(0, cut));
    await assert.rejects(restoreBackup(back(`${at.path}/cut`, state, "correct horse battery"), never), why, `${cut}`);
  }
  const flipped = bytes.slice();
  flipped[flipped.length - 100] ^= 1;
  await Deno.writeFile(`${at.path}/flipped`, flipped);
  await assert.rejects(
    restoreBackup(back(`${at.path}/flipped`, state, "correct horse battery"), never),
    /damaged|invalid/,
  );
  assert.deepEqual(Array.from(Deno.readDirSync(state), ({ name }) => name), [".backup.lock"]);
  await restoreBackup(back(file, state, "correct horse battery"), never);
});

Deno.test("a backup overwrites nothing unasked, follows no link, and leaves nothing behind when it fails", async () => {
  await using at = await folder();
  const [state, file] = [`${at.path}/state`, `${at.path}/b.tgz`];
  await assert.rejects(writeBackup(open(file, state), never), /there is nothing yet/);
  await fill(state, 2);
  await Deno.writeTextFile(file, "mine");
  await assert.rejects(writeBackup(open(file, state), never), /is there already; --force replaces it/);
  assert.equal(await Deno.readTextFile(file), "mine");
  await Deno.symlink(`${at.path}/victim`, `${file}.part`);
  await assert.rejects(writeBackup({ ...open(file, state), force: true }, never), /something that is no file is there/);
  await assert.rejects(Deno.stat(`${at.path}/victim`), Deno.errors.NotFound);
  await Deno.remove(`${file}.part`);
  await assert.rejects(
    writeBackup(open(`${at.path}/none/b`, state), never),
    /Cannot write the backup .*: it is not there/,
  );
  await Deno.mkdir(`${at.path}/dir`);
  await Deno.symlink(`${at.path}/dir`, `${at.path}/link`);
  for (const name of [`${at.path}/dir`, `${at.path}/link`, "/dev/null"]) {
    await assert.rejects(writeBackup({ ...open(name, state), force: true }, never), /no plain file is there/, name);
  }
  const first = lockState(state, "back up");
  await assert.rejects(writeBackup(open(`${at.path}/c`, state), never), /another backup or restore is under way/);
  first[Symbol.dispose]();
  await Deno.symlink("/etc", `${state}/recipes/etc`);
  await assert.rejects(writeBackup(open(`${at.path}/c`, state), never), /it is no plain file with a plain name/);
  await Deno.remove(`${state}/recipes/etc`);
  const cancelled = AbortSignal.abort(new DOMException("interrupted", "AbortError"));
  await assert.rejects(writeBackup(open(`${at.path}/c`, state), cancelled), { name: "AbortError" });
  assert.deepEqual(Array.from(Deno.readDirSync(at.path), ({ name }) => name).sort(), ["b.tgz", "dir", "link", "state"]);
  assert.equal(Array.from(Deno.readDirSync(state), ({ name }) => name).includes(".backup"), false);
});

Deno.test("an audit log that is not whole is backed up by force only, and comes back as it was, with its faults", async () => {
  await using at = await folder();
  const [old, state, file] = [`${at.path}/old`, `${at.path}/new`, `${at.path}/b.tgz`];
  await fill(old, 2);
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(statePaths(old).audit);
  db.exec("UPDATE record SET body = replace(body, 'call 3', 'call 4') WHERE seq = 4");
  db.close();
  await assert.rejects(writeBackup(open(file, old), never), /Cannot back up an audit log that is not whole/);
  const made = await writeBackup({ ...open(file, old), force: true }, never);
  assert.equal(made.audit!.faults > 0, true);
  await Deno.mkdir(state, { mode: 0o700 });
  const { manifest } = await restoreBackup(back(file, state), never);
  assert.deepEqual(manifest.audit, made.audit);
});

Deno.test("restore refuses a state that is there or in use, and with force keeps the old one aside", async () => {
  await using at = await folder();
  const [state, file] = [`${at.path}/state`, `${at.path}/b.tgz`];
  const id = await fill(state, 4);
  await writeBackup(open(file, state), never);
  await Deno.writeTextFile(`${state}/harombe.yaml`, "model:\n  name: other\n");
  await assert.rejects(
    restoreBackup(back(file, state), never),
    /it holds audit\.key.*harombe\.yaml.*--force keeps them aside/,
  );
  const running = openSessions(statePaths(state).sessions, { now: () => NOON });
  await assert.rejects(restoreBackup({ ...back(file, state), force: true }, never), /while harombe runs/);
  running.close();
  const { aside } = await restoreBackup({ ...back(file, state), force: true }, never);
  assert.equal(await Deno.readTextFile(`${aside}/harombe.yaml`), "model:\n  name: other\n");
  assert.equal(await Deno.readTextFile(`${state}/harombe.yaml`), "model:\n  name: small\n");
  assert.equal((await eventsOf(state, id)).length, 8);
  assert.equal(await Deno.readTextFile(`${state}/quarantine/x`), "not ours to keep");
});
