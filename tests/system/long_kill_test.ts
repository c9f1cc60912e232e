/**
 * `kill -9` at random points of a long conversation that is summarised and branched: nothing lost, nothing twice.
 * 50 kills in a test run, HAROMBE_KILLS or 1,000 in `deno task soak`; HAROMBE_SEED repeats a run.
 */
import assert from "node:assert/strict";
import type { AgentEvent } from "../../agent/event.ts";
import { openSessions, type Sessions } from "../../agent/memory/sessions.ts";
import { viewOf } from "../../agent/memory/view.ts";
import { textOf } from "../../node/chat.ts";

const KILLS = Number(Deno.env.get("HAROMBE_KILLS") ?? (Deno.env.get("HAROMBE_SOAK") ? 1000 : 50));
const SEED = Number(Deno.env.get("HAROMBE_SEED") ?? 20261120);
const PLAYER = new URL("../fixtures/long_talk.ts", import.meta.url).pathname;
const none = new AbortController().signal;

type Line = { session: string; event: AgentEvent } | { branch: string; of: string } | { asked: "summary" };

/** Where to kill: at the `count`-th line that holds `word`. */
type Point = { word: string; count: number };

/** Plays until `point`, kills, and gives all lines that were whole. */
async function playUntilKilled(dir: string, seed: number, point: Point): Promise<Line[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PLAYER, dir, `${seed}`],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  const seen = { text: "", killed: false };
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    seen.text += piece;
    if (!seen.killed && seen.text.split(point.word).length > point.count) {
      child.kill("SIGKILL");
      seen.killed = true;
    }
  }
  assert.equal((await child.status).signal, "SIGKILL", await errors);
  await errors;
  return seen.text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** The events of `session` itself, without what it goes on from. */
async function own(sessions: Sessions, session: string): Promise<AgentEvent[]> {
  const events = await Array.fromAsync(sessions.read(session, 0, none));
  const first = events.findIndex((one) => one.session === session);
  events.forEach(({ seq }, i) => assert.equal(seq, i + 1, "a number is missing or twice"));
  return first < 0 ? [] : events.slice(first).map(({ event }) => event);
}

Deno.test({
  name:
    `kill -9 ${KILLS} times while a conversation is summarised and branched (seed ${SEED}): nothing lost, nothing twice`,
  async fn() {
    const dir = await Deno.makeTempDir();
    const random = { state: SEED };
    const next = (below: number) => {
      random.state = (Math.imul(random.state, 1103515245) + 12345) & 0x7fffffff;
      return (random.state >> 8) % below;
    };
    const kept = new Map<string, AgentEvent[]>();
    const hit = { summary: 0, compacted: 0, branch: 0, inTurn: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      const point = [
        { word: "\n", count: 1 + next(250) },
        { word: '{"asked":"summary"}', count: 1 + next(4) },
        { word: '"type":"compacted"', count: 1 + next(3) },
        { word: '{"branch":', count: 1 + next(3) },
      ][next(4)];
      const lines = await playUntilKilled(dir, next(1 << 20), point);
      const sessions = openSessions(`${dir}/sessions.db`, { now: Date.now });
      const last = lines.at(-1);
      if (last && "asked" in last) hit.summary++;
      if (last && "event" in last) last.event.type === "compacted" ? hit.compacted++ : hit.inTurn++;
      if (last && "branch" in last) hit.branch++;

      const touched = new Set(
        lines.flatMap((one) => "session" in one ? [one.session] : "branch" in one ? [one.branch] : []),
      );
      for (const session of touched) {
        const acknowledged = lines.flatMap((one) => "session" in one && one.session === session ? [one.event] : []);
        const now = await own(sessions, session);
        assert.deepEqual(now.slice(0, (kept.get(session) ?? []).length + acknowledged.length), [
          ...kept.get(session) ?? [],
          ...acknowledged,
        ]);
        kept.set(session, now);
        const whole = await Array.fromAsync(sessions.read(session, 0, none));
        const view = viewOf(whole);
        assert.deepEqual(await sessions.past(session, { room: 1e9 }, none), view);
        const said = whole.flatMap(({ event }) => event.type === "turn_started" ? [textOf(event.message)] : []);
        assert.equal(new Set(said).size, said.length, "a message is there twice");
        assert.deepEqual((await sessions.said(session, {}, none)).map(({ message }) => textOf(message)), said);
        const words = said.map((one) => one.split(" ")[1]);
        const found = await sessions.search(words.at(-1) ?? "", { session }, none);
        assert.equal(found.filter(({ source }) => source === "user").length, words.length === 0 ? 0 : 1);
        const events = whole.map(({ event }) => event);
        for (const event of events) {
          if (event.type !== "compacted") continue;
          assert.ok(event.from <= event.to && event.after < event.before && event.summary.trim() !== "");
        }
      }
      sessions.close();
    }
    console.log(`killed: ${JSON.stringify(hit)}; ${kept.size} sessions`);
    assert.ok(hit.inTurn > 0 && hit.summary > 0 && kept.size > 1);
    await Deno.remove(dir, { recursive: true });
  },
});
