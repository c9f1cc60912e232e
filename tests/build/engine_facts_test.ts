import assert from "node:assert/strict";
import { join } from "node:path";
import { engineFacts, foldersIn } from "./engine_facts.ts";

const signal = new AbortController().signal;
const NOTES = `// node_modules/a/dist/x.js
  // node_modules/@s/b/y.js
var text = "// node_modules/not/a.js";
// node_modules/a/node_modules/@s/b/z.js
// node_modules/a/dist/w.js
`;

Deno.test("engine: the folders of packages are those of the bundler's notes, nested ones too", () => {
  assert.deepEqual(foldersIn(NOTES), ["node_modules/@s/b", "node_modules/a", "node_modules/a/node_modules/@s/b"]);
  assert.deepEqual(foldersIn("// entry.js\n"), []);
});

Deno.test("engine: facts come from lock and packages; what is not pinned, or for some machines only, is refused", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const folders: [string, object, string?][] = [
      ["node_modules/a", { name: "a", license: "MIT", author: { name: "A" } }, "Copyright A\r\n"],
      ["node_modules/@s/b", { name: "@s/b", license: { type: "ISC" } }],
      ["node_modules/a/node_modules/@s/b", { name: "@s/b" }],
    ];
    for (const [path, declared, licence] of folders) {
      await Deno.mkdir(join(folder, path), { recursive: true });
      await Deno.writeTextFile(join(folder, path, "package.json"), JSON.stringify(declared));
      if (licence !== undefined) await Deno.writeTextFile(join(folder, path, "LICENSE"), licence);
    }
    const lock = (more: Record<string, unknown> = {}) =>
      Deno.writeTextFile(
        join(folder, "package-lock.json"),
        JSON.stringify({
          packages: {
            "": {},
            "node_modules/a": { version: "1.0.0", integrity: "sha512-AA", dependencies: { "@s/b": "^2", c: "1" } },
            "node_modules/@s/b": { version: "1.5.0", integrity: "sha512-BB", dependencies: { a: "1" } },
            "node_modules/a/node_modules/@s/b": { version: "2.0.0", integrity: "sha512-CC", dependencies: { a: "1" } },
            "node_modules/c": { version: "1.0.0", integrity: "sha512-DD" },
            ...more,
          },
        }),
      );
    await lock();
    assert.deepEqual(await engineFacts(NOTES, folder, signal), [
      {
        name: "@s/b",
        version: "1.5.0",
        integrity: "sha512-BB",
        license: "ISC",
        author: null,
        text: "",
        dependencies: ["a@1.0.0"],
      },
      {
        name: "a",
        version: "1.0.0",
        integrity: "sha512-AA",
        license: "MIT",
        author: "A",
        text: "Copyright A",
        dependencies: ["@s/b@2.0.0"],
      },
      {
        name: "@s/b",
        version: "2.0.0",
        integrity: "sha512-CC",
        license: null,
        author: null,
        text: "",
        dependencies: ["a@1.0.0"],
      },
    ]);
    const pinned = { version: "1.0.0", integrity: "sha512-AA" };
    await lock({ "node_modules/a": { ...pinned, os: ["linux"] } });
    await assert.rejects(engineFacts(NOTES, folder, signal), /for some machines only: node_modules\/a/);
    await lock({ "node_modules/a": { version: "1.0.0" } });
    await assert.rejects(engineFacts(NOTES, folder, signal), /does not pin: node_modules\/a/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
