import assert from "node:assert/strict";
import { PLACEHOLDERS } from "./placeholder.ts";
import { openPlaceholderKey } from "./placeholder_key.ts";
import { createScrub } from "./scrub.ts";
import { createVault } from "./vault.ts";

const KEY = new Uint8Array(32).fill(7);
const OTHER = new Uint8Array(32).fill(8);
const TOKEN = ["gh", "p_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fLxRaa"].join("");
const KEY_LINES = [
  "-----BEGIN PRIVATE KEY-----",
  `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${"aB3d".repeat(8)}`,
  "-----END PRIVATE KEY-----",
];

Deno.test("a value has one placeholder: in whatever words, in pieces, in another session, under one key alone", () => {
  const vault = createVault(KEY);
  const scrub = createScrub({ known: [], vault });
  const [placeholder] = scrub.text(`x ${TOKEN} y`).match(PLACEHOLDERS)!;
  assert.match(placeholder, /^SECRET_github_token_[0-9a-f]{10}$/);
  const stream = scrub.stream();
  const pieces = stream.push(`GITHUB_TOKEN=${TOKEN.slice(0, 9)}`) + stream.push(`${TOKEN.slice(9)}\n`) + stream.end();
  const again = createScrub({ known: [], vault: createVault(KEY) });
  const elsewhere = createScrub({ known: [], vault: createVault(OTHER) });
  assert.deepEqual([
    pieces,
    scrub.value({ token: TOKEN }),
    again.text(TOKEN),
    elsewhere.text(TOKEN) === placeholder,
    vault.value(placeholder),
    vault.value("SECRET_github_token_0000000000"),
  ], [`GITHUB_TOKEN=${placeholder}\n`, { token: placeholder }, placeholder, false, TOKEN, null]);
});

Deno.test("a value that a machine drew is found by itself once it was seen, any value once it is watched", () => {
  const vault = createVault(KEY);
  const scrub = createScrub({ known: [], vault });
  scrub.text("api_key = Zk3mQ9xV7bN2pL5w\npassword=hunter2");
  assert.match(scrub.text("it said Zk3mQ9xV7bN2pL5w twice"), /^it said SECRET_\w+ twice$/);
  assert.equal(scrub.text("it said hunter2"), "it said hunter2");
  vault.watch("hunter2");
  assert.match(scrub.text("it said hunter2"), /^it said SECRET_password_[0-9a-f]{10}$/);
  assert.equal(scrub.holdsKnown(`https://x.test/?q=${encodeURIComponent("Zk3mQ9xV7bN2pL5w")}`), true);
});

Deno.test("a private key is kept whole, as its file holds it, also where a tool wrote numbers before its lines", () => {
  const vault = createVault(KEY);
  const scrub = createScrub({ known: [], vault });
  const key = KEY_LINES.join("\n");
  const [plain] = scrub.text(`a\n${key}\nb`).match(PLACEHOLDERS)!;
  const [numbered] = scrub.text(KEY_LINES.map((line, i) => i === 0 ? line : `${i + 1}\t${line}`).join("\n")).match(
    PLACEHOLDERS,
  )!;
  assert.deepEqual([vault.value(plain), numbered], [key, plain]);
});

Deno.test("the vault is bounded, the oldest value goes first, and forgets when it is told to", () => {
  const vault = createVault(KEY, { values: 2, characters: 100, one: 60, watched: 10 });
  const [a, b, c] = ["value-one", "value-two", "value-three"].map((value) => vault.stand("x", value));
  const long = vault.stand("x", "y".repeat(61));
  assert.deepEqual([a, b, c, long].map(vault.value), [null, "value-two", "value-three", null]);
  vault.clear();
  assert.deepEqual([b, c].map(vault.value), [null, null]);
});

Deno.test("the key is made once, 0600, and refused where others can read it or it is no key", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/placeholder.key`;
  const key = openPlaceholderKey(path);
  assert.deepEqual([key.length, Deno.statSync(path).mode! & 0o777, openPlaceholderKey(path)], [32, 0o600, key]);
  await Deno.chmod(path, 0o644);
  assert.throws(() => openPlaceholderKey(path), /0644, others may read it/);
  await Deno.writeTextFile(path, "short");
  assert.throws(() => openPlaceholderKey(path), /it is no key/);
  await Deno.remove(dir, { recursive: true });
});
