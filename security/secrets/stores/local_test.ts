import assert from "node:assert/strict";
import { newIdentity } from "../age.ts";
import type { Binding, NewSecret } from "../store.ts";
import { givenKey, type IdentityKeeper, keyFile, keyringKey } from "./identity.ts";
import { localStore, rekeyLocal } from "./local.ts";

const { signal } = new AbortController();
const BINDING: Binding = { host: "api.x.com", header: "authorization", methods: ["GET"], path: "/v1/*" };
const PASSPHRASE = "a long enough passphrase";

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const nobody = () => Promise.reject(new Deno.errors.PermissionDenied("nobody can be asked"));
const plain = (folder: string) => keyFile(`${folder}/secrets.key`, { encrypt: false, ask: nobody });
const storeIn = (folder: string, keeper: IdentityKeeper = plain(folder), now = () => 1000) =>
  localStore({ path: `${folder}/secrets.age`, lock: `${folder}/secrets.lock`, keeper, now });
const one = (name: string, secret: Partial<NewSecret> = {}) =>
  new Map([[name, { value: `value of ${name}`, bindings: [], ...secret }]]);
const modeOf = (path: string) => (Deno.lstatSync(path).mode! & 0o777).toString(8);

Deno.test("what is put is there for the next process: value, bindings, dates; files are the owner's alone", () =>
  inFolder(async (folder) => {
    const store = storeIn(folder);
    assert.deepEqual([await store.list(signal), await store.generation(signal)], [[], 0]);
    assert.deepEqual(Array.from(Deno.readDirSync(folder)), []);
    await store.put!(one("b.key", { bindings: [BINDING], rotateAt: 5000 }), signal);
    await store.put!(one("A", { value: "line one\nline \u{1F511} two\n" }), signal);
    const next = storeIn(folder);
    assert.deepEqual(await next.list(signal), [
      { name: "A", bindings: [], changedAt: 1000 },
      { name: "b.key", bindings: [BINDING], changedAt: 1000, rotateAt: 5000 },
    ]);
    assert.equal(await next.get("A", signal), "line one\nline \u{1F511} two\n");
    assert.deepEqual(
      await next.all!(signal),
      new Map([["A", "line one\nline \u{1F511} two\n"], ["b.key", "value of b.key"]]),
    );
    assert.equal(await next.generation(signal), 2);
    assert.deepEqual(["secrets.age", "secrets.key", "secrets.lock"].map((name) => modeOf(`${folder}/${name}`)), [
      "600",
      "600",
      "600",
    ]);
    await next.remove!("A", signal);
    await assert.rejects(store.get("A", signal), Deno.errors.NotFound);
    await assert.rejects(store.remove!("A", signal), Deno.errors.NotFound);
  }));

Deno.test("a rotated value keeps the one before until it is forgotten", () =>
  inFolder(async (folder) => {
    const store = storeIn(folder);
    await store.put!(one("k", { value: "first" }), signal);
    await assert.rejects(store.previous!.get("k", signal), Deno.errors.NotFound);
    await store.put!(one("k", { value: "second", keepPrevious: true }), signal);
    assert.deepEqual([await store.get("k", signal), await store.previous!.get("k", signal)], ["second", "first"]);
    assert.deepEqual(await store.earlier(signal), ["first"]);
    await store.previous!.forget("k", signal);
    await assert.rejects(store.previous!.get("k", signal), Deno.errors.NotFound);
    await store.put!(one("k", { value: "third", keepPrevious: true }), signal);
    await store.put!(one("k", { value: "fourth" }), signal);
    assert.deepEqual(await store.list(signal), [{ name: "k", bindings: [], changedAt: 1000 }]);
  }));

Deno.test("names and values that could be something else are refused, and the value is in no error", () =>
  inFolder(async (folder) => {
    const store = storeIn(folder);
    const cases: [string, string][] = [
      ["../x", "v"],
      ["a/b", "v"],
      ["", "v"],
      ["-rf", "v"],
      [".hidden", "v"],
      ["a b", "v"],
      ["a\nb", "v"],
      ["__proto__", "v"],
      ["a".repeat(101), "v"],
      ["end.", "v"],
      ["nul", "hunter2\0"],
      ["empty", ""],
      ["long", "hunter2".repeat(10_000)],
      ["broken", "hunter2\ud800"],
    ];
    for (const [name, value] of cases) {
      await assert.rejects(store.put!(one(name, { value }), signal), (error: Error) => {
        assert.ok(error instanceof TypeError, `${name}: ${error}`);
        assert.doesNotMatch(String(error.stack), /hunter2/);
        return true;
      });
    }
    await store.put!(one("constructor"), signal);
    assert.equal(await store.get("constructor", signal), "value of constructor");
    await assert.rejects(store.get("toString", signal), Deno.errors.NotFound);
    await assert.rejects(store.get("../../etc/passwd", signal), Deno.errors.NotFound);
  }));

Deno.test("a file that is not the owner's own private file is not used: link, mode, kind, size, content", async (t) => {
  const breaks: [string, (folder: string) => void | Promise<void>, RegExp][] = [
    ["key is a link", (f) => {
      Deno.renameSync(`${f}/secrets.key`, `${f}/elsewhere`);
      Deno.symlinkSync(`${f}/elsewhere`, `${f}/secrets.key`);
    }, /secrets\.key: it is a symbolic link/],
    ["key is readable by others", (f) => Deno.chmodSync(`${f}/secrets.key`, 0o644), /its mode is 0644.*chmod 600/],
    ["key is readable by the group", (f) => Deno.chmodSync(`${f}/secrets.key`, 0o640), /its mode is 0640/],
    ["key is a folder", (f) => {
      Deno.removeSync(`${f}/secrets.key`);
      Deno.mkdirSync(`${f}/secrets.key`);
    }, /it is no regular file/],
    ["key is gone", (f) => Deno.removeSync(`${f}/secrets.key`), /secrets\.key: there is none/],
    ["key is another", async (f) => Deno.writeTextFileSync(`${f}/secrets.key`, await newIdentity()), /for another key/],
    ["key is two", (f) => {
      const key = Deno.readTextFileSync(`${f}/secrets.key`);
      Deno.writeTextFileSync(`${f}/secrets.key`, key + key);
    }, /does not hold one/],
    ["key is huge", (f) => Deno.truncateSync(`${f}/secrets.key`, 1 << 20), /the most is 16384/],
    ["secrets are a link", (f) => {
      Deno.renameSync(`${f}/secrets.age`, `${f}/elsewhere`);
      Deno.symlinkSync(`${f}/elsewhere`, `${f}/secrets.age`);
    }, /secrets\.age: it is a symbolic link/],
    ["secrets are readable by others", (f) => Deno.chmodSync(`${f}/secrets.age`, 0o604), /its mode is 0604/],
    ["secrets are empty", (f) => Deno.truncateSync(`${f}/secrets.age`, 0), /no whole age file/],
    ["secrets are cut", (f) => Deno.truncateSync(`${f}/secrets.age`, 300), /no whole age file/],
    ["secrets are huge", (f) => Deno.truncateSync(`${f}/secrets.age`, 65 << 20), /the most is 67108864/],
  ];
  for (const [what, break_, reason] of breaks) {
    await t.step(what, () =>
      inFolder(async (folder) => {
        await storeIn(folder).put!(one("k", { value: "hunter2" }), signal);
        await break_(folder);
        const before = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
        const refused = (error: Error) => {
          assert.ok(error instanceof Deno.errors.PermissionDenied, String(error));
          assert.match(error.message, reason);
          assert.doesNotMatch(String(error.stack), /hunter2|AGE-SECRET-KEY-1[02-9A-Z]/);
          return true;
        };
        const store = storeIn(folder);
        await assert.rejects(store.get("k", signal), refused);
        await assert.rejects(store.list(signal), refused);
        await assert.rejects(store.put!(one("other"), signal), refused);
        assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), before);
      }));
  }
});

Deno.test("an age file for our key that holds something else is refused", () =>
  inFolder(async (folder) => {
    const { sealed } = await import("../age.ts");
    const keeper = plain(folder);
    await storeIn(folder, keeper).put!(one("k"), signal);
    const { recipient } = await keeper.open(signal);
    for (
      const content of [
        "",
        "[]",
        "null",
        '{"version":2,"generation":1,"secrets":{}}',
        '{"version":1,"generation":1,"secrets":{"../x":{}}}',
      ]
    ) {
      Deno.writeFileSync(
        `${folder}/secrets.age`,
        await sealed(new TextEncoder().encode(content), { recipients: [recipient] }),
      );
      await assert.rejects(storeIn(folder).list(signal), Deno.errors.PermissionDenied, content);
    }
  }));

Deno.test("a passphrase locks the key: asked once, wrong is refused, Debian's age could read it", () =>
  inFolder(async (folder) => {
    const asked: boolean[] = [];
    const locked = (passphrase: string) =>
      keyFile(`${folder}/secrets.key`, {
        encrypt: true,
        ask: ({ again }) => {
          asked.push(again);
          return Promise.resolve(passphrase);
        },
      });
    await storeIn(folder, locked(PASSPHRASE)).put!(one("k"), signal);
    assert.match(Deno.readTextFileSync(`${folder}/secrets.key`), /^-----BEGIN AGE ENCRYPTED FILE-----/);
    const keeper = locked(PASSPHRASE);
    assert.deepEqual([keeper.name, keeper.silent], ["passphrase", false]);
    const store = storeIn(folder, keeper);
    assert.deepEqual([await store.get("k", signal), await store.get("k", signal)], ["value of k", "value of k"]);
    assert.deepEqual([asked, keeper.silent], [[true, false], true]);
    await assert.rejects(storeIn(folder, locked("another passphrase")).get("k", signal), /the passphrase is wrong/);
    await assert.rejects(storeIn(folder, plain(folder)).get("k", signal), /nobody can be asked/);
  }));

Deno.test("a new key: the old one opens nothing any more, the passphrase does", () =>
  inFolder(async (folder) => {
    const old = plain(folder);
    await storeIn(folder, old).put!(one("k"), signal);
    const keyText = Deno.readTextFileSync(`${folder}/secrets.key`);
    const given = { path: `${folder}/secrets.age`, lock: `${folder}/secrets.lock`, keyPath: `${folder}/secrets.key` };
    await rekeyLocal(given, { old: await old.open(signal), passphrase: PASSPHRASE }, signal);
    const keeper = keyFile(`${folder}/secrets.key`, { encrypt: false, ask: () => Promise.resolve(PASSPHRASE) });
    assert.equal(await storeIn(folder, keeper).get("k", signal), "value of k");
    Deno.writeTextFileSync(`${folder}/secrets.key`, keyText);
    await assert.rejects(storeIn(folder).get("k", signal), /it was encrypted for another key/);
  }));

Deno.test("a key that systemd hands over opens the store and is never made here", () =>
  inFolder(async (folder) => {
    const path = `${folder}/credential`;
    const keeper = givenKey(path);
    await assert.rejects(storeIn(folder, keeper).put!(one("k"), signal), /systemd credential .*: there is none/);
    Deno.writeTextFileSync(path, `${await newIdentity()}\n`, { mode: 0o400 });
    await storeIn(folder, keeper).put!(one("k"), signal);
    assert.equal(await storeIn(folder, givenKey(path)).get("k", signal), "value of k");
    assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
      "credential",
      "secrets.age",
      "secrets.lock",
    ]);
  }));

Deno.test("a key in the keyring opens the store; locked, empty, garbage or no keyring at all is said, with the cure", () =>
  inFolder(async (folder) => {
    const secret = await newIdentity();
    const help = { install: "install libsecret-tools", store: "secret-tool store …" };
    const keeper = (code: number, stdout: string, missing = false) =>
      keyringKey(() => Promise.resolve({ code, stdout, missing }), help);
    await storeIn(folder, keeper(0, `# created\n${secret}\n`)).put!(one("k"), signal);
    assert.equal(await storeIn(folder, keeper(0, secret)).get("k", signal), "value of k");
    const cases: [IdentityKeeper, RegExp][] = [
      [keeper(127, "", true), /unavailable: install libsecret-tools/],
      [keeper(1, ""), /locked or holds none; to put one there: secret-tool store/],
      [keeper(0, "\n"), /locked or holds none/],
      [keeper(0, "hunter2"), /does not hold one/],
      [keeper(0, await newIdentity()), /encrypted for another key/],
    ];
    for (const [wrong, reason] of cases) {
      await assert.rejects(storeIn(folder, wrong).get("k", signal), (error: Error) => {
        assert.match(error.message, reason);
        assert.doesNotMatch(error.message, /hunter2/);
        return error instanceof Deno.errors.PermissionDenied;
      });
      assert.throws(() => Deno.lstatSync(`${folder}/secrets.key`), Deno.errors.NotFound);
    }
  }));

Deno.test({
  name: `another user reads neither key nor secrets, and their own files are not taken for the owner's${
    Deno.uid() === 0 ? "" : " (needs root)"
  }`,
  ignore: Deno.uid() !== 0,
  fn: () =>
    inFolder(async (folder) => {
      await storeIn(folder).put!(one("k"), signal);
      Deno.chmodSync(folder, 0o755);
      const as = (...args: string[]) =>
        new Deno.Command("setpriv", { args: ["--reuid=65534", "--regid=65534", "--clear-groups", ...args] }).output();
      for (const name of ["secrets.key", "secrets.age"]) {
        assert.notEqual((await as("cat", `${folder}/${name}`)).code, 0, name);
      }
      for (const name of ["secrets.key", "secrets.age"]) {
        Deno.chownSync(`${folder}/${name}`, 65534, 65534);
        await assert.rejects(storeIn(folder).get("k", signal), /it belongs to another user/);
        Deno.chownSync(`${folder}/${name}`, 0, 0);
      }
      assert.equal(await storeIn(folder).get("k", signal), "value of k");
    }),
});

const WRITER = new URL("testing/put_forever.ts", import.meta.url).pathname;
const writer = (folder: string, ...args: string[]) =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", WRITER, folder, ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();

Deno.test("four processes that begin at once agree on one key, and none undoes what another put", () =>
  inFolder(async (folder) => {
    const ended = await Promise.all(["a", "b", "c", "d"].map((prefix) => writer(folder, prefix, "8").output()));
    for (const { code, stderr } of ended) assert.equal(code, 0, new TextDecoder().decode(stderr));
    const names = (await storeIn(folder).list(signal)).map(({ name }) => name);
    assert.deepEqual(
      names,
      ["a", "b", "c", "d"].flatMap((prefix) => Array.from({ length: 8 }, (_, i) => `${prefix}${i}`)),
    );
    assert.equal(await storeIn(folder).generation(signal), 32);
  }));

Deno.test("kill -9 in the middle loses nothing that was kept, and the next process goes on", () =>
  inFolder(async (folder) => {
    const kept: string[] = [];
    for (let round = 0; round < 6; round++) {
      const child = writer(folder, `r${round}n`);
      const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      const state = { text: "" };
      while (state.text.split("\n").length <= 3 + round * 2) state.text += (await lines.read()).value ?? "";
      child.kill("SIGKILL");
      for (let more = await lines.read(); !more.done; more = await lines.read()) state.text += more.value;
      await child.stderr.cancel();
      await child.status;
      kept.push(...state.text.split("\n").slice(0, -1));
      const found = await storeIn(folder).all!(signal);
      for (const name of kept) assert.ok(found.get(name)?.startsWith(`${name} x`), name);
    }
    Deno.writeTextFileSync(`${folder}/secrets.age.${crypto.randomUUID()}.new`, "half");
    await storeIn(folder).put!(one("last"), signal);
    assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
      "secrets.age",
      "secrets.key",
      "secrets.lock",
    ]);
    assert.equal(await storeIn(folder).get("last", signal), "value of last");
  }));

Deno.test("ten thousand secrets are one change and one reading", () =>
  inFolder(async (folder) => {
    const many = new Map(Array.from({ length: 10_000 }, (_, i) => [`n${i}`, { value: `v${i}`, bindings: [] }]));
    const store = storeIn(folder);
    await store.put!(many, signal);
    assert.deepEqual([
      (await store.all!(signal)).size,
      await store.get("n9999", signal),
      await store.generation(signal),
    ], [
      10_000,
      "v9999",
      1,
    ]);
  }));
