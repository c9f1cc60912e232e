/**
 * Bar: a conversation of 10,000 messages is continued within 150 ms: reading it, rebuilding the messages and fitting
 * them into the context. Also what `chat --resume` takes to its prompt beyond a fresh chat (Linux, a pseudo-terminal),
 * and, for comparison, reading every event.
 */
import { join } from "node:path";
import { fit } from "../../agent/context.ts";
import type { AgentEvent } from "../../agent/event.ts";
import { openSessions } from "../../agent/memory/sessions.ts";
import { viewOf } from "../../agent/memory/view.ts";
import { messagesOfPast } from "../../agent/past.ts";
import { countTokens } from "../../agent/tokens.ts";
import { text } from "../../node/chat.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { place } from "../system/harombe.ts";

const BAR_MS = 150;
const TURNS = 5_000;
const RUNS = 15;
const CONTEXTS = [8_192, 32_768, 131_072];
const none = new AbortController().signal;

/** A question, an answer in 40 pieces, and in every fifth turn a call with a result of 2,000 characters. */
function turn(n: number): AgentEvent[] {
  const pieces = Array.from({ length: 40 }, (_, i): AgentEvent => ({ type: "text", text: `word${(n * i) % 97} and ` }));
  const call = { id: `c${n}`, name: "read_file", arguments: `{"path":"notes/${n}.md"}` };
  const content = text(`line ${n} of some file\n`.repeat(90).slice(0, 2_000));
  const result = { callId: call.id, name: call.name, content, isError: false };
  return [
    { type: "turn_started", message: text(`question ${n}: what about the thing numbered ${n * 7}?`), model: "fake" },
    ...(n % 5 === 0
      ? [{ type: "step_ended", calls: [call] }, { type: "call_ended", result, ms: 3 }] satisfies AgentEvent[]
      : []),
    ...pieces,
    { type: "usage", promptTokens: 1_000, outputTokens: 60 },
    { type: "step_ended", calls: [] },
    { type: "turn_ended", reason: "answered" },
  ];
}

function show(name: string, times: number[]): number {
  times.sort((a, b) => a - b);
  const p50 = times[times.length >> 1];
  console.log(
    `${name.padEnd(64)} p50 ${p50.toFixed(1)} ms, p95 ${times[Math.floor(times.length * 0.95)].toFixed(1)} ms`,
  );
  return p50;
}

async function timed(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = -2; run < runs; run++) {
    const before = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - before);
  }
  return times;
}

await using ollama = await fakeOllama({ script: [{ text: "hi" }] });
await using p = await place({ ollama: ollama.base });
const state = join(p.home, ".harombe");
const path = join(state, "sessions.db");
await Deno.mkdir(state, { recursive: true, mode: 0o700 });
const filling = openSessions(path, { now: Date.now });
const folder = await Deno.realPath(p.folder);
const { id } = await filling.create({ folder, model: "fake" }, none);
const began = performance.now();
for (let n = 0; n < TURNS; n++) await filling.append(id, turn(n), none);
const { end } = await filling.state(id, none);
console.log(
  `${TURNS * 2} messages, ${end} events, written in ${((performance.now() - began) / 1000).toFixed(1)} s, ${
    (Deno.statSync(path).size / 1e6).toFixed(0)
  } MB`,
);
filling.close();

const figures: number[] = [];
for (const context of CONTEXTS) {
  const times = await timed(RUNS, async () => {
    const sessions = openSessions(path, { now: Date.now });
    const session = await sessions.find(id, none);
    await sessions.state(session.id, none);
    await sessions.said(session.id, { limit: 1_000 }, none);
    const { head, turns } = messagesOfPast(await sessions.past(session.id, { room: context }, none));
    const fitted = fit([...turns, { role: "user", content: text("and now?") }], {
      limit: context - 2_048,
      tools: [],
      head,
      count: countTokens,
    });
    if (fitted.messages.length < 20) throw new Error(`Cannot measure: only ${fitted.messages.length} messages came`);
    sessions.close();
  });
  figures.push(show(`open, find, history, rebuild and fit into ${context} tokens`, times));
}
const cut = openSessions(path, { now: Date.now });
await cut.append(id, [{ type: "turn_started", message: text("cut"), model: "fake" }], none);
const readCut = await timed(RUNS, async () => {
  const { cut: from } = await cut.state(id, none);
  const read = await Array.fromAsync(cut.read(id, from! - 1, none));
  if (read.length !== 1) throw new Error(`Cannot measure: ${read.length} events of a turn of one`);
});
show("a cut turn: its state and its events", readCut);
await cut.append(id, [{ type: "turn_ended", reason: "answered" }], none);
cut.close();
const opened = openSessions(path, { now: Date.now });
const at = await timed(RUNS, async () => {
  await opened.state(id, none);
  await opened.said(id, { limit: 1_000 }, none);
});
show("before the prompt of chat --resume: state and 1,000 messages for the arrow keys", at);
const full = await timed(2, async () => {
  const all = await Array.fromAsync(opened.read(id, 0, none));
  viewOf(all);
});
show("for comparison: every event read and rebuilt", full);
opened.close();

/** Milliseconds of `chat` from start to prompt. */
async function toPrompt(args: string[]): Promise<number> {
  const { chat } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url))).tasks;
  const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
  const line = (chat as string).replace(/^deno run /, `${Deno.execPath()} run --quiet --config=${root}/deno.json `)
    .replace("cli/launch.ts chat", `${root}/cli/launch.ts`);
  const before = performance.now();
  const child = new Deno.Command("script", {
    args: ["-qfec", [line, "chat", ...args].join(" "), "/dev/null"],
    cwd: folder,
    clearEnv: true,
    env: { ...p.env, TERM: "xterm", SHELL: "/bin/sh" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let screen = "";
  while (!screen.includes("› ")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot measure: chat ended before its prompt: ${screen}`);
    screen += value;
  }
  const ms = performance.now() - before;
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("\x04"));
  await writer.close().catch(() => {});
  while (!(await reader.read()).done);
  await child.status;
  return ms;
}

const fresh: number[] = [];
const resumed: number[] = [];
for (let run = -1; run < 10; run++) {
  const [one, other] = [await toPrompt([]), await toPrompt([`--resume=${id}`])];
  if (run < 0) continue;
  fresh.push(one);
  resumed.push(other);
}
const added = show("chat --resume to its prompt", resumed) - show("chat to its prompt", fresh);
console.log(`--resume adds ${added.toFixed(0)} ms`);
const worst = Math.max(...figures);
console.log(
  `bar ${BAR_MS} ms: ${worst <= BAR_MS && added <= BAR_MS ? "met" : "missed"} (worst ${worst.toFixed(0)} ms)`,
);
if (worst > BAR_MS || added > BAR_MS) Deno.exitCode = 1;
