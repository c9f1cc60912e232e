import assert from "node:assert/strict";
import type { SecretStore } from "../store.ts";
import { chainOf } from "./chain.ts";
import { envStore } from "./env.ts";

const { signal } = new AbortController();

/** A store that has been locked. */
const locked: SecretStore = {
  ...envStore({}),
  name: "locked",
  list: () => Promise.reject(new Deno.errors.PermissionDenied("Cannot list: it is locked")),
  get: () => Promise.reject(new Deno.errors.PermissionDenied("Cannot read: it is locked")),
};
const named = (name: string, variables: Record<string, string>) => ({ ...envStore(variables), name });
const first = named("first", { HAROMBE_SECRET_A: "a of first" });
const second = named("second", { HAROMBE_SECRET_A: "a of second", HAROMBE_SECRET_B: "b" });

Deno.test("the first store that has a name answers, and the list says which and who is hidden behind it", async () => {
  const chain = chainOf([first, second]);
  assert.deepEqual(await chain.list(signal), {
    entries: [
      { name: "a", bindings: [], store: "first", hidden: ["second"] },
      { name: "b", bindings: [], store: "second", hidden: [] },
    ],
    unread: [],
  });
  assert.deepEqual(await chain.get("a", signal), { value: "a of first", store: "first" });
  assert.deepEqual(await chain.get("b", signal), { value: "b", store: "second" });
  await assert.rejects(
    chain.get("c", signal),
    new Deno.errors.NotFound('Cannot find the secret "c": looked in first, second'),
  );
});

Deno.test("behind a locked store nobody answers in its place; its names are missing and that is said", async () => {
  const chain = chainOf([locked, second]);
  await assert.rejects(chain.get("a", signal), Deno.errors.PermissionDenied);
  assert.deepEqual((await chain.list(signal)).unread, [{ store: "locked", reason: "Cannot list: it is locked" }]);
  assert.deepEqual(await chainOf([second, locked]).get("a", signal), { value: "a of second", store: "second" });
});

Deno.test("variables: names in any case and with . or -, nothing of other variables, no empty ones", async () => {
  const store = envStore({
    HAROMBE_SECRET_API_KEY: "v1",
    HAROMBE_SECRET_EMPTY: "",
    HAROMBE_SECRET_: "no name",
    HAROMBE_SECRET_lower: "no",
    HAROMBE_HOME: "/root",
    PATH: "/bin",
  });
  assert.deepEqual(await store.list(signal), [{ name: "api_key", bindings: [] }]);
  for (const name of ["api_key", "API_KEY", "api-key", "api.key"]) assert.equal(await store.get(name, signal), "v1");
  for (const name of ["home", "empty", "../api_key", "", "lower", "api_key\n"]) {
    await assert.rejects(store.get(name, signal), Deno.errors.NotFound, name);
  }
  assert.deepEqual([store.put, store.remove, await store.all!(signal)], [null, null, new Map([["api_key", "v1"]])]);
});
