import assert from "node:assert/strict";
import fc from "fast-check";
import * as z from "zod";
import { type Bounded, boundedSchema, MOST_STRING } from "./shape.ts";

const SAFE = Number.MAX_SAFE_INTEGER;
const text = { kind: "string", min: 0, max: MOST_STRING, basic: false } as const;
const fine = (shape: unknown): Bounded => ({ shape, notes: [] }) as Bounded;
const noted = (shape: unknown, ...notes: string[]): Bounded => ({ shape, notes }) as Bounded;
const none = (reason: string): Bounded => ({ shape: null, reason });

Deno.test("each schema becomes the nearest shape that a grammar can hold, and what is left is noted", () => {
  const rows: [unknown, Bounded][] = [
    [{ type: "string" }, fine(text)],
    [{ type: "string", minLength: 2, maxLength: 5 }, fine({ kind: "string", min: 2, max: 5, basic: true })],
    [{ type: "string", maxLength: 1e9 }, fine({ ...text, basic: true })],
    [{ type: "string", minLength: 9, maxLength: 5 }, none("the value: no string has 9 to 5 characters")],
    [{ type: "string", pattern: "^a+$" }, noted(text, "the value: pattern is not enforced")],
    [{ type: "string", format: "date" }, noted(text, "the value: format is not enforced")],
    [{ type: "integer" }, fine({ kind: "integer", min: -SAFE, max: SAFE })],
    [{ type: "integer", minimum: 0.5, maximum: 9.5 }, fine({ kind: "integer", min: 1, max: 9 })],
    [{ type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 3 }, fine({ kind: "integer", min: 1, max: 2 })],
    [{ type: "integer", exclusiveMinimum: 1, exclusiveMaximum: 2 }, none("the value: no integer is from 2 to 1")],
    [
      { type: "integer", minimum: 0, maximum: 10, multipleOf: 5 },
      fine({
        kind: "either",
        of: [0, 5, 10].map((value) => ({ kind: "const", value })),
      }),
    ],
    [
      { type: "integer", multipleOf: 5 },
      noted({ kind: "integer", min: -SAFE, max: SAFE }, "the value: multipleOf is not enforced"),
    ],
    [{ type: "integer", minimum: 1e308 }, none(`the value: no integer is from ${1e308} to ${SAFE}`)],
    [{ type: "number", minimum: 0, exclusiveMaximum: 1 }, fine({ kind: "number", min: 0, max: 0 })],
    [{ type: "number", minimum: 0.2, maximum: 0.8 }, none("the value: no whole number lies between 0.2 and 0.8")],
    [{ type: ["string", "null"] }, fine({ kind: "either", of: [text, { kind: "const", value: null }] })],
    [{ enum: ["a", 1, null] }, fine({ kind: "either", of: ["a", 1, null].map((value) => ({ kind: "const", value })) })],
    [{ enum: [] }, none("the value: no alternative can be enforced")],
    [{ const: { a: 1 } }, none("the value: a constant that is no text, number, true, false or null")],
    [
      { anyOf: [{ type: "boolean" }, { const: {} }] },
      noted(
        { kind: "boolean" },
        "the value: a constant that is no text, number, true, false or null; that alternative is left out",
      ),
    ],
    [
      { type: "array", items: { type: "boolean" }, maxItems: 3 },
      fine({ kind: "array", items: { kind: "boolean" }, min: 0, max: 3 }),
    ],
    [{ type: "array", items: false }, none("[]: nothing satisfies it")],
    [
      { type: "array", items: { type: "boolean" }, minItems: 9e9 },
      none("the value: no list has 9000000000 to 256 elements"),
    ],
    [{ type: "object", properties: {}, additionalProperties: false }, fine({ kind: "object", fields: [] })],
    [
      { type: "object", additionalProperties: { type: "boolean" } },
      fine({ kind: "map", value: { kind: "boolean" }, max: 16 }),
    ],
    [
      { type: "object", properties: { a: { type: "boolean" }, b: { const: [] } }, required: ["a"] },
      noted(
        { kind: "object", fields: [{ name: "a", shape: { kind: "boolean" }, required: true }] },
        "b: a constant that is no text, number, true, false or null; it is left out",
      ),
    ],
    [
      { type: "object", properties: { b: { const: [] } }, required: ["b"] },
      none(
        "b: a constant that is no text, number, true, false or null",
      ),
    ],
    [
      { type: "object", properties: { a: { type: "boolean" } }, required: ["toString"] },
      none(
        "the value: toString is required and not described",
      ),
    ],
    [{ $ref: "#/$defs/x", $defs: { x: { type: "boolean" } } }, fine({ kind: "boolean" })],
    [{ $ref: "#/$defs/__proto__" }, none("#/$defs/__proto__ points to nothing")],
    [{ $ref: "#" }, none("the value: nested deeper than 12 levels")],
    [{ $ref: "https://example.org/x.json" }, none("https://example.org/x.json points to nothing")],
    [
      {
        allOf: [{ type: "object", properties: { a: { type: "boolean" } }, required: ["a"] }, {
          properties: { b: { type: "boolean" } },
        }],
      },
      fine({
        kind: "object",
        fields: [{ name: "a", shape: { kind: "boolean" }, required: true }, {
          name: "b",
          shape: { kind: "boolean" },
          required: false,
        }],
      }),
    ],
    [{ allOf: [{ anyOf: [] }, { type: "string" }] }, none("the value: allOf of more than plain objects")],
    [{ type: "date" }, none("the value: the type date is unknown")],
    [false, none("the value: nothing satisfies it")],
    [null, none("the value: nothing satisfies it")],
  ];
  for (const [schema, expected] of rows) assert.deepEqual(boundedSchema(schema), expected, JSON.stringify(schema));
});

Deno.test("a recursive schema is held to a depth where it may end, and has no shape where it may not", () => {
  const Tree: z.ZodType = z.strictObject({
    name: z.string().max(3),
    get left() {
      return Tree.optional();
    },
  });
  const tree = boundedSchema(z.toJSONSchema(Tree));
  assert.equal(tree.shape?.kind, "object");
  assert.ok(
    tree.shape !== null && tree.notes.some((note) => note.endsWith("nested deeper than 12 levels; it is left out")),
  );
  assert.deepEqual(
    boundedSchema({ $ref: "#/$defs/a", $defs: { a: { type: "array", minItems: 1, items: { $ref: "#/$defs/a" } } } }),
    none("[][][][][][]: nested deeper than 12 levels"),
  );
});

Deno.test("a schema that multiplies itself is given up", () => {
  const both = (of: unknown) => ({ anyOf: [of, of, of] });
  const $defs = { a: both({ $ref: "#/$defs/b" }), b: both({ $ref: "#/$defs/c" }), c: both({ $ref: "#/$defs/a" }) };
  const bounded = boundedSchema({ $ref: "#/$defs/a", $defs });
  assert.equal(bounded.shape, null);
});

Deno.test("whatever is handed in, there is a shape or a reason", () => {
  fc.assert(fc.property(fc.jsonValue(), (schema) => {
    const bounded = boundedSchema(schema);
    assert.equal(
      typeof (bounded.shape === null ? bounded.reason : bounded.notes.length),
      bounded.shape === null ? "string" : "number",
    );
  }));
});
