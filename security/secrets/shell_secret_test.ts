import assert from "node:assert/strict";
import { codeProblem, shellWithVariables } from "./shell_secret.ts";

const S = "SECRET_github_token_0123456789";
/** Syntax of every kind, and what would run if it were obeyed. */
const VALUE = `a'b"c $(touch PWNED) \`touch PWNED\` ; touch PWNED & | > x * ?\\`;

Deno.test("a secret in a shell line is a variable, quoted for where it stands", () => {
  const cases: [string, string][] = [
    [`echo ${S}`, `echo "\${${S}}"`],
    [`echo $${S}`, `echo "\${${S}}"`],
    [`echo \${${S}}x`, `echo "\${${S}}"x`],
    [`echo "t: ${S}"`, `echo "t: \${${S}}"`],
    [`echo "t: $${S}"`, `echo "t: \${${S}}"`],
    [`echo 't: ${S}'`, `echo 't: '"\${${S}}"''`],
    [`printf %s\\\\n KEY=${S} > .env`, `printf %s\\\\n KEY="\${${S}}" > .env`],
    [`sh -c 'echo "$${S}"'`, `sh -c 'echo "$${S}"'`],
    ["echo plain", "echo plain"],
  ];
  for (const [line, wanted] of cases) assert.deepEqual(shellWithVariables(line), { line: wanted });
});

Deno.test("where its value could be taken for a program it is refused", () => {
  const lines = [
    `sh -c "echo ${S}"`,
    `bash -c ${S}`,
    `eval ${S}`,
    `echo ${S} | xargs touch`,
    `python3 -c "print('${S}')"`,
    `sed -i 's/x/${S}/' a`,
    `cat <<EOF\n${S}\nEOF`,
    `echo \${${S}:-x}`,
  ];
  for (const line of lines) assert.ok("problem" in shellWithVariables(line), line);
});

Deno.test("no shell obeys a value, whatever it holds", async () => {
  const dir = await Deno.makeTempDir();
  for (
    const line of [
      `printf %s ${S}`,
      `printf %s "${S}"`,
      `printf %s '${S}'`,
      `printf %s $${S}`,
      `sh -c 'printf %s "$${S}"'`,
    ]
  ) {
    const made = shellWithVariables(line);
    assert.ok("line" in made);
    const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", made.line], env: { [S]: VALUE }, cwd: dir })
      .output();
    assert.equal(new TextDecoder().decode(stdout), VALUE, line);
  }
  assert.deepEqual([...Deno.readDirSync(dir)], []);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("code reads a secret by its name or not at all", () => {
  const good = [`os.environ["${S}"]`, `os.getenv('${S}')`, `Deno.env.get("${S}")`, `process.env.${S}`, "print(1)"];
  const bad = [`key = "${S}"`, `print("${S}")`];
  assert.deepEqual(good.map(codeProblem), good.map(() => null));
  for (const code of bad) assert.match(codeProblem(code)!, /reads a secret from the environment/);
});
