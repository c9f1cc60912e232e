import assert from "node:assert/strict";
import { fetchLaboratory } from "../../tests/fakes/fetch_laboratory.ts";
import { serveHub } from "../../tests/fakes/hub.ts";
import { download } from "./download.ts";

const signal = new AbortController().signal;

Deno.test("a whole file that a killed call left is taken only for the URL that it came from", async () => {
  await using hub = await serveHub({ pages: { "/good": { body: "good" }, "/evil": { body: "evil" } } });
  const { lab, fetch, downloads } = await fetchLaboratory([`127.0.0.1:${hub.port}`]);
  try {
    const own = `${lab.home}/.harombe/pulls`;
    const options = { directory: downloads, own, onProgress: () => {}, wait: () => Promise.resolve() };
    const [good, evil] = [`${hub.base}/good`, `${hub.base}/evil`];
    const whole = `${own}/m.gguf.whole`;
    const rows: [left: { text: string; from: string | null }, asked: string, got: string, fetched: string[]][] = [
      [{ text: "evil", from: evil }, good, "good", ["/good"]],
      [{ text: "evil", from: null }, good, "good", ["/good"]],
      [{ text: "left", from: good }, good, "left", []],
    ];
    await Deno.mkdir(own, { recursive: true });
    await Deno.mkdir(downloads, { recursive: true });
    for (const [left, url, got, fetched] of rows) {
      const before = hub.asked.length;
      await Deno.writeTextFile(whole, left.text);
      if (left.from !== null) {
        await Deno.writeTextFile(`${own}/m.gguf.part.json`, JSON.stringify({ url: left.from, etag: "" }));
      }
      const { path } = await download(fetch, { url, name: "m.gguf", sha256: null, bytes: null }, options, signal);
      assert.deepEqual([await Deno.readTextFile(path), hub.asked.slice(before).map(({ path }) => path)], [
        got,
        fetched,
      ]);
      assert.deepEqual(Array.from(Deno.readDirSync(own), ({ name }) => name).sort(), ["m.gguf.lock", "m.gguf.whole"]);
      await Deno.remove(whole);
    }
  } finally {
    await lab.close();
  }
});
