import assert from "node:assert/strict";
import { quotable, shellWord } from "./shell_word.ts";

const VALUES = [
  "plain",
  "two words",
  "it's",
  `"; touch pwned; "`,
  "'; touch pwned; '",
  "$(touch pwned)",
  "`touch pwned`",
  "a\ntouch pwned",
  "*",
  "~",
  "$HOME",
  "\\",
  "\\'",
  "#x",
  "",
  "!!",
  "{a,b}",
  "é ü 🦊",
  "a;b|c&d>e<f",
];

for (const shell of ["/bin/sh", "/bin/bash"]) {
  Deno.test(`in ${shell} each value comes out as one word, just as it went in`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const line = `printf '%s\\0' ${VALUES.map(shellWord).join(" ")}`;
      const { stdout } = await new Deno.Command(shell, { args: ["-c", line], cwd: folder, clearEnv: true }).output();
      assert.deepEqual(new TextDecoder().decode(stdout).split("\0").slice(0, -1), VALUES);
      assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const LINES: [string, boolean][] = [
  ["tail -n {{n}} {{path}}", true],
  ["wc -l {{path}} | sort", true],
  ["cat {{a}}; cat {{b}}", true],
  ["(cat {{a}})", true],
  ['cat "{{a}}"', false],
  ["cat '{{a}}'", false],
  ["cat x{{a}}", false],
  ["cat {{a}}x", false],
  ["cat \\{{a}}", false],
  ["cat \\ {{a}}", false],
  ["{{a}}", false],
  ["  {{a}} x", false],
  ["ls; {{a}}", false],
  ["ls && {{a}}", false],
  ["ls | {{a}}", false],
  ["X=1 {{a}}", false],
  ["if true; then {{a}}; fi", false],
  ["echo $({{a}})", false],
  ["echo x # {{a}}", false],
  ["cat <<E {{a}}", false],
  ["echo ` {{a}} `", false],
  ["sh -c {{a}}", false],
  ["eval {{a}}", false],
  ["/bin/bash -c {{a}}", false],
  ["python3 -c {{a}}", false],
  ["find . -exec {{a}}", false],
  ["xargs {{a}}", false],
  [". {{a}}", false],
  ["env {{a}}", false],
  ["awk {{a}} file", false],
  ["if false; then :; elif {{a}}; then :; fi", false],
  ["unset {{a}}", false],
  ["read {{a}}", false],
  ["test -v {{a}}", false],
  ["[ -v {{a}} ]", false],
  ["nice {{a}}", false],
  ["command {{a}}", false],
  ["setsid {{a}}", false],
  ['echo "it\'s" {{a}}', true],
  ["echo 'a' {{a}} 'b'", true],
];
for (const [line, want] of LINES) {
  Deno.test(`${line}: a value may ${want ? "" : "not "}stand there`, () =>
    assert.equal(quotable(line) === null, want, quotable(line) ?? ""));
}

Deno.test("a NUL is no word", () => assert.throws(() => shellWord("a\0b"), RangeError));
