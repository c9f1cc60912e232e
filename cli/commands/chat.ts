/** `harombe chat`: a conversation at a terminal, or one message a line from a pipe. */
import type { AgentEvent } from "../../agent/event.ts";
import { said as fromStdin } from "../talk/spoken.ts";
import { EXIT, explain, plainLines } from "../failure.ts";
import type { Queued } from "../../security/approvals/queued.ts";
import type { Io } from "../io.ts";
import { askAt } from "../setup/question.ts";
import { textLines } from "../text_lines.ts";
import type { Person, Talk, TalkOptions, Wiring } from "../talk.ts";
import { terminalQuestions } from "../terminal/approval.ts";
import { converse } from "../terminal/conversation.ts";
import { type Keyboard, openKeyboard } from "../terminal/keyboard.ts";
import { needLine, settledLine } from "./approval_text.ts";
import { hiddenAt } from "../terminal/passphrase.ts";
import { createRender } from "../terminal/render.ts";

export type ChatFlags = { resume?: string | true; model?: string; debug?: boolean };

/** Talks until the person leaves or the input ends; the exit code. */
export async function chat(flags: ChatFlags, io: Io, wiring: Wiring): Promise<number> {
  return isInteractive(io) ? await atTerminal(flags, io, wiring) : await fromPipe(flags, io, wiring);
}

/** True if a person can be asked here: keys can be read and the screen can be drawn on. */
export function isInteractive(io: Io): boolean {
  return io.stdin.isTerminal && io.stdout.isTerminal && io.env("TERM") !== "dumb";
}

/** True if output must have neither colours nor frames: https://no-color.org, a non-empty NO_COLOR. */
export function isPlain(io: Io): boolean {
  return (io.env("NO_COLOR") ?? "") !== "" || io.env("TERM") === "dumb";
}

/** What the flags that `chat` and `ask` share mean. */
export function talkOptions(flags: { resume?: string | true; model?: string; allow?: string[] }): TalkOptions {
  const resume = flags.resume === true ? "latest" : flags.resume ?? null;
  return { resume, allow: flags.allow ?? [], model: flags.model ?? null };
}

/** The person at this terminal, who is told of answers that came from elsewhere. */
export function personHere(
  questions: Pick<Person, "approve" | "askUser">,
  { io, printable, settle }: { io: Io; printable: Wiring["printable"]; settle(): void },
): Person {
  return {
    ...questions,
    answers: "here",
    answeredElsewhere(request) {
      settle();
      io.stdout.write(`  ${plainLines(printable(settledLine(request)))}\n`);
    },
  };
}

async function atTerminal(flags: ChatFlags, io: Io, wiring: Wiring): Promise<number> {
  const { printable } = wiring;
  const plain = isPlain(io);
  const render = createRender(io, { printable, plain });
  const keyboard = openKeyboard(io);
  try {
    const person = personHere(terminalQuestions({ keyboard, io, printable, color: !plain, settle: render.settle }), {
      io,
      printable,
      settle: render.settle,
    });
    const asked = { ...person, askHidden: hiddenAt(keyboard, io) };
    const talk = await opening(
      keyboard,
      io.signal,
      (signal) => wiring.openTalk({ ...talkOptions(flags), offer: askAt(keyboard, io) }, asked, io, signal),
    );
    return await closing(
      talk,
      () => converse({ talk, keyboard, render, printable, debug: flags.debug ?? false }, io, io.signal),
    );
  } finally {
    keyboard.close();
  }
}

/** Opens the talk with a signal that Ctrl-C aborts: nothing else listens to the raw terminal yet. */
async function opening(
  keyboard: Keyboard,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<Talk>,
): Promise<Talk> {
  const stop = new AbortController();
  const off = keyboard.onInterrupt(() => stop.abort(new DOMException("interrupted", "AbortError")));
  try {
    return await open(AbortSignal.any([signal, stop.signal]));
  } finally {
    off();
  }
}

/** Each line is a message. Nobody can be asked: what needs approval is queued, and ends it with 3. Ends with 1 if a turn failed. */
async function fromPipe(flags: ChatFlags, io: Io, wiring: Wiring): Promise<number> {
  const needed: Queued[] = [];
  const nobody: Person = {
    approve: () => Promise.resolve(null),
    askUser: () => Promise.resolve(null),
    answers: "queue",
    queued: (request) => void needed.push(request),
  };
  const talk = await wiring.openTalk(talkOptions(flags), nobody, io, io.signal);
  const render = createRender(io, { printable: wiring.printable, plain: true });
  return await closing(talk, async () => {
    io.stderr.write(`${wiring.printable(talk.greeting)}\n`);
    let code = 0;
    /** False if nothing happened at all. */
    const draw = async (events: AsyncIterable<AgentEvent>) => {
      let drawn = false;
      try {
        for await (const event of events) {
          drawn = true;
          render.show(event);
          if (event.type === "turn_ended" && event.reason === "failed") code = EXIT.failed;
          if (event.type === "turn_parked") code = EXIT.needsApproval;
        }
      } catch (error) {
        if (io.signal.aborted || error instanceof Deno.errors.BrokenPipe) throw error;
        render.settle();
        io.stderr.write(explain(error, { debug: flags.debug ?? false }).text);
        code = EXIT.failed;
        drawn = true;
      }
      render.settle();
      return drawn;
    };
    /** What stands open cannot be talked over: the rest of the input is not read. */
    const parked = () => {
      for (const request of needed) io.stderr.write(`${needLine(request, talk.session())}\n`);
      return code === EXIT.needsApproval;
    };
    if (talk.unfinished) await draw(talk.resume(io.signal));
    if (parked()) return code;
    for await (const line of textLines(io.stdin.readable, io.signal)) {
      const said = line.trim();
      if (said === "") continue;
      if (said === "/exit" || said === "/quit") return code;
      if (said.startsWith("/")) {
        const { runSlash } = await import("../terminal/slash.ts");
        const slashed = await runSlash(said, talk, io.signal);
        const change = slashed.change ? `write /edit ${slashed.change.n} and the new words in one line` : "";
        const text = slashed.text + change;
        if (text !== "" || !slashed.events) io.stdout.write(`${wiring.printable(text)}\n`);
        if (slashed.events && !await draw(slashed.events)) io.stdout.write(`${slashed.none ?? ""}\n`);
        continue;
      }
      await draw(talk.turn(fromStdin("stdin", said), io.signal));
      if (parked()) return code;
    }
    return code;
  });
}

async function closing(talk: Talk, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } finally {
    await talk.close();
  }
}
