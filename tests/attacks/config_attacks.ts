/** Hostile and mistaken configuration: nothing may start wider than the owner wrote. */
import type { Turn } from "../fakes/turn.ts";
import { read, shell, write } from "./program_row.ts";
import { everything, silent, type StartAttack, unwritten } from "./start_attack.ts";

const tries: Turn[] = [{ calls: [write("new.txt"), shell("touch new.txt"), read("../outside/canary.txt")] }, {
  text: "Done.",
}];

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

const mistaken: StartAttack[] = [
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

export const CONFIG_ATTACKS: readonly StartAttack[] = [...configs, ...mistaken];
