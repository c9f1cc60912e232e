/** The approval prompt of the terminal. Only keys typed after the question was shown can answer it. */
import type { ApprovalAnswer, ApprovalRequest, Approve } from "../../security/approval.ts";
import type { AskPerson } from "../../security/tool.ts";
import type { Io } from "../io.ts";
import { approvalFrame, type FrameOptions, questionFrame } from "./approval_view.ts";
import { readLine } from "./editor.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Key } from "./keys.ts";
import { createLive } from "./live.ts";
import { paint, SGR, wrap } from "./span.ts";

export type AskingOptions = {
  keyboard: Keyboard;
  io: Pick<Io, "stdout" | "size" | "now">;
  printable(text: string): string;
  color: boolean;
  /** Ends whatever is being drawn, so that the frame starts on a row of its own. */
  settle(): void;
  /** Milliseconds without a key before the question appears: what was typed for something else is dropped. */
  quietMs?: number;
};

const QUIET_MS = 300;
const TICK_MS = 1000;

/** `Approve` and `AskPerson` at one terminal; several questions at once are asked one after another. */
export function terminalQuestions(options: AskingOptions): { approve: Approve; askUser: AskPerson } {
  let tail: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> => {
    const result = tail.then(ask);
    tail = result.catch(() => {});
    return result;
  };
  return {
    approve(request, signal) {
      const deadline = options.io.now() + request.expiresInMs;
      return inTurn(() => approve(request, deadline, options, signal));
    },
    askUser(question, choices, signal) {
      return inTurn(() => askUser(question, choices, options, signal));
    },
  };
}

async function approve(
  request: ApprovalRequest,
  deadline: number,
  options: AskingOptions,
  signal: AbortSignal,
): Promise<ApprovalAnswer | null> {
  const { io, keyboard } = options;
  signal.throwIfAborted();
  const frame = (whole: boolean) => {
    const view = approvalFrame(request, frameOptions(options, whole));
    io.stdout.write(`${view.rows.join("\n")}\n`);
    return { shortened: view.shortened, unseen: view.unseen };
  };
  options.settle();
  let state: Choice = { ...frame(false), request };
  await quiet(options, deadline, signal);
  for (;;) {
    const key = await answerKey(state, deadline, options, signal);
    if (key === null) return silence(request, options);
    const step = choose(state, key);
    if ("answer" in step) {
      io.stdout.write(`  ${step.said}\n`);
      return step.answer;
    }
    if (step.next === "whole") {
      state = { ...frame(true), request };
      await quiet(options, deadline, signal);
    } else if (step.next !== "stay") {
      const answer = await typedAnswer(step.next, request, deadline, options, signal);
      if (answer === "late") return silence(request, options);
      if (answer !== null) return answer;
      keyboard.discard();
    }
  }
}

/** What of the frame was shown, as `Frame` says, and of which request. */
export type Choice = { shortened: boolean; unseen: boolean; request: ApprovalRequest };
type Step =
  | { answer: ApprovalAnswer; said: string }
  | { next: "stay" | "whole" | "message" | "edit" | "confirm" };

/** What one key means. Pure. Enter and unknown keys mean nothing. */
export function choose({ shortened, unseen, request }: Choice, key: Key): Step {
  if (key.name === "escape" || key.name === "ctrl-d") return { answer: { answer: "no" }, said: "no" };
  if (key.name !== "text" || key.text.length !== 1) return { next: "stay" };
  switch (key.text) {
    case "y":
      if (unseen) return { next: "stay" };
      if (request.risk === "CRITICAL") return { next: "confirm" };
      return yesToAll(request);
    case "o":
      if (unseen || request.risk === "CRITICAL" || !coversMore(request)) return { next: "stay" };
      return { answer: { answer: "once" }, said: "yes, to this one only" };
    case "a":
      if (request.always === null || request.risk === "CRITICAL") return { next: "stay" };
      if (unseen) return { next: "stay" };
      return {
        answer: { answer: "always" },
        said: `yes, always in this session${(request.beside ?? []).length > 0 ? ", to the first" : ""}`,
      };
    case "n":
      return { answer: { answer: "no" }, said: (request.beside ?? []).length > 0 ? "no to the first" : "no" };
    case "m":
      return { next: "message" };
    case "e":
      return { next: request.live ? "stay" : "edit" };
    case "f":
      return { next: shortened ? "whole" : "stay" };
    default:
      return { next: "stay" };
  }
}

function coversMore({ beside = [], further }: ApprovalRequest): boolean {
  return beside.length > 0 || further !== undefined;
}

/** A yes to everything that the frame shows. */
function yesToAll(request: ApprovalRequest): Step {
  if (!coversMore(request)) return { answer: { answer: "once" }, said: "yes, once" };
  const { beside = [], further } = request;
  const also = { calls: beside.map(({ callId }) => callId), further: further !== undefined };
  const said = beside.length === 0 ? "yes" : `yes, to all ${beside.length + 1}`;
  return { answer: { answer: "once", also }, said };
}

/** The line below the frame: which keys answer, and how long. */
export function choiceLine({ shortened, unseen, request }: Choice, secondsLeft: number): string {
  const group = (request.beside ?? []).length > 0;
  const keys = [
    unseen ? null : request.risk === "CRITICAL" ? "[y]es (typed out)" : group ? "[y]es to all; the first:" : "[y]es",
    unseen || request.risk === "CRITICAL" || !coversMore(request) ? null : group ? "[o]nce" : "[o]nly this one",
    unseen || request.always === null || request.risk === "CRITICAL" ? null : "[a]lways",
    "[n]o",
    "no with [m]essage",
    request.live ? null : "[e]dit",
    shortened ? "[f]ull" : null,
  ];
  const { length } = request.beside ?? [];
  const question = length > 0 ? `allow these ${length + 1}?` : "allow this?";
  return `${question} ${keys.filter((key) => key !== null).join("  ")}  (${secondsLeft} s, then no)`;
}

/** The next key, the countdown running; null when time is up or nobody can answer any more. */
async function answerKey(
  state: Choice,
  deadline: number,
  { io, keyboard }: AskingOptions,
  signal: AbortSignal,
): Promise<Key | null> {
  const live = createLive(io);
  try {
    for (;;) {
      const left = deadline - io.now();
      if (left <= 0) return null;
      const line = choiceLine(state, Math.ceil(left / 1000));
      live.draw(wrap([{ text: line, style: SGR.plain }], io.size().columns - 1).map((row) => paint(row, false)));
      const tick = AbortSignal.timeout(Math.min(left, TICK_MS));
      try {
        return await keyboard.next(AbortSignal.any([signal, tick]));
      } catch (error) {
        if (signal.aborted || !tick.aborted) throw error;
      }
    }
  } finally {
    live.clear();
  }
}

async function typedAnswer(
  kind: "message" | "edit" | "confirm",
  request: ApprovalRequest,
  deadline: number,
  options: AskingOptions,
  signal: AbortSignal,
): Promise<ApprovalAnswer | null | "late"> {
  const { keyboard, io } = options;
  const late = AbortSignal.timeout(Math.max(1, deadline - io.now()));
  const prompts = { message: "no, because: ", edit: "arguments: ", confirm: "type yes to allow it once: " };
  const initial = kind === "edit" ? options.printable(JSON.stringify(request.args)) : "";
  try {
    const typed = await readLine({ keyboard, io }, {
      prompt: prompts[kind],
      initial,
      history: [],
      complete: () => [],
    }, AbortSignal.any([signal, late]));
    if (typed.end !== "line") return null;
    const text = typed.text.trim();
    if (kind === "message") return text === "" ? { answer: "no" } : { answer: "no", message: text };
    if (kind === "confirm") return text.toLowerCase() === "yes" ? { answer: "once" } : null;
    const fault = jsonFault(text);
    if (fault === null) return { answer: "edit", arguments: text };
    io.stdout.write(`  that is not JSON: ${fault}\n`);
    return null;
  } catch (error) {
    if (!signal.aborted && late.aborted) return "late";
    throw error;
  }
}

function silence(request: ApprovalRequest, { io }: AskingOptions): null {
  io.stdout.write(`  no answer in ${Math.round(request.expiresInMs / 1000)} s: not allowed\n`);
  return null;
}

async function askUser(
  question: string,
  choices: string[],
  options: AskingOptions,
  signal: AbortSignal,
): ReturnType<AskPerson> {
  const { io, keyboard } = options;
  signal.throwIfAborted();
  options.settle();
  io.stdout.write(`${questionFrame(question, choices, frameOptions(options, true)).join("\n")}\n`);
  await quiet(options, Infinity, signal);
  const prompt = choices.length > 0 ? "number or answer: " : "answer: ";
  const typed = await readLine({ keyboard, io }, { prompt, history: [], complete: () => [] }, signal);
  if (typed.end !== "line" || typed.text.trim() === "") return null;
  const text = typed.text.trim();
  if (/^\d{1,3}$/.test(text) && choices[Number(text) - 1] !== undefined) return choices[Number(text) - 1];
  return { text, pasted: typed.pieces.some((piece) => piece.pasted) };
}

/** Drops every key until none has come for `quietMs`: nobody answers a question before seeing it. */
async function quiet(options: AskingOptions, deadline: number, signal: AbortSignal): Promise<void> {
  const { keyboard, io, quietMs = QUIET_MS } = options;
  for (;;) {
    keyboard.discard();
    const pause = AbortSignal.timeout(quietMs);
    try {
      if (await keyboard.next(AbortSignal.any([signal, pause])) === null || io.now() >= deadline) return;
    } catch (error) {
      if (signal.aborted || !pause.aborted) throw error;
      return;
    }
  }
}

function frameOptions({ io, color, printable }: AskingOptions, whole: boolean): FrameOptions {
  return { columns: io.size().columns, color, printable, whole };
}

function jsonFault(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
