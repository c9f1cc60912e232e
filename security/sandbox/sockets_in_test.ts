import assert from "node:assert/strict";
import { socketsIn } from "./sockets_in.ts";

Deno.test("every socket of a folder is found, at any depth, and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  const listeners: Deno.UnixListener[] = [];
  try {
    await Deno.mkdir(`${folder}/a/.b`, { recursive: true });
    await Deno.writeTextFile(`${folder}/a/file.sock`, "");
    for (const path of ["top.sock", "a/.b/new\nline"]) {
      listeners.push(Deno.listen({ transport: "unix", path: `${folder}/${path}` }));
    }
    await Deno.symlink("top.sock", `${folder}/link`);
    const found = await socketsIn(folder, new AbortController().signal);
    assert.deepEqual(found.map(({ path, kind }) => [path.slice(folder.length + 1), kind]).sort(), [
      ["a/.b/new\nline", "file"],
      ["top.sock", "file"],
    ]);
  } finally {
    for (const listener of listeners) listener.close();
    await Deno.remove(folder, { recursive: true });
  }
});
