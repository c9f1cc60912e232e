import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ENGINE_PACKS, type EnginePack, installPack, packName, packsFor, placeOf, tarballPath } from "./pack.ts";
import { unpack } from "./tarball.ts";

const signal = new AbortController().signal;
const decode = new TextEncoder();
type Entry = { name: string; text?: string; type?: string; link?: string; size?: number };

/** A tar entry (POSIX ustar), written by hand: what attacks hold is what libraries refuse to write. */
function entry({ name, text = "", type = "0", link = "", size }: Entry): Uint8Array[] {
  const header = new Uint8Array(512);
  const put = (at: number, value: string) => header.set(decode.encode(value), at);
  const body = decode.encode(text);
  put(0, name);
  put(100, "0000644\0");
  put(108, "0000000\0".repeat(2));
  put(124, `${(size ?? body.length).toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(148, "        ");
  put(156, type);
  put(157, link);
  put(257, "ustar\x0000");
  put(148, `${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `);
  return [header, body, new Uint8Array((512 - body.length % 512) % 512)];
}

async function tarball(entries: Entry[]): Promise<Uint8Array> {
  const plain = new Blob([...entries.flatMap(entry), new Uint8Array(1024)] as BlobPart[]);
  return new Uint8Array(await new Response(plain.stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
}

async function inDirectory(fn: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "engines-" });
  try {
    await fn(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const stream = (bytes: Uint8Array) => new Blob([bytes as BlobPart]).stream();
const most = { files: 3, bytes: 1000 };

Deno.test("files are unpacked where they are placed, and those that have no place are not", () =>
  inDirectory(async (directory) => {
    const bytes = await tarball([
      { name: "package/bins/linux-x64/a.so", text: "A".repeat(600) },
      { name: "package/index.js", text: "no" },
      { name: "package/bins/", type: "5" },
      { name: "package/LICENSE", text: "MIT" },
    ]);
    assert.deepEqual(await unpack(stream(bytes), directory, { place: placeOf, most }, signal), [
      "bins/linux-x64/a.so",
      "LICENSE",
    ]);
    assert.equal((await Deno.readTextFile(`${directory}/bins/linux-x64/a.so`)).length, 600);
  }));

Deno.test("an archive that would write elsewhere, or without end, is refused", () =>
  inDirectory(async (root) => {
    const outside = `${root}/outside`;
    await Deno.mkdir(outside);
    const place = (name: string) => name;
    const rows: [Entry[], string][] = [
      [[{ name: "../outside/x", text: "x" }], "TypeError"],
      [[{ name: `${outside}/x`, text: "x" }], "TypeError"],
      [[{ name: "a/../../outside/x", text: "x" }], "TypeError"],
      [[{ name: "a//x", text: "x" }], "TypeError"],
      [[{ name: "a\\..\\x", text: "x" }], "TypeError"],
      [[{ name: "link", type: "2", link: outside }, { name: "link/x", text: "x" }], "TypeError"],
      [[{ name: "hard", type: "1", link: "/etc/passwd" }], "TypeError"],
      [[{ name: "pipe", type: "6" }], "TypeError"],
      [[{ name: "device", type: "3" }], "TypeError"],
      [[{ name: "a", text: "1" }, { name: "a", text: "2" }], "AlreadyExists"],
      [[{ name: "a", text: "1" }, { name: "a/b", text: "2" }], "NotADirectory"],
      [[1, 2, 3, 4].map((n) => ({ name: `f${n}`, text: "x" })), "RangeError"],
      [[{ name: "big", text: "x".repeat(1001) }], "RangeError"],
      [[{ name: "said", text: "x", size: 8 ** 10 }], "RangeError"],
    ];
    for (const [at, [entries, error]] of rows.entries()) {
      const directory = `${root}/${at}`;
      await Deno.mkdir(directory);
      const bytes = await tarball(entries);
      const named = (thrown: Error) => thrown.name === error || error === "NotADirectory" && thrown instanceof Error;
      await assert.rejects(
        unpack(stream(bytes), directory, { place, most }, signal),
        named,
        JSON.stringify(entries).slice(0, 200),
      );
    }
    assert.deepEqual([...Deno.readDirSync(outside)], []);
  }));

Deno.test("bytes that are no gzipped tar, or cut off, are refused", () =>
  inDirectory(async (root) => {
    const whole = await tarball([{ name: "a", text: "x".repeat(900) }]);
    for (
      const bytes of [
        new Uint8Array(),
        decode.encode("no archive"),
        whole.slice(0, whole.length / 2),
        whole.slice(0, -12),
      ]
    ) {
      const directory = await Deno.makeTempDir({ dir: root });
      await assert.rejects(unpack(stream(bytes), directory, { place: (name) => name, most }, signal));
    }
  }));

Deno.test("an archive that is small and unpacks to much is stopped on the way", () =>
  inDirectory(async (directory) => {
    const bytes = await tarball([{ name: "zeros", text: "\0".repeat(8 << 20) }]);
    await assert.rejects(
      unpack(stream(bytes), directory, { place: (name) => name, most: { files: 1, bytes: 1 << 20 } }, signal),
      RangeError,
    );
    assert.deepEqual([...Deno.readDirSync(directory)], []);
    await assert.rejects(
      unpack(stream(bytes), directory, { place: () => null, most: { files: 1, bytes: 1 << 20 } }, signal),
      RangeError,
    );
  }));

async function packOf(bytes: Uint8Array): Promise<EnginePack> {
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  return await Promise.resolve({ ...ENGINE_PACKS[0], integrity, bytes: bytes.length });
}

Deno.test("an engine appears whole or not at all", () =>
  inDirectory(async (engines) => {
    const bytes = await tarball([
      { name: "package/bins/linux-x64/llama-addon.node", text: "native" },
      { name: "package/LICENSE", text: "MIT" },
    ]);
    const pack = await packOf(bytes);
    const script = decode.encode("export {};");
    const install = (given: Uint8Array) =>
      installPack(engines, { pack, script, readTarball: () => Promise.resolve(stream(given)) }, signal);
    for (
      const damaged of [
        bytes.with(40, bytes[40] ^ 1),
        bytes.slice(0, -1),
        new Uint8Array([...bytes, 0]),
        new Uint8Array(),
      ]
    ) {
      await assert.rejects(install(damaged));
      assert.deepEqual([...Deno.readDirSync(engines)], []);
    }
    assert.equal(await install(bytes), packName(pack));
    const files = [...Deno.readDirSync(`${engines}/${packName(pack)}`)].map(({ name }) => name).sort();
    assert.deepEqual(files, ["LICENSE", "bins", "llama.js"]);
    // What is there is not fetched again; two at once leave one.
    await installPack(engines, { pack, script, readTarball: () => assert.fail("read again") }, signal);
    await Deno.remove(`${engines}/${packName(pack)}`, { recursive: true });
    await Promise.all([install(bytes), install(bytes)]);
    assert.deepEqual([...Deno.readDirSync(engines)].map(({ name }) => name), [packName(pack)]);
  }));

Deno.test("each platform has an engine that is pinned", () => {
  const platforms = [["linux", "x86_64"], ["linux", "aarch64"], ["darwin", "aarch64"], ["darwin", "x86_64"], [
    "windows",
    "x86_64",
  ]];
  assert.deepEqual(platforms.map(([os, arch]) => packsFor({ os, arch })[0].package), [
    "@node-llama-cpp/linux-x64",
    "@node-llama-cpp/linux-arm64",
    "@node-llama-cpp/mac-arm64-metal",
    "@node-llama-cpp/mac-x64",
    "@node-llama-cpp/win-x64",
  ]);
  for (const pack of ENGINE_PACKS) assert.match(pack.integrity, /^sha512-[A-Za-z0-9+/]{86}==$/);
  assert.equal(new Set(ENGINE_PACKS.map(({ integrity }) => integrity)).size, ENGINE_PACKS.length);
  assert.equal(tarballPath(ENGINE_PACKS[0]), "@node-llama-cpp/linux-x64/-/linux-x64-3.21.1.tgz");
  assert.deepEqual(packsFor({ os: "freebsd", arch: "x86_64" }), []);
});
