/** A house whose turns follow a script, so that the terminal can be tested without a model or a sandbox. */
import type { AgentEvent } from "../../agent/event.ts";
import { type Part, text, textOf } from "../../node/chat.ts";
import type { ApprovalRequest } from "../../security/approval.ts";
import { printable } from "../../security/display.ts";
import type { Person, TalkOptions, Wiring } from "../../cli/talk.ts";

export const REQUEST: ApprovalRequest = {
  callId: "c1",
  session: "s1",
  agent: "main",
  tool: "write_file",
  args: { path: "notes/a.md", content: "hello\n" },
  risk: "MEDIUM",
  reasons: ["it writes a file"],
  preview: { kind: "diff", text: "--- notes/a.md\n+++ notes/a.md\n@@ -0,0 +1 @@\n+hello" },
  effects: ["change"],
  words: [],
  always: "write_file:notes/**",
  expiresInMs: 60_000,
};

type Turn = (person: Person, said: string, signal: AbortSignal) => AsyncIterable<AgentEvent>;

const ended: AgentEvent = { type: "turn_ended", reason: "answered" };

async function* approval(person: Person, request: ApprovalRequest, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  const call = { id: request.callId, name: request.tool, arguments: JSON.stringify(request.args) };
  yield { type: "text", text: "I will write it." };
  yield { type: "step_ended", calls: [call] };
  const answer = await person.approve(request, signal);
  const content = text(`answer ${JSON.stringify(answer)}`);
  const isError = answer === null || answer.answer === "no";
  yield { type: "call_ended", result: { callId: call.id, name: call.name, content, isError }, ms: 12 };
  yield { type: "text", text: "Done **here**." };
  yield { type: "step_ended", calls: [] };
  yield ended;
}

/** First word of the message → what the turn does. Everything else is answered with the message itself. */
const SCRIPT: Record<string, Turn> = {
  approve: (person, _, signal) => approval(person, REQUEST, signal),
  critical: (person, _, signal) => approval(person, { ...REQUEST, risk: "CRITICAL", always: null }, signal),
  expired: (person, _, signal) => approval(person, { ...REQUEST, expiresInMs: 1 }, signal),
  async *question(person, _, signal) {
    const reply = await person.askUser("Which colour?", ["red", "green"], signal);
    const answer = typeof reply === "string" || reply === null ? reply : reply.text;
    yield { type: "text", text: `You said ${answer}.` };
    yield { type: "step_ended", calls: [] };
    yield ended;
  },
  async *wait(_person, _said, signal) {
    yield { type: "text", text: "waiting" };
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    yield { type: "turn_ended", reason: "cancelled" };
  },
  async *stuck() {
    yield { type: "text", text: "stuck" };
    await new Promise(() => {});
  },
  async *markdown() {
    for (const piece of "# Title\nSome **bold** text.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".match(/[\s\S]{1,3}/g)!) {
      yield { type: "text", text: piece };
    }
    yield { type: "step_ended", calls: [] };
    yield ended;
  },
  async *output() {
    yield { type: "step_ended", calls: [{ id: "c2", name: "shell", arguments: '{"command":"seq 50"}' }] };
    for (let line = 1; line <= 50; line++) {
      yield { type: "call_output", callId: "c2", stream: "stdout", text: `line ${line}\n` };
    }
    const content = text("1\n2\n3");
    yield { type: "call_ended", result: { callId: "c2", name: "shell", content, isError: false }, ms: 1500 };
    yield { type: "text", text: "It counted." };
    yield { type: "step_ended", calls: [] };
    yield ended;
  },
  async *fail() {
    yield { type: "text", text: "half an ans" };
    throw new Error("Cannot reach the model: connection refused");
  },
  async *steps() {
    yield { type: "notice", text: "the context was shortened" };
    yield { type: "turn_ended", reason: "steps" };
  },
};

async function* echo(said: string): AsyncGenerator<AgentEvent> {
  yield { type: "text", text: `You said: ${said}` };
  yield { type: "step_ended", calls: [] };
  yield ended;
}

export type Seen = { options: TalkOptions[]; messages: Part[][]; closed: number; calls: unknown[] };

/** A wiring whose turns follow the script; `seen` keeps what the command line handed in. */
export function scriptedWiring(
  seen: Seen = { options: [], messages: [], closed: 0, calls: [] },
): Wiring & { seen: Seen } {
  const stored = (thing: string): Wiring["audit"] => (verb, args) => {
    seen.calls.push({ thing, verb, args });
    return Promise.resolve(0);
  };
  return {
    seen,
    printable,
    openTalk(options, person) {
      seen.options.push(options);
      return Promise.resolve({
        greeting: "scripted, no model",
        prompt: () => "› ",
        session: () => "s1",
        history: () => ["piped \x1b]0;taken over\x07 in", "an earlier message"],
        unfinished: false,
        async *resume() {},
        attach: () => Promise.resolve("image/png attached"),
        async *turn(message, signal) {
          seen.messages.push(message);
          const said = textOf(message);
          yield { type: "turn_started", message, model: "scripted" };
          yield* (SCRIPT[said.split(/\s/)[0]] ?? ((_, all) => echo(all)))(person, said, signal);
        },
        fresh: () => Promise.resolve(),
        models: () => Promise.resolve([{ name: "scripted", detail: "no model" }]),
        useModel: (name) => Promise.reject(new Error(`Cannot use model ${name}: it is not there`)),
        tools: () => [{ name: "write_file", detail: "writes" }],
        rules: () => [],
        sessions: () => Promise.resolve([]),
        transcript: () => Promise.resolve([]),
        config: () => [{ name: "model.name", detail: "auto" }],
        privacy: () => [{ name: "mode", detail: "local-only" }],
        context: () => Promise.resolve(null),
        async *compact(keep) {
          if (keep === "nothing") return;
          yield { type: "notice", text: `compacted, kept ${keep}` };
        },
        retry: (model) => Promise.resolve({ note: `retry with ${model}`, events: echo("again") }),
        earlier: (n) => Promise.resolve({ n: n ?? 3, text: n === 9 ? "an \x1b[2J old \u202e one" : "an old message" }),
        edit: (n, words) =>
          Promise.resolve({
            note: `message ${n} changed`,
            events: echo(typeof words === "string" ? words : textOf(words)),
          }),
        branch: (n) => Promise.resolve(`branch after ${n}`),
        branches: () => Promise.resolve([]),
        save: (path) => Promise.resolve(`saved to ${path}`),
        cost: () => Promise.resolve([]),
        replay: () => {
          throw new RangeError("Cannot run a recipe: this script has none");
        },
        recipe: (name) => Promise.reject(new RangeError(`Cannot use the recipe ${name}: this script has none`)),
        saveRecipe: (name) => Promise.reject(new RangeError(`Cannot save the recipe ${name}: this script keeps none`)),
        recipes: () => Promise.resolve([]),
        close: () => {
          seen.closed++;
          return Promise.resolve();
        },
      });
    },
    powers: () => Promise.resolve(null),
    audit: stored("audit"),
    sessions: stored("sessions"),
    models: stored("models"),
    rules: stored("rules"),
  };
}
