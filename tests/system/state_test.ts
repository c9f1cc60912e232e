import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { whatIs } from "../../cli/state/parts.ts";
import { tinyModel } from "../fakes/gguf.ts";
import { serveHub } from "../fakes/hub.ts";
import { fakeModel } from "../fakes/model.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { place } from "./harombe.ts";

/** Everything below `directory`, as paths. */
function below(directory: string, prefix = ""): string[] {
  return Array.from(Deno.readDirSync(directory)).flatMap(({ name, isDirectory }) =>
    isDirectory ? below(join(directory, name), `${prefix}${name}/`) : [`${prefix}${name}`]
  ).sort();
}

Deno.test("after a day of everything the state directory holds nothing that a backup and uninstall do not know", async () => {
  const tiny = tinyModel({ seed: 1, weights: "Q8_0" });
  await using hub = await serveHub({ files: { "own/tiny-GGUF/tiny-Q4_K_M.gguf": tiny } });
  await using ollama = await fakeOllama({ script: fakeModel });
  await using p = await place({ ollama: ollama.base, env: { HAROMBE_MODELS_HUB: hub.base } });
  const state = join(p.home, ".harombe");
  const days: [string[], number][] = [
    [["init", "-y"], 0],
    [["init", "-y", "--force"], 0],
    [["ask", "--allow", "write_file:**", "create made.txt with text"], 0],
    [["ask", "list the files here"], 0],
    [["config", "set", "model.temperature", "0.5"], 0],
    [["memory", "add", "the printer is on the second floor"], 0],
    [["models", "pull", "own/tiny-GGUF", "--yes"], 0],
    [["models", "pull", "own/none", "--yes"], 1],
    [["models", "list"], 0],
    [["models", "test", "fake:latest"], 0],
    [["status", "--hardware"], 0],
    [["doctor"], 0],
    [["backup", join(p.folder, "backup"), "--models"], 0],
    [["restore", join(p.folder, "backup"), "--force"], 0],
    [["ask", "list the files here"], 0],
  ];
  for (const [args, code] of days) {
    const ran = await p.run(args, undefined, args[1] === "test" ? { folder: [] } : {});
    assert.equal(ran.code, code, `${args.join(" ")}: ${ran.err}${ran.out}`);
  }
  const names = Array.from(Deno.readDirSync(state), ({ name }) => name);
  assert.deepEqual(names.filter((name) => whatIs(name) === null), []);
  for (const name of ["measures.db", "sandbox.last", "logs", "models", "audit.db"]) {
    assert.ok(names.includes(name), name);
  }

  // The three words of one model.
  const listed = JSON.parse((await p.run(["models", "list", "--json"])).out) as { name: string; kind: string }[];
  const shown = JSON.parse((await p.run(["models", "show", "--json"])).out) as { installed: { name: string }[] };
  const held = listed.filter(({ kind }) => kind === "embedded").map(({ name }) => name);
  // Without its engine a model is held and cannot be used: it is shown, and status says why.
  assert.deepEqual([held, shown.installed.map(({ name }) => name)], [[], ["tiny-Q4_K_M"]]);
  const status = JSON.parse((await p.run(["status", "--json"])).out) as { servers: { label: string; error: string }[] };
  assert.match(status.servers.find(({ label }) => label === "This machine")!.error, /unavailable: install the engine/);
  const { files } = JSON.parse((await p.run(["backup", join(p.folder, "again"), "--models", "--json"])).out) as {
    files: { path: string; sha256: string }[];
  };
  const model = files.find(({ path }) => path === "models/tiny-Q4_K_M.gguf");
  assert.equal(model?.sha256, createHash("sha256").update(tiny).digest("hex"));
  // What was measured is true of this machine alone.
  assert.ok(!files.some(({ path }) => path === "measures.db"));

  const planned = JSON.parse((await p.run(["uninstall", "--json"])).out) as { leave: { path: string }[] };
  assert.deepEqual(planned.leave, []);
  const removed = await p.run(["uninstall", "--yes"]);
  assert.equal(removed.code, 0, removed.err);
  assert.deepEqual(below(p.home).filter((path) => path.startsWith(".harombe")), []);
});

Deno.test("models that were put there by hand, in parts or broken, are shown, and removed by the name that is shown", async () => {
  await using p = await place();
  const state = join(p.home, ".harombe");
  await Deno.mkdir(join(state, "models"), { recursive: true, mode: 0o700 });
  await Deno.chmod(state, 0o700);
  const part = (at: number) => tinyModel({ seed: 1, split: { at, of: 2 } });
  const files: Record<string, Uint8Array> = {
    "whole.gguf": tinyModel({ seed: 1 }),
    "parts-00001-of-00002.gguf": part(0),
    "parts-00002-of-00002.gguf": part(1),
    "broken.gguf": new TextEncoder().encode("no model"),
    "my own.gguf": tinyModel({ seed: 2 }),
  };
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(join(state, "models", name), bytes);
  const shown = async () =>
    (JSON.parse((await p.run(["models", "show", "--json"])).out) as { installed: { name: string; broken: unknown }[] })
      .installed.map(({ name, broken }) => [name, broken !== null]);
  const all = [["broken", true], ["my own", false], ["parts", false], ["whole", false]];
  assert.deepEqual(await shown(), all);
  for (const [at, [name]] of all.entries()) {
    const { code, err } = await p.run(["models", "rm", String(name)]);
    assert.equal(code, 0, err);
    assert.deepEqual(await shown(), all.slice(at + 1));
  }
  assert.deepEqual(below(join(state, "models")), []);
  for (const name of ["whole", "../harombe", "no such"]) assert.notEqual((await p.run(["models", "rm", name])).code, 0);
});
