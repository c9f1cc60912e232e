/** The settings as a flat list, read off the JSON Schema: one entry for each value that can be set. */
import * as z from "zod";

export type Leaf = {
  /** From the root, such as `["model", "name"]`. */
  path: string[];
  /** JSON Schema types that it takes. Empty: any. */
  types: string[];
};

type Schema = {
  type?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
};

/** Every leaf below `schema`, in the order of declaration. A list is a leaf. */
export function leavesOf(schema: z.ZodType): Leaf[] {
  return walk(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema, []);
}

function walk(schema: Schema, path: string[]): Leaf[] {
  if (schema.properties) return Object.entries(schema.properties).flatMap(([key, of]) => walk(of, [...path, key]));
  const types = [schema, ...schema.anyOf ?? []].flatMap((one) => {
    if (one.type) return [one.type];
    return [...one.enum ?? [], ...(one.const === undefined ? [] : [one.const])].map((value) => typeof value as string);
  });
  return [{ path, types: [...new Set(types)] }];
}

/** The variable that overrides a leaf: `model.name` → `HAROMBE_MODEL_NAME`. */
export function variableOf(path: readonly string[]): string {
  return `HAROMBE_${path.join("_").toUpperCase()}`;
}

const SECRET_KEY = /(^|_)(api_key|key|token|password|secret|secret_id)$/;

/** True if the value of this setting must not be printed, nor taken from a variable. */
export function isSecret(path: readonly string[]): boolean {
  return SECRET_KEY.test(path.at(-1) ?? "");
}
