/** SIGTERM to the launcher at every point of a turn: the conversation ends, is told as cancelled, and nothing lives on. */
import assert from "node:assert/strict";
import type { AgentEvent } from "../../agent/event.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import type { Heard, Turn } from "../fakes/turn.ts";
import { place } from "./harombe.ts";

const CALLS = [
  { name: "read_file", arguments: { path: "a.txt" } },
  { name: "search_text", arguments: { pattern: "hello" } },
];

/** Two calls of the files program, then an answer that does not end. */
function stalling(heard: Heard): Turn {
  if (!heard.messages.some(({ role }) => role === "tool")) return { text: "Looking.", calls: CALLS };
  return { text: "word ".repeat(30), pieceSize: 1, fault: { kind: "stall", after: 4 } };
}

/** An answer that comes faster than its events can be kept. */
const flooding = (): Turn => ({ text: "word ".repeat(4_000), pieceSize: 1, fault: { kind: "split", size: 1 << 22 } });

const after = (count: number, type: AgentEvent["type"]) => {
  const left = { count };
  return (event: AgentEvent) => event.type === type && --left.count === 0;
};

const ROWS: { name: string; script: (heard: Heard) => Turn; at: (event: AgentEvent) => boolean }[] = [
  { name: "as the turn begins", script: stalling, at: after(1, "turn_started") },
  { name: "as the files program starts", script: stalling, at: after(1, "step_ended") },
  { name: "while one call of two is open", script: stalling, at: after(1, "call_ended") },
  { name: "with the files program idle", script: stalling, at: after(4, "text") },
  { name: "in an answer that pours in", script: flooding, at: after(100, "text") },
];

for (const { name, script, at } of ROWS) {
  Deno.test(`SIGTERM ends a conversation ${name}`, async () => {
    await using ollama = await fakeOllama({ script });
    await using p = await place({ ollama: ollama.base });
    await Deno.writeTextFile(`${p.folder}/a.txt`, "hello\n");
    const { child, lines } = p.start(["ask", "--events", "go"]);
    const said = new Response(child.stderr).text();
    const events: AgentEvent[] = [];
    for await (const line of lines) {
      const { event } = JSON.parse(line);
      events.push(event);
      if (at(event)) child.kill("SIGTERM");
    }
    const { code } = await child.status;
    assert.deepEqual({ code, said: await said, last: events.at(-1) }, {
      code: 130,
      said: "",
      last: { type: "turn_ended", reason: "cancelled" },
    });
  });
}
