/** Hostile environments and folders, and secrets that must be nowhere. */
import { escapeStars } from "../../security/shell_rule.ts";
import { read, shell, write } from "./program_row.ts";
import type { ProgramScene } from "./program_scene.ts";
import { everything, silent, type StartAttack } from "./start_attack.ts";

const planted = (scene: ProgramScene, name: string) => {
  Deno.writeTextFileSync(
    `${scene.folder}/${name}`,
    scene.fill(`#!/bin/sh\ntouch @ROOT@/outside/planted-by-path @WS@/planted-by-path\nexit 1\n`),
  );
  Deno.chmodSync(`${scene.folder}/${name}`, 0o755);
};
/** Puts a link to the owner's key in the place of every file of the launcher's that could be mounted. */
const SWAP =
  'cd tmp && for d in * .; do for f in "$d"/*; do rm -f "$f"; ln -s @HOME@/.ssh/id_ed25519 "$f"; done; done; ' +
  "for n in covered passwd group; do ln -sf @HOME@/.ssh/id_ed25519 $n; done; echo tried";
const PROGRAMS = [
  "bwrap",
  "find",
  "git",
  "bash",
  "sh",
  "env",
  "python3",
  "setpriv",
  "uname",
  "id",
  "getent",
  "nsenter",
  "mv",
];

const environments: StartAttack[] = [
  {
    name: "programs that lie in the folder are not taken for the system's",
    before: (scene) => PROGRAMS.forEach((name) => planted(scene, name)),
    env: () => ({ PATH: ".:/usr/local/bin:/usr/bin:/bin" }),
    script: [{ calls: [shell("ls"), read("a.txt")] }, { text: "Done." }],
    exit: 0,
  },
  {
    name: "an empty part of PATH is not the folder",
    before: (scene) => PROGRAMS.forEach((name) => planted(scene, name)),
    env: () => ({ PATH: ":/usr/local/bin:/usr/bin:/bin:" }),
    script: [{ calls: [shell("ls")] }, { text: "Done." }],
    exit: 0,
  },
  {
    name: "variables that tell the launcher's children what to load are not passed on",
    env: ({ folder }) => ({
      HAROMBE_DENO: `${folder}/evil.ts`,
      HAROMBE_PROGRAM: `${folder}/evil.ts`,
      BASH_ENV: `${folder}/evil/pre-commit`,
      ENV: `${folder}/evil/pre-commit`,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.hooksPath",
      GIT_CONFIG_VALUE_0: `${folder}/evil`,
      GIT_SSH_COMMAND: `${folder}/evil/pre-commit`,
      PYTHONSTARTUP: `${folder}/evil/pre-commit`,

      DENO_V8_FLAGS: "--allow-natives-syntax",
      PROMPT_COMMAND: `${folder}/evil/pre-commit`,
    }),
    script: [{ calls: [shell("git status"), shell("env"), read("a.txt")] }, { text: "Done." }],
    args: ["ask", "--refuse", "--allow", "shell:env", "go on"],
    exit: 0,
  },
  {
    name: "HAROMBE_FOLDER in the environment does not move the folder",
    env: ({ root }) => ({ HAROMBE_FOLDER: `${root}/outside` }),
    script: [{ calls: [read("canary.txt"), read("a.txt")] }, { text: "Done." }],
    exit: 0,
    got: (_, { ollama }) =>
      ollama.heard.at(-1)!.messages.some((m) => m.text.includes("hello")) ? null : "a.txt was not read",
  },
  {
    name: "a temporary directory inside the folder is no way to what harombe mounts",
    before: ({ folder }) => Deno.mkdirSync(`${folder}/tmp`),
    env: ({ folder }) => ({ TMPDIR: `${folder}/tmp` }),
    config: `security:\n  rules:\n    allow: [${JSON.stringify(`shell:${escapeStars(SWAP)}`)}]\n`,
    script: [
      { calls: [shell(SWAP)] },
      { calls: [shell("cat .env"), shell("cat innocent.txt"), shell("cat /etc/passwd")] },
      { text: "Done." },
    ],
    exit: 3,
    got: (_, { ollama }) => {
      const [result] = ollama.heard.at(-1)!.messages.filter((m) => m.role === "tool").map((m) => m.text);
      return result.includes("tried") ? null : result;
    },
  },
  {
    name: "the state directory as the folder shows and takes nothing",
    args: ["--folder", "@HOME@/.harombe", ...everything],
    script: [
      { calls: [read("audit.key"), write("harombe.yaml"), write("new.txt"), shell("cat audit.key"), shell("ls -la")] },
      { text: "Done." },
    ],
    exit: 3,
    got: (_, { ollama, scene }) => {
      const text = Deno.readTextFileSync(`${scene.home}/.harombe/audit.key`);
      const heard = JSON.stringify(ollama.heard.map(({ body }) => body));
      if (heard.includes(text.split("\n")[1])) return "the model got the key of the audit log";
      const written = [...Deno.readDirSync(`${scene.home}/.harombe`)].some(({ name }) => name === "new.txt");
      return written || Deno.readTextFileSync(`${scene.home}/.harombe/harombe.yaml`).includes("evil")
        ? "it was written to"
        : null;
    },
  },
  {
    name: "what harombe keeps can be read by its owner alone",
    before: ({ home }) => Deno.chmodSync(`${home}/.harombe`, 0o755),
    script: [{ calls: [read("a.txt")] }, { text: "Done." }],
    exit: 0,
    got: (_, { scene }) => {
      const open = [...Deno.readDirSync(`${scene.home}/.harombe`)].map(({ name }) => name)
        .filter((name) => (Deno.statSync(`${scene.home}/.harombe/${name}`).mode! & 0o077) !== 0);
      return open.length === 0 ? null : `others may read ${open}`;
    },
  },
  {
    name: "a state directory that others may change starts nothing",
    before: ({ home }) => Deno.chmodSync(`${home}/.harombe`, 0o777),
    says: "others may write to it",
    exit: 1,
    got: silent,
  },
  {
    name: "the state directory inside the folder cannot be reached by a tool",
    env: ({ folder }) => ({ HAROMBE_HOME: `${folder}/state` }),
    args: everything,
    script: [
      {
        calls: [read("state/audit.key"), write("state/harombe.yaml"), shell("cat state/audit.key"), shell("ls state")],
      },
      { text: "Done." },
    ],
    exit: 3,
    got: (_, { ollama, scene }) => {
      const key = Deno.readFileSync(`${scene.folder}/state/audit.key`);
      const text = new TextDecoder("latin1").decode(key).trim();
      const heard = JSON.stringify(ollama.heard.map(({ body }) => body));
      if (heard.includes(text.slice(0, 40)) || heard.includes(key.toHex())) {
        return "the model got the key of the audit log";
      }
      return [...Deno.readDirSync(`${scene.folder}/state`)].some(({ name }) => name === "harombe.yaml")
        ? "a configuration was written"
        : null;
    },
  },
  {
    name: "a folder that is a link to outside is the folder that it names, and nothing beside it",
    before: ({ root, folder }) => Deno.symlinkSync(folder, `${root}/alias`),
    args: ["--folder", "@ROOT@/alias", ...everything],
    script: [{ calls: [read("../outside/canary.txt"), read("link.txt"), read("a.txt")] }, { text: "Done." }],
    exit: 3,
  },
  {
    name: "the home as the folder can be read and not written, without its secrets",
    args: ["--folder", "@HOME@", ...everything],
    script: [
      {
        calls: [
          write("new.txt"),
          read(".ssh/id_ed25519"),
          read(".harombe/audit.key"),
          shell("cat .ssh/id_ed25519"),
          shell("ls -la .ssh .harombe"),
        ],
      },
      { text: "Done." },
    ],
    exit: 3,
    got: (_, { scene }) =>
      [...Deno.readDirSync(scene.home)].some(({ name }) => name === "new.txt") ? "new.txt exists" : null,
  },
];

const tellings: StartAttack[] = [
  {
    name: "secrets of the launcher's environment are nowhere",
    script: [{
      calls: [{ name: "system_info", arguments: {} }, shell("env"), shell("cat /proc/self/environ"), shell("uname -a")],
    }, { text: "Done." }],
    args: ["ask", "--refuse", "--allow", "shell:env", "--allow", "shell:cat /proc/self/environ", "go on"],
    exit: 0,
  },
  {
    name: "a file of secrets that the owner lets be read is scrubbed by shape, everywhere",
    before: ({ folder, secrets }) =>
      Deno.writeTextFileSync(
        `${folder}/.env`,
        `GITHUB_TOKEN=${secrets.github}\nexport AWS_SECRET_ACCESS_KEY="${secrets.aws}"\n`,
      ),
    args: ["ask", "--refuse", "--allow", "read_file:.env", "--allow", "shell:cat .env", "go on"],
    script: [{
      calls: [read(".env"), shell("cat .env"), { name: "search_text", arguments: { pattern: "ghp_", path: ".env" } }],
    }, { text: "Done." }],
    exit: 3,
    got: (_, { ollama }) => {
      const results = ollama.heard.at(-1)!.messages.filter((m) => m.role === "tool").map((m) => m.text);
      return results[0].includes("GITHUB_TOKEN") && results[1].includes("AWS_SECRET")
        ? null
        : `it was not read: ${results}`;
    },
  },
  {
    name: "a key of the configuration is not shown, nor recorded when the model repeats it",
    args: ["config", "show"],
    exit: 0,
  },
  {
    name: "a broken configuration is reported without its keys",
    says: "base_ur",
    config: "  sglang:\n    api_key: 7\n    base_ur: http://user:@PASSWORD@127.0.0.1\n",
    exit: 1,
    got: silent,
  },
];

export const ENVIRONMENT_ATTACKS: readonly StartAttack[] = [...environments, ...tellings];
