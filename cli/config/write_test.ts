import assert from "node:assert/strict";
import { Exit } from "../failure.ts";
import { writePrivately } from "./write.ts";

const never = new AbortController().signal;

Deno.test("the file is written whole, private, and leaves no draft behind", async () => {
  const root = await Deno.makeTempDir();
  const path = `${root}/state/harombe.yaml`;
  await writePrivately(path, "a: 1\n", never);
  await Deno.chmod(path, 0o644);
  await writePrivately(path, "a: 2\n", never);
  const names = Array.from(Deno.readDirSync(`${root}/state`), (entry) => entry.name);
  const mode = (await Deno.stat(path)).mode! & 0o777;
  assert.deepEqual({ text: await Deno.readTextFile(path), names, mode }, {
    text: "a: 2\n",
    names: ["harombe.yaml"],
    mode: 0o600,
  });
  await Deno.remove(root, { recursive: true });
});

Deno.test("a link, a directory and an unwritable place are refused, and nothing changes", async () => {
  const root = await Deno.makeTempDir();
  await Deno.writeTextFile(`${root}/other`, "kept");
  await Deno.symlink(`${root}/other`, `${root}/link`);
  await Deno.mkdir(`${root}/folder`);
  const cases: [string, RegExp][] = [
    [`${root}/link`, /it is a symbolic link/],
    [`${root}/folder`, /it is a directory/],
    [`${root}/other/harombe.yaml`, /a file is in the way|is no directory/],
    ["/proc/harombe/harombe.yaml", /Cannot write config \/proc/],
  ];
  for (const [path, expected] of cases) {
    await assert.rejects(
      writePrivately(path, "new", never),
      (error) => error instanceof Exit && error.code === 1 && expected.test(error.message),
      path,
    );
  }
  assert.equal(await Deno.readTextFile(`${root}/other`), "kept");
  await Deno.remove(root, { recursive: true });
});
