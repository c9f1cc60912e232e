/** Homes, folders, disks, streams and terminals that are not as they should be, with the real program. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ordinaryUserMissing, packagesOfDeno } from "../attacks/ordinary_user.ts";
import { oneLine, type Otherwise, place } from "./harombe.ts";

const ASK = ["ask", "list the files here"];
const NOBODY = 65534;

/** Why a file system of our own cannot be mounted, or null. */
function mountMissing(): string | null {
  if (Deno.build.os !== "linux") return "unverified on this OS";
  if (Deno.uid() !== 0) return "the tests do not run as root";
  try {
    const mount = ["-m", "sh", "-c", "mount -t tmpfs none /mnt"];
    const { success } = new Deno.Command("unshare", { args: mount, stdout: "null", stderr: "null" }).outputSync();
    return success ? null : "nothing can be mounted here";
  } catch {
    return "unavailable: install util-linux";
  }
}

const noMount = mountMissing();
const noUser = ordinaryUserMissing();
const named = (name: string, missing: string | null) => missing === null ? name : `${name} (ignored: ${missing})`;

Deno.test("a state directory that cannot be used is one line and stays as it was", async () => {
  await using p = await place();
  const file = join(p.home, "file");
  await Deno.writeTextFile(file, "kept");
  await Deno.mkdir(join(p.home, "open"));
  await Deno.chmod(join(p.home, "open"), 0o777);
  await Deno.symlink("circle", join(p.home, "circle"));
  const cases: [string, Record<string, string | null>, RegExp][] = [
    ["no HOME", { HOME: null }, /Cannot find a home for harombe's files: set HOME or HAROMBE_HOME/],
    ["an empty HOME", { HOME: "" }, /Cannot find a home/],
    ["a relative HOME", { HOME: "here" }, /relative HAROMBE_HOME: here\/\.harombe/],
    ["a relative HAROMBE_HOME", { HAROMBE_HOME: "here" }, /relative HAROMBE_HOME: here/],
    ["a file", { HAROMBE_HOME: file }, /state directory .*file: it is no directory/],
    ["below a file", { HAROMBE_HOME: `${file}/x` }, /state directory .*: a part of it is no directory/],
    ["a circle of links", { HAROMBE_HOME: join(p.home, "circle") }, /its links lead in a circle/],
    ["open to all", { HAROMBE_HOME: join(p.home, "open") }, /others may write to it; run chmod 700/],
    ["a name too long", { HAROMBE_HOME: `/${"x".repeat(5000)}` }, /its name is too long/],
    ["a comma", { HAROMBE_HOME: join(p.home, "a,b") }, /a directory with a comma in its name/],
  ];
  for (const [name, env, line] of cases) {
    for (const command of [ASK, ["chat"], ["doctor"]]) oneLine(await p.run(command, "", { env }), 1, line, name);
  }
  for (const command of [["sessions", "list"], ["audit", "list"], ["config", "show"]]) {
    oneLine(await p.run(command, "", { env: { HOME: null } }), 1, /neither HAROMBE_HOME nor HOME/, command.join(" "));
    oneLine(await p.run(command, "", { env: { HAROMBE_HOME: "here" } }), 1, /relative/, command.join(" "));
    const { code, err } = await p.run(command, "", { env: { HAROMBE_HOME: file } });
    assert.ok(code === 1 && err.trimEnd().split("\n").length === 1 || command[0] === "audit" && code <= 1, err);
  }
  assert.equal(await Deno.readTextFile(file), "kept");
  assert.deepEqual(Array.from(Deno.readDirSync(join(p.home, "open"))), []);
});

Deno.test("a folder that cannot be worked in is one line", async () => {
  await using p = await place();
  const file = join(p.home, "file");
  await Deno.writeTextFile(file, "kept");
  const cases: [string[], number, RegExp][] = [
    [["--folder", "/nonexistent"], 1, /Cannot work in the folder \/nonexistent: it is not there/],
    [["--folder", file], 1, /Cannot work in the folder .*file: it is no directory/],
    [["--folder", `${file}/x`], 1, /Cannot work in the folder .*: a part of it is no directory/],
    [["--folder", "x".repeat(50_000)], 1, /Cannot work in the folder x+…: its name is too long/],
    [["--folder", ""], 2, /--folder: it names no directory/],
  ];
  for (const [folder, code, line] of cases) {
    for (const command of [ASK, ["chat"]]) oneLine(await p.run(command, "", { folder }), code, line, folder.join(" "));
  }
});

Deno.test("a folder that is deleted while a person talks fails calls, not the conversation", async () => {
  await using p = await place();
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "a.txt"), "hello\n");
  const { child, lines } = p.start(["chat"], { folder: ["--folder", folder], stdin: "piped" });
  const errors = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  const say = (line: string) => writer.write(new TextEncoder().encode(`${line}\n`));
  await say("list the files here");
  const heard: string[] = [];
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if (heard.push(line.value) && line.value.includes("a.txt")) break;
  }
  assert.match(heard.at(-1)!, /a\.txt/);
  await Deno.remove(folder, { recursive: true });
  await say("list the files here");
  await say("/history");
  await writer.close();
  for (let line = await lines.next(); !line.done; line = await lines.next()) heard.push(line.value);
  const { code } = await child.status;
  const said = `${heard.join("\n")}\n${await errors}`;
  assert.ok(code === 0 || code === 1, said);
  assert.doesNotMatch(said, /^ +at /m);
  assert.match(said, /user +list the files here[^]*user +list the files here/);
  assert.equal((await p.run(["audit", "verify"])).code, 0);
});

/** A small disk at the state directory, filled to the last byte after `before` has run there. */
function onFullDisk(state: string, before: string): string[] {
  const script = `mount -t tmpfs -o size=1m,mode=700 none "${state}" && ${before} ` +
    `; cat /dev/zero >"${state}/fill" 2>/dev/null; "$@"; code=$?; rm "${state}/fill"; cp -a "${state}" "${state}.kept"; ` +
    "exit $code";
  return ["unshare", "-m", "sh", "-c", script, "sh"];
}

Deno.test({
  name: named("a full disk is one line, and what was acknowledged before is there after the mend", noMount),
  ignore: noMount !== null,
  async fn() {
    await using p = await place();
    const good = join(p.home, "good");
    const state = join(p.home, "state");
    await Deno.mkdir(state, { mode: 0o700 });
    assert.equal((await p.run(ASK, undefined, { env: { HAROMBE_HOME: good } })).code, 0);
    const before = await p.run(["sessions", "list"], undefined, { env: { HAROMBE_HOME: good } });
    const cases: [string[], RegExp | null][] = [
      [ASK, /full/],
      [["chat"], /full/],
      [["sessions", "list"], null],
      [["sessions", "rm", "1"], /full|Cannot find/],
      [["audit", "verify"], null],
      [["config", "set", "agent.max_steps", "7"], /Cannot write config .*: the disk is full/],
    ];
    for (const [command, line] of cases) {
      const wrap = onFullDisk(state, `cp -a "${good}/." "${state}"`);
      const ran = await p.run(command, "", { env: { HAROMBE_HOME: state }, wrap });
      if (line !== null || ran.code !== 0) oneLine(ran, 1, line ?? /full/, command.join(" "));
      const kept = { env: { HAROMBE_HOME: `${state}.kept` } };
      assert.deepEqual(await p.run(["sessions", "list"], undefined, kept), before, command.join(" "));
      assert.equal((await p.run(["audit", "verify"], undefined, kept)).code, 0, command.join(" "));
      assert.equal((await p.run(ASK, undefined, kept)).code, 0, command.join(" "));
      await Deno.remove(`${state}.kept`, { recursive: true });
    }
    oneLine(
      await p.run(ASK, undefined, { env: { HAROMBE_HOME: state }, wrap: onFullDisk(state, "true") }),
      1,
      /full/,
      "the first start on a full disk",
    );
  },
});

Deno.test({
  name: named("a read-only home is one line, and reading commands say it too or answer", noMount),
  ignore: noMount !== null,
  async fn() {
    await using p = await place();
    const state = join(p.home, ".harombe");
    assert.equal((await p.run(ASK)).code, 0);
    const script = `mount --bind "${p.home}" "${p.home}" && mount -o remount,ro,bind "${p.home}" && exec "$@"`;
    const other: Otherwise = { wrap: ["unshare", "-m", "sh", "-c", script, "sh"] };
    const names = () => Array.from(Deno.readDirSync(state), ({ name }) => name).sort();
    const before = names();
    for (const command of [ASK, ["chat"], ["config", "set", "agent.max_steps", "7"]]) {
      oneLine(await p.run(command, "", other), 1, /read-only|may not use it/, command.join(" "));
    }
    for (const command of [["sessions", "list"], ["audit", "list"], ["config", "show"], ["doctor"]]) {
      const ran = await p.run(command, "", other);
      if (ran.code !== 0) oneLine(ran, 1, /read-only/, command.join(" "));
    }
    assert.deepEqual(names(), before);
    assert.equal((await p.run(["audit", "verify"])).code, 0);
  },
});

Deno.test({
  name: named("an ordinary user without a home of their own gets one line, and touches nothing of others", noUser),
  ignore: noUser !== null,
  async fn() {
    await using p = await place();
    await Deno.chmod(p.home, 0o755);
    await Deno.chmod(p.folder, 0o777);
    await Deno.chown(p.folder, NOBODY, NOBODY);
    const theirs = join(p.home, "theirs");
    await Deno.mkdir(theirs, { mode: 0o755 });
    const packages = `${packagesOfDeno()}/registry.npmjs.org`;
    const source = join(p.folder, "source");
    const root = new URL("../../", import.meta.url).pathname;
    const copy = `mkdir -p "${source}/cache/npm" && cp -rL ${packages} "${source}/cache/npm/" && cd "${root}" && ` +
      `cp -r agent cli node security main.ts deno.json "${source}" && chown -R ${NOBODY}:${NOBODY} "${source}"`;
    const copied = await new Deno.Command("sh", { args: ["-c", copy] }).output();
    assert.ok(copied.success, new TextDecoder().decode(copied.stderr));
    const run = (args: string[], home: string, state?: string) =>
      p.run(args, "", {
        wrap: [
          ...["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"],
          // The program is the copy that this user can read.
          ...["sh", "-c", `exec "$0" run -q --cached-only $F "${source}/cli/launch.ts" ${args.map(quoted).join(" ")}`],
        ],
        env: { HOME: home, DENO_DIR: `${source}/cache`, F: FLAGS.join(" "), ...(state ? { HAROMBE_HOME: state } : {}) },
        cwd: p.folder,
      });
    for (const command of [ASK, ["chat"], ["doctor"]]) {
      oneLine(await run(command, p.home), 1, /state directory .*: this user may not use it/, command.join(" "));
      oneLine(await run(command, "/", theirs), 1, /state directory .*theirs: it belongs to another user/, "theirs");
    }
    oneLine(await run(["config", "set", "agent.max_steps", "7"], p.home), 1, /this user may not use it/, "config set");
    assert.deepEqual(Array.from(Deno.readDirSync(theirs)), []);
    const own = join(p.folder, "own");
    assert.equal((await run(ASK, "/nonexistent", own)).code, 0);
  },
});

const FLAGS = ["--no-prompt", "--allow-run", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
const quoted = (word: string) => `'${word}'`;

Deno.test("standard input that is no text, too much or closed", async () => {
  await using p = await place();
  const binary = new Uint8Array([0xff, 0xfe, 0, 1, 0x80]);
  oneLine(await p.run(["ask", "hi"], binary), 2, /standard input: it is not UTF-8 text/, "binary");
  oneLine(await p.run(["ask", "hi"], "x".repeat(5_000_000)), 2, /standard input: it has more than/, "enormous");
  oneLine(await p.run(["config", "set", "model.name", "-"], binary), 2, /not UTF-8/, "a binary value");
  for (const said of [binary, "x".repeat(3_000_000), "\0\0\n\n\x1b[2J\n"]) {
    const { code, out, err } = await p.run(["chat"], said);
    assert.equal(code, 0, err);
    assert.doesNotMatch(out + err, /\x1b|^ +at /m);
  }
  const closed = await p.run(ASK, undefined, { wrap: ["sh", "-c", 'exec "$@" <&-', "sh"] });
  assert.equal(closed.code, 0, closed.err);
});

Deno.test("a reader that leaves is no failure; an output that is full is one", async () => {
  await using p = await place();
  const pipe = (rest: string) => ({ wrap: ["/bin/bash", "-c", `"$@" ${rest}; exit \${PIPESTATUS[0]}`, "bash"] });
  for (const args of [["config", "schema"], ["--help"], ["doctor"], ASK, ["ask", "--events", "list the files here"]]) {
    const left = await p.run(args, undefined, pipe("| true"));
    assert.equal(left.code, args[0] === "doctor" ? left.code & 1 : 0, `${args.join(" ")}: ${left.err}`);
    assert.doesNotMatch(left.err, /harombe:|^ +at /m, args.join(" "));
  }
  const lines = Array(30).fill("list the files here\n").join("");
  assert.equal((await p.run(["chat"], lines, pipe("| head -c 1 >/dev/null"))).code, 0);
  for (const args of [["config", "schema"], ["--help"], ASK]) {
    const { code, err } = await p.run(args, undefined, pipe(">/dev/full"));
    assert.equal(code, 1, args.join(" "));
    assert.match(err, /^harombe: Cannot write to standard output: the disk is full$/m, args.join(" "));
  }
  assert.equal((await p.run(["audit", "verify"])).code, 0);
});

Deno.test("without a terminal, or with one that is dumb or unnamed, no escape sequence is written", async () => {
  await using p = await place();
  const terminals: Record<string, string | null>[] = [
    { TERM: null, NO_COLOR: null },
    { TERM: "dumb", NO_COLOR: null },
    { TERM: "xterm" },
  ];
  for (const env of terminals) {
    for (const [args, stdin] of [[ASK, undefined], [["chat"], "list the files here\n/help\n"]] as const) {
      const { code, out, err } = await p.run([...args], stdin, { env });
      assert.equal(code, 0, err);
      assert.doesNotMatch(out + err, /\x1b/);
    }
  }
});
