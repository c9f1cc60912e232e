import assert from "node:assert/strict";
import type { PackageFacts } from "./package_facts.ts";
import { sbom } from "./sbom.ts";
import { TARGETS } from "./targets.ts";
import { faults } from "./testing/cyclonedx.ts";

const FACTS: PackageFacts = {
  name: "@scope/thing",
  version: "1.2.3",
  license: "MIT",
  author: null,
  integrity: "sha512-AAEC",
  dependencies: ["plain@4.5.6"],
  text: "",
};
const PLAIN: PackageFacts = { ...FACTS, name: "plain", version: "4.5.6", license: "(MIT AND Zlib)", dependencies: [] };
const ODD: PackageFacts = { ...PLAIN, name: "odd", license: "SEE LICENSE IN FILE" };
const NONE: PackageFacts = { ...PLAIN, name: "none", license: null };
const ALL = Object.keys(TARGETS) as (keyof typeof TARGETS)[];

/** Hashes as long as the schema wants them. */
function whole(facts: PackageFacts): PackageFacts {
  return { ...facts, integrity: TARGETS["linux-x64"].integrity };
}

Deno.test("sbom: CycloneDX's schema has nothing against it, and would have", async () => {
  const packages = [FACTS, PLAIN, ODD, NONE].map(whole);
  const made = sbom("1.0.0", { packages, direct: ["plain"], targets: ALL });
  assert.deepEqual(await faults(made), null);
  const wrong = {
    ...made,
    components: [{ ...made.components[0], licenses: [{ license: { id: "No-Such-Licence" } }] }],
  };
  assert.notEqual(await faults(wrong), null);
  assert.notEqual(await faults({ ...made, components: [{ type: "library" }] }), null);
});

Deno.test("sbom: components, licences, hashes and who depends on whom", () => {
  const made = sbom("1.0.0", {
    packages: [FACTS, PLAIN, ODD, NONE],
    direct: ["@scope/thing"],
    targets: ["linux-arm64"],
  });
  const hashes = [{ alg: "SHA-512", content: "000102" }];
  const [runtime, ...libraries] = made.components;
  assert.deepEqual([runtime.name, runtime.version, runtime.properties], [
    "@deno/linux-arm64-glibc",
    "2.9.5",
    [{ name: "harombe:target", value: "linux-arm64" }],
  ]);
  const library = (ref: string, name: string, version: string, licenses?: unknown[]) => ({
    type: "library",
    "bom-ref": ref,
    name,
    version,
    ...(licenses ? { licenses } : {}),
    hashes,
    purl: ref,
  });
  assert.deepEqual(libraries, [
    library("pkg:npm/%40scope/thing@1.2.3", "@scope/thing", "1.2.3", [{ license: { id: "MIT" } }]),
    library("pkg:npm/plain@4.5.6", "plain", "4.5.6", [{ expression: "(MIT AND Zlib)" }]),
    library("pkg:npm/odd@4.5.6", "odd", "4.5.6", [{ license: { name: "SEE LICENSE IN FILE" } }]),
    library("pkg:npm/none@4.5.6", "none", "4.5.6"),
  ]);
  assert.deepEqual(made.dependencies, [
    { ref: "harombe@1.0.0", dependsOn: ["pkg:npm/%40deno/linux-arm64-glibc@2.9.5", "pkg:npm/%40scope/thing@1.2.3"] },
    { ref: "pkg:npm/%40scope/thing@1.2.3", dependsOn: ["pkg:npm/plain@4.5.6"] },
    { ref: "pkg:npm/plain@4.5.6", dependsOn: [] },
    { ref: "pkg:npm/odd@4.5.6", dependsOn: [] },
    { ref: "pkg:npm/none@4.5.6", dependsOn: [] },
  ]);
});
