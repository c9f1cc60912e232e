/** A picture on its way to the model, as a person shows it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeOllama } from "../fakes/ollama.ts";
import { place } from "./harombe.ts";

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

Deno.test("ask --image shows a picture of the folder or of the pipe to a model that sees, and to no other", async () => {
  await using seeing = await fakeOllama({
    script: [{ text: "A cat." }],
    models: [{ name: "eye", capabilities: ["completion", "tools", "vision"] }],
  });
  await using p = await place({ ollama: seeing.base });
  await Deno.writeFile(join(p.folder, "cat.png"), PNG);
  await Deno.writeTextFile(join(p.folder, "cat.txt"), "no picture");
  await Deno.writeFile(join(p.home, "outside.png"), PNG);
  await Deno.symlink(join(p.home, "outside.png"), join(p.folder, "link.png"));
  const ran = await p.run(["ask", "--image", "cat.png", "what is this?"]);
  assert.deepEqual([ran.code, ran.out], [0, "A cat.\n"], ran.err);
  const images = () => (seeing.heard.at(-1)!.body as { messages: { images?: string[] }[] }).messages.at(-1)!.images;
  assert.deepEqual(images(), [PNG.toBase64()]);
  const piped = await p.run(["ask", "--image", "-", "and this?"], PNG);
  assert.equal(piped.code, 0, piped.err);
  assert.deepEqual(images(), [PNG.toBase64()]);
  const asked = seeing.heard.length;
  const refused: [string[], RegExp][] = [
    [["--image", "cat.txt", "what?"], /Cannot attach the image cat\.txt: it is no PNG, JPEG, WebP or GIF/],
    [["--image", "none.png", "what?"], /Cannot attach the image none\.png: /],
    [["--image", "link.png", "what?"], /Cannot attach the image link\.png: /],
    [["--image", join(p.home, "outside.png"), "what?"], /Cannot attach the image /],
    [["--image", "cat.png", " "], /the question is empty/],
  ];
  for (const [args, matches] of refused) {
    const { code, err } = await p.run(["ask", ...args]);
    assert.match(err, matches);
    assert.equal(code, 2, err);
  }
  assert.equal(seeing.heard.length, asked);

  await using blind = await fakeOllama({ script: [{ text: "I guess." }] });
  const { code, err } = await p.run(["ask", "--image", "cat.png", "what?"], undefined, {
    env: { HAROMBE_OLLAMA_HOST: blind.base },
  });
  assert.equal(code, 2);
  assert.match(err, /Cannot attach an image: fake:latest reads none/);
  assert.equal(blind.heard.length, 0);
});
