import assert from "node:assert/strict";
import { Frame } from "./frame.ts";
import { shellLine } from "./shell_line.ts";

const CASES: [string, unknown][] = [
  ["ls -la src", { do: "list", path: "src", hidden: true }],
  ["ls -lS ./a/b/", { do: "list", path: "a/b", sort: "size" }],
  ["ls -R", { do: "list", deep: true }],
  ["ls files", null],
  ["ls a b", null],
  ["ls -Z", null],
  ["head -n 7 a.txt", { do: "read", path: "a.txt", from: "start", lines: 7 }],
  ["tail -7 a.txt", { do: "read", path: "a.txt", from: "end", lines: 7 }],
  ["tail -f a.txt", null],
  ["head -n a.txt", null],
  ["wc -w a.txt", { do: "measure", path: "a.txt", unit: "words" }],
  ["wc -c a.txt", { do: "stat", path: "a.txt", of: "size" }],
  ["wc -lw a.txt", null],
  ["df -h .", { do: "system", topics: ["disk"] }],
  ["df -h /mnt", null],
  ["free -m", { do: "system", topics: ["memory"] }],
  ["free lunch", null],
  ["grep -rn Word lib", { do: "search", pattern: "Word", path: "lib", give: "lines" }],
  ["grep -il Word", { do: "search", pattern: "word", give: "files" }],
  ["grep -c 'two words' a.log", { do: "search", pattern: "two words", path: "a.log", give: "count" }],
  ["grep -rn --include='*.ts' Word .", { do: "search", pattern: "Word", glob: "**/*.ts", give: "lines" }],
  ["grep -v Word a.log", null],
  ["grep -n 'a.*b' a.log", null],
  ["grep Word", null],
  ["find . -type f -name '*.rs'", { do: "list", deep: true, kind: "file", glob: "**/*.rs" }],
  ["find lib -size +2k", { do: "list", path: "lib", deep: true, larger: 2048 }],
  ["find . -delete", null],
  ["find . -name a -exec rm {} +", null],
  ["find happiness", null],
  ["tree -L 3 lib", { do: "tree", path: "lib", levels: 3 }],
  ["tree house", null],
  ["du -sh lib", { do: "total", path: "lib", deep: true }],
  ["rm -rf lib", null],
  ["ls -la; rm a", null],
  ["ls $HOME", null],
  ["cat a.txt > b.txt", null],
  ["head `x`", null],
  ["ls 'open", null],
  ["constructor", null],
  ["", null],
];
for (const [line, expected] of CASES) {
  Deno.test(`the line ${line || "(empty)"} means ${JSON.stringify(expected)}`, () => {
    const got = shellLine(line);
    assert.deepEqual(got, expected);
    if (got !== null) assert.deepEqual(Frame.parse(got), got);
  });
}
