import assert from "node:assert/strict";
import { Exit } from "../failure.ts";
import { imagePart, imageType, MOST_IMAGE_BYTES } from "./image.ts";

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

Deno.test("a picture is known by its first bytes, whatever its name says", () => {
  const cases: [string, string | null][] = [
    ["\x89PNG\r\n\x1a\nrest", "image/png"],
    ["\xff\xd8\xff\xe0rest", "image/jpeg"],
    ["GIF89a", "image/gif"],
    ["RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"],
    ["RIFF\x00\x00\x00\x00WAVEfmt ", null],
    ["\x89PNG", null],
    ["<svg xmlns=", null],
    ["BM", null],
    ["", null],
  ];
  for (const [begins, want] of cases) assert.equal(imageType(bytes(begins)), want, JSON.stringify(begins));
});

Deno.test("what is no picture or too large is refused in one line; the rest becomes a part", () => {
  assert.deepEqual(imagePart("x.txt", bytes("GIF89a")), { type: "image", mime: "image/gif", data: "R0lGODlh" });
  assert.throws(() => imagePart("a\x1b[2J.png", bytes("#!/bin/sh")), (error) => {
    assert.ok(error instanceof Exit);
    assert.equal(error.message, "Cannot attach the image a\\u{1b}[2J.png: it is no PNG, JPEG, WebP or GIF");
    return true;
  });
  assert.throws(() => imagePart("big", new Uint8Array(MOST_IMAGE_BYTES + 1)), { message: /more than 10 MiB/ });
});
