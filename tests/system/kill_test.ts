/**
 * `kill -9` at random points of a scripted turn: nothing that was shown is lost, no finished call runs again.
 * Ten kills in a test run, HAROMBE_KILLS or 1,000 in `deno task soak`; HAROMBE_SEED repeats a run.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { AgentEvent } from "../../agent/event.ts";
import { openSessions } from "../../agent/memory/sessions.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import type { Heard, Turn } from "../fakes/turn.ts";
import { place } from "./harombe.ts";

const KILLS = Number(Deno.env.get("HAROMBE_KILLS") ?? (Deno.env.get("HAROMBE_SOAK") ? 1000 : 10));
const SEED = Number(Deno.env.get("HAROMBE_SEED") ?? 20261120);
const CALLS = 3;

/** mulberry32, public domain: small, seeded, good enough to spread points in time. */
function random(seed: number): () => number {
  const state = { a: seed >>> 0 };
  return () => {
    state.a = (state.a + 0x6d2b79f5) >>> 0;
    let t = state.a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const lineOf = (n: number) => `echo call-${n} >> log.txt`;

/** One call a step, each told apart by its number; the next follows from how many results the model has seen. */
function model(heard: Heard): Turn {
  const done = heard.messages.filter((m) => m.role === "tool").length;
  if (done === CALLS) return { text: "All three are done, as far as I can tell.", pieceSize: 4 };
  return { text: `Step ${done + 1}.`, pieceSize: 2, calls: [{ name: "shell", arguments: { line: lineOf(done + 1) } }] };
}

type Line = { session: string; event: AgentEvent };

/** Every process below `pid`, and itself. */
async function family(pid: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid=,ppid="] }).output();
  const rows = new TextDecoder().decode(stdout).trim().split("\n").map((row) => row.trim().split(/\s+/).map(Number));
  const below = (of: number): number[] =>
    rows.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return [pid, ...below(pid)];
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
  }
}

async function deadline(work: Promise<unknown>, failure: string): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(failure)), 30_000);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const ALLOW = Array.from({ length: CALLS }, (_, i) => ["--allow", `shell:${lineOf(i + 1)}`]).flat();

/** When the first event of an undisturbed turn comes and when it ends, milliseconds after the start. */
async function undisturbed(ollama: string): Promise<{ first: number; end: number }> {
  await using p = await place({ ollama });
  const began = performance.now();
  const { child, lines } = p.start(["ask", "--events", ...ALLOW, "do the three"]);
  const times: number[] = [];
  for await (const _line of lines) times.push(performance.now() - began);
  await Promise.all([child.status, child.stderr.cancel()]);
  return { first: times[0], end: times[times.length - 1] };
}

/** One kill, at a point of the turn that `next` chooses; where it hit. */
async function once(next: () => number, { ollama, at }: { ollama: string; at(): number }): Promise<string> {
  await using p = await place({ ollama });
  const { child, lines } = p.start(["ask", "--events", ...ALLOW, "do the three"]);
  const errors = new Response(child.stderr).text();
  const acknowledged: Line[] = [];
  const reading = (async () => {
    for await (const line of lines) acknowledged.push(JSON.parse(line));
  })();
  // The whole family, the launcher alone, or the main process alone: the others must not carry on.
  const which = Math.floor(next() * 3);
  await new Promise((wait) => setTimeout(wait, at()));
  const [launcher, ...rest] = await family(child.pid);
  const victims = which === 0 ? [launcher, ...rest] : which === 1 || rest.length === 0 ? [launcher] : [rest[0]];
  victims.forEach(kill);
  await child.status;
  // What still holds a pipe of the killed program is a process that lives on.
  await deadline(Promise.all([reading, errors]), `after kill -9 of ${victims.length} something lives on`);
  const whole = acknowledged.some(({ event }) => event.type === "turn_ended");
  if (acknowledged.length === 0) return "before the first event";

  const { session } = acknowledged[0];
  const sessions = () => openSessions(join(p.home, ".harombe/sessions.db"), { now: Date.now });
  const none = new AbortController().signal;
  const kept = async () => {
    const store = sessions();
    const events = (await Array.fromAsync(store.read(session, 0, none))).map(({ event }) => event);
    store.close();
    return events;
  };
  assert.deepEqual((await kept()).slice(0, acknowledged.length), acknowledged.map(({ event }) => event));

  const before = await Deno.readTextFile(join(p.folder, "log.txt")).catch(() => "");
  if (!whole) {
    const unfinished = !(await kept()).some((event) => event.type === "turn_ended");
    const resumed = await p.run(["ask", "--events", `--resume=${session}`, ...ALLOW]);
    assert.equal(resumed.code, unfinished ? 0 : 1, resumed.err);
  }
  const ran = (await Deno.readTextFile(join(p.folder, "log.txt")).catch(() => "")).split("\n").filter(Boolean);
  assert.deepEqual(ran, [...new Set(ran)], "a call ran twice");
  assert.ok(ran.join("\n").startsWith(before.trimEnd()), "what was done is gone");
  const events = await kept();
  assert.equal(events.at(-1)?.type, "turn_ended");
  const results = events.filter((e) => e.type === "call_ended");
  assert.equal(results.length, CALLS, "each call has one result");
  const well = results.filter((e) => !e.result.isError).map((e) => e.result.callId);
  const calls = events.flatMap((e) => e.type === "step_ended" ? e.calls : []);
  for (const id of well) {
    const line = JSON.parse(calls.find((c) => c.id === id)!.arguments).line as string;
    assert.equal(ran.filter((r) => line.includes(`${r} `)).length, 1, `${line} ended well and ran ${ran}`);
  }
  const verified = await p.run(["audit", "verify"]);
  assert.equal(verified.code, 0, verified.out + verified.err);
  if (whole) return "after the end";
  return well.length === CALLS ? "between calls" : "with a call open";
}

Deno.test({
  name:
    `kill -9 ${KILLS} times at random points of a turn (seed ${SEED}): no shown event lost, no finished call run twice`,
  async fn() {
    await using ollama = await fakeOllama({ script: model });
    const next = random(SEED);
    const where = new Map<string, number>();
    const turn = await undisturbed(ollama.base);
    // From a little before the first event to a little after the last.
    const at = () => turn.first * 0.9 + next() * (turn.end * 1.05 - turn.first * 0.9);
    for (let i = 0; i < KILLS; i++) {
      const hit = await once(next, { ollama: ollama.base, at });
      where.set(hit, (where.get(hit) ?? 0) + 1);
    }
    console.log(`killed: ${[...where].map(([at, n]) => `${n} ${at}`).join(", ")}`);
    assert.ok((where.get("between calls") ?? 0) + (where.get("with a call open") ?? 0) > 0, "no kill hit the turn");
  },
});
