import assert from "node:assert/strict";
import { createScrub } from "./scrub.ts";

const scrub = createScrub({ known: ["correct-horse-battery"] });

/** Pieces that, repeated, make a search begin at every one of them. */
const BITS = [
  ..."password= a -----BEGIN eyJ- eyJ.eyJ ://a: x_ A1b2 ghp_ sk-a- live_ '+' % \\x41 &#65; a. QUJD 61 $a$b a+b, corr {{ SECRET_a_ </"
    .split(" "),
  "token : ",
  "-----BEGIN PRIVATE KEY-----",
  "password='",
  "cookie: a=",
  "bearer ",
  "login x password ",
  "61 ",
  "a ",
  "\u200ba",
  "\u0430",
  "name: TOKEN\n",
  "ghp_\n",
  "\\\n",
  'a"\n"',
];

Deno.test("text made to be slow takes about twice as long where it is twice as long", () => {
  const time = (bit: string, length: number, attempt = 0) => {
    const text = bit.repeat(Math.ceil(length / bit.length));
    return Math.min(
      ...[1, 2, 3].slice(attempt === 0 ? 2 : 0).map(() => {
        const start = performance.now();
        scrub.text(text);
        return performance.now() - start;
      }),
    );
  };
  const slow = BITS.flatMap((bit) => {
    time(bit, 20_000);
    for (let attempt = 0; attempt < 4; attempt++) {
      const [one, two] = [time(bit, 300_000, attempt), time(bit, 600_000, attempt)];
      // A quadratic search takes four times as long; a busy machine is asked again.
      if (two <= one * 2.6 || two < 90) return [];
    }
    return [bit];
  });
  assert.deepEqual(slow, []);
});
