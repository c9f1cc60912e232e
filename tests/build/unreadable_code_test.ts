import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { bundle } from "./bundle.ts";
import { COMMON_FLAGS, MAIN_ENV } from "./portable.ts";

Deno.test("main that may not read its own bundle ends with one line, and does not try for ever", async () => {
  const root = resolve(import.meta.dirname!, "../..");
  const work = await Deno.makeTempDir({ prefix: "harombe-unread-" });
  try {
    const signal = AbortSignal.timeout(120_000);
    const { name } = await bundle("main.ts", join(work, "bundle"), { split: true, cwd: root }, signal);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...COMMON_FLAGS, "--ignore-env", `--allow-env=${MAIN_ENV}`, join(work, "bundle", name), "sessions"],
      env: { DENO_DIR: join(work, "cache") },
      signal,
    }).output();
    assert.deepEqual(
      [code, new TextDecoder().decode(stderr)],
      [1, "harombe: Cannot start: its own code cannot be read\n"],
    );
  } finally {
    await Deno.remove(work, { recursive: true });
  }
});
