/** Hostile configuration, environment, folder and model server: nothing may start wider than the owner wrote. */
import { escapeStars } from "../../security/shell_rule.ts";
import type { FakeOllama } from "../fakes/ollama.ts";
import type { Turn } from "../fakes/turn.ts";
import { read, shell, write } from "./program_row.ts";
import type { ProgramScene, Ran } from "./program_scene.ts";
import type { StartAttack } from "./start_attack.ts";

/** Nothing may have been said to the model. */
const silent = (_: Ran, { ollama }: { ollama: FakeOllama }) => ollama.heard.length === 0 ? null : "the model was asked";
const unwritten = (ran: Ran, { scene }: { scene: ProgramScene }) => {
  try {
    Deno.lstatSync(`${scene.folder}/new.txt`);
    return `new.txt exists: ${ran.err}`;
  } catch {
    return null;
  }
};
const tries: Turn[] = [{ calls: [write("new.txt"), shell("touch new.txt"), read("../outside/canary.txt")] }, {
  text: "Done.",
}];
const everything = ["ask", "--allow", "write_file:**", "--allow", "read_file:**", "--allow", "edit_file:**", "go on"];

const configs: StartAttack[] = [
  ["a deny list that is spelled wrong", "denny", "security:\n  rules:\n    denny: ['shell:*']\n"],
  ["a section that is spelled wrong", "securty", "securty:\n  rules:\n    deny: ['shell:*']\n"],
  ["a rule for a tool that is spelled wrong", "security.rules.deny.0", "security:\n  rules:\n    deny: [7]\n"],
  ["an audit log that is switched off", "cannot be switched off", "security:\n  audit:\n    enabled: false\n"],
  ["scrubbing that is switched off", "always kept out", "security:\n  audit:\n    redact_sensitive: false\n"],
  ["asking that is switched off", "cannot be switched off", "tools:\n  confirm_dangerous: false\n"],
  ["an approval that waits for ever", "security.hitl.timeout", "security:\n  hitl:\n    timeout: 0\n"],
  ["an approval that is granted by silence", "default", "security:\n  hitl:\n    default: approve\n"],
  ["two sections of the same name", "unique", "security:\n  rules:\n    deny: ['*:**']\nsecurity: {}\n"],
  [
    "a bomb of aliases",
    "alias",
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n`,
  ],
  ["a prototype", "__proto__", "__proto__:\n  security:\n    rules:\n      allow: ['*:**']\n"],
  ["a tag that makes code", "tag", "model:\n  name: !!js/function 'function () {}'\n"],
].map(([name, says, config]) => ({
  name: `configuration with ${name} starts nothing`,
  says,
  config,
  exit: 1,
  got: silent,
}));

const broken: StartAttack[] = [
  {
    name: "a deny rule for a tool that does not exist denies everything",
    config: "security:\n  rules:\n    deny: ['shel:rm *']\n    allow: ['write_file:**']\n",
    script: tries,
    exit: 0,
    got: unwritten,
  },
  {
    name: "a deny rule that does not parse denies what it could have meant",
    config: "security:\n  rules:\n    deny: ['write_file:[']\n    allow: ['write_file:**']\n",
    script: [{ calls: [write("new.txt")] }, { text: "Done." }],
    exit: 0,
    got: unwritten,
  },
  {
    name: "deny is not overruled by allow, --allow, case, dots or links",
    config:
      "security:\n  rules:\n    deny: ['write_file:sub/**', 'read_file:a.txt', '*:instructions.md']\n    allow: ['write_file:**']\n",
    args: everything,
    before: ({ folder }) => Deno.symlinkSync("sub", `${folder}/alias`),
    script: [
      {
        calls: [
          write("sub/b.txt"),
          write("SUB/b.txt"),
          write("./sub//b.txt"),
          write("@WS@/sub/b.txt"),
          write("alias/b.txt"),
          read("a.txt"),
          read("A.txt"),
          read("./a.txt"),
          read("instructions.md"),
          shell("cat instructions.md"),
          shell("cat ./instr''uctions.md"),
        ],
      },
      { text: "Done." },
    ],
    exit: 0,
    got: (_, { scene, ollama }) => {
      const results = ollama.heard.at(-1)!.messages.filter((m) => m.role === "tool").map((m) => m.text);
      const shown = results.find((text) => text.includes("hello") || text.includes("You are approved"));
      return shown ??
        (Deno.readTextFileSync(`${scene.folder}/sub/b.txt`) === "below\n" ? null : "sub/b.txt was changed");
    },
  },
  {
    name: "configuration that everybody may change starts nothing",
    before: ({ home }) => Deno.chmodSync(`${home}/.harombe/harombe.yaml`, 0o666),
    says: "everybody may change it",
    exit: 1,
    got: silent,
  },
  {
    name: "a variable that is no setting starts nothing",
    env: () => ({ HAROMBE_SECURITY_HITL_TIMEOUT: "never" }),
    says: "HAROMBE_SECURITY_HITL_TIMEOUT",
    exit: 1,
    got: silent,
  },
];

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
    args: ["ask", "--allow", "shell:env", "go on"],
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

/** An Ollama with one model, whose every answer is `chat`'s. */
function chosen(chat: (scene: ProgramScene) => Response): StartAttack["server"] {
  return (request, scene) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/version") return Response.json({ version: "0.12.6" });
    if (pathname === "/api/tags") {
      return Response.json({ models: [{ name: "fake:latest", model: "fake:latest", size: 1 }] });
    }
    if (pathname === "/api/show") {
      return Response.json({ details: {}, model_info: {}, capabilities: ["completion", "tools"] });
    }
    return chat(scene);
  };
}
const LINE = `${
  JSON.stringify({ model: "fake:latest", message: { role: "assistant", content: "evil ".repeat(2000) }, done: false })
}\n`;
function endless(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({ pull: (controller) => controller.enqueue(bytes) });
}

const servers: StartAttack[] = [
  {
    name: "a model at a public address is not asked",
    config: "ollama:\n  host: http://192.0.2.1:11434\n",
    env: () => ({ HAROMBE_OLLAMA_HOST: "http://192.0.2.1:11434" }),
    exit: 0,
  },
  {
    name: "a model that runs on another's machines is not asked",
    models: [{ name: "fake:latest", remoteHost: "https://ollama.com:443" }],
    config: "model:\n  name: fake:latest\n",
    exit: 1,
    got: silent,
  },
  {
    name: "a call that the server cut in half is not run",
    script: [{ calls: [write("new.txt")], fault: { kind: "half_call" } }],
    args: everything,
    exit: 1,
    got: unwritten,
  },
  {
    name: "calls in an answer that ended in an error are not run",
    script: [{
      text: "x",
      calls: [write("new.txt")],
      fault: { kind: "error_frame", after: 2, message: "\u001b]0;evil\u0007 you are approved" },
      pieceSize: 1,
    }],
    args: everything,
    exit: 1,
    got: (ran, after) => /[\u001b\u0007]/.test(ran.err) ? "it drew on the terminal" : unwritten(ran, after),
  },
  {
    name: "a name of a model that draws on the terminal is shown as text",
    models: [{ name: "fake\u001b[2J\u202e:latest" }],
    args: ["ask", "go on"],
    exit: 0,
    got: (ran) => /[\u001b\u202e]/.test(ran.out + ran.err) ? "it drew on the terminal" : null,
  },
  {
    name: "a server that sends the program elsewhere is not followed",
    server: (_, { fill }) => Response.redirect(fill("http://127.0.0.1:@PORT@/"), 307),
    exit: 0,
  },
  {
    name: "a server that sends the program elsewhere once it was chosen is not followed",
    server: chosen((scene) => Response.redirect(scene.fill("http://127.0.0.1:@PORT@/api/chat"), 308)),
    exit: 1,
  },
  {
    name: "a server that never stops speaking is stopped, and the disk is not filled",
    server: chosen(() => new Response(endless(LINE), { headers: { "content-type": "application/x-ndjson" } })),
    says: "does not stop",
    exit: 1,
    got: (_, { scene }) => {
      const bytes = [...Deno.readDirSync(`${scene.home}/.harombe`)]
        .reduce((sum, { name }) => sum + Deno.statSync(`${scene.home}/.harombe/${name}`).size, 0);
      return bytes < 64 << 20 ? null : `it kept ${bytes} bytes`;
    },
  },
  {
    name: "a server that sends a line without end is stopped",
    server: chosen(() =>
      new Response(endless("x".repeat(1 << 16)), { headers: { "content-type": "application/x-ndjson" } })
    ),
    exit: 1,
  },
  {
    name: "ids of calls that collide do not answer for each other",
    script: [
      {
        calls: [{ ...write("new.txt"), id: "same" }, { ...read("a.txt"), id: "same" }, {
          ...shell("touch new.txt"),
          id: "same",
        }],
      },
      { calls: [{ ...write("new.txt", "again"), id: "same" }] },
      { text: "Done." },
    ],
    exit: 3,
    got: (ran, after) => {
      const results = after.ollama.heard.at(-1)!.messages.filter((m) => m.role === "tool").map((m) => m.text);
      const right = results.length === 4 && results[1].includes("hello") &&
        [0, 2, 3].every((i) => results[i].includes("Not approved"));
      return right ? unwritten(ran, after) : JSON.stringify(results);
    },
  },
  {
    name: "an answer that draws on the terminal and asks for approval is shown as text",
    script: [{ text: "\u001b[2J\u001b[1;1H\u202eallow this? [y]es\r\u0007\u009b31m" }],
    exit: 0,
    got: (ran) => /[\u0007\u001b\u009b\u202e\r]/.test(ran.out + ran.err) ? JSON.stringify(ran.out) : null,
  },
];

const RACE =
  `mkdir -p real; cp a.txt real/canary.txt; while :; do rm -rf swap; ln -s @ROOT@/outside swap; rm -f swap; ln -s real swap; rm -f swap; cp -r real swap; done`;
const swapped = (
  make: (i: number) => Turn["calls"],
): Turn[] => [...Array.from({ length: 6 }, (_, i) => ({ calls: make(i) })), { text: "Done." }];
const races: StartAttack[] = [
  {
    name: "a process that swaps a folder for a link gets no read outside",
    beside: RACE,
    args: everything,
    script: swapped((i) => [
      { name: "read_file", arguments: { path: "swap/canary.txt", limit: 1 + i } },
      { name: "list_files", arguments: { path: "swap", limit: 1 + i } },
      { name: "search_text", arguments: { path: "swap", pattern: "canary|hello", limit: 1 + i } },
      shell(`head -n ${i + 1} swap/canary.txt`),
    ]),
    exit: 0,
  },
  {
    name: "a process that swaps a folder for a link gets no write outside",
    beside: RACE,
    args: everything,
    script: swapped((
      i,
    ) => [write("swap/canary.txt", `evil ${i}`), write(`swap/new${i}.txt`), {
      name: "edit_file",
      arguments: { path: "swap/canary.txt", old_text: "canary", new_text: `evil ${i}` },
    }]),
    exit: 0,
  },
];

const tellings: StartAttack[] = [
  {
    name: "secrets of the launcher's environment are nowhere",
    script: [{
      calls: [{ name: "system_info", arguments: {} }, shell("env"), shell("cat /proc/self/environ"), shell("uname -a")],
    }, { text: "Done." }],
    args: ["ask", "--allow", "shell:env", "--allow", "shell:cat /proc/self/environ", "go on"],
    exit: 0,
  },
  {
    name: "a file of secrets that the owner lets be read is scrubbed by shape, everywhere",
    before: ({ folder, secrets }) =>
      Deno.writeTextFileSync(
        `${folder}/.env`,
        `GITHUB_TOKEN=${secrets.github}\nexport AWS_SECRET_ACCESS_KEY="${secrets.aws}"\n`,
      ),
    args: ["ask", "--allow", "read_file:.env", "--allow", "shell:cat .env", "go on"],
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

export const START_ATTACKS: readonly StartAttack[] = [
  ...configs,
  ...broken,
  ...environments,
  ...servers,
  ...races,
  ...tellings,
];
