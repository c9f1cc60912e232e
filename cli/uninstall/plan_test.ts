import assert from "node:assert/strict";
import { openSessions } from "../../agent/memory/sessions.ts";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { uninstall } from "../commands/uninstall.ts";
import { planUninstall } from "./plan.ts";

const PORTABLE = "#!/bin/sh\n# harombe 0.1.0 for Linux-x86_64: this script, then more\n";

async function machine() {
  const root = await Deno.makeTempDir({ prefix: "harombe-uninstall-" });
  const home = `${root}/home`;
  const state = `${home}/.harombe`;
  const cache = `${root}/cache/harombe`;
  const put = async (path: string, text = "x") => {
    await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(path, text);
  };
  for (const name of ["audit.db", "audit.key", "audit.head", "sessions.db-wal", "harombe.yaml", "logs/harombe.log"]) {
    await put(`${state}/${name}`);
  }
  await put(`${state}/before-restore-2026-11-20-170818-a8b9/audit.db`);
  await put(`${cache}/0123456789abcdef/.ok`);
  await put(`${cache}/0123456789abcdef/SHA256SUMS`);
  await put(`${cache}/0123456789abcdef/deno`);
  await put(`${root}/bin/harombe`, PORTABLE);
  await put(`${home}/.config/fish/completions/harombe.fish`, "# fish completion for harombe -*- shell-script -*-\n");
  await put(`${home}/.zfunc/_harombe`, "# my own\n");
  const installed = { state, home, file: `${root}/bin/harombe`, cache, keepData: false };
  return {
    root,
    home,
    state,
    cache,
    put,
    installed,
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("uninstall names all that is harombe's and nothing else", async () => {
  await using at = await machine();
  await at.put(`${at.state}/notes.txt`);
  await at.put(`${at.cache}/other/x`);
  await Deno.symlink("/etc", `${at.state}/models`);
  const { remove, leave } = planUninstall(at.installed);
  assert.deepEqual(remove.map(({ path }) => path.replace(at.root, "")), [
    "/home/.harombe/audit.db",
    "/home/.harombe/audit.head",
    "/home/.harombe/audit.key",
    "/home/.harombe/before-restore-2026-11-20-170818-a8b9",
    "/home/.harombe/harombe.yaml",
    "/home/.harombe/logs",
    "/home/.harombe/sessions.db-wal",
    "/home/.harombe",
    "/home/.config/fish/completions/harombe.fish",
    "/bin/harombe",
    "/cache/harombe/0123456789abcdef",
    "/cache/harombe",
  ]);
  assert.deepEqual(leave.map(({ path, why }) => [path.replace(at.root, ""), why]), [
    ["/home/.harombe/models", "a symbolic link, or another user's"],
    ["/home/.harombe/notes.txt", "not harombe's"],
    ["/home/.zfunc/_harombe", "not harombe's"],
    ["/cache/harombe/other", "not harombe's"],
  ]);
});

Deno.test("uninstall refuses a state directory that is more than harombe's, and touches nothing", async () => {
  await using at = await machine();
  const { root, installed } = at;
  await at.put(`${root}/folder/.git/HEAD`);
  await at.put(`${root}/folder/sessions.db`);
  await at.put(`${root}/homelike/.bashrc`);
  await Deno.symlink(at.state, `${root}/link`);
  await at.put(`${root}/plain`);
  const cases: [state: string, home: string | null, why: RegExp][] = [
    ["/", at.home, /it is a home or above one/],
    [at.home, at.home, /it is a home or above one/],
    [`${at.home}/`, at.home, /it is a home or above one/],
    [root, at.home, /it is a home or above one/],
    [`${root}/homelike`, at.home, /it holds \.bashrc/],
    [`${root}/folder`, at.home, /it holds \.git/],
    [`${root}/link`, at.home, /it is a symbolic link/],
    [`${root}/plain`, at.home, /it is no directory/],
    [`${root}/homelike`, null, /it holds \.bashrc/],
  ];
  for (const [state, home, why] of cases) {
    assert.throws(() => planUninstall({ ...installed, state, home }), why, state);
  }
  if (Deno.uid() === 0) {
    await Deno.mkdir(`${root}/theirs`);
    await Deno.chown(`${root}/theirs`, 65534, 65534);
    assert.throws(() => planUninstall({ ...installed, state: `${root}/theirs` }), /belongs to another user/);
    await Deno.chown(`${root}/bin/harombe`, 65534, 65534);
    const { remove } = planUninstall(installed);
    assert.equal(remove.some(({ path }) => path === installed.file), false);
  }
});

Deno.test("uninstall asks and takes no answer but yes; then it removes what it named", async () => {
  await using at = await machine();
  await at.put(`${at.state}/notes.txt`, "mine");
  const env = { HOME: at.home, HAROMBE_FILE: at.installed.file, HAROMBE_CACHE: at.cache };
  const run = async (args: object, answer?: string) => {
    const io = memoryIo({ env, terminal: true, stdin: answer });
    if (answer !== undefined) io.stdin.isTerminal = true;
    return { code: await uninstall(args, io), out: io.out(), err: io.err() };
  };
  for (const answer of ["no\n", "\n", "y\n", "YES\n", "", "yes please\n"]) {
    const { code, out } = await run({}, answer);
    assert.equal(code, 3, answer);
    assert.match(out, /This would be removed for good:\n.*\nThis stays:\n.*notes\.txt/s);
    assert.equal(await Deno.readTextFile(`${at.state}/audit.key`), "x");
  }
  const kept = await run({ keepData: true, yes: true });
  assert.equal(kept.code, 0, kept.err);
  assert.equal(await Deno.readTextFile(`${at.state}/audit.key`), "x");
  await assert.rejects(Deno.stat(at.installed.file), Deno.errors.NotFound);
  await assert.rejects(Deno.stat(at.cache), Deno.errors.NotFound);
  const said = await run({}, "yes\n");
  assert.deepEqual([said.code, said.err], [0, ""]);
  assert.deepEqual(Array.from(Deno.readDirSync(at.state), ({ name }) => name), ["notes.txt"]);
  assert.equal((await run({ yes: true })).code, 0);
});

Deno.test("uninstall removes nothing while a chat has the sessions open", async () => {
  await using at = await machine();
  for (const name of ["sessions.db-wal", "audit.db"]) await Deno.remove(`${at.state}/${name}`);
  const sessions = openSessions(`${at.state}/sessions.db`, { now: () => 0 });
  const io = memoryIo({ env: { HOME: at.home } });
  await assert.rejects(uninstall({ yes: true }, io), /while harombe runs/);
  sessions.close();
  assert.equal(await Deno.readTextFile(`${at.state}/audit.key`), "x");
});
