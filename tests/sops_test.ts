import assert from "node:assert/strict";
import { join } from "node:path";
import { orderedTree } from "../cli/config/document.ts";
import { sopsJson } from "./fakes/sops.ts";
import { identitiesIn, newIdentity, recipientOf } from "../security/secrets/age.ts";
import { sopsStore } from "../security/secrets/stores/sops.ts";

const { signal } = new AbortController();
const FIXTURES = new URL("fixtures/secrets/sops/", import.meta.url).pathname;
const [identity] = identitiesIn(Deno.readTextFileSync(`${FIXTURES}key.txt`));
const TOKEN = "ghp_notarealtokenatall0000000000000000";

const storeAt = (path: string, identities = [identity]) =>
  sopsStore({ path, parse: orderedTree, identities: () => Promise.resolve(identities) });

async function withFile(text: string, work: (path: string) => Promise<void>, name = "file.yaml"): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    Deno.writeTextFileSync(join(folder, name), text);
    await work(join(folder, name));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("files of SOPS 3.9.4 itself: YAML, JSON, dotenv, some values open, MAC over the encrypted ones alone", async () => {
  const database = { "database.password": "pä$$ word", "database.port": "5432", "database.ratio": "0.25" };
  const nested = { ...database, "database.tls": "True", "keys.0": "first", "keys.1.second": "deep" };
  const cases: [string, Record<string, string>][] = [
    ["plain.yaml", { github_token: TOKEN, ...nested, multi: "line one\nline two\n" }],
    ["plain.json", { github_token: TOKEN, ...nested, big: "1500000000000000000000" }],
    ["plain.env", { GITHUB_TOKEN: TOKEN, DB_PASSWORD: 'p$$ word "quoted"' }],
    ["regex.yaml", { "database.password": "pä$$ word" }],
    ["maconly.yaml", { "database.password": "pä$$ word" }],
  ];
  for (const [name, values] of cases) {
    const store = storeAt(FIXTURES + name);
    assert.deepEqual(Object.fromEntries(await store.all!(signal)), values, name);
    assert.deepEqual(await store.list(signal), Object.keys(values).map((one) => ({ name: one, bindings: [] })));
  }
  assert.equal(await storeAt(`${FIXTURES}plain.yaml`).get("database.password", signal), "pä$$ word");
  await assert.rejects(storeAt(`${FIXTURES}plain.yaml`).get("plain_unencrypted", signal), Deno.errors.NotFound);
  assert.deepEqual([storeAt(FIXTURES).put, storeAt(FIXTURES).remove], [null, null]);
});

Deno.test("anything changed, moved, added or taken away in a file is refused, and no value is told", async (t) => {
  const yaml = Deno.readTextFileSync(`${FIXTURES}plain.yaml`);
  const line = (name: string) => yaml.split("\n").find((one) => one.trim().startsWith(`${name}:`))!;
  const value = (name: string) => line(name).slice(line(name).indexOf("ENC["));
  const changes: [string, (text: string) => string][] = [
    ["a value written in the open", (text) => text.replace(value("github_token"), "attacker")],
    ["an open value changed", (text) => text.replace("seen by everybody", "seen by nobody")],
    ["an open value added", (text) => `added: x\n${text}`],
    ["an encrypted value taken away", (text) => text.replace(`${line("github_token")}\n`, "")],
    ["an empty value filled", (text) => text.replace('empty: ""', "empty: filled")],
    [
      "two values swapped",
      (text) => text.replace(value("port"), "@").replace(value("ratio"), value("port")).replace("@", value("ratio")),
    ],
    ["a value under another key", (text) => text.replace("github_token:", "gitlab_token:")],
    ["two list items in another order", (text) => {
      const items = text.split("\n").filter((one) => /^ {4}- /.test(one));
      return text.replace(`${items[0]}\n${items[1]}`, `${items[1]}\n${items[0]}`);
    }],
    [
      "a bit of a value",
      (text) => text.replace(/data:(.)/, (_, c) => `data:${c === "A" ? "B" : "A"}`).replace("#ENC", "x: ENC"),
    ],
    ["another time", (text) => text.replace(/lastmodified: ".*"/, 'lastmodified: "2026-11-21T00:00:00Z"')],
    ["MAC said to be over fewer", (text) => text.replace("    version:", "    mac_only_encrypted: true\n    version:")],
    ["no MAC", (text) => text.replace(/ {4}mac: .*\n/, "")],
    ["no age key", (text) => text.replace(/ {4}age:\n(?: {8}.*\n)+/, "")],
    ["groups of keys", (text) => text.replace("    version:", "    key_groups: []\n    version:")],
    ["a key's letter", (text) => text.replace("YWdlLWVuY3J5", "YWdlLWVuY3Jz")],
    ["cut in the middle", (text) => text.slice(0, text.length / 2)],
    ["an alias", (text) => `a: &x 1\nb: *x\n${text}`],
    ["not SOPS", () => "github_token: x\n"],
    ["no YAML", () => "{ a: [ }"],
    ["nothing", () => ""],
    ["deep", () => "[".repeat(10_000)],
  ];
  for (const [what, change] of changes) {
    await t.step(what, async () => {
      const changed = change(yaml);
      assert.notEqual(changed, yaml);
      await withFile(changed, async (path) => {
        await assert.rejects(storeAt(path).all!(signal), (error: Error) => {
          assert.ok(error instanceof Deno.errors.PermissionDenied, String(error));
          assert.doesNotMatch(String(error.stack), new RegExp(`${TOKEN}|AGE-SECRET-KEY-1[02-9]`));
          return true;
        });
      });
    });
  }
});

Deno.test("another writer of the same format is read: numbers, truth, nested lists, open keys, several recipients", async () => {
  const other = await newIdentity();
  const recipients = [await recipientOf(other), await recipientOf(identity)];
  const tree = {
    token: "t",
    n: 1e21,
    small: 1.5e-7,
    neg: -0.5,
    yes: true,
    no: false,
    none: null,
    empty: "",
    list: [["a"], { b: "c" }],
    hint: { where: "open" },
  };
  const values = {
    token: "t",
    n: "1e+21",
    small: "1.5e-7",
    neg: "-0.5",
    yes: "True",
    no: "False",
    "list.0.0": "a",
    "list.1.b": "c",
  };
  for (const macOnlyEncrypted of [false, true]) {
    // Numbers that Go writes without an exponent are left to the files of SOPS itself.
    const { n: _n, small: _s, ...plain } = tree;
    const { n: _m, small: _t, ...told } = values;
    await withFile(await sopsJson(plain, { recipients, open: ["hint"], macOnlyEncrypted }), async (path) => {
      assert.deepEqual(Object.fromEntries(await storeAt(path).all!(signal)), told);
      assert.deepEqual(Object.fromEntries(await storeAt(path, [other]).all!(signal)), told);
      await assert.rejects(storeAt(path, [await newIdentity()]).all!(signal), /none of the age keys here opens it/);
      await assert.rejects(storeAt(path, []).all!(signal), /there is no age key/);
    });
  }
  await withFile(await sopsJson({ a: "b" }, { recipients, mac: "0".repeat(128) }), async (path) => {
    await assert.rejects(storeAt(path).all!(signal), /its MAC is not that of its values/);
  });
});

Deno.test("a file that is not there, is a folder, or is too large is refused", async () => {
  await assert.rejects(storeAt("/nowhere/x.yaml").list(signal), Deno.errors.PermissionDenied);
  await assert.rejects(storeAt(FIXTURES).list(signal), /it is no regular file/);
  await withFile("", async (path) => {
    Deno.truncateSync(path, 9 << 20);
    await assert.rejects(storeAt(path).list(signal), /the most is 8388608/);
  });
});

const SOPS = (() => {
  try {
    new Deno.Command("sops", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return true;
  } catch {
    return false;
  }
})();

// Debian has no such package: where the program is, one more test.
if (SOPS) {
  Deno.test({
    name: "what the sops program encrypts now is read",
    async fn() {
      const recipient = await recipientOf(identity);
      const json = JSON.stringify({
        s: "x",
        zero: 0,
        n: 12345678901,
        f: 1e-7,
        big: 1e21,
        neg: -1.5,
        t: true,
        z: null,
        "10": "a",
        "2": "b",
        deep: { l: [1, [2]] },
      });
      for (const regex of [null, "^s$"]) {
        await withFile(json, async (path) => {
          const args = ["-e", "-i", ...(regex === null ? [] : ["--encrypted-regex", regex]), path];
          const env = { SOPS_AGE_RECIPIENTS: recipient, SOPS_DISABLE_VERSION_CHECK: "1" };
          const ran = await new Deno.Command("sops", { args, env }).output();
          assert.equal(ran.code, 0, new TextDecoder().decode(ran.stderr));
          const found = await storeAt(path).all!(signal);
          assert.deepEqual([found.get("s"), found.size], ["x", regex === null ? 11 : 1]);
        }, "file.json");
      }
    },
  });
}
