import assert from "node:assert/strict";
import { secretName } from "./secret_path.ts";

const CASES: [string, string | null][] = [
  [".env", ".env"],
  ["a/.env.production", ".env.production"],
  [".ENV", ".ENV"],
  [".env.example", null],
  ["environment.ts", null],
  ["server.pem", "server.pem"],
  ["tls/site.key", "site.key"],
  ["keyboard.ts", null],
  ["id_rsa", "id_rsa"],
  ["id_ed25519.pub", null],
  [".ssh/config", ".ssh"],
  [".ssh", ".ssh"],
  [".aws/credentials", ".aws"],
  ["credentials.json", "credentials.json"],
  [".npmrc", ".npmrc"],
  [".netrc", ".netrc"],
  ["kubeconfig", "kubeconfig"],
  ["etc/shadow", "shadow"],
  ["secrets/api.txt", "secrets"],
  ["secrets.yaml", "secrets.yaml"],
  ["src/secrets", "secrets"],
  ["terraform.tfstate", "terraform.tfstate"],
  ["README.md", null],
  ["", null],
];

for (const [path, wanted] of CASES) {
  Deno.test(`${JSON.stringify(path)} ${wanted === null ? "looks harmless" : `looks like a secret by ${wanted}`}`, () => {
    assert.equal(secretName(path), wanted);
  });
}
