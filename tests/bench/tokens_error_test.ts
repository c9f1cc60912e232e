import assert from "node:assert/strict";
import { countTokens } from "../../agent/tokens.ts";
import { realCounts } from "./tokenizers.ts";

const samples = new URL("../fixtures/tokens/", import.meta.url);

for (const { name } of Deno.readDirSync(samples)) {
  Deno.test(`the estimate of ${name} is at most 10 % below real tokenizers`, async () => {
    const sample = await Deno.readTextFile(new URL(name, samples));
    const real = Math.max(...Object.values(realCounts(sample)));
    const estimate = countTokens(sample);
    assert(estimate >= real * 0.9, `${estimate} for ${real}`);
    assert(estimate <= real * 1.4, `${estimate} for ${real}`);
  });
}
