import assert from "node:assert/strict";
import { canonical, packagesIn } from "./canonical.ts";

/** Two modules and an entry, as two machines with caches at `cache` would bundle them. */
function bundled(cache: string, [a, b]: [string, string]): Map<string, string> {
  return new Map([
    ["main.js", `import"./chunk-${a}.js";\n// node/chat.ts\nimport("./ask-${b}.js");`],
    [
      `chunk-${a}.js`,
      `// ${cache}/registry.example/zod/4.6.7/index.js\nvar r = c({"${cache}/registry.example/isarray/2.0.5/index.js"(){}});`,
    ],
    [`ask-${b}.js`, `import"./chunk-${a}.js";\n  // ${cache}/registry.example/@scope/tab/0.0.22_1/dist/a.js\n`],
  ]);
}

Deno.test("bundle: where the cache lies and what the bundler called its files makes no difference", () => {
  const one = canonical(bundled("../../root/.cache/deno/npm", ["AAAAAAA1", "AAAAAAA2"]), "../../root/.cache/deno/npm");
  const two = canonical(bundled("../b+(c)/npm", ["ZZZZZZZ9", "BBBBBBB8"]), "../b+(c)/npm");
  assert.deepEqual([...one], [...two]);
  assert.deepEqual([...one.keys()].map((name) => name.replace(/[0-9a-f]{8}/, "#")), [
    "main.js",
    "chunk-#.js",
    "ask-#.js",
  ]);
  const text = [...one.values()].join("\n");
  assert.doesNotMatch(text, /AAAA|\.cache|registry\.example/);
  for (const name of text.matchAll(/\.\/([\w-]+\.js)/g)) assert.ok(one.has(name[1]), name[1]);
});

Deno.test("bundle: other code gives other names", () => {
  const cache = "../npm";
  const files = bundled(cache, ["AAAAAAA1", "AAAAAAA2"]);
  const changed = new Map([...files].map(([name, text]) => [name, text.replace("node/chat", "node/chat2")]));
  const chunk = (all: Map<string, string>) => [...all.keys()].find((name) => name.startsWith("chunk"));
  const more = new Map([...files].map(([name, text]) => [name, name.startsWith("chunk") ? `${text}1;` : text]));
  assert.equal(chunk(canonical(files, cache)), chunk(canonical(changed, cache)));
  assert.notEqual(chunk(canonical(files, cache)), chunk(canonical(more, cache)));
});

Deno.test("bundle: two files that differ in nothing but their names are refused", () => {
  const same = new Map([["chunk-AAAAAAA1.js", "1"], ["chunk-AAAAAAA2.js", "1"]]);
  assert.throws(() => canonical(same, "npm"), /Cannot tell two files of a bundle apart/);
});

Deno.test("bundle: the packages whose code is inside, by the bundler's notes alone", () => {
  const files = canonical(bundled("../npm", ["AAAAAAA1", "AAAAAAA2"]), "../npm");
  assert.deepEqual(packagesIn(files), ["@scope/tab@0.0.22", "zod@4.6.7"]);
});
