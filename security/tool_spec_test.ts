import assert from "node:assert/strict";
import * as z from "zod";
import type { AnyTool } from "./tool.ts";
import { boundedSpecOf, specOf } from "./tool_spec.ts";

Deno.test("a tool is described without bounds, and with all of them to what is held to them", () => {
  const parameters = z.object({ line: z.string().min(1).max(9), maximum: z.object({}).optional(), n: z.int().max(5) });
  const tool = { name: "t", description: "d", parameters } as unknown as AnyTool;
  const rest = { type: "object", required: ["line", "n"] };
  assert.deepEqual(specOf(tool), {
    name: "t",
    description: "d",
    parameters: {
      ...rest,
      properties: {
        line: { type: "string" },
        maximum: { type: "object", properties: {} },
        n: { type: "integer" },
      },
    },
  });
  const { properties } = boundedSpecOf(tool).parameters as { properties: Record<string, unknown> };
  assert.deepEqual(properties.line, { type: "string", minLength: 1, maxLength: 9 });
  assert.deepEqual(properties.n, { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: 5 });
});
