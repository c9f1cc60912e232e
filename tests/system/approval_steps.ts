/**
 * One life of a process that talks: it begins a turn or goes on with it, and dies by SIGKILL at the step `at`. A step is
 * before or after anything that is kept, and before or after the tool's work. For `approval_kill_test.ts`.
 *
 *     deno run -A approval_steps.ts STATE AT
 */
import * as z from "zod";
import { openSessions } from "../../agent/memory/sessions.ts";
import type { Agent } from "../../agent/loop.ts";
import { conversationOf } from "../../cli/talk/conversation.ts";
import { text } from "../../node/chat.ts";
import { askQueue } from "../../security/approvals/ask_queue.ts";
import { openQueue } from "../../security/approvals/queue.ts";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import { readAudit } from "../../security/audit/query.ts";
import { createLedger } from "../../security/provenance/ledger.ts";
import { createGateway } from "../../security/gateway.ts";
import { compileRules, toolKinds } from "../../security/rules.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { createSessionGrants } from "../../security/session_grants.ts";
import type { AnyTool } from "../../security/tool.ts";
import { calls, says, scriptedChat } from "../fakes/chat.ts";
import { CLOSED } from "../fakes/closed.ts";

const [state, at] = Deno.args;
const none = new AbortController().signal;
const steps = { done: 0 };

function step(what: string): void {
  if (++steps.done !== Number(at)) return;
  console.log(`killed ${what}`);
  Deno.kill(Deno.pid, "SIGKILL");
}

/** `work` between two steps. */
function around<A extends unknown[], R>(what: string, work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    step(`before ${what}`);
    const result = await work(...args);
    step(`after ${what}`);
    return result;
  };
}

const now = Date.now;
const key = openAuditKey(`${state}/audit.key`, { create: false });
const audit = openAudit(`${state}/audit.db`, { key, headPath: `${state}/audit.head`, now });
const reader = readAudit(`${state}/audit.db`);
const sessions = openSessions(`${state}/sessions.db`, { now });
const opened = openQueue(`${state}/approvals.db`, { now });
const queue = { ...opened, put: around("put", opened.put), use: around("use", opened.use) };
const tool: AnyTool = {
  name: "pay",
  description: "Pays.",
  parameters: z.object({ to: z.string() }),
  needs: { files: "none", run: "none" },
  readOnly: false,
  assess: () => ({ risk: "HIGH", reasons: ["it pays"] }),
  targets: ({ to }) => [to],
  run: around("run", async ({ to }: { to: string }) => {
    await Deno.writeTextFile(`${state}/paid`, `${to}\n`, { append: true });
    return { content: text("paid") };
  }),
};
const asked = askQueue({ queue, folder: "/w", here: null, queueMs: 900_000, wait: false, now });
const kinds = toolKinds([tool]);
const callTool = createGateway({
  tools: [tool],
  rules: compileRules({ allow: [], ask: [], deny: [] }, kinds),
  grants: createSessionGrants(kinds),
  ledger: createLedger(() => Promise.resolve([])),
  approve: asked.approve,
  approvalMs: 900_000,
  askUser: () => Promise.resolve(null),
  audit: {
    append: (entry, signal) => around(entry.kind, () => audit.append(entry, signal))(),
  },
  scrub: createScrub({ known: [] }),
  sandbox: { ...CLOSED, files: null!, run: () => Promise.reject(), powers: () => Promise.reject() } as never,
  now: () => performance.now(),
});
const session = (await sessions.latest({}, none) ?? await sessions.create({ folder: "/w", model: "m" }, none)).id;
const found = await sessions.state(session, none);
const script = scriptedChat(
  found.empty ? [calls(["pay", { to: "alice" }]), says("done")] : [says("done"), says("done"), says("done")],
);
const agent = (): Agent => ({
  name: "main",
  model: "m",
  systemPrompt: "",
  chat: script.chat,
  tools: [{ name: "pay", description: "", parameters: {} }],
  readOnly: () => false,
  callTool,
  count: (t) => t.length,
  contextLength: 10_000,
  answerTokens: 100,
  budget: { steps: 4, tokens: 100_000, ms: 60_000 },
});
const log = {
  ...sessions,
  append: (id: string, events: Parameters<typeof sessions.append>[1], signal: AbortSignal) =>
    around(events[0].type, () => sessions.append(id, events, signal))(),
};
const approvals = { queue, resume: asked.resume };
const talk = conversationOf({ session, log, agent, audit: reader, approvals, hear: () => {} });
const events = found.empty ? talk.turn(text("pay alice"), none) : talk.resume(none);
for await (const event of events) if (event.type === "turn_ended") console.log("ended");
console.log(`steps ${steps.done}`);
reader.close();
audit.close();
sessions.close();
opened.close();
