/**
 * What a grammar can hold a model to: JSON values of a bounded form. `boundedSchema` makes one of a JSON Schema. Where the
 * schema says more than a grammar can hold, the shape is the nearest that can, narrower where possible, and a note says
 * what is left to whoever checks the value; where nothing can stand for it, there is a reason instead. Pure.
 */

export type Shape =
  | { kind: "string"; min: number; max: number; basic: boolean }
  | { kind: "integer"; min: number; max: number }
  | { kind: "number"; min: number; max: number }
  | { kind: "boolean" }
  | { kind: "const"; value: Scalar }
  | { kind: "array"; items: Shape; min: number; max: number }
  | { kind: "object"; fields: { name: string; shape: Shape; required: boolean }[] }
  | { kind: "map"; value: Shape; max: number }
  | { kind: "either"; of: Shape[] };

type Scalar = string | number | boolean | null;

/** `notes`: what of the schema is not enforced, each as a phrase that begins with its place. */
export type Bounded = { shape: Shape; notes: string[] } | { shape: null; reason: string };

/** Characters of a string that names no bound, and the most that a named bound may be. */
export const MOST_STRING = 16_384;
/** Elements of a list that names no bound, and the most of one that does. */
const [MOST_ITEMS, MOST_NAMED_ITEMS] = [32, 256];
/** Entries of an object with free keys. */
const MOST_ENTRIES = 16;
/** Levels of nesting, and parts in all: beyond them a grammar is too slow to sample by. */
const [DEEPEST, MOST_PARTS] = [12, 1_000];

/** Keywords that say nothing about a value. */
const SILENT = new Set(
  ("title description default examples $schema $id $comment deprecated readOnly writeOnly $defs definitions type enum " +
    "const anyOf oneOf allOf $ref not if then else dependentSchemas").split(" "),
);
/** Keywords that a shape holds, by the type they belong to. */
const HELD: Record<string, readonly string[]> = {
  string: ["minLength", "maxLength"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  array: ["items", "minItems", "maxItems"],
  object: ["properties", "required", "additionalProperties", "propertyNames"],
};

type Schema = Record<string, unknown>;
type Walk = { root: Schema; notes: string[]; parts: { count: number } };

/** Thrown and caught here only. */
class Unenforceable extends Error {}

/** The shape of `schema`, or why there is none. Never throws, whatever is handed in. */
export function boundedSchema(schema: unknown): Bounded {
  const walk: Walk = { root: isObject(schema) ? schema : {}, notes: [], parts: { count: 0 } };
  try {
    return { shape: shapeOf(schema, { at: "", depth: 0 }, walk), notes: walk.notes };
  } catch (error) {
    if (error instanceof Unenforceable) return { shape: null, reason: error.message };
    throw error;
  }
}

type Place = { at: string; depth: number };

function shapeOf(schema: unknown, place: Place, walk: Walk): Shape {
  if (place.depth > DEEPEST) throw new Unenforceable(`${named(place)}: nested deeper than ${DEEPEST} levels`);
  if (++walk.parts.count > MOST_PARTS) throw new Unenforceable(`more than ${MOST_PARTS} parts`);
  if (schema === true || schema === undefined) return anything(place, walk);
  if (!isObject(schema)) throw new Unenforceable(`${named(place)}: nothing satisfies it`);
  if (typeof schema.$ref === "string") return shapeOf(pointed(schema.$ref, walk), deeper(place), walk);
  const { allOf } = schema;
  if (Array.isArray(allOf)) return shapeOf(merged(schema, allOf, place), deeper(place), walk);
  for (const name of ["not", "if", "dependentSchemas"]) {
    if (name in schema) walk.notes.push(`${named(place)}: ${name} is not enforced`);
  }
  if ("const" in schema) return literal(schema.const, place);
  if (Array.isArray(schema.enum)) return either(schema.enum.map((value) => literal(value, place)), place);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return choice(choices, schema, { place, walk });
  const types = typesOf(schema);
  if (types.length === 0) return anything(place, walk);
  return either(types.map((type) => typed(type, schema, { place, walk })), place);
}

/** The alternatives that can be had; those that cannot are left out, for what remains is still valid. */
function choice(choices: unknown[], schema: Schema, { place, walk }: { place: Place; walk: Walk }): Shape {
  const beside = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "anyOf" && key !== "oneOf"));
  const shapes = choices.flatMap((one) => {
    try {
      return [shapeOf(isObject(one) ? { ...beside, ...one } : one, deeper(place), walk)];
    } catch (error) {
      if (!(error instanceof Unenforceable)) throw error;
      walk.notes.push(`${error.message}; that alternative is left out`);
      return [];
    }
  });
  return either(shapes, place);
}

function typed(type: string, schema: Schema, { place, walk }: { place: Place; walk: Walk }): Shape {
  for (const key of Object.keys(schema)) {
    const elsewhere = Object.entries(HELD).some(([other, keys]) => other !== type && keys.includes(key));
    if (!SILENT.has(key) && !HELD[type]?.includes(key) && !elsewhere) {
      walk.notes.push(`${named(place)}: ${key} is not enforced`);
    }
  }
  switch (type) {
    case "boolean":
      return { kind: "boolean" };
    case "null":
      return { kind: "const", value: null };
    case "string":
      return stringOf(schema, place);
    case "integer":
      return integerOf(schema, place, walk);
    case "number":
      return numberOf(schema, place);
    case "array":
      return arrayOf(schema, place, walk);
    case "object":
      return objectOf(schema, place, walk);
    default:
      throw new Unenforceable(`${named(place)}: the type ${type} is unknown`);
  }
}

/**
 * A named length is counted in UTF-16 units by JavaScript and in code points by a grammar; where one is named, the shape
 * keeps to characters that are one unit, so that both count the same.
 */
function stringOf(schema: Schema, place: Place): Shape {
  const min = count(schema.minLength) ?? 0;
  const most = count(schema.maxLength);
  const max = Math.min(most ?? MOST_STRING, MOST_STRING);
  if (min > max) throw new Unenforceable(`${named(place)}: no string has ${min} to ${max} characters`);
  return { kind: "string", min, max, basic: most !== undefined };
}

const SAFE = Number.MAX_SAFE_INTEGER;

function integerOf(schema: Schema, place: Place, walk: Walk): Shape {
  const { low, high } = bounds(schema);
  const min = Math.max(-SAFE, Math.ceil(low.value) + (low.open && Number.isInteger(low.value) ? 1 : 0));
  const max = Math.min(SAFE, Math.floor(high.value) - (high.open && Number.isInteger(high.value) ? 1 : 0));
  const step = number(schema.multipleOf);
  if (step !== undefined && step !== 1) {
    const first = Math.ceil(min / step) * step;
    const few = Number.isInteger(step) && step > 0 && (max - first) / step < 256;
    if (few && first <= max) {
      const values = Array.from({ length: Math.floor((max - first) / step) + 1 }, (_, i) => first + i * step);
      return either(values.map((value) => ({ kind: "const", value })), place);
    }
    walk.notes.push(`${named(place)}: multipleOf is not enforced`);
  }
  if (min > max) throw new Unenforceable(`${named(place)}: no integer is from ${min} to ${max}`);
  return { kind: "integer", min, max };
}

/** Numbers are held to the whole numbers' range between the bounds and fractions inside it; an open bound moves inwards. */
function numberOf(schema: Schema, place: Place): Shape {
  const { low, high } = bounds(schema);
  const min = Math.max(-SAFE, low.open ? Math.floor(low.value) + 1 : low.value);
  const max = Math.min(SAFE, high.open ? Math.ceil(high.value) - 1 : high.value);
  if (Math.ceil(min) > Math.floor(max)) {
    throw new Unenforceable(`${named(place)}: no whole number lies between ${low.value} and ${high.value}`);
  }
  return { kind: "number", min: Math.ceil(min), max: Math.floor(max) };
}

function bounds(schema: Schema) {
  const [least, most] = [number(schema.minimum), number(schema.maximum)];
  const [above, below] = [number(schema.exclusiveMinimum), number(schema.exclusiveMaximum)];
  const lowOpen = above !== undefined && above >= (least ?? -Infinity);
  const highOpen = below !== undefined && below <= (most ?? Infinity);
  return {
    low: { value: lowOpen ? above : least ?? -Infinity, open: lowOpen },
    high: { value: highOpen ? below : most ?? Infinity, open: highOpen },
  };
}

function arrayOf(schema: Schema, place: Place, walk: Walk): Shape {
  const min = count(schema.minItems) ?? 0;
  const max = Math.min(count(schema.maxItems) ?? Math.max(MOST_ITEMS, min), MOST_NAMED_ITEMS);
  if (min > max) throw new Unenforceable(`${named(place)}: no list has ${min} to ${max} elements`);
  return { kind: "array", items: shapeOf(schema.items, deeper(place, "[]"), walk), min, max };
}

function objectOf(schema: Schema, place: Place, walk: Walk): Shape {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const missing = [...required].find((name) => typeof name !== "string" || !Object.hasOwn(properties, name));
  if (missing !== undefined) throw new Unenforceable(`${named(place)}: ${missing} is required and not described`);
  if (Object.keys(properties).length === 0 && (schema.additionalProperties ?? true) !== false) {
    const value = shapeOf(schema.additionalProperties, deeper(place, "*"), walk);
    return { kind: "map", value, max: MOST_ENTRIES };
  }
  const fields = Object.entries(properties).flatMap(([name, of]) => {
    try {
      return [{ name, shape: shapeOf(of, deeper(place, name), walk), required: required.has(name) }];
    } catch (error) {
      if (!(error instanceof Unenforceable) || required.has(name)) throw error;
      walk.notes.push(`${error.message}; it is left out`);
      return [];
    }
  });
  return { kind: "object", fields };
}

/** Where anything may stand, a scalar does. */
function anything(place: Place, walk: Walk): Shape {
  walk.notes.push(`${named(place)}: only text, numbers, true, false and null are written where anything may stand`);
  const number: Shape = { kind: "number", min: -SAFE, max: SAFE };
  const string: Shape = { kind: "string", min: 0, max: MOST_STRING, basic: false };
  return { kind: "either", of: [string, number, { kind: "boolean" }, { kind: "const", value: null }] };
}

function literal(value: unknown, place: Place): Shape {
  const scalar = value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
  if (!scalar) throw new Unenforceable(`${named(place)}: a constant that is no text, number, true, false or null`);
  return { kind: "const", value: value as Scalar };
}

function either(shapes: Shape[], place: Place): Shape {
  if (shapes.length === 0) throw new Unenforceable(`${named(place)}: no alternative can be enforced`);
  return shapes.length === 1 ? shapes[0] : { kind: "either", of: shapes };
}

function typesOf(schema: Schema): string[] {
  const { type } = schema;
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) return type.filter((one) => typeof one === "string");
  return Object.entries(HELD).find(([, keys]) => keys.some((key) => key in schema))?.slice(0, 1) as string[] ?? [];
}

/** Several schemas of one object as one; of anything else, no merge is tried. */
function merged(schema: Schema, parts: unknown[], place: Place): Schema {
  const { allOf: _, ...own } = schema;
  const all = [own, ...parts];
  if (!all.every((part) => isObject(part) && !("$ref" in part) && !("anyOf" in part) && !("oneOf" in part))) {
    if (parts.length === 1 && Object.keys(own).every((key) => SILENT.has(key) && key !== "type")) {
      return parts[0] as Schema;
    }
    throw new Unenforceable(`${named(place)}: allOf of more than plain objects`);
  }
  return (all as Schema[]).reduce((sum, part) => {
    const both = Object.keys(part).find((key) =>
      key in sum && !["properties", "required", "type"].includes(key) && !SILENT.has(key)
    );
    if (both !== undefined) throw new Unenforceable(`${named(place)}: allOf names ${both} twice`);
    const properties = { ...asObject(sum.properties), ...asObject(part.properties) };
    const required = [...asArray(sum.required), ...asArray(part.required)];
    return {
      ...sum,
      ...part,
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required } : {}),
    };
  }, {});
}

function pointed(ref: string, walk: Walk): unknown {
  const steps = ref.startsWith("#") ? ref.slice(1).split("/").slice(1) : null;
  const found = steps?.reduce<unknown>((at, step) => {
    const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    return isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, walk.root);
  if (found === undefined) throw new Unenforceable(`${ref} points to nothing`);
  return found;
}

const deeper = ({ at, depth }: Place, step = ""): Place => ({
  at: step === "" ? at : at === "" ? step : step === "[]" ? `${at}[]` : `${at}.${step}`,
  depth: depth + 1,
});
const named = ({ at }: Place) => at === "" ? "the value" : at;

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
const asObject = (value: unknown): Schema => isObject(value) ? value : {};
const asArray = (value: unknown): unknown[] => Array.isArray(value) ? value : [];

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
function count(value: unknown): number | undefined {
  const n = number(value);
  return n === undefined || n < 0 ? undefined : Math.floor(n);
}
