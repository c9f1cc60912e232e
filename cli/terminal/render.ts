/** An agent's events → what the person sees. */
import type { AgentEvent } from "../../agent/event.ts";
import { textOf, type ToolResult } from "../../node/chat.ts";
import type { Io, Output } from "../io.ts";
import { FIXED_COMMANDS } from "../talk.ts";
import { createMarkdown, type Printable } from "./markdown.ts";
import { paint, SGR, wrap } from "./span.ts";
import { fit } from "./width.ts";

export type Render = {
  show(event: AgentEvent): void;
  /** Ends what is being drawn, so that others may write. */
  settle(): void;
};

/** Rows of live output shown of one call; the rest is counted. */
const MOST_OUTPUT_ROWS = 20;

/** Why a turn ended, for a person; an answered or cancelled one needs no word. */
const ENDINGS: Record<Extract<AgentEvent, { type: "turn_ended" }>["reason"], string | null> = {
  answered: null,
  steps: "stopped: the most steps of one turn were taken",
  tokens: "stopped: the most tokens of one turn were used",
  time: "stopped: the longest time of one turn has passed",
  repeated: "stopped: the same call came again and again",
  cancelled: "cancelled",
  failed: "failed",
};

/** Events of calls, which the fixed set of commands puts in its answers. */
const CALLS: ReadonlySet<AgentEvent["type"]> = new Set(["step_ended", "call_output", "call_ended"]);

/** Renders to `io.stdout` as a conversation: the answer as Markdown, calls, live output and notices around it. */
export function createRender(
  io: Pick<Io, "stdout" | "size">,
  options: { printable: Printable; plain: boolean },
): Render {
  const markdown = createMarkdown(io, options);
  const aside = createAside({ output: io.stdout, size: io.size }, options);
  let inText = false;
  const endText = () => {
    if (inText) markdown.end();
    inText = false;
  };
  return {
    settle() {
      endText();
      aside.settle();
    },
    show(event) {
      if (event.type === "text") {
        if (event.text === "") return;
        if (!inText) aside.settle();
        inText = true;
        return markdown.push(event.text);
      }
      if (event.type === "usage" || event.type === "thinking") return;
      endText();
      aside.show(event);
    },
  };
}

/** Everything but the answer, for `ask` on standard error and for `createRender`. */
export function createAside(
  to: { output: Output; size: Io["size"] },
  options: { printable: Printable; plain: boolean },
): Render {
  const { output } = to;
  const { printable } = options;
  const color = output.isTerminal && !options.plain;
  const shown = new Map<string, number>();
  /** The unfinished row of each stream. */
  const half = new Map<string, { callId: string; text: string }>();
  const line = (text: string, style: string) => {
    const width = output.isTerminal ? to.size().columns - 1 : 400;
    output.write(`${paint([{ text: fit(text, width), style }], color)}\n`);
  };
  /** What a person must read to its end: broken at words, never cut at the screen's edge. */
  const whole = (text: string, style: string) => {
    const spans = [{ text: oneLine(text), style }];
    const rows = output.isTerminal ? wrap(spans, to.size().columns - 1) : [spans];
    for (const row of rows) output.write(`${paint(row, color)}\n`);
  };
  const row = (callId: string, text: string) => {
    const count = (shown.get(callId) ?? 0) + 1;
    shown.set(callId, count);
    if (count <= MOST_OUTPUT_ROWS) line(`  ${printable(text).replaceAll("\t", "    ")}`, SGR.dim);
    if (count === MOST_OUTPUT_ROWS + 1) line("  … more output", SGR.dim);
  };
  const live = (callId: string, stream: string, text: string) => {
    const key = `${stream} ${callId}`;
    const rows = ((half.get(key)?.text ?? "") + text).split(/\r?\n/);
    const rest = rows.pop()!;
    for (const one of rows) row(callId, one);
    if (rest.length > 4000) row(callId, rest);
    half.set(key, { callId, text: rest.length > 4000 ? "" : rest });
  };
  const endOutput = (ended: string | null) => {
    for (const [key, { callId, text }] of half) {
      if (ended !== null && callId !== ended) continue;
      if (text !== "") row(callId, text);
      half.delete(key);
    }
  };
  const settle = () => endOutput(null);
  /** Whether the answer itself shows the calls of this turn. */
  const turn = { showsCalls: false };

  return {
    settle,
    show(event) {
      if (turn.showsCalls && CALLS.has(event.type)) return;
      switch (event.type) {
        case "turn_started":
        case "turn_resumed":
          turn.showsCalls = event.model === FIXED_COMMANDS;
          break;
        case "step_ended":
          for (const call of event.calls) {
            line(`→ ${oneLine(printable(`${call.name} ${call.arguments}`))}`, SGR.cyan);
          }
          break;
        case "call_output":
          live(event.callId, event.stream, event.text);
          break;
        case "call_ended":
          endOutput(event.result.callId);
          line(summary(event.result, event.ms, printable), event.result.isError ? SGR.red : SGR.dim);
          shown.delete(event.result.callId);
          break;
        case "compacted":
          whole(
            `summarised ${event.turns} earlier turn(s) for the model: ${event.before} → ${event.after} tokens; sessions show has all`,
            SGR.dim,
          );
          break;
        case "notice":
          whole(`note: ${printable(event.text)}`, SGR.yellow);
          break;
        case "turn_parked":
          whole(`waits for approval ${event.approvals.join(", ")}`, SGR.yellow);
          break;
        case "turn_ended": {
          const what = ENDINGS[event.reason];
          const detail = event.detail ? `: ${oneLine(printable(event.detail))}` : "";
          if (what) whole(`${what}${detail}`, event.reason === "cancelled" ? SGR.dim : SGR.red);
          break;
        }
      }
    },
  };
}

function summary(result: ToolResult, ms: number, printable: Printable): string {
  const text = printable(textOf(result.content)).trim();
  const [first = ""] = text.split("\n");
  const more = text.split("\n").length - 1;
  const time = ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
  const rest = more > 0 ? ` (+${more} lines)` : "";
  return `  ${result.isError ? "✗" : "✓"} ${oneLine(printable(result.name))} ${time}${
    first ? `: ${first.slice(0, 160)}` : ""
  }${rest}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
