import assert from "node:assert/strict";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, denortMissing, embeddedFiles } from "./compile.ts";
import { type Target, TARGETS } from "./targets.ts";

const ROOT = resolve(import.meta.dirname!, "../..");

type Module = { specifier: string; dependencies?: { code?: { specifier: string } }[] };

/** The repository's files that `entry` loads, by any import but a type's, itself included. */
async function graphOf(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry], cwd: ROOT }).output();
  const graph = JSON.parse(new TextDecoder().decode(stdout)) as { roots: string[]; modules: Module[] };
  const dependencies = new Map(graph.modules.map((module) => [module.specifier, module.dependencies ?? []]));
  const loaded = new Set(graph.roots);
  for (const specifier of loaded) {
    for (const { code } of dependencies.get(specifier) ?? []) if (code) loaded.add(code.specifier);
  }
  return [...loaded].filter((specifier) => specifier.startsWith("file:"))
    .map((specifier) => relative(ROOT, fileURLToPath(specifier))).sort();
}

/** `files` without the folders that all of them share: how many of these `deno compile` shows depends on the imports. */
function underSharedFolder(files: string[]): string[] {
  const parts = files.map((file) => file.split("/"));
  const shared = parts[0].findIndex((part, depth) => parts.some((other) => other[depth] !== part));
  return parts.map((path) => path.slice(Math.min(shared === -1 ? Infinity : shared, path.length - 1)).join("/"));
}

/** `deno compile` shows a folder of more than a few files as `folder/*`; `files` the way `shown` has them. */
function collapsed(files: string[], shown: string[]): string[] {
  const folders = shown.filter((path) => path.endsWith("/*")).map((path) => path.slice(0, -1));
  return [
    ...new Set(files.map((file) => {
      const folder = folders.find((prefix) => file.startsWith(prefix));
      return folder === undefined ? file : `${folder}*`;
    })),
  ].sort();
}

for (const entry of ["tests/fixtures/portable/main.ts", "main.ts"]) {
  Deno.test(`compile: ${entry} type-checks, and what is embedded is what it imports`, async () => {
    const work = await Deno.makeTempDir({ prefix: "harombe-compile-" });
    try {
      const options = { root: ROOT, entry, denort: Deno.execPath() };
      const embedded = await compile(join(work, "harombe"), options, AbortSignal.timeout(120_000));
      const graph = await graphOf(entry);
      assert.deepEqual(underSharedFolder(embedded), collapsed(underSharedFolder(graph), underSharedFolder(embedded)));
      assert.deepEqual(graph.filter((file) => file.endsWith("_test.ts")), []);
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  });
}

Deno.test("compile: a type error is not embedded but reported", async () => {
  const work = await Deno.makeTempDir({ prefix: "harombe-compile-" });
  try {
    await Deno.writeTextFile(join(work, "main.ts"), `export const a: number = "no";\n`);
    await assert.rejects(
      compile(
        join(work, "out"),
        { root: work, entry: "main.ts", denort: Deno.execPath() },
        AbortSignal.timeout(120_000),
      ),
      /Cannot compile main\.ts: .*Type 'string' is not assignable to type 'number'/s,
    );
  } finally {
    await Deno.remove(work, { recursive: true });
  }
});

Deno.test("compile: the printed tree is read with its folders", () => {
  const text = `Compile main.ts to out

Embedded Files

harombe
├─┬ .deno_compile_node_modules (6.79MB - 6.71MB unique)
│ └─┬ localhost (6.79MB)
│   └── zod/4.6.7/* (5.93MB - 5.86MB unique)
├─┬ cli (692B)
│ ├─┬ commands (600B)
│ │ └── version.ts (560B)
│ └── launch.ts (560B)
└── main.ts (647B)

Files: 6.8MB
`;
  assert.deepEqual(embeddedFiles(text), [
    ".deno_compile_node_modules/localhost/zod/4.6.7/*",
    "cli/commands/version.ts",
    "cli/launch.ts",
    "main.ts",
  ]);
});

Deno.test("compile: without denort it says so for each target, and the task ends with 4", async () => {
  const directory = await Deno.makeTempDir({ prefix: "harombe-compile-" });
  try {
    for (const target of Object.keys(TARGETS) as Target[]) {
      const { triple } = TARGETS[target];
      for (const bin of [undefined, join(directory, "no-such-file"), directory]) {
        assert.equal(
          await denortMissing(target, { bin, directory }),
          `unavailable: install denort ${Deno.version.deno} for ${triple} and name its file in DENORT_BIN`,
        );
      }
      assert.equal(await denortMissing(target, { bin: Deno.execPath(), directory }), null);
    }
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "compile", "--target", "linux-arm64", "--out", directory],
      cwd: ROOT,
      env: { DENORT_BIN: join(directory, "no-such-file"), NO_COLOR: "1" },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.deepEqual([code, decode(stdout)], [4, ""]);
    assert.match(decode(stderr), /^unavailable: install denort \S+ for aarch64-unknown-linux-gnu and name/m);
    assert.deepEqual(Array.from(Deno.readDirSync(directory)), []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("compile: a program can give up whole powers, and no path or host of a full one, so it cannot be its own launcher", async () => {
  const program = `
    const left = (descriptor) => Deno.permissions.querySync(descriptor).state;
    for (const name of ["run", "ffi"]) Deno.permissions.revokeSync({ name });
    Deno.permissions.revokeSync({ name: "read", path: "/etc" });
    Deno.permissions.revokeSync({ name: "net", host: "192.0.2.1" });
    console.log(JSON.stringify([left({ name: "run" }), left({ name: "ffi" }), left({ name: "read", path: "/etc" }),
      left({ name: "net", host: "192.0.2.1" }), Deno.permissions.requestSync({ name: "run" }).state]));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-A", `data:text/javascript,${encodeURIComponent(program)}`],
  }).output();
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), ["prompt", "prompt", "granted", "granted", "denied"]);
});
