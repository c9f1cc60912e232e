import assert from "node:assert/strict";
import { loadedWhenReached, withoutRequire } from "./lean.ts";

Deno.test("bundle: files of its own are loaded when they are reached, packages and other text stay as they are", () => {
  const cases: [string, string][] = [
    [`await import("./a-b.js")`, `await import(String("./a-b.js"))`],
    [`[import("./a.js"),import("./b.js")]`, `[import(String("./a.js")),import(String("./b.js"))]`],
    [`import("node:fs")`, `import("node:fs")`],
    [`import{a}from"./a.js"`, `import{a}from"./a.js"`],
    ["import(`./${a}.js`)", "import(`./${a}.js`)"],
    [`reimport("./a.js")`, `reimport("./a.js")`],
  ];
  for (const [text, lean] of cases) assert.equal(loadedWhenReached(text), lean);
});

Deno.test("bundle: built-in modules are found without createRequire, whose prelude is the bundler's own", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${directory}/a.cjs`,
      `module.exports = require("path").join("a", require("node:path").sep);`,
    );
    await Deno.writeTextFile(`${directory}/a.ts`, `import a from "./a.cjs"; console.log(a);`);
    const run = async (...args: string[]) => {
      const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: directory, stderr: "inherit" }).output();
      return new TextDecoder().decode(stdout);
    };
    await run("bundle", "-q", "--platform", "deno", "--outdir", "out", "a.ts");
    const text = await Deno.readTextFile(`${directory}/out/a.js`);
    const lean = withoutRequire(text);
    assert.deepEqual([text.includes("createRequire"), lean.includes("createRequire")], [true, false]);
    await Deno.writeTextFile(`${directory}/out/lean.js`, lean);
    assert.equal(await run("run", "--no-config", "out/lean.js"), "a/\n");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
