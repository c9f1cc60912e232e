import assert from "node:assert/strict";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { logs } from "../commands/logs.ts";
import { EXIT, Exit } from "../failure.ts";
import { type Level, linesOf } from "./line.ts";
import { logFiles, note, noteFailure } from "./note.ts";

async function state() {
  const path = await Deno.makeTempDir({ prefix: "harombe-log-" });
  const read = () =>
    logFiles(path).flatMap((file) => {
      try {
        return linesOf(Deno.readTextFileSync(file), "info");
      } catch {
        return [];
      }
    });
  const say = (what: string, level: Level = "error") => note(path, { level, part: "main", what });
  return { path, read, say, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("what is noted is one private line without secrets, line ends and length", async () => {
  await using at = await state();
  at.say("Cannot open x\nat file:///secret/place.ts:1:1");
  at.say("Cannot reach http://box: password=hunter2hunter2 was refused");
  at.say("x".repeat(10_000));
  const [first, second, third] = at.read();
  assert.deepEqual({ ...first, at: 0 }, {
    at: 0,
    level: "error",
    part: "main",
    what: "Cannot open x",
    version: first.version,
  });
  assert.match(second.what, /password=SECRET_password_[0-9a-f]{10} /);
  assert.equal(third.what.length, 300);
  assert.equal((await Deno.stat(`${at.path}/logs`)).mode! & 0o777, 0o700);
  assert.equal((await Deno.stat(`${at.path}/logs/harombe.log`)).mode! & 0o777, 0o600);
});

Deno.test("a failure is noted, and what the person mistyped, refused or interrupted is not", async () => {
  await using at = await state();
  const cases: [unknown, string | null][] = [
    [new Error("Cannot open the database"), "error"],
    ["a string", "error"],
    [new Exit(EXIT.failed, "Cannot read config"), "warning"],
    [new Exit(EXIT.unavailable, "unavailable: install bubblewrap"), "warning"],
    [new Exit(EXIT.usage, "unknown command 'my secret diary'"), null],
    [new Exit(EXIT.needsApproval, "needs approval"), null],
    [new Exit(EXIT.interrupted, ""), null],
    [new DOMException("stop", "AbortError"), null],
    [new Deno.errors.BrokenPipe("x"), null],
  ];
  for (const [error, level] of cases) {
    const before = at.read().length;
    noteFailure(error, at.path, "main");
    assert.deepEqual(at.read().slice(before).map((line) => line.level), level === null ? [] : [level], String(error));
  }
});

Deno.test("the log never fails what it notes, and makes no state directory", async () => {
  await using at = await state();
  note(`${at.path}/none`, { level: "error", part: "main", what: "x" });
  await assert.rejects(Deno.stat(`${at.path}/none`), Deno.errors.NotFound);
  for (const [other, mode] of [["home", 0o700], ["shared", 0o777]] as const) {
    await Deno.mkdir(`${at.path}/${other}`);
    await Deno.chmod(`${at.path}/${other}`, mode);
    await Deno.writeTextFile(`${at.path}/${other}/${mode === 0o700 ? ".profile" : "sessions.db"}`, "x");
    note(`${at.path}/${other}`, { level: "error", part: "main", what: "x" });
    await assert.rejects(Deno.stat(`${at.path}/${other}/logs`), Deno.errors.NotFound, other);
  }
  await Deno.writeTextFile(`${at.path}/logs`, "a file is in the way");
  at.say("x");
  assert.equal(await Deno.readTextFile(`${at.path}/logs`), "a file is in the way");
});

Deno.test("the log is put away by size, keeps three old files and no more, and many processes lose no line", async () => {
  await using at = await state();
  const big = `${JSON.stringify({ at: 1, level: "info", part: "main", what: "x".repeat(290), version: "0" })}\n`;
  for (let round = 0; round < 6; round++) {
    await Deno.writeTextFile(`${at.path}/logs/harombe.log`, big.repeat(3500)).catch(async () => {
      await Deno.mkdir(`${at.path}/logs`);
      await Deno.writeTextFile(`${at.path}/logs/harombe.log`, big.repeat(3500));
    });
    at.say(`round ${round}`);
  }
  const names = Array.from(Deno.readDirSync(`${at.path}/logs`), ({ name }) => name).sort();
  assert.deepEqual(names, ["harombe.1.log", "harombe.2.log", "harombe.3.log", "harombe.log"]);
  const bytes = names.reduce((sum, name) => sum + Deno.statSync(`${at.path}/logs/${name}`).size, 0);
  assert.ok(bytes < 5 << 20, `${bytes}`);
  const writer = `import { note } from ${JSON.stringify(new URL("./note.ts", import.meta.url).href)};
    for (let i = 0; i < 200; i++) note(${
    JSON.stringify(at.path)
  }, { level: "info", part: "launcher", what: "line " + Deno.args[0] + "." + i });`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  await Deno.writeTextFile(`${at.path}/writer.ts`, writer);
  const ran = await Promise.all(
    ["a", "b", "c"].map((name) =>
      new Deno.Command(Deno.execPath(), { args: ["run", "-A", `--config=${config}`, `${at.path}/writer.ts`, name] })
        .output()
    ),
  );
  assert.deepEqual(ran.map(({ code }) => code), [0, 0, 0]);
  const said = at.read().filter(({ part }) => part === "launcher").map(({ what }) => what);
  assert.equal(new Set(said).size, 600);
});

Deno.test("logs shows the last lines of a level, as text that draws nothing or as JSON, and follows", async () => {
  await using at = await state();
  const env = { HAROMBE_HOME: at.path };
  const none = memoryIo({ env });
  assert.deepEqual([await logs({}, none), none.out()], [0, "Nothing was noted.\n"]);
  at.say("first");
  at.say("second \u001b[2J\u202e", "warning");
  at.say("third", "info");
  await Deno.writeTextFile(`${at.path}/logs/harombe.log`, "no line of ours\n{}\n", { append: true });
  const shown = async (args: object) => {
    const io = memoryIo({ env });
    await logs(args, io);
    return io.out();
  };
  assert.match(
    await shown({}),
    /error +main +first\n.*warning +main +second ␛\[2J⟨U\+202E⟩\n.*info +main +third\n$/,
  );
  assert.match(await shown({ level: "error" }), /^\S+ \S+ +error +main +first\n$/);
  assert.match(await shown({ limit: "1" }), /^\S+ \S+ +info +main +third\n$/);
  const [line] = (await shown({ json: true, level: "error" })).trimEnd().split("\n").map((text) => JSON.parse(text));
  assert.equal(line.what, "first");
  await assert.rejects(shown({ level: "loud" }), /error, warning, info/);

  const stop = new AbortController();
  const io = memoryIo({ env, signal: stop.signal });
  const heard = Promise.withResolvers<void>();
  const write = io.stdout.write;
  io.stdout.write = (text) => {
    write(text);
    if (io.out().includes("line 4")) heard.resolve();
    else if (io.out().includes("line 0") === false) at.say("line 0");
    else at.say(`line ${(io.out().match(/line \d/g) ?? []).length}`);
  };
  const following = logs({ follow: true, limit: "1" }, io);
  await heard.promise;
  stop.abort();
  assert.equal(await following, 0);
  assert.match(io.out(), /line 0[^]*line 4/);
});
