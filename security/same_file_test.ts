import assert from "node:assert/strict";
import { join } from "node:path";
import { sameFiles } from "./same_file.ts";

Deno.test("a file that was deleted, replaced or moved away is no longer the one that was opened", async () => {
  const dir = await Deno.makeTempDir();
  const path = join(dir, "a");
  const changes: [string, () => Promise<void>][] = [
    ["deleted", () => Deno.remove(path)],
    ["moved", () => Deno.rename(path, `${path}.old`)],
    ["replaced", async () => {
      await Deno.writeTextFile(`${path}.new`, "one");
      await Deno.rename(`${path}.new`, path);
    }],
  ];
  for (const [name, change] of changes) {
    await Deno.writeTextFile(path, "one");
    const clock = { now: 0 };
    const check = sameFiles([path], () => clock.now);
    await Deno.writeTextFile(path, "two", { append: true });
    check();
    await change();
    if (name === "replaced") clock.now += 1_000;
    assert.throws(
      check,
      { message: `Cannot write ${path}: it was moved, replaced or deleted while it was open` },
      name,
    );
  }
  await Deno.remove(dir, { recursive: true });
});
