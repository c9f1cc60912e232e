import assert from "node:assert/strict";
import { text } from "../../node/chat.ts";
import { boundedSpecOf } from "../../security/tool_spec.ts";
import { offerOf } from "../../node/embedded/envelope.ts";
import { toolsIn } from "../fakes/tools.ts";
import { engineMissing, engineScene } from "./engine_scene.ts";

const missing = await engineMissing();
const never = new AbortController().signal;
const tools = toolsIn("/ws");

Deno.test("every tool of ours can be held to its schema by a grammar", () => {
  const { notices, tools: offered } = offerOf(tools.map(boundedSpecOf));
  assert.deepEqual([notices, offered.length], [[], tools.length]);
});

Deno.test({
  name: `what an embedded model calls of our own tools fits their schemas, refinements apart${
    missing === null ? "" : ` (ignored: ${missing})`
  }`,
  ignore: missing !== null,
  fn: async () => {
    const scene = await engineScene({ "tiny.gguf": { seed: 1, contextLength: 32_768, favours: 't"}]' } });
    try {
      const { chat } = scene.open({
        load: { model: "tiny.gguf", engine: scene.engine, contextLength: 16_384, gpu: "off", threads: 1 },
      });
      const told = { calls: 0, fit: 0 };
      for (let seed = 1; told.calls < 40 && seed <= 200; seed++) {
        const tool = tools[seed % tools.length];
        const request = {
          messages: [{ role: "user" as const, content: text(`Question ${seed}`) }],
          tools: [boundedSpecOf(tool)],
          temperature: 1,
          seed,
        };
        for await (const event of chat(request, never)) {
          if (event.type === "text") break;
          if (event.type !== "tool_call") continue;
          told.calls++;
          const parsed = tool.parameters.safeParse(JSON.parse(event.call.arguments));
          // What a schema of JSON cannot say (a pattern of a name, one of two fields) is for the door to refuse.
          const custom = !parsed.success &&
            parsed.error.issues.every(({ code }) => code === "custom" || code === "invalid_format");
          if (parsed.success || custom) told.fit++;
        }
      }
      assert.deepEqual(told, { calls: 40, fit: 40 });
    } finally {
      await scene.close();
    }
  },
});
