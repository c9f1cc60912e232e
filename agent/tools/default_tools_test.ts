import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { toolsIn } from "../../tests/fakes/tools.ts";
import { specOf } from "../../security/tool_spec.ts";

const tools = toolsIn("/ws");
const tokens = (names: string[]) =>
  encode(JSON.stringify(tools.filter((tool) => names.includes(tool.name)).map(specOf))).length;

Deno.test("the specs of the eight tools cost at most 1,150 tokens (o200k), of all thirteen at most 1,300", () => {
  const all = tools.map((tool) => tool.name);
  assert.deepEqual(all, [
    "read_file",
    "write_file",
    "edit_file",
    "list_files",
    "search_text",
    "shell",
    "run_code",
    "ask_user",
    "git_read",
    "system_info",
    "find_files",
    "date_math",
    "calculate",
  ]);
  const [eight, thirteen] = [tokens(all.slice(0, 8)), tokens(all)];
  assert.ok(eight <= 1150, `${eight} tokens`);
  assert.ok(thirteen <= 1300, `${thirteen} tokens`);
});

Deno.test("a spec is a JSON Schema whose defaults are optional, without bounds and defaults that say nothing", () => {
  assert.deepEqual(specOf(tools[1]), {
    name: "write_file",
    description: "Create a file or replace it whole. To change a part, use edit_file.",
    parameters: {
      type: "object",
      properties: { path: { type: "string" }, content: { type: "string" } },
      required: ["path", "content"],
    },
  });
  assert.deepEqual(specOf(tools[3]).parameters, {
    type: "object",
    properties: {
      path: { type: "string" },
      depth: { type: "integer", default: 1 },
      glob: { type: "string" },
      sort: {
        type: "string",
        enum: ["name", "size", "modified"],
        default: "name",
        description: "largest, newest first",
      },
      limit: { type: "integer", default: 200 },
      hidden: { type: "boolean", description: "include dot files" },
    },
  });
  const search = specOf(tools[4]).parameters as { properties: object };
  assert.ok("pattern" in search.properties, "an argument may be named like a bound");
});
