import assert from "node:assert/strict";
import { type FakeVault, fakeVault } from "../../../tests/fakes/vault.ts";
import { fetching } from "../../egress/fetching.ts";
import { FetchError } from "../../egress/request.ts";
import type { NewSecret } from "../store.ts";
import { vaultStore } from "./vault.ts";
import { type VaultLogin, vaultToken } from "./vault_token.ts";

const { signal } = new AbortController();
const TOKEN = "hvs.the-owners-own-token";

/** The store over `vault` as the program has it, the dialling code included, without a process of its own. */
function storeOver(
  vault: FakeVault,
  options: { login?: VaultLogin; refresh?: boolean; address?: string; ms?: number; namespace?: string } = {},
) {
  const address = options.address ?? vault.base;
  const { host } = new URL(vault.base);
  const server = {
    address,
    namespace: options.namespace ?? null,
    send: (request: Parameters<typeof fetching>[0], _: unknown, of: AbortSignal) =>
      fetching({ ...request, ms: options.ms ?? request.ms }, { downloads: null, hosts: [host] }, () => {}, of),
  };
  const now = () => vault.clock.now;
  const login = options.login ?? { token: () => Promise.resolve(`${TOKEN}\n`) };
  const token = vaultToken(server, { login, refresh: options.refresh ?? true, now });
  return vaultStore({ server, token, mount: "secret", path: "harombe", now });
}

const forever = { endsAt: Infinity, ttl: 0, renewable: false, writes: true };
async function withVault(work: (vault: FakeVault) => Promise<void>): Promise<void> {
  await using vault = await fakeVault();
  vault.tokens.set(TOKEN, { ...forever });
  await work(vault);
}
const one = (name: string, secret: Partial<NewSecret> = {}) =>
  new Map([[name, { value: `value of ${name}`, bindings: [], ...secret }]]);
const paths = (vault: FakeVault) => vault.seen.map(({ method, path }) => `${method} ${path.replace("/v1/", "")}`);

/** The error is `PermissionDenied`, says `reason`, and holds no token. */
async function denied(work: Promise<unknown>, reason: RegExp): Promise<void> {
  await assert.rejects(work, (error: Error) => {
    assert.ok(error instanceof Deno.errors.PermissionDenied, `${error.name}: ${error}`);
    assert.match(error.message, reason);
    assert.doesNotMatch(`${error.message}${error.stack}`, /hvs\.|value of/);
    return true;
  });
}

Deno.test("a secret is put, listed with where it may go, read, rotated, read as it was before, forgotten, removed", () =>
  withVault(async (vault) => {
    const store = storeOver(vault, { namespace: "team/a" });
    assert.deepEqual(await store.list(signal), []);
    const bindings = [{ host: "api.x.com", header: "authorization", methods: ["GET" as const], path: "/v1/*" }];
    await store.put!(one("github.token", { bindings, rotateAt: 5000 }), signal);
    const changedAt = vault.clock.now;
    const entry = { name: "github.token", bindings, changedAt, rotateAt: 5000 };
    assert.deepEqual(await store.list(signal), [entry]);
    assert.equal(await store.get("github.token", signal), "value of github.token");
    await assert.rejects(store.previous!.get("github.token", signal), Deno.errors.NotFound);
    await store.put!(one("github.token", { bindings, value: "second" }), signal);
    assert.deepEqual(await store.list(signal), [{ name: "github.token", bindings, changedAt, previous: true }]);
    assert.equal(await store.previous!.get("github.token", signal), "value of github.token");
    await store.previous!.forget("github.token", signal);
    assert.equal(vault.entries.get("harombe/github.token")!.versions[0].destroyed, true);
    assert.equal(await store.get("github.token", signal), "second");
    await store.remove!("github.token", signal);
    assert.deepEqual(await store.list(signal), []);
    await assert.rejects(store.get("github.token", signal), Deno.errors.NotFound);
    await assert.rejects(store.remove!("github.token", signal), Deno.errors.NotFound);
    await assert.rejects(store.get("other", signal), Deno.errors.NotFound);
    assert.deepEqual([...new Set(vault.seen.map(({ namespace }) => namespace))], ["team/a"]);
  }));

Deno.test("what others keep beside our metadata stays; a field of another name is read if it is the only one", () =>
  withVault(async (vault) => {
    const version = { created_time: "2026-01-01T00:00:00Z", deletion_time: "", destroyed: false };
    const custom_metadata = { owner: "jdoe", harombe_bind_0: "host=*,header=x" };
    vault.entries.set("harombe/old", { versions: [{ ...version, data: { password: "p" } }], custom_metadata });
    vault.entries.set("harombe/two", { versions: [{ ...version, data: { a: "1", b: "2" } }], custom_metadata: null });
    vault.entries.set("harombe/number", { versions: [{ ...version, data: { value: 5 } }], custom_metadata: null });
    vault.entries.set("harombe/deep/er", { versions: [{ ...version, data: { value: "x" } }], custom_metadata: null });
    const store = storeOver(vault);
    assert.deepEqual((await store.list(signal)).map(({ name, bindings }) => [name, bindings]), [["old", []], [
      "two",
      [],
    ], ["number", []]]);
    assert.equal(await store.get("old", signal), "p");
    await denied(store.get("two", signal), /it holds no text as its field value/);
    await denied(store.get("number", signal), /it holds no text as its field value/);
    await store.put!(one("old"), signal);
    assert.deepEqual(vault.entries.get("harombe/old")!.custom_metadata, { owner: "jdoe" });
  }));

Deno.test("two writers: the later one is told and undoes nothing", () =>
  withVault(async (vault) => {
    const store = storeOver(vault);
    await store.put!(one("k"), signal);
    const { versions } = vault.entries.get("harombe/k")!;
    // Between our look at the version and our write somebody else writes.
    const state = { raced: false };
    const get = vault.entries.get.bind(vault.entries);
    vault.entries.get = (name) => {
      const asked = vault.seen.at(-1)!;
      if (!state.raced && asked.method === "POST" && asked.path.includes("/data/")) {
        state.raced = true;
        versions.push({
          data: { value: "theirs" },
          created_time: "2026-11-20T08:00:00Z",
          deletion_time: "",
          destroyed: false,
        });
      }
      return get(name);
    };
    await denied(store.put!(one("k", { value: "ours" }), signal), /changed by somebody else meanwhile/);
    assert.equal(await store.get("k", signal), "theirs");
  }));

Deno.test("a token is renewed when half of its time is over, and not before", () =>
  withVault(async (vault) => {
    vault.tokens.set(TOKEN, { endsAt: vault.clock.now + 3_600_000, ttl: 3600, renewable: true, writes: true });
    const store = storeOver(vault);
    await store.put!(one("k"), signal);
    vault.seen.length = 0;
    vault.clock.now += 1_799_000;
    await store.get("k", signal);
    assert.deepEqual(paths(vault), ["GET secret/data/harombe/k"]);
    vault.clock.now += 2_000;
    await Promise.all([store.get("k", signal), store.get("k", signal)]);
    assert.deepEqual(paths(vault).filter((path) => path.includes("renew")), ["POST auth/token/renew-self"]);
    vault.clock.now += 3_000_000;
    assert.equal(await store.get("k", signal), "value of k");
  }));

Deno.test("a token that may not be renewed, or is not to be, ends when it ends", () =>
  withVault(async (vault) => {
    for (const [renewable, refresh] of [[false, true], [true, false]]) {
      vault.tokens.set(TOKEN, { endsAt: vault.clock.now + 3_600_000, ttl: 3600, renewable, writes: true });
      const store = storeOver(vault, { refresh });
      if (vault.entries.size === 0) await store.put!(one("k"), signal);
      vault.clock.now += 3_500_000;
      assert.equal(await store.get("k", signal), "value of k");
      vault.clock.now += 200_000;
      await denied(store.get("k", signal), /the token has expired; give a new one/);
    }
    assert.deepEqual(paths(vault).filter((path) => path.includes("renew")), []);
  }));

Deno.test("AppRole: one login for many reads, a new one after the lease ended or the token was taken back", () =>
  withVault(async (vault) => {
    vault.roles.set("role", "the secret id");
    const login = { mount: "approle", roleId: "role", secretId: () => Promise.resolve("the secret id") };
    const store = storeOver(vault, { login });
    await store.put!(one("k"), signal);
    await Promise.all([store.get("k", signal), store.get("k", signal)]);
    const logins = () => paths(vault).filter((path) => path === "POST auth/approle/login").length;
    assert.equal(logins(), 1);
    vault.clock.now += 4_000_000;
    assert.equal(await store.get("k", signal), "value of k");
    assert.equal(logins(), 2);
    vault.tokens.clear();
    assert.equal(await store.get("k", signal), "value of k");
    assert.equal(logins(), 3);
    const wrong = { ...login, secretId: () => Promise.resolve("wrong") };
    await denied(storeOver(vault, { login: wrong }).get("k", signal), /does not let this AppRole in/);
  }));

Deno.test("403: wrong token, no right to write; once and no more", () =>
  withVault(async (vault) => {
    await storeOver(vault).put!(one("k"), signal);
    vault.seen.length = 0;
    const wrong = { token: () => Promise.resolve("hvs.wrong") };
    await denied(storeOver(vault, { login: wrong }).get("k", signal), /\(403\)/);
    assert.deepEqual(paths(vault), ["GET auth/token/lookup-self", "GET secret/data/harombe/k"]);
    vault.tokens.set(TOKEN, { ...forever, writes: false });
    const store = storeOver(vault);
    assert.equal(await store.get("k", signal), "value of k");
    await denied(store.put!(one("k", { value: "x" }), signal), /\(403\)/);
    for (const token of ["", "two words", "a\nb", "x".repeat(5000)]) {
      await denied(storeOver(vault, { login: { token: () => Promise.resolve(token) } }).get("k", signal), /no word/);
    }
  }));

Deno.test("sealed, silent, garbage, giant, and an error that repeats the token", () =>
  withVault(async (vault) => {
    const store = storeOver(vault, { ms: 300 });
    await store.put!(one("k"), signal);
    const cases: [FakeVault["fault"]["kind"], RegExp][] = [
      ["sealed", /it is sealed or down \(503\)/],
      ["garbage", /is not what Vault's should be/],
      ["giant", /longer than 1048576 bytes/],
      ["echo", /an error of its own \(500\)/],
      ["silent", /longer than 300 ms/],
    ];
    for (const [kind, reason] of cases) {
      vault.fault = { kind };
      await denied(store.get("k", signal), reason);
      await denied(store.list(signal), reason);
    }
    vault.fault = { kind: "none" };
    assert.equal(await store.get("k", signal), "value of k");
  }));

Deno.test("a Vault that sends elsewhere is not followed, and the other host gets no token", () =>
  withVault(async (vault) => {
    await using thief = await fakeVault();
    const store = storeOver(vault);
    await store.put!(one("k"), signal);
    for (const to of [thief.base, vault.base]) {
      vault.fault = { kind: "redirect", to };
      await denied(store.get("k", signal), /it sends elsewhere \(307\).*name the active node/);
    }
    assert.deepEqual(thief.seen, []);
  }));

Deno.test("no token goes over http to another machine, nor to an address with words in it", () =>
  withVault(async (vault) => {
    for (
      const address of [
        "http://vault.lan:8200",
        "http://10.0.0.5:8200",
        "http://127.0.0.1.evil.com",
        "http://localhost.evil.com",
        "ftp://127.0.0.1",
        "https://user:pass@vault.lan",
        "https://vault.lan/?x=1",
        "nothing",
      ]
    ) await denied(storeOver(vault, { address }).get("k", signal), /must begin with https/);
    assert.deepEqual(vault.seen, []);
  }));

Deno.test("no name leaves its folder", () =>
  withVault(async (vault) => {
    const store = storeOver(vault);
    for (const name of ["../x", "a/b", "a%2fb", "", "a?b", "a#b", "x.", "."]) {
      await assert.rejects(store.get(name, signal), Deno.errors.NotFound, name);
      await assert.rejects(store.put!(one(name), signal), Deno.errors.NotFound, name);
    }
    assert.deepEqual(vault.seen, []);
  }));

Deno.test("a Vault that is not there is said so; an abort is an abort", async () => {
  const vault = await fakeVault();
  await vault[Symbol.asyncDispose]();
  await denied(storeOver(vault).get("k", signal), /Cannot use the Vault at/);
  const stopped = AbortSignal.abort(new DOMException("stop", "AbortError"));
  await assert.rejects(storeOver(vault).get("k", stopped), (error: Error) => !(error instanceof FetchError));
});
