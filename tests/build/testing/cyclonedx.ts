/** CycloneDX's own schema. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";

/** The schemas that the CycloneDX project ships with its own library; none of its code runs here. */
const SCHEMAS = join(
  dirname(fileURLToPath(import.meta.resolve("@cyclonedx/cyclonedx-library/package.json"))),
  "res/schema",
);

/** What the schema of CycloneDX 1.6 has against `value`; null if nothing. */
export async function faults(value: unknown): Promise<unknown> {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const read = async (name: string) =>
    JSON.parse(await Deno.readTextFile(join(SCHEMAS, `${name}.SNAPSHOT.schema.json`)));
  for (const name of ["spdx", "jsf-0.82"]) {
    ajv.addSchema({ ...await read(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json` });
  }
  const validate = ajv.compile(await read("bom-1.6"));
  return validate(value) ? null : validate.errors;
}
