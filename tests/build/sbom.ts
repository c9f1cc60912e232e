/** The list of what is in a release, as CycloneDX 1.6 (ECMA-424) in JSON. Pure. */
import { Buffer } from "node:buffer";
import type { PackageFacts } from "./package_facts.ts";
import { DENO, type Target, TARGETS } from "./targets.ts";

/** SPDX identifiers that packages here declare; anything else is given as an expression or a name. */
const SPDX = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "Unlicense", "Zlib"];

type Component = {
  type: "application" | "library" | "platform";
  "bom-ref": string;
  name: string;
  version: string;
  licenses?: unknown[];
  hashes?: { alg: "SHA-512"; content: string }[];
  purl?: string;
  properties?: { name: string; value: string }[];
};

export type Sbom = {
  $schema: string;
  bomFormat: "CycloneDX";
  specVersion: "1.6";
  version: 1;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
};

/**
 * What is in harombe `version` for `targets`: the packages whose code is bundled, and one Deno for each target. It holds
 * no time and no serial number, so that the same release gives the same bytes. `direct` are the names of the packages that harombe
 * itself imports.
 */
export function sbom(
  version: string,
  contents: { packages: readonly PackageFacts[]; direct: readonly string[]; targets: readonly Target[] },
): Sbom {
  const { packages, direct, targets } = contents;
  const root = `harombe@${version}`;
  const runtimes = targets.map((target): Component => ({
    type: "platform",
    "bom-ref": purl(TARGETS[target].package, DENO),
    name: TARGETS[target].package,
    version: DENO,
    licenses: licenses("MIT"),
    hashes: hashes(TARGETS[target].integrity),
    purl: purl(TARGETS[target].package, DENO),
    properties: [{ name: "harombe:target", value: target }],
  }));
  const libraries = packages.map((one): Component => ({
    type: "library",
    "bom-ref": purl(one.name, one.version),
    name: one.name,
    version: one.version,
    ...(one.license === null ? {} : { licenses: licenses(one.license) }),
    hashes: hashes(one.integrity),
    purl: purl(one.name, one.version),
  }));
  const ref = (id: string) => purl(id.slice(0, id.lastIndexOf("@")), id.slice(id.lastIndexOf("@") + 1));
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "application", "bom-ref": root, name: "harombe", version, licenses: licenses("Apache-2.0") },
    },
    components: [...runtimes, ...libraries],
    dependencies: [
      {
        ref: root,
        dependsOn: [
          ...runtimes.map((one) => one["bom-ref"]),
          ...packages.filter(({ name }) => direct.includes(name)).map((one) => purl(one.name, one.version)),
        ],
      },
      ...packages.map((one) => ({ ref: purl(one.name, one.version), dependsOn: one.dependencies.map(ref) })),
    ],
  };
}

function licenses(declared: string): unknown[] {
  if (SPDX.includes(declared)) return [{ license: { id: declared } }];
  return / (?:AND|OR|WITH) /.test(declared) ? [{ expression: declared }] : [{ license: { name: declared } }];
}

function hashes(integrity: string): { alg: "SHA-512"; content: string }[] {
  return [{ alg: "SHA-512", content: Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex") }];
}

/** https://github.com/package-url/purl-spec, type npm: the scope's `@` is written as %40. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}
