import assert from "node:assert/strict";
import { place } from "./harombe.ts";

const TOKEN = ["gh", "p_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fLxRaa"].join("");
const WORD = "hunter2x9";

async function git(folder: string, ...args: string[]) {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b.test"];
  const { success } = await new Deno.Command("git", { args: [...identity, ...args], cwd: folder }).output();
  assert.ok(success, args.join(" "));
}

Deno.test("secrets scan tells where secrets stand in files and in history, never what they are", async () => {
  await using at = await place();
  const write = (name: string, text: string) => Deno.writeTextFile(`${at.folder}/${name}`, text);
  await git(at.folder, "init", "-q");
  await write(".env", `DB_PASSWORD=${WORD}\n`);
  await write("readme.md", "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad\n");
  await git(at.folder, "add", "-A");
  await git(at.folder, "commit", "-qm", "one");
  assert.equal((await at.run(["secrets", "scan", "readme.md"])).code, 0);
  await Deno.remove(`${at.folder}/.env`);
  await write("b.toml", `a = 1\ntoken = "${TOKEN}"\n`);
  await Deno.writeFile(`${at.folder}/picture`, new Uint8Array([0, 1, 2]));
  await Deno.symlink("/etc", `${at.folder}/link`);
  await git(at.folder, "add", "-A");
  await git(at.folder, "commit", "-qm", "two");

  const files = await at.run(["secrets", "scan"]);
  assert.match(files.out, /^b\.toml:2:10: GitHub token gh… \[[0-9a-f]{20}\]\n$/);
  assert.deepEqual([files.code, files.err], [1, "1 secret in 2 files\nnot looked at, binary: picture\n"]);

  const history = await at.run(["secrets", "scan", "--history"]);
  assert.deepEqual([history.code, history.out.split("\n").map((line) => line.split(" ")[0]).sort()], [
    1,
    ["", ".env:1:13:", "b.toml:2:10:"],
  ]);

  const json = await at.run(["secrets", "scan", "--json"]);
  await write("base.json", json.out);
  const after = await at.run(["secrets", "scan", "--baseline", "base.json"]);
  assert.deepEqual([after.code, after.out], [0, ""]);
  await write("other.json", json.out.replace(/"key":"[0-9a-f]{8}"/, '"key":"00000000"'));
  assert.match((await at.run(["secrets", "scan", "--baseline", "other.json"])).err, /made by another installation/);

  const sarif = await at.run(["secrets", "scan", "--format", "sarif"]);
  const { version, runs: [run] } = JSON.parse(sarif.out);
  const { fingerprint } = JSON.parse(json.out).findings[0];
  assert.deepEqual({ version, name: run.tool.driver.name, rules: run.tool.driver.rules, results: run.results }, {
    version: "2.1.0",
    name: "harombe",
    rules: [{ id: "github-token", shortDescription: { text: "A secret: GitHub token" } }],
    results: [{
      ruleId: "github-token",
      ruleIndex: 0,
      level: "error",
      message: { text: "A secret (GitHub token)" },
      locations: [{
        physicalLocation: {
          artifactLocation: { uri: "b.toml" },
          region: { startLine: 2, startColumn: 10, endLine: 2, endColumn: 10 + TOKEN.length },
        },
      }],
      partialFingerprints: { "harombeSecret/v1": fingerprint },
    }],
  });
  const all = [files, history, json, after, sarif].map(({ out, err }) => out + err).join("");
  assert.deepEqual([all.includes(TOKEN.slice(4, 14)), all.includes(WORD)], [false, false]);
  await write("many.env", Array.from({ length: 60 }, (_, i) => `PASSWORD_${i}=${WORD}${i}`).join("\n"));
  assert.equal((await at.run(["secrets", "scan", "many.env"])).out.trimEnd().split("\n").length, 60);
  assert.equal((await at.run(["secrets", "scan", "../.."])).code, 2);
});
