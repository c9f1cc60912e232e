import assert from "node:assert/strict";
import { finished, grantOf } from "../attacks/launch_run.ts";
import { engineMissing, engineScene, ROOT, sourceOf } from "./engine_scene.ts";

const missing = await engineMissing();
const never = new AbortController().signal;
const CANARY = `${ROOT}/tests/fixtures/engine_canary.ts`;

Deno.test({
  name: `native code in the engine's place reaches no network and writes nowhere, and outside it would${
    missing === null ? "" : ` (ignored: ${missing})`
  }`,
  ignore: missing !== null,
  fn: async () => {
    const scene = await engineScene({ "tiny.gguf": { seed: 1 } }, {
      entry: CANARY,
      source: sourceOf("tests/fixtures"),
    });
    const own = Deno.networkInterfaces().find(({ family, address }) =>
      family === "IPv4" && !address.startsWith("127.")
    );
    const listeners = ["127.0.0.1", ...own === undefined ? [] : [own.address]].map((hostname) =>
      Deno.listen({ hostname, port: 0 })
    );
    try {
      const dial = listeners.map(({ addr }) => `${(addr as Deno.NetAddr).hostname}:${(addr as Deno.NetAddr).port}`);
      const input = JSON.stringify({ dial, list: [scene.lab.folder, scene.lab.home, "/root", "/run/harombe"] });
      const run = scene.lab.launcher.run(grantOf({ program: "engine" }), never);
      await run.write(new TextEncoder().encode(input));
      await run.closeInput();
      const { stdout, stderr, outcome } = await finished(run);
      assert.deepEqual([outcome.code, stderr], [0, ""]);
      const inside = JSON.parse(stdout);
      assert.deepEqual(inside, {
        reached: Object.fromEntries(dial.map((address) => [address, false])),
        wrote: { "/run/harombe/models": false, "/run/harombe/engines": false },
        listed: {
          [scene.lab.folder]: inside.listed[scene.lab.folder],
          [scene.lab.home]: inside.listed[scene.lab.home],
          "/root": inside.listed["/root"],
          "/run/harombe": ["code", "deno", "deno.json", "deno_dir", "engines", "models"],
        },
        variables: [
          "DENO_DIR",
          "DENO_NO_UPDATE_CHECK",
          "HOME",
          "LANG",
          "NO_COLOR",
          "PATH",
          "PWD",
          "TERM",
          "TMPDIR",
          "USER",
        ],
      });
      for (const path of [scene.lab.folder, scene.lab.home, "/root"]) {
        assert.ok(
          [[], ["NotFound"]].some((none) => `${none}` === `${inside.listed[path]}`),
          `${path}: ${inside.listed[path]}`,
        );
      }
      const outside = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          "--no-config",
          CANARY,
          scene.lab.folder,
          scene.lab.folder,
        ],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const writer = outside.stdin.getWriter();
      await writer.write(new TextEncoder().encode(input));
      await writer.close();
      const free = JSON.parse(new TextDecoder().decode((await outside.output()).stdout));
      assert.deepEqual([free.reached, free.wrote], [
        Object.fromEntries(dial.map((address) => [address, true])),
        { [scene.lab.folder]: true },
      ]);
    } finally {
      for (const listener of listeners) listener.close();
      await scene.close();
    }
  },
});
