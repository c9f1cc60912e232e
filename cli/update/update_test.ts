import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { compareVersions, sumOf, targetOf } from "./release.ts";
import type { Download } from "./source.ts";
import { update } from "./update.ts";

const never = new AbortController().signal;
const TARGET = targetOf(Deno.build.os, Deno.build.arch);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const program = (version: string, more = "") =>
  new TextEncoder().encode(
    `#!/bin/sh\n# harombe ${version} for this test: a script\n${more}echo "harombe ${version}"\n`,
  );

/** A folder with the program of 1.0.0 in bin/ and a release of `version` in new/. */
async function house(version = "1.1.0", body: Uint8Array = program(version)) {
  const root = await Deno.makeTempDir({ prefix: "harombe-update-test-" });
  await Deno.mkdir(`${root}/bin`);
  await Deno.mkdir(`${root}/new`);
  const file = `${root}/bin/harombe`;
  await Deno.writeFile(file, program("1.0.0"), { mode: 0o755 });
  await Deno.writeFile(`${root}/new/harombe-new`, body);
  const entry = { target: TARGET, name: "harombe-new", bytes: body.length, sha256: sha256(body) };
  const said: string[] = [];
  const noted: string[] = [];
  const write = async (release: object) => {
    const bytes = new TextEncoder().encode(JSON.stringify({ version, files: [entry], ...release }));
    await Deno.writeFile(`${root}/new/manifest.json`, bytes);
    await Deno.writeTextFile(
      `${root}/new/SHA256SUMS`,
      `${entry.sha256}  ${entry.name}\n${sha256(bytes)}  manifest.json\n`,
    );
    return sha256(bytes);
  };
  await write({});
  return {
    root,
    file,
    entry,
    said,
    noted,
    write,
    run: (
      args: string[],
      options: { download?: Download; file?: string | null; version?: string; configured?: string } = {},
    ) =>
      update(args, {
        file: options.file === undefined ? file : options.file,
        version: options.version ?? "1.0.0",
        cwd: root,
        tellVersion: (path, signal) => told(path, signal),
        configured: options.configured ?? null,
        openDownloads: options.download === undefined
          ? null
          : () => Promise.resolve({ ...options.download!, [Symbol.asyncDispose]: () => Promise.resolve() }),
        print: (text) => void said.push(text),
        note: (what) => void noted.push(what),
      }, never),
    text: async () => new TextDecoder().decode(await Deno.readFile(file)),
    names: () => Array.from(Deno.readDirSync(`${root}/bin`), ({ name }) => name).sort(),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

function told(path: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, ["version"], { stdio: ["ignore", "pipe", "ignore"], signal });
    const said: string[] = [];
    child.stdout.on("data", (bytes) => void said.push(String(bytes)));
    child.on("error", reject);
    child.on("close", (code) => code === 0 ? resolve(said.join("")) : reject(new Error(`it ended with ${code}`)));
  });
}

Deno.test("update replaces the program by the one that the release names, keeps the old one, and goes back and forth", async () => {
  await using at = await house();
  await Deno.chmod(at.file, 0o750);
  assert.equal(await at.run(["new/manifest.json"]), 0);
  assert.match(
    at.said.join(""),
    /from 1\.0\.0 to 1\.1\.0.*proves that nothing was damaged on the way, not who made it/s,
  );
  assert.match(await at.text(), /harombe 1\.1\.0/);
  assert.deepEqual(at.names(), ["harombe", "harombe.previous"]);
  assert.equal((await Deno.stat(at.file)).mode! & 0o777, 0o750);
  assert.equal(await at.run(["--rollback"], { version: "1.1.0" }), 0);
  assert.match(await at.text(), /harombe 1\.0\.0/);
  assert.equal(await at.run(["--rollback"]), 0);
  assert.match(await at.text(), /harombe 1\.1\.0/);
  assert.deepEqual(at.names(), ["harombe", "harombe.previous"]);
  assert.deepEqual(at.noted, [
    "Updated from 1.0.0 to 1.1.0.",
    "Rolled back from 1.1.0 to 1.0.0.",
    "Rolled back from 1.0.0 to 1.1.0.",
  ]);
});

Deno.test("update --check changes nothing; the same version is no update; a link to the program stays a link", async () => {
  await using at = await house();
  assert.equal(await at.run(["--check", "new/manifest.json"]), 0);
  assert.match(at.said.splice(0).join(""), /1\.1\.0 is newer; this is 1\.0\.0/);
  assert.equal(await at.run(["new/manifest.json"], { version: "1.1.0" }), 0);
  assert.match(at.said.join(""), /This is 1\.1\.0 already/);
  assert.match(await at.text(), /harombe 1\.0\.0/);
  await Deno.symlink(at.file, `${at.root}/link`);
  assert.equal(await at.run(["new/manifest.json"], { file: `${at.root}/link` }), 0);
  assert.ok((await Deno.lstat(`${at.root}/link`)).isSymlink);
  assert.match(await at.text(), /harombe 1\.1\.0/);
});

type House = Awaited<ReturnType<typeof house>>;

Deno.test("update refuses whatever is not as it should be, and leaves the program as it was", async () => {
  const given = (args: string[]) => (at: House) => at.run(args);
  const released =
    (release: object) => async (at: House) => (await at.write(release), await at.run(["new/manifest.json"]));
  const cases: [string, (at: House) => Promise<number>, RegExp, Uint8Array?][] = [
    ["no release", given([]), /from nowhere/],
    ["a missing one", given(["none.json"]), /it is not there/],
    ["two", given(["a", "b"]), /one release at a time/],
    ["an unknown option", given(["--yolo"]), /unknown option/],
    ["half a checksum", given(["--sha256", "abc", "new/manifest.json"]), /64 hexadecimal digits/],
    [
      "a wrong checksum",
      given(["--sha256", "0".repeat(64), "new/manifest.json"]),
      /has not the checksum that was given/,
    ],
    ["no checksum", async (at) => {
      await Deno.remove(`${at.root}/new/SHA256SUMS`);
      return await at.run(["new/manifest.json"]);
    }, /give its checksum by --sha256/],
    ["a folder without a release", given(["bin"]), /bin\/manifest\.json: it is not there/],
    ["checksums without the release's", async (at) => {
      await Deno.writeTextFile(`${at.root}/new/SHA256SUMS`, `${"0".repeat(64)}  other.json\n`);
      return await at.run(["new"]);
    }, /give its checksum by --sha256/],
    ["checksums that contradict themselves", async (at) => {
      await Deno.writeTextFile(`${at.root}/new/SHA256SUMS`, `${"0".repeat(64)}  manifest.json\n`, { append: true });
      return await at.run(["new"]);
    }, /give its checksum by --sha256/],
    ["checksums of another release", async (at) => {
      await Deno.writeTextFile(`${at.root}/new/SHA256SUMS`, `${"0".repeat(64)}  manifest.json\n`);
      return await at.run(["new"]);
    }, /has not the checksum that was given/],
    [
      "an address that nothing vouches for",
      given(["https://example.org/manifest.json"]),
      /Cannot trust a release from/,
    ],
    ["an address, where nothing fetches", given(["https://example.org/", "--sha256", "0".repeat(64)]), /^unavailable/],
    ["an address with a password", given(["https://a:b@example.org/", "--check"]), /without credentials/],
    ["no program to replace", (at) => at.run(["new/manifest.json"], { file: null }), /git pull/],
    ["sources as the program", async (at) => {
      await Deno.writeTextFile(`${at.root}/main.ts`, "console.log(1)");
      return await at.run(["new/manifest.json"], { file: `${at.root}/main.ts` });
    }, /it is no harombe file/],
    ["an older version", (at) => at.run(["new/manifest.json"], { version: "2.0.0" }), /is older than 2\.0\.0/],
    ["no file for this platform", released({ files: [] }), /has no file for/],
    [
      "a name with a folder",
      released({ files: [{ target: TARGET, name: "../x", bytes: 1, sha256: "0".repeat(64) }] }),
      /files\.0\.name/,
    ],
    [
      "a huge file",
      released({ files: [{ target: TARGET, name: "x", bytes: 2 ** 40, sha256: "0".repeat(64) }] }),
      /files\.0\.bytes/,
    ],
    ["another format", released({ format: 2 }), /Cannot read the release/],
    ["a commit that is none", released({ commit: "main" }), /commit/],
    ["words in the version", released({ version: "1.2.0; rm -rf /" }), /version/],
    ["a file that is longer", async (at) => {
      await Deno.writeTextFile(`${at.root}/new/harombe-new`, "#", { append: true });
      return await at.run(["new/manifest.json"]);
    }, /has not the \d+ bytes/],
    ["a file that was changed", async (at) => {
      const bytes = await Deno.readFile(`${at.root}/new/harombe-new`);
      bytes[bytes.length - 2] ^= 1;
      await Deno.writeFile(`${at.root}/new/harombe-new`, bytes);
      return await at.run(["new/manifest.json"]);
    }, /SHA-256/],
    ["a file that is gone", async (at) => {
      await Deno.remove(`${at.root}/new/harombe-new`);
      return await at.run(["new/manifest.json"]);
    }, /is not beside the release/],
    [
      "a file that is no program of ours",
      given(["new/manifest.json"]),
      /it is no harombe file/,
      new TextEncoder().encode("#!/bin/sh\necho harombe 1.1.0\n"),
    ],
    ["a file that fails", given(["new/manifest.json"]), /does not start here/, program("1.1.0", "exit 3\n")],
    [
      "a file that says another version",
      given(["new/manifest.json"]),
      /says "harombe 9\.9\.9"/,
      program("1.1.0", "echo harombe 9.9.9; exit\n"),
    ],
    ["a rollback without a file before", given(["--rollback"]), /there is no/],
    ["a rollback to something else", async (at) => {
      await Deno.writeTextFile(`${at.file}.previous`, "#!/bin/sh\n");
      return await at.run(["--rollback"]);
    }, /it is no harombe file/],
    ["a link where the new file would be written", async (at) => {
      await Deno.symlink("/etc/passwd", `${at.file}.new`);
      return await at.run(["new/manifest.json"]);
    }, /it is no plain file/],
  ];
  for (const [name, attempt, why, body] of cases) {
    await using at = await house("1.1.0", body ?? program("1.1.0"));
    await assert.rejects(attempt(at), (error: Error) => (assert.match(error.message, why, name), true), name);
    assert.match(await at.text(), /harombe 1\.0\.0/, name);
    assert.deepEqual(at.names().filter((one) => one.endsWith(".new") && name.indexOf("link") < 0), [], name);
  }
});

Deno.test("a release from an address is taken with its checksum or from where update.url says, and only with its files", async () => {
  const url = "https://releases.example/harombe/";
  const taken = [`${url}manifest.json`, `${url}harombe-new`];
  const rows: [string, string[], { configured?: string }, RegExp | null, string[]][] = [
    ["nothing vouches for it", [url], {}, /Cannot trust a release from an address/, []],
    ["another address is configured", [url], { configured: "https://other.example/" }, /Cannot trust/, []],
    ["configured, without TLS", [], { configured: url.replace("https", "http") }, /Cannot trust/, []],
    ["a wrong checksum", [url, "--sha256", "0".repeat(64)], {}, /has not the checksum/, taken.slice(0, 1)],
    ["its checksum", [`${url}manifest.json`, "--sha256", "SUM"], {}, null, taken],
    ["configured", [], { configured: url }, null, taken],
    ["configured and named", [url], { configured: `${url}manifest.json` }, null, taken],
    ["only told", [url, "--check"], {}, null, taken.slice(0, 1)],
  ];
  for (const [name, args, options, fails, expected] of rows) {
    await using at = await house();
    const asked: string[] = [];
    const named = (from: string) => (asked.push(from), `${at.root}/new/${new URL(from).pathname.split("/").at(-1)}`);
    const download: Download = {
      text: async (from) => await Deno.readFile(named(from)),
      file: async ({ url, sha256: wanted }) => {
        const path = `${at.root}/fetched`;
        await Deno.copyFile(named(url), path);
        if (sha256(await Deno.readFile(path)) !== wanted) throw new Error("Cannot fetch: another checksum");
        return path;
      },
    };
    const sum = await at.write({});
    const run = at.run(args.map((word) => word === "SUM" ? sum : word), { download, ...options });
    if (fails === null) assert.equal(await run, 0, name);
    else await assert.rejects(run, fails, name);
    assert.deepEqual(asked, expected, name);
    assert.match(await at.text(), expected.length === 2 ? /harombe 1\.1\.0/ : /harombe 1\.0\.0/, name);
    await assert.rejects(Deno.stat(`${at.root}/fetched`), Deno.errors.NotFound, name);
  }
});

Deno.test("a checksum is found by the whole name, and only if there is no other for it", () => {
  const [a, b] = ["a".repeat(64), "b".repeat(64)];
  const rows: [string, string | null][] = [
    [`${a}  manifest.json\n`, a],
    [`${a} *manifest.json\r\n`, a],
    [`${b}  x\n${a.toUpperCase()}  manifest.json`, a],
    [`${a}  manifest.json\n${a}  manifest.json\n`, a],
    [`${a}  manifest.json\n${b}  manifest.json\n`, null],
    [`${a}  ./manifest.json\n`, null],
    [`${a}  manifest.json.old\n`, null],
    [`${a.slice(1)}  manifest.json\n`, null],
    ["", null],
  ];
  for (const [sums, expected] of rows) assert.equal(sumOf(sums, "manifest.json"), expected, sums);
});

Deno.test("versions are ordered as semver.org says", () => {
  const ordered = [
    "0.9.9",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.10",
    "1.2.0",
    "10.0.0",
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      assert.equal(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a} ${b}`);
    }
  }
});
