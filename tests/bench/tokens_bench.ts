/** Measures `countTokens` against real tokenizers: `deno run -A tests/bench/tokens_bench.ts`. */
import { countTokens } from "../../agent/tokens.ts";
import { realCounts } from "./tokenizers.ts";

const samples = new URL("../fixtures/tokens/", import.meta.url);
const house = ["node/backends/dial.ts", "node/wire/openai.ts", "security/tool.ts", "deno.json", "tests/fakes/turn.ts"];
const files = [
  ...[...Deno.readDirSync(samples)].map((entry) => new URL(entry.name, samples)).sort((a, b) =>
    a.href < b.href ? -1 : 1
  ),
  ...house.map((path) => new URL(`../../${path}`, import.meta.url)),
];
const percent = (estimate: number, real: number) => `${((estimate / real - 1) * 100).toFixed(0)} %`.padStart(7);

console.log("text".padEnd(18), "estimate", "o200k".padStart(7), "cl100k".padStart(7), "llama3".padStart(7));
for (const file of files) {
  const text = await Deno.readTextFile(file);
  const estimate = countTokens(text);
  const real = Object.values(realCounts(text));
  const name = file.pathname.split("/").at(-1) ?? "";
  console.log(name.padEnd(18), String(estimate).padStart(8), ...real.map((count) => percent(estimate, count)));
}
