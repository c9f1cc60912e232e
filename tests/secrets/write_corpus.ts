/** Writes the labelled texts beside this file: `deno run -A tests/secrets/write_corpus.ts`. */
import { corpus } from "./corpus.ts";

for (const split of ["tune", "test"]) {
  const lines = corpus().filter((one) => one.split === split).map((one) => JSON.stringify(one)).join("\n");
  const packed = new Response(lines).body!.pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(new URL(`./${split}.jsonl.gz`, import.meta.url), packed);
}
