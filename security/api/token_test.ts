import assert from "node:assert/strict";
import { openToken } from "./token.ts";

Deno.test("the token is made once, 0600, and is the only one that matches", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/api.token`;
  const token = openToken(path);
  const text = await Deno.readTextFile(path);
  assert.match(text, /^[A-Za-z0-9_-]{43}\n$/);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert.deepEqual(["", "x", text, text.trim(), `${text.trim()}x`].map(token.matches), [
    false,
    false,
    false,
    true,
    false,
  ]);
  assert.equal(openToken(path).matches(text.trim()), true);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a token that others could read or choose is not used", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/api.token`;
  openToken(path);
  for (const mode of [0o640, 0o604, 0o660]) {
    await Deno.chmod(path, mode);
    assert.throws(() => openToken(path), /others may read it/);
  }
  await Deno.rename(path, `${dir}/elsewhere`);
  await Deno.symlink(`${dir}/elsewhere`, path);
  assert.throws(() => openToken(path), /or it is no file/);
  await Deno.remove(path);
  await Deno.writeTextFile(path, "\n", { mode: 0o600 });
  assert.throws(() => openToken(path), /it holds none/);
  await Deno.remove(dir, { recursive: true });
});
