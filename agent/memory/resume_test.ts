import assert from "node:assert/strict";
import { textOf } from "../../node/chat.ts";
import type { Envelope } from "../../node/event.ts";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import { readAudit } from "../../security/audit/query.ts";
import type { AuditEntry } from "../../security/audit/record.ts";
import type { AgentEvent } from "../event.ts";
import { messagesOf, openCalls } from "./history.ts";
import { interrupted } from "./resume.ts";

const never = new AbortController().signal;

const base = { session: "s", agent: "main", tool: "shell", args: {}, reasons: ["r"], by: "rule" };
const intent = (callId: string): AuditEntry => ({ kind: "intent", callId, ...base, risk: "LOW", verdict: "allow" });
const refusal = (callId: string): AuditEntry => ({ kind: "refusal", callId, ...base });
const outcome = (callId: string, ok: boolean): AuditEntry => ({
  kind: "outcome",
  callId,
  session: "s",
  tool: "shell",
  ok,
  ms: 1,
  resultSha256: "",
  summary: "three files",
});

/** Runs `interrupted` for `events` (each with its time) over a real log with `entries` (each with its time). */
async function resumed(events: [at: number, event: AgentEvent][], entries: [at: number, entry: AuditEntry][]) {
  const dir = await Deno.makeTempDir();
  const clock = { now: 0 };
  const key = openAuditKey(`${dir}/key`, { create: true });
  const log = openAudit(`${dir}/audit.db`, { key, headPath: `${dir}/head`, now: () => clock.now });
  for (const [at, entry] of entries) {
    clock.now = at;
    await log.append(entry, never);
  }
  log.close();
  const reader = readAudit(`${dir}/audit.db`);
  const kept: Envelope<AgentEvent>[] = events.map(([at, event], i) => ({ seq: i + 1, session: "s", at, event }));
  try {
    const found = await interrupted(kept, { audit: reader }, never);
    const whole = [...kept.map(({ event }) => event), ...found.flatMap(({ event }) => event ?? [])];
    assert.deepEqual(openCalls(whole), []);
    return { found, messages: messagesOf(whole) };
  } finally {
    reader.close();
    await Deno.remove(dir, { recursive: true });
  }
}

const step = (...ids: string[]): AgentEvent => ({
  type: "step_ended",
  calls: ids.map((id) => ({ id, name: "shell", arguments: "{}" })),
});
const ended = (callId: string): AgentEvent => ({
  type: "call_ended",
  result: { callId, name: "shell", content: [], isError: false },
  ms: 1,
});

Deno.test("the audit log decides what is said of each call that a crash left open", async (t) => {
  const cases: [name: string, entries: AuditEntry[], fate: string, said: RegExp][] = [
    ["no record", [], "not run", /^Not run: harombe stopped before this call began/],
    ["another call's records", [intent("b"), outcome("b", true)], "not run", /^Not run/],
    ["another session's records", [{ ...intent("a"), session: "t" } as AuditEntry], "not run", /^Not run/],
    ["refused", [refusal("a")], "not run", /^Not run: it was refused \(r\)/],
    ["begun", [intent("a")], "unknown", /^Unknown outcome.*do not repeat it without asking/],
    ["refused, edited, begun", [refusal("a"), intent("a")], "unknown", /^Unknown outcome/],
    ["finished", [intent("a"), outcome("a", true)], "finished", /^Finished well .*three files/],
    ["failed", [intent("a"), outcome("a", false)], "finished", /^Finished with an error .*three files/],
  ];
  for (const [name, entries, fate, said] of cases) {
    await t.step(name, async () => {
      const { found } = await resumed([[1, step("a")]], entries.map((entry) => [2, entry]));
      assert.deepEqual(found.map((one) => [one.call.id, one.fate.fate]), [["a", fate]]);
      const [{ event }] = found;
      assert.ok(event?.type === "call_ended" && event.result.isError);
      assert.match(textOf(event.result.content), said);
    });
  }
});

Deno.test("only open calls are spoken of, and the conversation is whole after", async () => {
  const { found, messages } = await resumed(
    [[1, step("a", "b", "c")], [3, ended("b")]],
    [[2, intent("a")], [2, intent("b")], [3, outcome("b", true)]],
  );
  assert.deepEqual(found.map(({ call, fate }) => [call.id, fate.fate]), [["a", "unknown"], ["c", "not run"]]);
  assert.deepEqual(messages.map(({ role }) => role), ["assistant", "tool", "tool", "tool"]);
});

Deno.test("an id that a model used twice is never taken for not run on the word of older records", async (t) => {
  const before: [number, AgentEvent][] = [[1, step("a")], [3, ended("a")], [5, step("a")]];
  const first: [number, AuditEntry][] = [[2, intent("a")], [3, outcome("a", true)]];
  const cases: [name: string, entries: [number, AuditEntry][], fate: string][] = [
    ["nothing since", first, "unknown"],
    ["begun since", [...first, [6, intent("a")]], "unknown"],
    ["finished since", [...first, [6, intent("a")], [7, outcome("a", true)]], "finished"],
  ];
  for (const [name, entries, fate] of cases) {
    await t.step(name, async () => {
      const { found } = await resumed(before, entries);
      assert.deepEqual(found.map((one) => one.fate.fate), [fate]);
    });
  }
  for (const [name, entries, fate] of cases) {
    await t.step(`used in an earlier turn, which is not read: ${name}`, async () => {
      const { found } = await resumed([[5, step("a")]], entries);
      assert.deepEqual(found.map((one) => one.fate.fate), [fate]);
    });
  }
  await t.step("the clock went back while the call ran: the outcome still counts", async () => {
    const { found } = await resumed([[5, step("a")]], [[6, intent("a")], [3, outcome("a", true)]]);
    assert.deepEqual(found.map((one) => one.fate.fate), ["finished"]);
  });
  await t.step("twice in one step", async () => {
    const { found } = await resumed([[1, step("a", "a")]], [[2, intent("a")], [3, outcome("a", true)]]);
    assert.deepEqual(found.map((one) => one.fate.fate), ["unknown", "unknown"]);
  });
});
