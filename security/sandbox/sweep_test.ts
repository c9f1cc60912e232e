import assert from "node:assert/strict";
import { sweepRuntimes } from "./sweep.ts";

/** The id of a process that was and is no more. */
async function deadId(): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
  await child.status;
  return child.pid;
}

Deno.test("only what this user's dead launchers left is removed: nothing of others, of the living, or of another name", async () => {
  const parent = await Deno.makeTempDir();
  const dead = await deadId();
  const root = Deno.uid() === 0;
  const gone = [`harombe-${dead}-a`];
  const stay = [`harombe-${Deno.pid}-b`, "harombe-x-c", `other-${dead}-d`, `x-harombe-${dead}-e`, "own"];
  for (const name of [...gone, ...stay]) {
    await Deno.mkdir(`${parent}/${name}/deep`, { recursive: true });
    await Deno.writeTextFile(`${parent}/${name}/deep/file`, name);
  }
  await Deno.writeTextFile(`${parent}/harombe-${dead}-file`, "a file");
  await Deno.symlink(`${parent}/own`, `${parent}/harombe-${dead}-link`);
  const others = `harombe-${dead}-others`;
  await Deno.mkdir(`${parent}/${others}`);
  // Only root can give a directory away; for an ordinary user it is one more of its own.
  if (root) await Deno.chown(`${parent}/${others}`, 65534, 65534);
  await sweepRuntimes(`${parent}/own`, new AbortController().signal);
  const left = (await Array.fromAsync(Deno.readDir(parent))).map(({ name }) => name).sort();
  const expected = [...stay, `harombe-${dead}-file`, `harombe-${dead}-link`, ...(root ? [others] : [])].sort();
  assert.deepEqual(left, expected);
  assert.equal(await Deno.readTextFile(`${parent}/own/deep/file`), "own");
  await Deno.remove(parent, { recursive: true });
});
