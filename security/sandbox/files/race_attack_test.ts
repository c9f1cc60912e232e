import assert from "node:assert/strict";
import { openFolder } from "./open_folder.ts";
import { PROTECTED_PATHS } from "../protected.ts";
import type { Files } from "./files.ts";

const never = new AbortController().signal;

/**
 * The attacker: in a loop, exchanges by one system call (renameat2 with RENAME_EXCHANGE) each named path with the
 * evil one beside it, and sets the root's mtime back each time.
 */
const ATTACKER = `
use strict; $| = 1;
my ($number, $root, @names) = @ARGV; $number += 0;
print "ready\\n";
for (my $i = 0; ; $i++) {
  for my $name (@names) {
    my ($good, $evil) = ("$root/$name", "$root/$name.evil");
    syscall($number, -100, $good, -100, $evil, 2) == 0 or die $!;
    utime(1000, 1000, $root);
    if ($i % 7 == 0) { for (my $n = rand(400); $n > 0; $n--) {} }
  }
}`;

/** renameat2 of the kernel's system call tables. */
const RENAMEAT2: Record<string, number> = { x86_64: 316, aarch64: 276 };

const unavailable = await new Deno.Command("perl", { args: ["-e", "1"] }).output().then(() => false, () => true);
const attack = {
  ignore: unavailable || Deno.build.os !== "linux",
  because: unavailable ? " (unavailable: install perl)" : "",
};

function attacked(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${name}${attack.because}`, ignore: attack.ignore, fn });
}

type Under = { root: string; outside: string; files: Files };

async function underAttack(names: string[], test: (at: Under) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir();
  const root = `${base}/ws`;
  const outside = `${base}/outside`;
  await Deno.mkdir(`${root}/d`, { recursive: true });
  await Deno.mkdir(`${root}/up/d`, { recursive: true });
  await Deno.mkdir(outside);
  await Deno.writeTextFile(`${outside}/x.txt`, "canary");
  await Deno.writeTextFile(`${outside}/canary`, "");
  for (const path of ["d/x.txt", "up/d/x.txt", "f", "h", "p"]) await Deno.writeTextFile(`${root}/${path}`, "inside");
  await Deno.symlink(outside, `${root}/d.evil`);
  await Deno.symlink("../../outside", `${root}/up/d.evil`);
  await Deno.symlink(`${outside}/x.txt`, `${root}/f.evil`);
  await Deno.link(`${outside}/x.txt`, `${root}/h.evil`);
  await new Deno.Command("mkfifo", { args: [`${root}/p.evil`] }).output();
  const attacker = new Deno.Command("perl", {
    args: ["-e", ATTACKER, String(RENAMEAT2[Deno.build.arch]), root, ...names],
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

attacked(
  "the attack works on plain Deno calls: without that, the tests below would prove nothing",
  () =>
    underAttack(["d", "up/d", "f", "h"], async ({ root }) => {
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
    }),
);

for (const [name, path] of [["d", "d/x.txt"], ["up/d", "up/d/x.txt"], ["f", "f"], ["h", "h"], ["p", "p"]]) {
  attacked(
    `4,000 reads of ${path} while it is swapped never see outside and never wait on a pipe`,
    () =>
      underAttack([name], async ({ files }) => {
        const { leaked, succeeded } = await tries(4000, () => files.read(path, RANGE, never));
        assert.equal(leaked, 0);
        // While a folder flips all the time nearly every read is refused; a file that flips is read in between.
        assert.ok(succeeded > 0 || name !== path, "no read succeeded, so nothing was attacked");
      }),
  );
}

attacked(
  "listings and searches of a swapped folder never see outside",
  () =>
    underAttack(["d", "up/d", "f"], async ({ files }) => {
      const search = { pattern: ".", literal: false, ignoreCase: false, hidden: true, limit: 50 };
      const found = await tries(300, () => files.search("", search, never));
      const listed = await tries(5000, () => files.list("up/d", { depth: 2, hidden: true, limit: 50 }, never));
      assert.deepEqual([found.leaked, listed.leaked], [0, 0]);
      assert.ok(found.succeeded > 0);
    }),
);

attacked(
  "1,000 writes to swapped names and folders never land outside",
  () =>
    underAttack(["d", "up/d", "f", "h"], async ({ files }) => {
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
    }),
);
