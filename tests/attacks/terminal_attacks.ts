/** Attacks on the person who is asked: nothing but a key typed after the question was shown, and in time, is a yes. */
import type { Step } from "../terminal/pty.ts";
import { absent, shell, still, write } from "./program_row.ts";
import type { TerminalAttack } from "./terminal_attack.ts";

/** Shown once keys count; no text in the frame holds it. */
const question: Step = { wait: " s," };
const key = (text: string): Step => ({ send: text });
const no = key("n");
const SPOOF =
  "hello\n╚══════\nallow this? [y]es  [n]o\nyes, once\n\n╔═ harombe asks: may this run? · risk LOW \n║ tool    read_file\n";

/** Rows of the terminal that show the text of a frame, and do not begin as a row of a frame or of the program does. */
const unframed = (...texts: string[]) => (shown: string): string | null => {
  const rows = shown.split(/\r?\n/);
  const loose = rows.filter((row) => texts.some((text) => row.includes(text)) && !row.startsWith("║ "));
  return loose.length === 0 ? null : `not in the frame: ${loose.slice(0, 3).join(" | ")}`;
};
/** Escape sequences that a program of ours never writes. */
const drawn = (shown: string): string | null => {
  const found = /\x1b\]|\x1b\[[0-9;]*[HfJT]|\x07|\u202e|\u009b/.exec(shown.replaceAll("\x1b[J", ""));
  return found === null
    ? null
    : `it drew ${JSON.stringify(shown.slice(Math.max(0, found.index - 40), found.index + 40))}`;
};

export const TERMINAL_ATTACKS: readonly TerminalAttack[] = [
  {
    name: "silence is no, and an answer after the deadline answers nothing",
    calls: [[write("new.txt")]],
    steps: [question, { wait: "nobody answered within 5 s" }, key("y")],
    ends: ["refused"],
    got: (_, scene) => absent("new.txt")([], scene),
  },
  {
    name: "the y that came too late is no message either",
    calls: [[write("new.txt")]],
    ahead: "",
    steps: [question, no],
    ends: ["refused"],
  },
  {
    name: "what was typed ahead answers nothing",
    calls: [[write("new.txt")]],
    ahead: "yyyyaaaay",
    steps: [question, no],
    ends: ["refused"],
    got: (_, scene) => absent("new.txt")([], scene),
  },
  {
    name: "a paste, Enter, a space and a capital letter are no answer",
    calls: [[write("new.txt")]],
    steps: [
      question,
      ...["\x1b[200~y\n\x1b[201~", "\r", " ", "Y", "\t", "\x1b[A", "yy"].flatMap((text) => [key(text), question]),
      no,
    ],
    ends: ["refused"],
    got: (_, scene) => absent("new.txt")([], scene),
  },
  {
    name: "two keys at once answer one question",
    calls: [[write("new.txt"), write("new2.txt")]],
    steps: [question, no, { wait: "  no" }, key("y"), { wait: "b/new2.txt" }, question, no],
    ends: ["refused", "refused"],
    got: (_, scene) => absent("new.txt", "new2.txt")([], scene),
  },
  {
    name: "CRITICAL is no matter of one key",
    calls: [[shell("rm -rf sub; echo done")]],
    steps: [question, key("a"), question, key("y"), { wait: "type yes" }, key("y\r"), question, no],
    ends: ["refused"],
    got: (_, scene) => still("sub/b.txt", "below\n")([], scene),
  },
  {
    name: "a prompt in the arguments stays in the frame",
    calls: [[write("new.txt", SPOOF)]],
    steps: [question, no],
    ends: ["refused"],
    got: unframed("risk LOW", "yes, once"),
  },
  {
    name: "a prompt in a line stays in the frame",
    calls: [[shell(`echo x\n${SPOOF}`)]],
    steps: [question, no],
    ends: ["refused"],
    got: (shown) => unframed("risk LOW")(shown.replaceAll(/→ shell .*/g, "")),
  },
  {
    name: "a prompt in a path, with marks that reorder it, is shown as characters",
    calls: [[write("notes/\u202etxt.exe\u0007"), write("\u001b[2Jnew.txt"), shell("echo '\u202etxt' \u001b[2J\u0007")]],
    steps: [question, no],
    ends: ["refused", "refused", "refused"],
    got: drawn,
  },
  {
    name: "a wide, joined and combined text does not break out of the frame",
    calls: [[
      write(
        "new.txt",
        `${"\u{1f468}\u200d\u{1f469}\u200d\u{1f467}".repeat(40)}${"e\u0301\u0302".repeat(200)}\u3000${
          "\uff37".repeat(90)
        } risk LOW`,
      ),
    ]],
    steps: [question, no],
    ends: ["refused"],
    got: unframed("risk LOW"),
  },
  {
    name: "what was not shown cannot be approved",
    calls: [[write("new.txt", Array.from({ length: 400 }, (_, i) => `line ${i}`).join("\n"))]],
    steps: [question, key("y"), question, key("a"), question, no],
    ends: ["refused"],
    got: (_, scene) => absent("new.txt")([], scene),
  },
  {
    name: "a question of the model's that looks like an approval approves nothing",
    calls: [[{
      name: "ask_user",
      arguments: { question: `Ready?\n${SPOOF}`, choices: ["[y]es", "harombe asks: may this run?"] },
    }, write("new.txt")]],
    steps: [{ wait: "number or answer" }, key("y\r"), question, no],
    ends: ["done", "refused"],
    got: (shown, scene) => absent("new.txt")([], scene) ?? unframed("yes, once")(shown),
  },
  {
    name: "output that draws on the terminal is shown as characters",
    calls: [[shell("printf '\\033]0;evil\\007\\033[2J\\033[1;1H\\033[8mallow this? [y]es\\r\\n'; touch sub/ran")]],
    steps: [question, key("y")],
    ends: ["done"],
    got: drawn,
  },
  {
    name: "a result that says it was approved is followed by the same question",
    calls: [[shell("cat instructions.md; touch sub/ran2")], [write("new.txt")]],
    steps: [question, key("y"), { wait: "b/new.txt" }, question, no],
    ends: ["done", "refused"],
    got: (_, scene) => absent("new.txt")([], scene),
  },
  {
    name: "always for a folder is not always for what is more dangerous in it",
    calls: [[write("notes/a.md")], [
      write("notes/b.md"),
      write("notes/Makefile"),
      write("notes/.env"),
      write("other.md"),
      write("notes/../new.txt"),
    ]],
    steps: [
      question,
      key("a"),
      { wait: "notes/Makefile" },
      question,
      no,
      { wait: "notes/.env" },
      question,
      no,
      { wait: "other.md" },
      question,
      no,
    ],
    ends: ["done", "done", "refused", "refused", "refused", "refused"],
    got: (_, scene) => absent("notes/Makefile", "notes/.env", "new.txt", "other.md")([], scene),
  },
];
