/** The conversation at a terminal: a line, a turn, a line … until the person leaves. */
import type { AgentEvent } from "../../agent/event.ts";
import { ownWords, spoken } from "../talk/spoken.ts";
import { EXIT, explain } from "../failure.ts";
import type { Io } from "../io.ts";
import type { Talk } from "../talk.ts";
import { readLine } from "./editor.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Printable } from "./markdown.ts";
import type { Render } from "./render.ts";
import { completeSlash, runSlash, type Slashed } from "./slash.ts";
import { paint, SGR, wrap } from "./span.ts";
import { textWidth } from "./width.ts";

export type Conversing = { talk: Talk; keyboard: Keyboard; render: Render; printable: Printable; debug: boolean };

/**
 * Talks until the person leaves; the exit code. Ctrl-C during a turn aborts it, a second one leaves (130); at an empty
 * line twice leaves (130); Ctrl-D and /exit leave (0). A turn that throws is shown, and the conversation goes on.
 */
export async function converse(
  { talk, keyboard, render, printable, debug }: Conversing,
  io: Pick<Io, "stdout" | "size">,
  signal: AbortSignal,
): Promise<number> {
  const show = (lines: string) =>
    lines === "" ? undefined : io.stdout.write(`${wrapped(printable(lines), io.size().columns - 1)}\n`);
  const typed: string[] = [];
  /** Lines of this conversation that the person typed, all of them. */
  const own = new Set<string>();
  /** A message that is about to be changed. */
  const change: { next: Slashed["change"] } = { next: undefined };
  /** A turn that throws is shown, and the conversation goes on. False if nothing happened at all. */
  const draw = async (events: AsyncIterable<AgentEvent>, turn: AbortSignal) => {
    let drawn = false;
    try {
      for await (const event of events) {
        drawn = true;
        render.show(event);
      }
    } catch (error) {
      drawn = true;
      render.settle();
      show(turn.aborted ? "cancelled" : explain(error, { debug }).text.trimEnd());
    }
    return drawn;
  };
  const drawBranch = async (branch: ReturnType<Talk["edit"]>, turn: AbortSignal) => {
    try {
      const { note, events } = await branch;
      show(note);
      await draw(events, turn);
    } catch (error) {
      show(turn.aborted ? "cancelled" : explain(error, { debug }).text.trimEnd());
    }
  };
  /** What was said before may have come through a pipe: it is drawn when the arrow keys bring it back. */
  const before = talk.history().map(printable);
  let interrupted = false;
  show(talk.greeting);
  if (talk.unfinished) {
    show("The last turn was cut off; it goes on.");
    const left = await interruptible(keyboard, signal, async (turn) => {
      await draw(talk.resume(turn), turn);
      return null;
    });
    render.settle();
    if (left !== null) return left;
  }
  for (;;) {
    const history = [...before, ...typed];
    const changing = change.next;
    change.next = undefined;
    const prompt = changing === undefined ? talk.prompt() : `message ${changing.n} › `;
    const options = {
      prompt,
      history,
      complete: completeSlash,
      isTyped: (l: string) => own.has(l),
      initial: changing && printable(changing.text),
    };
    const line = await readLine({ keyboard, io }, options, signal);
    if (line.end === "leave") return 0;
    if (line.end === "interrupt") {
      if (interrupted) return EXIT.interrupted;
      interrupted = true;
      show("Ctrl-C again or Ctrl-D leaves");
      continue;
    }
    interrupted = false;
    const said = line.text.trim();
    if (said === "") {
      if (changing !== undefined) show("nothing was changed");
      continue;
    }
    if (history.at(-1) !== said) typed.push(said);
    if (ownWords(line.pieces)) own.add(said);
    else own.delete(said);
    const left = await interruptible(keyboard, signal, async (turn) => {
      if (changing !== undefined && !said.startsWith("/")) {
        await drawBranch(talk.edit(changing.n, spoken(line.pieces), turn), turn);
        return null;
      }
      if (said.startsWith("/")) {
        const slashed = await runSlash(said, talk, turn);
        if (slashed.wipe) io.stdout.write("\x1b[H\x1b[2J");
        show(slashed.text);
        if (slashed.events && !await draw(slashed.events, turn)) show(slashed.none ?? "");
        change.next = slashed.change;
        return slashed.leave ? 0 : null;
      }
      await draw(talk.turn(spoken(line.pieces), turn), turn);
      return null;
    });
    render.settle();
    if (left !== null) return left;
  }
}

/** `text` broken at words; what follows a first column (two spaces end it) stays to the right of it where there is room. */
function wrapped(text: string, width: number): string {
  return text.split("\n").flatMap((line) => {
    const lead = /^ *\S+(?: \S+)* {2,}(?=\S)/.exec(line)?.[0] ?? "";
    const indent = textWidth(lead) <= width / 2 ? " ".repeat(textWidth(lead)) : "";
    const rest = [{ text: indent, style: SGR.plain }];
    return wrap([{ text: line.slice(indent.length && lead.length), style: SGR.plain }], width, [
      { text: indent === "" ? "" : lead, style: SGR.plain },
    ], rest).map((row) => paint(row, false).trimEnd());
  }).join("\n");
}

/** Runs `work` with a signal that Ctrl-C aborts. A second Ctrl-C does not wait for it and gives 130. */
async function interruptible(
  keyboard: Keyboard,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<number | null>,
): Promise<number | null> {
  const stop = new AbortController();
  const { promise: twice, resolve } = Promise.withResolvers<number>();
  const off = keyboard.onInterrupt(() => {
    if (stop.signal.aborted) resolve(EXIT.interrupted);
    stop.abort(new DOMException("cancelled", "AbortError"));
  });
  try {
    return await Promise.race([work(AbortSignal.any([signal, stop.signal])), twice]);
  } catch (error) {
    if (stop.signal.aborted && !signal.aborted) return null;
    throw error;
  } finally {
    off();
  }
}
