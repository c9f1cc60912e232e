import assert from "node:assert/strict";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname!, "..");

/** Packages that bring no types, and the ones that do for them: named by `@ts-types` above the import. */
const TYPED_BY: Record<string, string> = {};

/** Type-checks `source` as a file of this repository; the diagnostics, or "". */
async function check(source: string): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "harombe-imports-" });
  try {
    const path = join(directory, "imports.ts");
    await Deno.writeTextFile(path, ANYS + source);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-lock", "--config", join(ROOT, "deno.json"), path],
      env: { NO_COLOR: "1" },
    }).output();
    return success ? "" : new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const ANYS = `type Anys<M> = keyof { [K in keyof M as 0 extends 1 & M[K] ? K : never]: 1 };
`;

/** TypeScript that fails to check if an export of `name` is `any`: Deno says nothing of a package without types. */
function typed(name: string, at: number, typesFrom?: string): string {
  return `${typesFrom ? `// @ts-types="${typesFrom}"\n` : ""}import type * as m${at} from "${name}";
export const is${at}: [Anys<typeof m${at}>] extends [never] ? "typed" : "any" = "typed";
`;
}

Deno.test("imports: no package in deno.json is silently any", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))) as {
    imports: Record<string, string>;
  };
  assert.equal(await check(Object.keys(imports).map((name, at) => typed(name, at, TYPED_BY[name])).join("")), "");
});

for (const [name, types] of Object.entries(TYPED_BY)) {
  Deno.test(`imports: ${name} is any without ${types}, and every import of it names them`, async () => {
    assert.match(await check(typed(name, 0)), /"typed"' is not assignable to type '"any"'/);
    const bare: string[] = [];
    for (const file of sources("")) {
      const lines = (await Deno.readTextFile(join(ROOT, file))).split("\n");
      for (const [at, line] of lines.entries()) {
        if (line.includes(`from "${name}"`) && lines[at - 1]?.trim() !== `// @ts-types="${types}"`) {
          bare.push(`${file}:${at + 1}`);
        }
      }
    }
    assert.deepEqual(bare, []);
  });
}

/** Every .ts file of the repository. */
function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(join(ROOT, folder))).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return /^(?:\.|node_modules$|dist$)/.test(entry.name) ? [] : sources(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}
