/**
 * How fast secrets are taken out of text, one thread: sources, a lock file, logs, minified code, labelled lines; and how many of
 * the labelled lines are right: `deno task bench secrets`.
 */
import { createScrub } from "../../security/secrets/scrub.ts";
import { corpus } from "../secrets/corpus.ts";
import { draw, HEX } from "../secrets/draw.ts";
import { score } from "../secrets/score.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));
const sources = ["cli", "agent", "security", "node"].flatMap((room) => typescript(room)).map(read).join("\n");
const d = draw(1);
const log = Array.from(
  { length: 20_000 },
  () =>
    `2026-03-01T10:00:00.123Z INFO [${d.text(8, HEX)}] GET /api/items/${d.below(9999)}?page=${d.below(99)} 200 ${
      d.below(900)
    }ms id=${d.text(32, HEX)}`,
).join("\n");
const texts: [string, string][] = [
  ["sources", sources],
  ["lock file", read("deno.lock").repeat(60)],
  ["logs", log],
  ["one long line", sources.replaceAll("\n", " ")],
  ["labelled lines", corpus().map(({ text }) => text).join("\n").repeat(3)],
];
const scrub = createScrub({ known: ["correct-horse-battery", "tr0ub4dor-and-three"] });

const total = { bytes: 0, ms: 0 };
for (const [name, text] of texts) {
  scrub.text(text.slice(0, 200_000));
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    scrub.text(text);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const bytes = new TextEncoder().encode(text).length;
  if (name !== "labelled lines") {
    total.bytes += bytes;
    total.ms += times[0];
  }
  console.log(
    name.padEnd(16),
    `${(bytes / 1e6).toFixed(2)} MB`.padStart(9),
    `${(bytes / 1e3 / times[0]).toFixed(1)} MB/s`.padStart(10),
  );
}
console.log(
  `without the labelled lines, which are dense with secrets: ${(total.bytes / 1e3 / total.ms).toFixed(1)} MB/s`,
);
for (const split of ["tune", "test"]) {
  const { score: s } = score(corpus().filter((one) => one.split === split), scrub.text);
  const percent = (a: number, b: number) => `${(100 * a / b).toFixed(2)} % (${a}/${b})`;
  console.log(
    split.padEnd(5),
    "found",
    percent(s.found, s.secrets),
    "· hidden",
    percent(s.foundHidden, s.hidden),
    "· alarms",
    percent(s.alarms, s.benign),
  );
}

function typescript(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return typescript(`${folder}/${name}`);
    return name.endsWith(".ts") && !name.endsWith("_test.ts") ? [`${folder}/${name}`] : [];
  });
}
