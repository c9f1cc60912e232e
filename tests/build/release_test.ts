import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readRelease } from "../../cli/update/release.ts";
import { BUNDLE, withEnginePackages } from "./engine_pack.ts";
import { sha256 } from "./portable.ts";
import { fileName, release, targetsOf } from "./release.ts";
import { checkIntegrity } from "./runtime.ts";
import { type Target, TARGETS } from "./targets.ts";
import { faults } from "./testing/cyclonedx.ts";
import { PROGRAMS } from "./tree.ts";
import { missing, ROOT } from "./testing/fixture_file.ts";

const ALL = Object.keys(TARGETS) as Target[];

/** The first bytes of each target's Deno: container and processor (ELF e_machine, Mach-O cputype, PE machine). */
const MAGIC: Record<Target, (head: Buffer) => boolean> = {
  "linux-x64": (head) => head.toString("latin1", 0, 4) === "\x7fELF" && head.readUInt16LE(18) === 62,
  "linux-arm64": (head) => head.toString("latin1", 0, 4) === "\x7fELF" && head.readUInt16LE(18) === 183,
  "darwin-arm64": (head) => head.readUInt32LE(0) === 0xfeedfacf && head.readUInt32LE(4) === 0x0100000c,
  "darwin-x64": (head) => head.readUInt32LE(0) === 0xfeedfacf && head.readUInt32LE(4) === 0x01000007,
  "windows-x64": (head) =>
    head.toString("latin1", 0, 2) === "MZ" && head.readUInt16LE(head.readUInt32LE(0x3c) + 4) === 0x8664,
};

const MISSING = await missing();

Deno.test({
  name: `release: all five targets${MISSING === null ? "" : ` (${MISSING})`}`,
  ignore: MISSING !== null,
  async fn(test) {
    const work = await Deno.makeTempDir({ prefix: "harombe-release-test-" });
    try {
      const out = join(work, "dist");
      const signal = AbortSignal.timeout(600_000);
      const manifest = await release(out, { root: ROOT, targets: ALL, level: 1 }, signal);
      const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));

      await test.step("the manifest and SHA256SUMS name what is there", async () => {
        assert.deepEqual(manifest, readRelease(await Deno.readTextFile(join(out, "manifest.json"))));
        assert.deepEqual(
          manifest.files.map(({ target, name }) => [target, name]),
          ALL.map((target) => [target, fileName(version, target)]),
        );
        const lines = (await Deno.readTextFile(join(out, "SHA256SUMS"))).trim().split("\n");
        const names = lines.map((line) => line.slice(66));
        const there = Array.from(Deno.readDirSync(out), ({ name }) => name);
        assert.deepEqual([...names, "SHA256SUMS"].sort(), there.sort());
        for (const line of lines) {
          assert.equal(sha256(await Deno.readFile(join(out, line.slice(66)))), line.slice(0, 64), line);
        }
        for (const { name, bytes, sha256: hash } of manifest.files) {
          assert.equal((await Deno.stat(join(out, name))).size, bytes);
          assert.ok(lines.includes(`${hash}  ${name}`));
        }
      });

      await test.step("each file holds the Deno of its machine and the same bundles", async () => {
        const programs: string[] = [];
        for (const target of ALL) {
          const at = join(work, target);
          await Deno.mkdir(at);
          await unpack(join(out, fileName(version, target)), at);
          const { binary } = TARGETS[target];
          const head = Buffer.from((await Deno.readFile(join(at, binary))).slice(0, 4096));
          assert.ok(MAGIC[target](head), target);
          const sums = await Deno.readTextFile(join(at, "SHA256SUMS"));
          programs.push(sums.split("\n").filter((line) => !line.endsWith(`  ${binary}`)).join("\n"));
        }
        assert.deepEqual([...new Set(programs)].length, 1);
        const names = programs[0].split("\n").map((line) => line.slice(66));
        const processes = [
          "broker_process.js",
          "engine_process.js",
          "fetch_process.js",
          "files_server.js",
          "launch.js",
          "llama.js",
          "main.js",
        ];
        assert.deepEqual(processes.filter((name) => !names.includes(name)), []);
      });

      await test.step("no path of the machine that built it, and no native code, is in a bundle", async () => {
        const at = join(work, "linux-x64");
        for (const { name } of Deno.readDirSync(at)) {
          if (!name.endsWith(".js")) continue;
          const text = await Deno.readTextFile(join(at, name));
          assert.ok(!text.includes(ROOT) && !/\.cache\/deno|registry\.npmjs\.org\/[a-z@]/.test(text), name);
          assert.doesNotMatch(text, /require\("[^"]+\.node"\)|process\.dlopen\(/, name);
        }
      });

      await test.step("the bill of materials fits its schema and names exactly what a source map shows", async () => {
        const bill = JSON.parse(await Deno.readTextFile(join(out, `harombe-${version}.cdx.json`)));
        assert.deepEqual(await faults(bill), null);
        type Named = { type: string; name: string; version: string };
        const listed = (bill.components as Named[]).filter(({ type }) => type === "library");
        // Of isexe the engine's bundle holds a module that only passes others' names on: it is noted and not mapped.
        const ids = listed.map(({ name, version }) => `${name}@${version}`).filter((id) => !id.startsWith("isexe@"));
        assert.deepEqual(ids, await mapped(join(work, "maps")));
        const licences = await Deno.readTextFile(join(work, "linux-x64/THIRD_PARTY_LICENSES"));
        for (const { name, version } of listed) assert.ok(licences.includes(`\n${name} ${version} (`), name);
      });

      await test.step("built again, the same bytes", async () => {
        const again = await release(join(work, "again"), {
          root: ROOT,
          targets: ["linux-x64", "windows-x64"],
          level: 1,
        }, signal);
        assert.deepEqual(
          again.files,
          manifest.files.filter(({ target }) => again.files.some((one) => one.target === target)),
        );
      });
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  },
});

/** The payload of a file of either kind, into `directory`. */
async function unpack(file: string, directory: string): Promise<void> {
  const script = file.endsWith(".zip")
    ? 'python3 -m zipfile -t "$1" > /dev/null && python3 -m zipfile -e "$1" "$2" && mv "$2"/harombe/* "$2"/'
    : 'lines=$(grep -aom1 "tail -n +[0-9]*" "$1") && $lines "$1" | tar -xzf - -C "$2"';
  const { success, stderr } = await new Deno.Command("sh", { args: ["-c", script, "sh", file, directory] }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** The packages that the source maps of all programs and of llama.js name, as `name@version`, sorted. */
async function mapped(directory: string): Promise<string[]> {
  const found = new Set(await mappedOfEngine());
  for (const entry of PROGRAMS) {
    if (!await Deno.stat(join(ROOT, entry)).catch(() => null)) continue;
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "-q",
        "--platform",
        "deno",
        "--code-splitting",
        "--sourcemap",
        "external",
        "--outdir",
        directory,
        entry,
      ],
      cwd: ROOT,
    }).output();
    assert.ok(success);
  }
  for (const { name } of Deno.readDirSync(directory)) {
    if (!name.endsWith(".map")) continue;
    const { sources } = JSON.parse(await Deno.readTextFile(join(directory, name))) as { sources: string[] };
    for (const source of sources) {
      const [, id, version] = /\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d[^/_]*)/.exec(source) ?? [];
      if (id) found.add(`${id}@${version}`);
    }
  }
  return [...found].sort();
}

/** The packages that the source map of llama.js names, as `name@version`. */
async function mappedOfEngine(): Promise<string[]> {
  return await withEnginePackages(async (work) => {
    const args = [...BUNDLE, "--sourcemap", "external", "-o", "llama.js", "entry.js"];
    const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: work }).output();
    assert.ok(success);
    const { sources } = JSON.parse(await Deno.readTextFile(join(work, "llama.js.map"))) as { sources: string[] };
    const folders = sources.flatMap((source) =>
      /(?:^|\/)((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(source.replace(/^.*?(?=node_modules\/)/, ""))?.[1] ??
        []
    );
    return await Promise.all([...new Set(folders)].map(async (path) => {
      const { name, version } = JSON.parse(await Deno.readTextFile(join(work, path, "package.json")));
      return `${name}@${version}`;
    }));
  }, AbortSignal.timeout(60_000));
}

Deno.test("release: targets by name, in one order; an unknown one is refused", () => {
  assert.deepEqual(targetsOf(["windows-x64", "linux-arm64"], false), ["linux-arm64", "windows-x64"]);
  assert.deepEqual(targetsOf([], true), ALL);
  assert.equal(targetsOf([], false).length, 1);
  for (const wrong of ["linux-mips", "toString", ""]) {
    assert.throws(() => targetsOf([wrong], false), /Cannot build for the target/);
  }
});

Deno.test("release: a runtime with another hash is refused", () => {
  const bytes = new TextEncoder().encode("deno");
  const right = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  checkIntegrity(bytes, right, "x");
  for (const wrong of [right.replace("sha512-", "sha256-"), "sha512-", "", TARGETS["linux-x64"].integrity]) {
    assert.throws(() => checkIntegrity(bytes, wrong, "x"), /Cannot use x: its SHA-512/);
  }
});
