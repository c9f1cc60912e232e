import assert from "node:assert/strict";
import { PLACEHOLDERS } from "../../security/secrets/placeholder.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import type { Heard, Turn } from "../fakes/turn.ts";
import { onTerminal, ptyMissing, type Step } from "../terminal/pty.ts";
import { place } from "./harombe.ts";

const TOKEN = ["gh", "p_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fLxRaa"].join("");
const TYPED = ["sk-", "ant-api03-", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fLxRaa-x"].join("");
const missing = ptyMissing();
const name = "a secret goes through a conversation as its placeholder: read, typed, written, run, echoed, recorded";

/** Reads a file, writes another with what it got, edits that, runs a line with it; the placeholders are those that it heard. */
function script(heard: Heard): Turn {
  const all = heard.messages.map(({ text }) => text).join("\n");
  const [read] = all.match(/SECRET_github_token_[0-9a-f]{10}/) ?? [""];
  const [typed] = all.match(/SECRET_anthropic_key_[0-9a-f]{10}/) ?? [""];
  const step = heard.messages.filter((m) => m.role === "assistant").length;
  const calls = [
    [{ name: "read_file", arguments: { path: "a.toml" } }],
    [{ name: "write_file", arguments: { path: "b.env", content: `T=${read}\nK='${typed}'\n` } }],
    [{ name: "edit_file", arguments: { path: "b.env", old_text: `T=${read}`, new_text: `TOKEN=${read}` } }],
    [{ name: "shell", arguments: { line: `printf 'it is %s\\n' ${read} | tee c.txt; false` } }],
  ][step];
  return calls === undefined ? { text: "The row has ended." } : { text: "Now.", calls };
}

Deno.test({
  name: missing ? `${name} (ignored: ${missing})` : name,
  ignore: missing !== null,
  async fn() {
    await using ollama = await fakeOllama({ script });
    await using p = await place({ ollama: ollama.base });
    await Deno.writeTextFile(`${p.folder}/a.toml`, `token = "${TOKEN}"\n`);
    const yes: Step[] = [{ wait: "allow this?" }, { send: "y" }];
    const { output } = await onTerminal("", {
      steps: [
        { wait: "› " },
        { send: `my key is ${TYPED}\r` },
        ...yes,
        ...yes,
        ...yes,
        { wait: "The row has ended." },
        { wait: "› " },
        { send: "/exit\r" },
      ],
      env: p.env,
      waitS: 40,
      instead: { command: p.words([]), cwd: p.folder },
    });
    const file = (path: string) => Deno.readTextFile(`${p.folder}/${path}`);
    assert.deepEqual([await file("b.env"), await file("c.txt")], [
      `TOKEN=${TOKEN}\nK='${TYPED}'\n`,
      `it is ${TOKEN}\n`,
    ]);
    const heard = JSON.stringify(ollama.heard.map(({ body }) => body));
    assert.ok(new Set(heard.match(PLACEHOLDERS)).size === 2, heard.slice(-2000));
    const places: [string, string][] = [["what the model heard", heard], [
      "the terminal",
      output.replaceAll(TYPED, ""),
    ]];
    for (const { name, isFile } of Deno.readDirSync(`${p.home}/.harombe`)) {
      if (isFile) {
        places.push([name, new TextDecoder("latin1").decode(Deno.readFileSync(`${p.home}/.harombe/${name}`))]);
      }
    }
    const leaks = places.filter(([, text]) => text.includes(TOKEN.slice(4)) || text.includes(TYPED.slice(10)));
    assert.deepEqual(leaks.map(([where]) => where), []);
  },
});
