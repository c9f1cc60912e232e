import assert from "node:assert/strict";
import { buildOf, versionText } from "./version.ts";

const HASH = "0123456789abcdef".repeat(4);
const SOURCE = { form: "source", target: null, payload: null };

for (
  const [said, here, standalone, build] of [
    [undefined, "file:///h/version.ts", false, SOURCE],
    [`portable linux-x64 ${HASH}`, "file:///h/version-1.js", false, {
      form: "portable",
      target: "linux-x64",
      payload: HASH,
    }],
    [`npm linux-x64 ${HASH}`, "file:///h/version-1.js", false, { form: "npm", target: "linux-x64", payload: HASH }],
    [`portable linux-x64 ${HASH}`, "file:///h/version.ts", false, SOURCE],
    [`portable linux-x64 ${HASH}`, "file:///h/version.ts", true, { form: "compiled", target: null, payload: null }],
    ["portable \x1b[31m " + HASH, "file:///h/version-1.js", false, SOURCE],
    [`portable linux-x64 ${HASH}\n`, "file:///h/version-1.js", false, SOURCE],
  ] as const
) {
  Deno.test(`version: ${JSON.stringify(said)} in ${here}${standalone ? ", compiled" : ""}`, () => {
    assert.deepEqual(buildOf(said, here, standalone), build);
  });
}

Deno.test("version: --json is one line of JSON with the version of each part", () => {
  const { os, arch } = Deno.build;
  const { harombe, ...rest } = JSON.parse(versionText(true));
  assert.match(harombe, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(rest, { ...SOURCE, ...Deno.version, os, arch });
});
