import assert from "node:assert/strict";
import { keyFile } from "../../security/secrets/stores/identity.ts";
import { localStore } from "../../security/secrets/stores/local.ts";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { Config } from "../config.ts";
import { statePaths } from "../state/stores.ts";
import { secretSettings } from "./resolve.ts";
import { usableConfig } from "./usable.ts";

const { signal } = new AbortController();
const BINDING = { host: "api.x.com", header: "authorization", methods: ["GET" as const], path: "/*" };

async function inState(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const paths = statePaths(directory);
    const keeper = keyFile(paths.secretsKey, { encrypt: false, ask: () => Promise.reject(new Error("nobody")) });
    const local = localStore({ path: paths.secrets, lock: paths.secretsLock, keeper, now: () => 1 });
    const put = (name: string, value: string) =>
      local.put!(new Map([[name, { value, bindings: [BINDING], keepPrevious: true }]]), signal);
    await put("brave", "first-brave-value");
    await put("brave", "second-brave-value");
    await put("vllm", "vllm-value");
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const configOf = (brave: string | null, credentials = {}) =>
  Config.parse({
    inference: { vllm: { api_key: "secret:vllm" } },
    tools: { web_search: { brave_api_key: brave } },
    security: { credentials },
  });

Deno.test("every setting that is a secret may name one; what opens a store is not among them", () => {
  const config = configOf("secret:brave", { method: "vault", vault_token: "secret:vault" });
  assert.deepEqual(secretSettings(config), [
    { path: ["inference", "vllm", "api_key"], name: "vllm" },
    { path: ["tools", "web_search", "brave_api_key"], name: "brave" },
  ]);
});

Deno.test("values are put in, known to the scrub with those before them, and kept with where they may go", () =>
  inState(async (directory) => {
    const io = memoryIo({ env: { HAROMBE_SECRET_FROM_ENV: "env-value", HAROMBE_SECRET_BRAVE: "hidden-by-local" } });
    const written = configOf("secret:brave");
    const usable = await usableConfig({ directory, config: written, launcher: null }, io, signal);
    assert.equal(usable.config.tools.web_search.brave_api_key, "second-brave-value");
    assert.equal(usable.config.inference.vllm.api_key, "vllm-value");
    assert.equal(written.tools.web_search.brave_api_key, "secret:brave");
    assert.deepEqual(usable.used, [
      { setting: "inference.vllm.api_key", name: "vllm", store: "local" },
      { setting: "tools.web_search.brave_api_key", name: "brave", store: "local" },
    ]);
    assert.deepEqual(usable.known.toSorted(), [
      "env-value",
      "first-brave-value",
      "hidden-by-local",
      "second-brave-value",
      "vllm-value",
    ]);
    assert.deepEqual(Object.fromEntries(usable.kept.values), {
      brave: "second-brave-value",
      vllm: "vllm-value",
      from_env: "env-value",
    });
    assert.deepEqual(usable.kept.entries.map(({ name, bindings }) => [name, bindings.length]), [
      ["brave", 1],
      ["vllm", 1],
      ["from_env", 0],
    ]);
  }));

Deno.test("a name that no store has, a locked store, and a value that the setting does not take: no start, and no value told", () =>
  inState(async (directory) => {
    const io = memoryIo({ env: { HAROMBE_SECRET_ODD: "two words here" } });
    const cases: [ReturnType<typeof configOf>, RegExp][] = [
      [configOf("secret:none"), /^tools\.web_search\.brave_api_key: Cannot find the secret "none"/],
      [configOf("secret:"), /^tools\.web_search\.brave_api_key: Cannot find the secret ""/],
      [configOf("secret:../x"), /^tools\.web_search\.brave_api_key: Cannot find the secret/],
      [configOf("secret:odd"), /Cannot use the secret of tools\.web_search\.brave_api_key: its value is none/],
      [configOf("secret:brave", { unlock: "systemd" }), /unavailable: no systemd credential/],
      [configOf("secret:brave", { unlock: "keyring" }), /no launcher started this process/],
      [configOf("secret:brave", { method: "vault" }), /set security\.credentials\.vault_addr/],
      [configOf("secret:brave", { method: "sops", sops_file: "/nowhere" }), /Cannot read the secrets in the SOPS file/],
    ];
    for (const [config, reason] of cases) {
      await assert.rejects(usableConfig({ directory, config, launcher: null }, io, signal), (error: Error) => {
        assert.match(error.message, reason);
        assert.doesNotMatch(`${error.stack}`, /two words|brave-value|vllm-value/);
        return true;
      });
    }
  }));
