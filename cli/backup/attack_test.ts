import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { restoreBackup } from "./restore.ts";
import { type Entry, readManifest } from "./manifest.ts";

const never = new AbortController().signal;
const BODY = new TextEncoder().encode("model:\n  name: planted\n");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const entry = (path: string, bytes = BODY): Entry => ({ path, bytes: bytes.length, sha256: sha256(bytes) });

/** One ustar header by hand, so that a case can say what no honest writer would. */
function header(name: string, size: number, { type = "0", link = "" } = {}): Uint8Array {
  const block = new Uint8Array(512);
  const put = (text: string, at: number) => block.set(new TextEncoder().encode(text), at);
  put(name, 0);
  put("0000600\0", 100);
  put("0000000\0", 108);
  put("0000000\0", 116);
  put(size.toString(8).padStart(11, "0") + "\0", 124);
  put("00000000000\0", 136);
  put("        ", 148);
  put(type, 156);
  put(link, 157);
  put("ustar\x0000", 257);
  put(block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0") + "\0 ", 148);
  return block;
}

type Piece = { name: string; body?: Uint8Array; size?: number; type?: string; link?: string };

function tar(pieces: Piece[]): Uint8Array {
  const blocks = pieces.flatMap(({ name, body = BODY, size = body.length, type, link }) => {
    const padded = new Uint8Array(Math.ceil(body.length / 512) * 512);
    padded.set(body);
    return [header(name, size, { type, link }), padded];
  });
  return concat([...blocks, new Uint8Array(1024)]);
}

function concat(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const listing = (files: unknown, more: object = {}): Piece => ({
  name: "harombe-backup.json",
  body: new TextEncoder().encode(
    JSON.stringify({ format: 1, harombe: "0.1.0", createdAt: 0, models: false, audit: null, files, ...more }),
  ),
});
const archive = (...pieces: Piece[]) => gzipSync(tar(pieces));
const YAML = "harombe.yaml";

/** Each would put something where it does not belong, or hide something; `why` is what the person is told. */
const ATTACKS: [name: string, file: () => Uint8Array, why: RegExp][] = [
  ["a path that climbs out", () => archive(listing([entry("../x")]), { name: "../x" }), /may be called "\.\.\/x"/],
  ["an absolute path", () => archive(listing([entry("/etc/x")]), { name: "/etc/x" }), /may be called "\/etc\/x"/],
  [
    "a climb inside a folder",
    () => archive(listing([entry("recipes/../../x")]), { name: "recipes/../../x" }),
    /may be called/,
  ],
  [
    "a dot file in a folder",
    () => archive(listing([entry("recipes/.bashrc")]), { name: "recipes/.bashrc" }),
    /may be called/,
  ],
  ["a backslash", () => archive(listing([entry("recipes\\x")]), { name: "recipes\\x" }), /may be called/],
  ["a newline in a name", () => archive(listing([entry("recipes/a\nb")]), { name: "recipes/a" }), /may be called/],
  ["an unknown file", () => archive(listing([entry("authorized_keys")]), { name: "authorized_keys" }), /may be called/],
  ["the logs", () => archive(listing([entry("logs/harombe.log")]), { name: "logs/harombe.log" }), /may be called/],
  [
    "the order of a restore",
    () => archive(listing([entry(".restore/order.json")]), { name: ".restore/order.json" }),
    /may be/,
  ],
  ["a folder as a file", () => archive(listing([entry("recipes")]), { name: "recipes" }), /may be called "recipes"/],
  [
    "a file as a folder",
    () => archive(listing([entry("harombe.yaml/x")]), { name: "harombe.yaml/x" }),
    /may be called/,
  ],
  ["the same file twice", () => archive(listing([entry(YAML), entry(YAML)]), { name: YAML }, { name: YAML }), /twice/],
  [
    "two names that are one where case does not count",
    () => archive(listing([entry("recipes/A"), entry("recipes/a")]), { name: "recipes/A" }, { name: "recipes/a" }),
    /twice/,
  ],
  [
    "a symbolic link",
    () =>
      archive(listing([entry(YAML)]), { name: YAML, type: "2", link: "/etc/passwd", size: 0, body: new Uint8Array() }),
    /no plain file/,
  ],
  [
    "a hard link",
    () =>
      archive(listing([entry(YAML)]), { name: YAML, type: "1", link: "/etc/passwd", size: 0, body: new Uint8Array() }),
    /no plain file/,
  ],
  [
    "a device",
    () => archive(listing([entry(YAML)]), { name: YAML, type: "3", size: 0, body: new Uint8Array() }),
    /no plain file/,
  ],
  [
    "a directory",
    () => archive(listing([entry(YAML)]), { name: "recipes/", type: "5", size: 0, body: new Uint8Array() }),
    /no plain file/,
  ],
  [
    "a fifo",
    () => archive(listing([entry(YAML)]), { name: YAML, type: "6", size: 0, body: new Uint8Array() }),
    /no plain file/,
  ],
  [
    "a pax header that renames the file",
    () =>
      archive(listing([entry(YAML)]), { name: "x", type: "x", body: new TextEncoder().encode("14 path=../x\n\n") }, {
        name: YAML,
      }),
    /is not the file that its list says/,
  ],
  [
    "a link as the list itself",
    () => archive({ name: "harombe-backup.json", type: "2", link: "/etc/passwd", size: 0, body: new Uint8Array() }),
    /no plain file/,
  ],
  ["no list", () => archive({ name: YAML }), /does not begin with/],
  [
    "a list that is no JSON",
    () => archive({ name: "harombe-backup.json", body: new TextEncoder().encode("{") }),
    /no JSON/,
  ],
  ["a list of another shape", () => archive(listing("x")), /list of files is wrong at files/],
  ["a list with more in it", () => archive(listing([], { run: "rm" })), /list of files is wrong/],
  ["a newer format", () => archive(listing([], { format: 2 })), /format 2, this harombe reads 1; update/],
  [
    "a list of 5 MiB",
    () => archive({ name: "harombe-backup.json", body: new Uint8Array(5 << 20) }),
    /list of files has/,
  ],
  [
    "20,001 files",
    () => archive(listing(Array.from({ length: 20_001 }, (_, i) => entry(`recipes/f${i}`)))),
    /wrong at files/,
  ],
  ["an exabyte", () => archive(listing([{ ...entry(YAML), bytes: 2 ** 60 }])), /wrong at files\.0\.bytes/],
  [
    "more than the disk holds",
    () => archive(listing([{ ...entry(YAML), bytes: 2 ** 40 }]), { name: YAML }),
    /bytes, \d+ are free/,
  ],
  ["a hole in the numbers", () => archive(listing([{ ...entry(YAML), bytes: -1 }])), /wrong at files\.0\.bytes/],
  [
    "a size that the archive denies",
    () => archive(listing([{ ...entry(YAML), bytes: 5 }]), { name: YAML }),
    /has 23 bytes, its list says 5/,
  ],
  [
    "other content than its hash",
    () => archive(listing([{ ...entry(YAML), sha256: "0".repeat(64) }]), { name: YAML }),
    /SHA-256/,
  ],
  [
    "a file that is missing",
    () => archive(listing([entry(YAML), entry("recipes/a")]), { name: YAML }),
    /recipes\/a is missing/,
  ],
  [
    "a file that the list does not know",
    () => archive(listing([entry(YAML)]), { name: YAML }, { name: "recipes/a" }),
    /is not the file/,
  ],
  [
    "the files in another order",
    () => archive(listing([entry(YAML), entry("recipes/a")]), { name: "recipes/a" }, { name: YAML }),
    /is not the file/,
  ],
  [
    "the audit log without its key",
    () => archive(listing([entry("audit.db")]), { name: "audit.db" }),
    /without its key/,
  ],
  ["a database that is none", () => archive(listing([entry("sessions.db")]), { name: "sessions.db" }), /damaged/],
  ["an archive that is cut", () => archive(listing([entry(YAML)]), { name: YAML }).slice(0, -30), /damaged/],
  [
    "a cut in the middle of a file",
    () => gzipSync(tar([listing([entry(YAML)]), { name: YAML }]).slice(0, 1500)),
    /damaged|missing/,
  ],
  ["a checksum that is wrong", () => gzipSync(tar([listing([entry(YAML)]), { name: YAML }]).with(0, 65)), /damaged/],
  ["no archive", () => new TextEncoder().encode("hello"), /damaged or no backup/],
  ["an empty file", () => new Uint8Array(), /damaged|empty/],
  [
    "an age file that wants a thousand seconds of work",
    () =>
      new TextEncoder().encode(
        `age-encryption.org/v1\n-> scrypt ${"A".repeat(22)} 30\n${"A".repeat(43)}\n--- ${"A".repeat(43)}\n`,
      ),
    /work factor is too high/,
  ],
];

Deno.test("no archive puts anything where it does not belong: each is refused whole, with the reason", async () => {
  const root = await Deno.makeTempDir({ prefix: "harombe-attack-" });
  const state = `${root}/state`;
  await Deno.mkdir(state, { mode: 0o700 });
  await Deno.writeTextFile(`${state}/harombe.yaml`, "model:\n  name: mine\n");
  const options = {
    file: `${root}/b`,
    state,
    force: true,
    passphrase: () => Promise.resolve("correct horse battery"),
    now: 0,
  };
  const reference = () => Array.from(Deno.readDirSync(state), ({ name }) => name).sort();
  for (const [name, file, why] of ATTACKS) {
    await Deno.writeFile(`${root}/b`, file());
    await assert.rejects(restoreBackup(options, never), (error: Error) => {
      assert.match(error.message, /^Cannot /, name);
      assert.match(error.message, why, name);
      assert.ok(error.message.length < 400, name);
      return true;
    }, name);
    assert.deepEqual(reference(), [".backup.lock", "harombe.yaml"], name);
    assert.equal(await Deno.readTextFile(`${state}/harombe.yaml`), "model:\n  name: mine\n", name);
    assert.deepEqual(Array.from(Deno.readDirSync(root), (one) => one.name).sort(), ["b", "state"], name);
  }
  // The same hands can make a good one: the cases fail for their own reason.
  await Deno.writeFile(`${root}/b`, archive(listing([entry(YAML)]), { name: YAML }));
  await restoreBackup(options, never);
  assert.equal(await Deno.readTextFile(`${state}/harombe.yaml`), "model:\n  name: planted\n");
  await Deno.remove(root, { recursive: true });
});

Deno.test("a bomb of zeros ends at the size that its list says, without filling memory or disk", async () => {
  const root = await Deno.makeTempDir({ prefix: "harombe-bomb-" });
  await Deno.mkdir(`${root}/state`, { mode: 0o700 });
  const zeros = new Uint8Array(64 << 20);
  const bomb = gzipSync(concat([tar([listing([entry(YAML)]), { name: YAML }]), zeros]));
  assert.ok(bomb.length < 1 << 20);
  await Deno.writeFile(`${root}/b`, bomb);
  const options = {
    file: `${root}/b`,
    state: `${root}/state`,
    force: false,
    passphrase: () => Promise.resolve(""),
    now: 0,
  };
  await restoreBackup(options, never).catch(() => {});
  const left = await Array.fromAsync(Deno.readDir(`${root}/state`));
  const bytes = left.filter(({ isFile }) => isFile).reduce(
    (sum, { name }) => sum + Deno.statSync(`${root}/state/${name}`).size,
    0,
  );
  assert.ok(bytes < 1000, `${bytes}`);
  await Deno.remove(root, { recursive: true });
});

Deno.test("a list of files is taken only as it was meant", () => {
  const files = [entry("audit.key"), entry("audit.head"), entry("audit.db"), entry("recipes/home/tidy.yaml")];
  const text = JSON.stringify({
    format: 1,
    harombe: "0.1.0",
    createdAt: 1,
    models: false,
    audit: { last: 1, faults: 0 },
    files,
  });
  assert.deepEqual(readManifest(text).files, files);
});
