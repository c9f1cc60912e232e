/** The fake Ollama with the fake model as a program: `deno run -A tests/fakes/serve_ollama.ts --port 11434`. */
import { parseArgs } from "node:util";
import { fakeModel } from "./model.ts";
import { fakeOllama } from "./ollama.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const server = await fakeOllama({ script: fakeModel, port: Number(values.port) });
console.log(server.base);
