/**
 * A process that plays turns into the stores of folder `argv[0]` until it is killed: events and audit records as a
 * real turn makes them. Prints one JSON line for what has been acknowledged, each before the next append.
 */
import { text } from "../../../node/chat.ts";
import { openAuditKey } from "../../../security/audit/key.ts";
import { openAudit } from "../../../security/audit/log.ts";
import type { AgentEvent } from "../../event.ts";
import { openSessions } from "../sessions.ts";

const [dir] = Deno.args;
const never = new AbortController().signal;
const key = openAuditKey(`${dir}/key`, { create: true });
const audit = openAudit(`${dir}/audit.db`, { key, headPath: `${dir}/head`, now: Date.now });
const sessions = openSessions(`${dir}/sessions.db`, { now: Date.now });

function acknowledge(value: unknown) {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(value) + "\n"));
}

async function append(session: string, events: AgentEvent[]) {
  const kept = await sessions.append(session, events, never);
  acknowledge({ session, from: kept[0].seq, events });
}

const { id } = await sessions.create({ folder: "/w", model: "m" }, never);
acknowledge({ session: id, from: 1, events: [] });
for (let turn = 0;; turn++) {
  await append(id, [{ type: "turn_started", message: text(`turn ${turn}`), model: "m" }]);
  // Each batch says its own size, so that half a batch would be seen.
  for (let batch = 0; batch < 3; batch++) {
    const size = 1 + (turn + batch) % 4;
    await append(
      id,
      Array.from({ length: size }, (_, i) => ({ type: "text", text: `${turn}.${batch}:${i}/${size} ` })),
    );
  }
  const calls = [0, 1].map((n) => ({ id: `${id}-${turn}-${n}`, name: "shell", arguments: "{}" }));
  await append(id, [{ type: "step_ended", calls }]);
  await Promise.all(calls.map(async (call) => {
    const intent = await audit.append({
      kind: "intent",
      callId: call.id,
      session: id,
      agent: "main",
      tool: call.name,
      args: {},
      risk: "LOW",
      verdict: "allow",
      reasons: [],
      by: "risk LOW",
    }, never);
    acknowledge({ audit: intent.seq, hash: intent.hash });
    const outcome = await audit.append({
      kind: "outcome",
      callId: call.id,
      session: id,
      tool: call.name,
      ok: true,
      ms: 1,
      resultSha256: "",
      summary: `ran ${call.id}`,
    }, never);
    acknowledge({ audit: outcome.seq, hash: outcome.hash });
    const result = { callId: call.id, name: call.name, content: text(`ran ${call.id}`), isError: false };
    await append(id, [{ type: "call_ended", result, ms: 1 }]);
  }));
  await append(id, [{ type: "text", text: "done" }, { type: "step_ended", calls: [] }, {
    type: "turn_ended",
    reason: "answered",
  }]);
}
