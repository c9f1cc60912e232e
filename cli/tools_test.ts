import assert from "node:assert/strict";
import { openFacts } from "../agent/memory/facts.ts";
import { openSessions } from "../agent/memory/sessions.ts";
import type { AgentEvent } from "../agent/event.ts";
import { text } from "../node/chat.ts";
import type { Powers } from "../security/sandbox/grant.ts";
import type { Sandbox } from "../security/sandbox/sandbox.ts";
import { readConfig } from "./config/read.ts";
import { READ_ONLY, toolsFor } from "./tools.ts";

const never = new AbortController().signal;
const started = (said: string): AgentEvent => ({ type: "turn_started", message: text(said), model: "m" });

Deno.test("of the present session the model can find again what was summarised away, and nothing else", async () => {
  const dir = await Deno.makeTempDir();
  const sessions = openSessions(`${dir}/sessions.db`, { now: () => Date.UTC(2026, 10, 20) });
  const other = await sessions.create({ folder: "/w", model: "m", title: "other" }, never);
  await sessions.append(other.id, [started("kettle in another session")], never);
  const { id } = await sessions.create({ folder: "/w", model: "m", title: "present" }, never);
  const ended: AgentEvent = { type: "turn_ended", reason: "answered" };
  await sessions.append(id, [started("kettle early"), ended, started("kettle late"), ended], never);

  const read = readConfig("", {});
  assert.ok("config" in read);
  const powers = { programs: {}, folder: { path: "/w", access: "none" } } as unknown as Powers;
  const facts = openFacts(`${dir}/memory.db`, { now: () => 0, scrub: (text) => text });
  const given = { powers, sessions, facts, scrub: (text: string) => text, session: () => id };
  const tool = toolsFor(read.config, given).find((one) => one.name === "search_history")!;
  const context = { sandbox: {} as Sandbox, bound: null, emit: () => {}, askUser: () => Promise.resolve(null) };
  const find = async (query: string) => {
    const { data } = await tool.run(tool.parameters.parse({ query }), context, never);
    return (data as { title: string; snippet: string }[]).map(({ title, snippet }) => `${title}: ${snippet}`).sort();
  };
  assert.deepEqual(await find("kettle"), ["other: [kettle] in another session"]);
  const made = { mark: "m", turns: 1, omitted: 0, before: 9, after: 2, model: "m" };
  await sessions.append(id, [{ type: "compacted", summary: "s", from: 1, to: 2, ...made }], never);
  assert.deepEqual(await find("kettle"), ["other: [kettle] in another session", "present: [kettle] early"]);
  assert.deepEqual(await find(""), ["other: "], "the list of the latest sessions is of the others");
  await sessions.append(other.id, [started("another kettle"), ended], never);
  const limited = tool.parameters.parse({ query: "kettle", limit: 1 });
  assert.equal((await tool.run(limited, context, never) as { data: unknown[] }).data.length, 1);
  assert.equal((await find("kettle")).length, 2, "each session once");
  facts.close();
  sessions.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("tools that change something are not among those that only read", () => {
  assert.deepEqual(["write_file", "edit_file", "shell", "run_code"].filter((name) => READ_ONLY.has(name)), []);
  assert.ok(READ_ONLY.has("read_file") && READ_ONLY.has("search_history"));
});
