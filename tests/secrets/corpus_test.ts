import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createScrub } from "../../security/secrets/scrub.ts";
import { FORMATS } from "../../security/secrets/shapes.ts";
import { corpus, type Labelled } from "./corpus.ts";
import { score } from "./score.ts";

const here = new URL("./", import.meta.url);
const scrub = createScrub({ known: [] });

/** The corpus as it lies here. Packed, so that no scanner takes it for a loss. */
async function kept(split: Labelled["split"]): Promise<Labelled[]> {
  const packed = (await Deno.open(new URL(`${split}.jsonl.gz`, here))).readable;
  const text = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

for (const split of ["tune", "test"] as const) {
  Deno.test(`of the labelled texts to ${split}: secrets ≥ 98 % found, hidden ones ≥ 95 %, false alarms ≤ 2 %`, async () => {
    const { score: s, wrong } = score(await kept(split), scrub.text);
    const told = JSON.stringify(s) + wrong.slice(0, 20).map((w) => `\n${w.name}: ${JSON.stringify(w.text)}`).join("");
    assert.ok(s.secrets >= 500 && s.hidden >= 400 && s.benign >= 800, told);
    assert.ok(s.found / s.secrets >= 0.98, told);
    assert.ok(s.foundHidden / s.hidden >= 0.95, told);
    assert.ok(s.alarms / s.benign <= 0.02, told);
  });
}

Deno.test("the labelled texts that lie here are those that the generator makes", async () => {
  const hash = (texts: Labelled[]) => createHash("sha256").update(JSON.stringify(texts)).digest("hex");
  assert.equal(hash([...await kept("tune"), ...await kept("test")]), hash(corpus()));
});

Deno.test("every issuer and every way of hiding is found in the texts to test, most times", async () => {
  const { wrong } = score(await kept("test"), scrub.text);
  const times = new Map<string, number>();
  for (const { family, name } of wrong) {
    if (family === "issuer" || family === "hidden") times.set(name, (times.get(name) ?? 0) + 1);
  }
  assert.deepEqual([...times].filter(([, count]) => count > 4), []);
});

Deno.test("sixty providers and more are known by the form of what they issue", () => {
  assert.ok(new Set(FORMATS.map(({ kind }) => kind.split(" ")[0])).size >= 60);
});
