/** The fake OpenAI-compatible server with the fake model as a program: `deno run -A tests/fakes/serve_openai.ts --port 8000`. */
import { parseArgs } from "node:util";
import { fakeModel } from "./model.ts";
import { fakeOpenAi } from "./openai.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const server = await fakeOpenAi({ script: fakeModel, port: Number(values.port) });
console.log(server.base);
