import assert from "node:assert/strict";
import { createScrub } from "./scrub.ts";

const scrub = createScrub({ known: ["Tr0ub4dor&3xyz"] });
const T = ["gh", "p_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fLxRaa"].join("");
const coded = (text: string, times: number): string => times === 0 ? text : coded(btoa(text), times - 1);

Deno.test("what an attacker or a tool does to a secret's letters does not hide it", () => {
  const cases: Record<string, [string, string]> = {
    "base64, four times": [coded(T, 4), coded(T, 4)],
    "a search's colours": [`a = "\x1b[01;31m\x1b[K${T.slice(0, 8)}\x1b[m\x1b[K${T.slice(8)}"`, T.slice(8)],
    "NUL between letters": [[...T].join("\0"), [...T].join("\0")],
    "CR inside": [`${T.slice(0, 8)}\r${T.slice(8)}`, T.slice(8)],
    "numbered lines": [T.match(/.{10}/g)!.map((piece, i) => `${i + 1}\t${piece}`).join("\n"), T.slice(10, 20)],
    "pieces in a diff": [`+k = "${T.slice(0, 20)}" +\n+    "${T.slice(20)}"`, T.slice(20)],
    "quoted-printable": [`${T.slice(0, 10)}=\n${T.slice(10)}`, T.slice(10)],
    "JSON in JSON in JSON": [JSON.stringify(JSON.stringify(JSON.stringify({ password: "hunter2x!" }))), "hunter2x"],
    "a URL in a URL": [`https://x.test/?u=${encodeURIComponent(`https://a:Xk29dkW@h/?t=${T}`)}`, "Xk29dkW"],
    "join of a list": [`"".join(["${T.slice(0, 12)}", "${T.slice(12, 24)}", "${T.slice(24)}"])`, T.slice(24)],
    "folded YAML": [`key: >-\n  ${T.slice(0, 20)}\n  ${T.slice(20)}`, T.slice(20)],
    "a known value with zero width": [[..."Tr0ub4dor&3xyz"].join("\u200b"), "r\u200b0"],
  };
  for (const [way, [text, part]] of Object.entries(cases)) assert.equal(scrub.text(text).includes(part), false, way);
});

Deno.test("honest output of programs passes untouched", () => {
  const texts = [
    "\x1b[32m3b18e512\x1b[0m fix the token of the parser",
    "downloading 10 %\rdownloading 50 %\rdone",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.tgz",
    "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad\nAuthor: A <a@b.test>\n\n    Keep the password prompt\n",
    "1\tconst a = 1;\n2\tconst token = next();\n3\treturn token;",
  ];
  for (const text of texts) assert.equal(scrub.text(text), text);
});
