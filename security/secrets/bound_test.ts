import assert from "node:assert/strict";
import { readBinding } from "./binding.ts";
import { boundSecrets, type KeptEntry } from "./bound.ts";
import { placeholderText, secretId } from "./placeholder.ts";

const key = new Uint8Array(32).fill(7);
const entry = (name: string, ...hosts: string[]): KeptEntry => ({
  name,
  store: "local",
  bindings: hosts.map((host) => readBinding(`host=${host},header=authorization,path=/v1/*`)),
});
const names = ["github.token", "github_token", "node_auth", "path", "2fa", "unbound", "pem", "gone"];
const values = new Map(names.slice(0, -1).map((name) => [name, name === "pem" ? "-----BEGIN\nx" : `value of ${name}`]));
const all = boundSecrets({
  entries: names.map((name) => name === "unbound" ? entry(name) : entry(name, `${name[0]}.x.com`, "y.com")),
  values,
  known: ["a"],
}, key);
const placeholder = (name: string) => placeholderText(name, secretId(key, `value of ${name}`));

Deno.test("a run is given what is bound to its hosts: a variable where its name can be one and would not be obeyed", () => {
  const { swaps, variables, uses } = all.forRun([{ host: "g.x.com" }]);
  assert.deepEqual(swaps.map(({ placeholder, value, host, path }) => [placeholder, value, host, path]), [
    [placeholder("github.token"), "value of github.token", "g.x.com", "/v1/*"],
    [placeholder("github_token"), "value of github_token", "g.x.com", "/v1/*"],
  ]);
  assert.deepEqual(variables, { GITHUB_TOKEN: placeholder("github.token") });
  assert.deepEqual(uses, [
    "may use the secret github.token at g.x.com (GET /v1/*, header authorization)",
    "may use the secret github_token at g.x.com (GET /v1/*, header authorization)",
  ]);
  assert.deepEqual(Object.keys(all.forRun([{ host: "y.com" }]).variables), ["GITHUB_TOKEN"]);
  for (const host of ["x.com", "*.y.com", "evilg.x.com", "g.x.com.evil.com"]) {
    assert.deepEqual(all.forRun([{ host }]), { swaps: [], variables: {}, uses: [] }, host);
  }
});

Deno.test("a model is told names and places, never a value; a placeholder leads back to its secret alone", () => {
  assert.deepEqual(all.told.map((phrase) => phrase.split(" at ")[0]), [
    "$GITHUB_TOKEN",
    ...["github_token", "node_auth", "path", "2fa"].map(placeholder),
  ]);
  assert.doesNotMatch(JSON.stringify(all.told), /value of/);
  assert.deepEqual(all.named(placeholder("2fa")), { name: "2fa", store: "local" });
  assert.equal(all.named("SECRET_2fa_0000000000"), null);
});
