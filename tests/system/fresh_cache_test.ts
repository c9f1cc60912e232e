import assert from "node:assert/strict";
import { join } from "node:path";
import { place } from "./harombe.ts";

/** What Deno and npm need of this machine's settings to reach the registry. */
const REGISTRY =
  /^(?:NPM_CONFIG_|npm_config_|SSL_CERT_|NODE_EXTRA_CA_CERTS$|DENO_TLS_CA_STORE$|DENO_CERT$|https?_proxy$|HTTPS?_PROXY$)/;

Deno.test("the first chat of a clone whose cache is empty reads the folder", async () => {
  const cache = await Deno.makeTempDir({ prefix: "harombe-cache-" });
  try {
    const registry = Object.entries(Deno.env.toObject()).filter(([name]) => REGISTRY.test(name));
    await using p = await place({ env: { ...Object.fromEntries(registry), DENO_DIR: cache } });
    await Deno.writeTextFile(join(p.folder, "large.txt"), "x".repeat(5000));
    const { code, out, err } = await p.run(["ask", "list the files here and tell me which is largest"]);
    assert.equal(code, 0, err);
    assert.match(out, /Largest.*large\.txt/, err);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
