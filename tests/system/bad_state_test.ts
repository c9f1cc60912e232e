/** Every file that harombe keeps, damaged in every way: each command says so in one line, and the mend brings all back. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { oneLine, type Place, place } from "./harombe.ts";

const FILES = ["sessions.db", "audit.db", "audit.head", "audit.key", "harombe.yaml"] as const;
type File = typeof FILES[number];
type Damage = { name: string; of?: readonly File[]; do(path: string): Promise<void> };

const HALF = async (path: string) => await Deno.truncate(path, Math.floor((await Deno.stat(path)).size / 2));
const DAMAGES: Damage[] = [
  { name: "empty", do: (path) => Deno.truncate(path, 0) },
  { name: "garbage", do: (path) => Deno.writeFile(path, crypto.getRandomValues(new Uint8Array(5000))) },
  { name: "cut in half", do: HALF },
  {
    name: "a directory",
    async do(path) {
      await Deno.remove(path);
      await Deno.mkdir(path);
    },
  },
  { name: "gone", do: (path) => Deno.remove(path) },
  { name: "open to all", of: ["audit.key", "harombe.yaml"], do: (path) => Deno.chmod(path, 0o666) },
  {
    name: "of a newer version",
    of: ["sessions.db", "audit.db"],
    // deno-lint-ignore require-await -- one shape for all rows
    async do(path) {
      using db = new DatabaseSync(path);
      db.exec("PRAGMA user_version = 99");
    },
  },
];

const ASK = ["ask", "list the files here"];
const CHAT = ["chat"];
const SESSIONS = ["sessions", "list"];
const LIST = ["audit", "list"];
const CONFIG = ["config", "validate"];

/** What is said of a damage; a command that is not named here still works. */
const SAID: Record<`${File} ${string}`, [command: string[], line: RegExp][]> = {
  "sessions.db empty": [],
  "sessions.db garbage": every([ASK, CHAT, SESSIONS], /Cannot open the session store at .*: the file is damaged/),
  "sessions.db cut in half": every([ASK, SESSIONS], /Cannot open the session store at .*: the file is damaged/),
  "sessions.db a directory": every([ASK, SESSIONS], /Cannot open the session store at .*sessions\.db: /),
  "sessions.db gone": [],
  "sessions.db of a newer version": every([ASK, SESSIONS], /it has version 99.*update harombe/),
  "audit.db empty": every([ASK], /audit log .* is gone or empty, but its signed head is there/),
  "audit.db garbage": every([ASK, CHAT, LIST], /Cannot open the audit log at .*: the file is damaged/),
  "audit.db cut in half": every([ASK, LIST], /Cannot open the audit log at .*: the file is damaged/),
  "audit.db a directory": every([ASK, LIST], /Cannot open the audit log at .*audit\.db: /),
  "audit.db gone": every([ASK, LIST], /audit log.* is gone( or empty)?, but its signed head is there/),
  "audit.db of a newer version": every([ASK, LIST], /Cannot open the audit log at .*: it has version 99/),
  "audit.head empty": every([ASK], /signed head .* is damaged/),
  "audit.head garbage": every([ASK, CHAT], /signed head .* is damaged/),
  // Two copies are kept for this.
  "audit.head cut in half": [],
  "audit.head a directory": every([ASK], /audit\.head|harombe's files in .*: it is a directory/),
  "audit.head gone": every([ASK], /signed head .* is missing/),
  "audit.key empty": every([ASK], /audit key .* is gone or empty, but its signed head is there/),
  "audit.key garbage": every([ASK, CHAT], /audit\.key: it is not a key file/),
  "audit.key cut in half": every([ASK], /audit\.key: it holds no Ed25519 private key/),
  "audit.key a directory": every([ASK], /audit\.key: it is /),
  "audit.key gone": every([ASK], /audit key .* is gone or empty, but its signed head is there/),
  "audit.key open to all": every([ASK], /audit\.key: its mode is 0666.*chmod 600/),
  "harombe.yaml empty": [],
  "harombe.yaml garbage": every([ASK, CHAT, CONFIG], /Cannot read config .*: it is not UTF-8 text/),
  "harombe.yaml cut in half": every([ASK, CONFIG], /harombe\.yaml:2:\d+: /),
  "harombe.yaml a directory": every([ASK, CONFIG], /Cannot read config .*: it is a directory/),
  "harombe.yaml gone": [],
  "harombe.yaml open to all": every([ASK, CONFIG], /everybody may change it; run chmod 600/),
};

function every(commands: string[][], line: RegExp): [string[], RegExp][] {
  return commands.map((command) => [command, line]);
}

/** A place in which one question was asked and one setting made. */
async function lived(): Promise<{ p: Place; state: string; good: string }> {
  const p = await place();
  await Deno.writeTextFile(join(p.folder, "a.txt"), "hello\n");
  assert.equal((await p.run(ASK)).code, 0);
  assert.equal((await p.run(["config", "set", "agent.max_steps", "7"])).code, 0);
  const state = join(p.home, ".harombe");
  const good = join(p.home, "good");
  await copy(state, good);
  return { p, state, good };
}

async function copy(from: string, to: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("cp", { args: ["-a", from, to] }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/**
 * Names, modes and bytes below `directory`, without what SQLite keeps beside an open database, and without the notes of
 * failures and of the last start, which are written then.
 */
async function contents(directory: string): Promise<[string, number, string][]> {
  const names = (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name)
    .filter((name) => !/-(wal|shm)$|^logs$|^sandbox\.last$/.test(name)).sort();
  return await Promise.all(names.map(async (name): Promise<[string, number, string]> => {
    const { mode, isDirectory } = await Deno.stat(join(directory, name));
    const bytes = isDirectory ? "directory" : (await Deno.readFile(join(directory, name))).toBase64();
    return [name, mode!, bytes];
  }));
}

for (const file of FILES) {
  Deno.test(`${file} damaged in every way is one line, and nothing is lost by it`, async () => {
    const { p, state, good } = await lived();
    await using _ = p;
    const before = await p.run(SESSIONS);
    for (const damage of DAMAGES.filter(({ of }) => of?.includes(file) ?? true)) {
      const name = `${file} ${damage.name}` as const;
      await Deno.remove(state, { recursive: true });
      await copy(good, state);
      await damage.do(join(state, file));
      const damaged = await contents(state);
      assert.ok(name in SAID, name);
      for (const [command, line] of SAID[name]) {
        oneLine(await p.run(command, ""), 1, line, `${name}: ${command.join(" ")}`);
      }
      if (SAID[name].length === 0) assert.equal((await p.run(ASK)).code, 0, name);
      else {
        assert.deepEqual(await contents(state), damaged, `${name}: what was refused was changed`);
        // The mend: the one file from before the damage.
        await Deno.remove(join(state, file), { recursive: true }).catch(() => {});
        await copy(join(good, file), join(state, file));
        assert.deepEqual(await p.run(SESSIONS), before, name);
      }
      if (!["sessions.db gone", "sessions.db empty"].includes(name)) {
        assert.match((await p.run(SESSIONS)).out, /list the files here/, name);
      }
      const verified = await p.run(["audit", "verify"]);
      assert.equal(verified.code, 0, `${name}: ${verified.out}${verified.err}`);
      assert.equal((await p.run(ASK)).code, 0, name);
    }
  });
}

Deno.test("audit verify finds every damage of the log, its head and its key, and never says that all is well", async () => {
  const { p, state, good } = await lived();
  await using _ = p;
  for (const name of Object.keys(SAID) as (keyof typeof SAID)[]) {
    const file = FILES.find((one) => name.startsWith(one))!;
    if (!file.startsWith("audit.") || SAID[name].length === 0) continue;
    await Deno.remove(state, { recursive: true });
    await copy(good, state);
    await DAMAGES.find((one) => name.endsWith(` ${one.name}`))!.do(join(state, file));
    const { code, out, err } = await p.run(["audit", "verify"]);
    assert.equal(code, 1, `${name}: ${out}`);
    assert.doesNotMatch(out, /is whole/, name);
    assert.doesNotMatch(err, /^ +at /m, name);
  }
});

Deno.test("a log moved aside with its head and key is begun anew, and the sessions stay", async () => {
  const { p, state } = await lived();
  await using _ = p;
  const before = await p.run(SESSIONS);
  await Deno.mkdir(join(state, "aside"));
  for (const { name } of Array.from(Deno.readDirSync(state))) {
    if (name.startsWith("audit.")) await Deno.rename(join(state, name), join(state, "aside", name));
  }
  assert.equal((await p.run(["audit", "list"])).out, "No audit records.\n");
  assert.deepEqual(await p.run(SESSIONS), before);
  assert.equal((await p.run(ASK)).code, 0);
  assert.equal((await p.run(["audit", "verify"])).code, 0);
});

Deno.test("damaged state leaves every command that does not need it alone", async () => {
  const { p, state } = await lived();
  await using _ = p;
  for (const file of FILES) await Deno.writeFile(join(state, file), new Uint8Array([0xff, 0, 1]));
  for (const command of [["version"], ["--help"], ["config", "schema"], ["completions", "bash"]]) {
    const { code, err } = await p.run(command);
    assert.deepEqual({ code, err }, { code: 0, err: "" }, command.join(" "));
  }
  const doctor = await p.run(["doctor"]);
  assert.match(doctor.out, /not UTF-8/);
  assert.doesNotMatch(doctor.err, /^ +at /m);
});
