import assert from "node:assert/strict";
import { openFolder } from "./open_folder.ts";
import { PROTECTED_PATHS } from "./protected.ts";
import type { Files } from "./files.ts";

const never = new AbortController().signal;

/**
 * The attacker: in a loop, swaps `d` (a folder) for a link to the folder outside, `f` (a file) for a link to the
 * file outside, `h` for a hard link of it, `p` for a pipe, and sets the root's mtime back each time.
 */
const ATTACKER = `
const [root] = Deno.args;
const at = (name) => root + "/" + name;
const swaps = [["d", "d.link"], ["f", "f.link"], ["h", "h.hard"], ["p", "p.fifo"], ["up/d", "up/d.link"]];
console.log("ready");
for (let i = 0; ; i++) {
  for (const [name, evil] of swaps) {
    try {
      Deno.renameSync(at(name), at(name + ".kept"));
      Deno.renameSync(at(evil), at(name));
      Deno.utimeSync(root, 1000, 1000);
      if (i % 3 === 0) for (let n = 0; n < 20000; n++);
    } catch { /* a write won: put things back below */ }
    try { Deno.renameSync(at(name), at(evil)); } catch { /* as above */ }
    try { Deno.renameSync(at(name + ".kept"), at(name)); Deno.utimeSync(root, 1000, 1000); } catch { /* as above */ }
  }
}`;

type Under = { root: string; outside: string; files: Files };

async function underAttack(test: (at: Under) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir();
  const root = `${base}/ws`;
  const outside = `${base}/outside`;
  await Deno.mkdir(`${root}/d`, { recursive: true });
  await Deno.mkdir(`${root}/up/d`, { recursive: true });
  await Deno.mkdir(outside);
  await Deno.writeTextFile(`${outside}/x.txt`, "canary");
  await Deno.writeTextFile(`${outside}/canary`, "");
  for (const path of ["d/x.txt", "up/d/x.txt", "f", "h", "p"]) await Deno.writeTextFile(`${root}/${path}`, "inside");
  await Deno.symlink(outside, `${root}/d.link`);
  await Deno.symlink("../../outside", `${root}/up/d.link`);
  await Deno.symlink(`${outside}/x.txt`, `${root}/f.link`);
  await Deno.link(`${outside}/x.txt`, `${root}/h.hard`);
  await new Deno.Command("mkfifo", { args: [`${root}/p.fifo`] }).output();
  const attacker = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--no-lock", ATTACKER, root],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const reader = attacker.stdout.getReader();
    await reader.read();
    await reader.cancel();
    await test({
      root,
      outside,
      files: openFolder(root, { writable: true, protectedPaths: PROTECTED_PATHS, patienceMs: 0 }),
    });
  } finally {
    attacker.kill("SIGKILL");
    await attacker.status;
    assert.deepEqual([...Deno.readDirSync(outside)].map((e) => e.name).sort(), ["canary", "x.txt"]);
    assert.equal(await Deno.readTextFile(`${outside}/x.txt`), "canary");
    await Deno.remove(base, { recursive: true });
  }
}

/** Calls `call` `times` times; how often it succeeded, and whether any success or error told of the canary. */
async function tries(times: number, call: () => Promise<unknown>): Promise<{ succeeded: number; leaked: number }> {
  const count = { succeeded: 0, leaked: 0 };
  for (let i = 0; i < times; i++) {
    const told = await call().then((value) => {
      count.succeeded++;
      return value;
    }, (error) => String(error));
    const told_bytes = told instanceof Object && "bytes" in told
      ? new TextDecoder().decode(told.bytes as Uint8Array)
      : "";
    if (`${JSON.stringify(told)}${told_bytes}`.includes("canary")) count.leaked++;
  }
  return count;
}

const RANGE = { offset: 0, length: 1000 };

Deno.test("the attack works on plain Deno calls: without that, the tests below would prove nothing", () =>
  underAttack(async ({ root }) => {
    for (const path of ["d/x.txt", "up/d/x.txt", "f", "h"]) {
      let hits = 0;
      for (let i = 0; i < 1_000_000 && hits === 0; i++) {
        try {
          if (Deno.readTextFileSync(`${root}/${path}`) === "canary") hits++;
        } catch {
          // Between two renames there is nothing there.
        }
      }
      assert.ok(hits > 0, `no naive read of ${path} was ever led outside`);
    }
    await Promise.resolve();
  }));

for (const path of ["d/x.txt", "up/d/x.txt", "f", "h", "p"]) {
  Deno.test(`4,000 reads of ${path} while it is swapped never see outside and never wait on a pipe`, () =>
    underAttack(async ({ files }) => {
      const { leaked, succeeded } = await tries(4000, () => files.read(path, RANGE, never));
      assert.equal(leaked, 0);
      assert.ok(succeeded > 0, "no read succeeded, so nothing was attacked");
    }));
}

Deno.test("listings and searches of a swapped folder never see outside", () =>
  underAttack(async ({ files }) => {
    const search = { pattern: ".", literal: false, ignoreCase: false, hidden: true, limit: 50 };
    const found = await tries(300, () => files.search("", search, never));
    const listed = await tries(1000, () => files.list("up/d", { depth: 2, hidden: true, limit: 50 }, never));
    assert.deepEqual([found.leaked, listed.leaked], [0, 0]);
    assert.ok(found.succeeded > 0);
  }));

Deno.test("1,000 writes to swapped names and folders never land outside", () =>
  underAttack(async ({ files }) => {
    const bytes = new TextEncoder().encode("inside");
    const { createHash } = await import("node:crypto");
    const inside = createHash("sha256").update(bytes).digest("hex");
    const outcomes = [];
    for (const path of ["f", "d/x.txt", "up/d/x.txt", "h"]) {
      outcomes.push(
        await tries(250, () => files.write(path, bytes, { expect: inside, createDirectories: false }, never)),
      );
    }
    outcomes.push(
      await tries(250, () => files.write("d/new.txt", bytes, { expect: null, createDirectories: true }, never)),
    );
    assert.deepEqual(outcomes.map((o) => o.leaked), [0, 0, 0, 0, 0]);
  }));
