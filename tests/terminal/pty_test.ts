import assert from "node:assert/strict";
import { onTerminal, ptyMissing, type Step } from "./pty.ts";

const MAIN = new URL("scripted_main.ts", import.meta.url).pathname;
const missing = ptyMissing();

function terminalTest(name: string, run: () => Promise<void>): void {
  Deno.test({ name: missing ? `${name} (ignored: ${missing})` : name, ignore: missing !== null, fn: run });
}

const start: Step = { wait: "› " };
const leave: Step[] = [{ wait: "› " }, { send: "/exit\r" }];
const say = (text: string): Step => ({ send: `${text}\r` });
const question: Step = { wait: "allow this?" };

terminalTest("a conversation at a terminal: greeting, answer, slash command, leave with 0", async () => {
  const { code, output } = await onTerminal(MAIN, {
    steps: [{ wait: "scripted, no model" }, start, say("hello"), { wait: "You said: hello" }, start, say("/hlp"), {
      wait: "unknown command /hlp; did you mean /help?",
    }, ...leave],
  });
  assert.equal(code, 0, output);
  assert.ok(output.trimEnd().endsWith("\x1b[?2004l"), "the terminal is given back");
});

terminalTest("each answer to the approval prompt arrives as it was given", async () => {
  const cases: [string, Step[], string][] = [
    ["approve", [question, { send: "y" }], 'answer {"answer":"once"}'],
    ["approve", [question, { send: "a" }], 'answer {"answer":"always"}'],
    ["approve", [question, { send: "n" }], 'answer {"answer":"no"}'],
    ["approve", [question, { send: "\x1b" }], 'answer {"answer":"no"}'],
    ["approve", [question, { send: "m" }, { wait: "because: " }, say("use notes/b.md")], 'message":"use notes/b.md"'],
    [
      "approve",
      [question, { send: "e" }, { wait: 'hello\\n"}' }, { send: '\x15{"path":"b"}\r' }],
      'answer {"answer":"edit","arguments":"{\\"path\\":\\"b\\"}"}',
    ],
    [
      "approve",
      [question, { send: "e" }, { wait: 'hello\\n"}' }, { send: "\x15{\r" }, { wait: "that is not JSON" }, question, {
        send: "n",
      }],
      'answer {"answer":"no"}',
    ],
    ["critical", [question, { send: "y" }, { wait: "type yes" }, say("yes")], 'answer {"answer":"once"}'],
    ["critical", [question, { send: "y" }, { wait: "type yes" }, say("y"), question, { send: "n" }], '{"answer":"no"}'],
    ["critical", [question, { send: "a" }, { send: "\x1b" }], 'answer {"answer":"no"}'],
    ["expired", [], "answer null"],
    ["question", [{ wait: "number or answer: " }, say("2")], "You said green."],
    ["question", [{ wait: "number or answer: " }, say("blue")], "You said blue."],
  ];
  const steps = cases.flatMap(([said, answers, expected]) => [start, say(said), ...answers, { wait: expected }]);
  const { code, output } = await onTerminal(MAIN, { steps: [...steps, ...leave] });
  assert.equal(code, 0, output);
});

terminalTest("what was typed before the question was shown does not answer it", async () => {
  const { output } = await onTerminal(MAIN, {
    steps: [start, { send: "approve\ryyyaaay" }, question, { send: "n" }, { wait: 'answer {"answer":"no"}' }, ...leave],
  });
  assert.doesNotMatch(output, /"once"|"always"/);
});

terminalTest("Ctrl-C stops the turn and the conversation goes on; twice leaves with 130", async () => {
  const once = await onTerminal(MAIN, {
    steps: [start, say("wait"), { wait: "waiting" }, { send: "\x03" }, { wait: "cancelled" }, ...leave],
  });
  assert.equal(once.code, 0, once.output);
  const stuck = await onTerminal(MAIN, {
    steps: [start, say("stuck"), { wait: "stuck" }, { wait: "stuck" }, { send: "\x03\x03" }],
  });
  assert.equal(stuck.code, 130, stuck.output);
  const atPrompt = await onTerminal(MAIN, {
    steps: [start, { send: "\x03" }, { wait: "Ctrl-C again" }, { send: "\x03" }],
  });
  assert.equal(atPrompt.code, 130, atPrompt.output);
});

terminalTest("Ctrl-C at the approval prompt is no answer, and stops the turn", async () => {
  const { code, output } = await onTerminal(MAIN, {
    steps: [start, say("approve"), question, { send: "\x03" }, { wait: "cancelled" }, ...leave],
  });
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /answer \{/);
});

terminalTest("Ctrl-D leaves with 0", async () => {
  assert.equal((await onTerminal(MAIN, { steps: [start, { send: "\x04" }] })).code, 0);
});

terminalTest("a paste of several lines is one message", async () => {
  const { output } = await onTerminal(MAIN, {
    steps: [
      start,
      { send: "\x1b[200~one\ntwo\x1b[201~" },
      { send: "\r" },
      { wait: "You said: one" },
      { wait: "two" },
      ...leave,
    ],
  });
  assert.equal(output.match(/You said/g)?.length, 1);
});

terminalTest("earlier messages come back with the arrow keys, commands with Tab", async () => {
  await onTerminal(MAIN, {
    steps: [
      start,
      { send: "\x1b[A\r" },
      { wait: "You said: an earlier message" },
      start,
      { send: "/too\t\r" },
      { wait: "write_file  writes" },
      ...leave,
    ],
  });
});

terminalTest("an earlier message is changed at the input line, and what is going back is said first", async () => {
  const { output } = await onTerminal(MAIN, {
    steps: [
      start,
      say("/edit 2"),
      { wait: "message 2 › an old message" },
      { send: " anew\r" },
      { wait: "message 2 changed" },
      { wait: "You said: an old message anew" },
      start,
      say("/edit"),
      { wait: "message 3 › an old message" },
      { send: "\x15\r" },
      { wait: "nothing was changed" },
      start,
      say("/retry small"),
      { wait: "retry with small" },
      { wait: "You said: again" },
      start,
      say("/compact nothing"),
      { wait: "nothing to summarise" },
      ...leave,
    ],
  });
  assert.doesNotMatch(output, /undefined|null/);
});

terminalTest("what comes back to the input line cannot drive the terminal", async () => {
  const { output } = await onTerminal(MAIN, {
    steps: [
      start,
      { send: "\x1b[A\x1b[A" },
      { wait: "taken over" },
      { send: "\x03" },
      start,
      say("/edit 9"),
      {
        wait: "message 9 › an ",
      },
      { send: "\x03" },
      ...leave,
    ],
  });
  assert.match(output, /piped ␛\]0;taken over␇ in/);
  assert.doesNotMatch(output, /\x1b\]0;|\x1b\[2J|\u202e/);
});

terminalTest("a turn that fails is one line, and the conversation goes on", async () => {
  const { code, output } = await onTerminal(MAIN, {
    steps: [start, say("fail"), { wait: "harombe: Cannot reach the model" }, start, say("hello"), {
      wait: "You said: hello",
    }, ...leave],
  });
  assert.equal(code, 0);
  assert.doesNotMatch(output, /scripted_wiring\.ts/);
});

terminalTest("with NO_COLOR nothing is coloured", async () => {
  const steps = [start, say("markdown"), { wait: "| 1 | 2 |" }, ...leave];
  const { output } = await onTerminal(MAIN, { env: { NO_COLOR: "1" }, steps });
  assert.doesNotMatch(output, /\x1b\[[0-9;]*m/);
  assert.match(output, /\*\*bold\*\*/);
});

terminalTest("ask at a terminal draws the answer and asks for approvals", async () => {
  const { code, output } = await onTerminal(MAIN, {
    args: ["ask", "approve"],
    steps: [question, { send: "y" }, { wait: 'answer {"answer":"once"}' }, { wait: "here" }],
  });
  assert.equal(code, 0, output);
});

Deno.test("Ctrl-C from outside a raw terminal ends a piped chat with 130", async () => {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--ignore-env", MAIN, "chat"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("wait\n"));
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  while (!seen.includes("waiting")) {
    const { value, done } = await reader.read();
    assert.ok(!done, seen);
    seen += value;
  }
  process.kill("SIGINT");
  const { code } = await process.status;
  const err = await new Response(process.stderr).text();
  await reader.cancel();
  await writer.abort().catch(() => {});
  assert.deepEqual({ code, err }, { code: 130, err: "scripted, no model\n" });
});

terminalTest(
  "a step that does not come fails with what came, and the program is gone though it ignores signals",
  async () => {
    const deaf = ["/bin/sh", "-c", "trap '' HUP TERM INT; echo pid $$ here; while :; do sleep 1; done"];
    const steps: Step[][] = [[{ wait: "here" }, { wait: "never" }], [{ wait: "here" }]];
    for (const of of steps) {
      const failed = await onTerminal("", { steps: of, waitS: 1, instead: { command: deaf, cwd: "/" } }).then(
        ({ output }) => new Error(`it went on: ${output}`),
        (error: Error) => error,
      );
      assert.match(failed.message, /^Cannot go on at the terminal: pid \d+ here\s+TIMEOUT: (?:never|end)/);
      const pid = Number(/pid (\d+)/.exec(failed.message)![1]);
      assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
    }
  },
);
