import assert from "node:assert/strict";
import { leaves } from "../config.ts";
import { namesSetting, overrides } from "../config/environment.ts";
import { credentialFiles, fetchHosts } from "../powers.ts";

const CONFIG = `security:
  credentials:
    method: sops
    sops_file: ~/s.yaml   # comment
    sops_age_key_file: "/etc/keys.txt"
    vault_addr: https://vault.lan:8200
    vault_token_file: relative/path
other:
  sops_file: /etc/shadow
`;

Deno.test("main may read the files that the owner's credentials name, and nothing that another section, a comma or a relative path names", () => {
  const cases: [string, Record<string, string>, string[]][] = [
    [CONFIG, {}, ["/home/me/s.yaml", "/etc/keys.txt"]],
    ["", {}, []],
    ["", { HAROMBE_SECURITY_CREDENTIALS_VAULT_TOKEN_FILE: "~/.vault-token" }, ["/home/me/.vault-token"]],
    ["", { CREDENTIALS_DIRECTORY: "/run/credentials/harombe.service" }, [
      "/run/credentials/harombe.service/harombe.key",
    ]],
    ["", { CREDENTIALS_DIRECTORY: "relative" }, []],
    ["security:\n  credentials:\n    sops_file: /a,/etc\n", {}, []],
    ["", { HAROMBE_SECURITY_CREDENTIALS_SOPS_FILE: "/a,/etc" }, []],
    ["sops_file: /etc/shadow\n", {}, []],
  ];
  for (const [config, environment, files] of cases) {
    assert.deepEqual(credentialFiles(config, environment, "/home/me"), files);
  }
});

Deno.test("the dialling process may reach the Vault that the owner named, though it is in the house", () => {
  assert.deepEqual(fetchHosts(CONFIG, {}), ["vault.lan:8200"]);
  const variable = { HAROMBE_SECURITY_CREDENTIALS_VAULT_ADDR: "https://10.0.0.5" };
  assert.deepEqual(fetchHosts("", variable), ["10.0.0.5:443"]);
});

Deno.test("a variable that holds a secret is no setting and no warning; one that would set a store's token is refused", () => {
  assert.equal(namesSetting({ HAROMBE_SECRET_X: "v" }), false);
  assert.deepEqual(overrides({ HAROMBE_SECRET_X: "hunter2" }, leaves()), { values: [], warnings: [], faults: [] });
  for (const name of ["VAULT_TOKEN", "VAULT_SECRET_ID"]) {
    const { faults, values } = overrides({ [`HAROMBE_SECURITY_CREDENTIALS_${name}`]: "hunter2" }, leaves());
    assert.deepEqual([faults.length, values], [1, []]);
    assert.doesNotMatch(faults[0], /hunter2/);
  }
});
