import assert from "node:assert/strict";
import { secretPath } from "./secret_path.ts";

const SECRET = [
  ".env",
  "a/.env.production",
  ".ENV",
  "server.pem",
  "tls/site.key",
  "id_rsa",
  ".ssh/config",
  ".ssh",
  ".aws/credentials",
  "credentials.json",
  ".npmrc",
  ".netrc",
  "kubeconfig",
  ".ssh/authorized_keys",
  "etc/shadow",
  "secrets/api.txt",
  "deploy/secrets/db/password",
  "secrets.yaml",
  "terraform.tfstate",
  ".bash_history",
  "../.env",
  "a\\.env",
];

const HARMLESS = [
  "",
  ".env.example",
  "environment.ts",
  "keyboard.ts",
  "id_ed25519.pub",
  "README.md",
  "src/secrets.ts",
  "secrets/README.md",
  "docs/secret-sharing.md",
];

Deno.test("names that usually hold secrets are told, with the reason", () => {
  assert.deepEqual(SECRET.filter((path) => secretPath(path) === null), []);
});

Deno.test("names that only look alike are not", () => {
  assert.deepEqual(HARMLESS.filter((path) => secretPath(path) !== null), []);
});
