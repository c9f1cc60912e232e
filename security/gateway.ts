/**
 * The one door. Whatever the agent does, it does by `callTool`; nothing else holds a tool or a sandbox.
 *
 * In order: find the tool, parse the arguments with its schema → decide (pure, deny first) → ask a person
 * if the decision is *ask* (silence is no) → append the intent to the audit log, durable → run inside the
 * sandbox that was granted → scrub secrets, in live output too → append the outcome. A refusal is appended
 * as well. It never throws for what a call did: it always returns a result that the model can read.
 */
import type { ToolCall, ToolResult } from "../node/chat.ts";
import { createHash } from "node:crypto";
import { text, textOf } from "../node/chat.ts";
import type { AnyTool, AskPerson, ToolOutput, ToolProgress } from "./tool.ts";
import { type ApprovalAnswer, type Approve, Parked } from "./approval.ts";
import { askPerson } from "./ask_person.ts";
import type { Audit, AuditEntry } from "./audit/record.ts";
import { decisionOn, giver } from "./decided.ts";
import { edgeRecords } from "./edge_records.ts";
import { heardAnswers, hearResult } from "./hearing.ts";
import { judge, type Judged, usingSecrets } from "./judge.ts";
import { type Problem, type ReadCall, readCall } from "./read_call.ts";
import { liveOutput } from "./live_output.ts";
import { narrow, type Narrowed, type NarrowTo } from "./narrow.ts";
import { orCancelled } from "./or_cancelled.ts";
import { pathRules } from "./path_rules.ts";
import type { Ledger, Listener } from "./provenance/ledger.ts";
import type { Heard } from "./provenance/origin.ts";
import { questionsOf } from "./questions.ts";
import { trace } from "./provenance/trace.ts";
import { auditedArgs, cleanOutput } from "./result.ts";
import { isAbout, type RuleSet, touches } from "./rules.ts";
import { runQuestions } from "./run_question.ts";
import type { Needs, Sandbox } from "./sandbox/sandbox.ts";
import type { Scrub } from "./secrets/scrub.ts";
import { secretUse } from "./secrets/use.ts";
import type { SecretVault } from "./secrets/vault.ts";
import type { SessionGrants } from "./session_grants.ts";
import { createYeses } from "./yeses.ts";

export type CallContext = {
  session: string;
  /** Name of the agent that calls; "always" answers are bound to it. */
  agent: string;
  emit(progress: ToolProgress): void;
  /** The calls of the same step of the model, this one among them, in order; the same list for each of them. */
  together?: readonly ToolCall[];
};

export type CallTool = (call: ToolCall, context: CallContext, signal: AbortSignal) => Promise<ToolResult>;

export type GatewayParts = {
  tools: readonly AnyTool[];
  rules: RuleSet;
  grants: SessionGrants;
  /** What each session and agent heard: it decides which words are the owner's. Results of calls are added to it here. */
  ledger: Ledger;
  approve: Approve;
  /** Milliseconds until silence counts as no. */
  approvalMs: number;
  /** The same for CRITICAL; 30,000 at most if absent. */
  criticalMs?: number;
  askUser: AskPerson;
  audit: Audit;
  scrub: Scrub;
  /** The values behind placeholders; absent: a placeholder is only a word. */
  vault?: SecretVault;
  /** Which of the owner's secrets a placeholder stands for that a proxy filled. */
  secretNamed?(placeholder: string): { name: string; store: string } | null;
  /** The whole sandbox; each call gets it narrowed to what its tool declared. */
  sandbox: Sandbox;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Milliseconds that a cancelled tool may take to end before its outcome is called unknown; 3,000 if absent. */
  graceMs?: number;
};

/** Times that a person may edit one call. */
const EDITS = 8;
const GRACE_MS = 3_000;
const NOT_ANOTHER_WAY = "Do not try to reach the same in another way; tell the person what you wanted to do.";

/** A call, and the arguments that a person has put in place of the model's, in order. */
type Asked = { call: ToolCall; edits: readonly string[]; context: CallContext };

type Seen = { judged: Judged; heard: readonly Heard[] };

const USED_UP = notRun("It did not run: the approval that it was given was used already, or cannot be used any more.");

/** A call that was let through and then not run, and why. */
type Output = ToolOutput & { denied?: string };

function notRun(denied: string): Output {
  return { content: text(denied), isError: true, denied };
}

type Yes = {
  judged: Judged;
  by: string;
  verdict: "allow" | "approved";
  bound: { value: string | null } | null;
  answer?: ApprovalAnswer;
};

/**
 * The door to `parts.tools`. Throws if two tools share a name. After an outcome could not be recorded, every
 * further call of this door is refused.
 */
export function createGateway(parts: GatewayParts): CallTool {
  const tools = new Map(parts.tools.map((t) => [t.name, t]));
  if (tools.size !== parts.tools.length) throw new TypeError("Cannot open the door: two tools share a name");
  const state: { closed: string | null } = { closed: null };
  const yeses = createYeses();
  const question = questionsOf({
    tools,
    approvalMs: parts.approvalMs,
    criticalMs: parts.criticalMs,
    holdsKnown: parts.scrub.holdsKnown,
    narrowed,
    scrub: parts.scrub.text,
    async weighed(context, read, signal) {
      const seen = await weighed({ edits: [], context }, read, signal);
      return "problem" in seen ? null : seen.judged;
    },
  });

  return async (call, context, signal) => {
    try {
      return await attempt({ call, edits: [], context }, signal);
    } catch (error) {
      if (error instanceof Parked) throw error;
      const problem = `Cannot run ${call.name.slice(0, 100)}: ${messageOf(error)}`;
      return await refuse(call, call.arguments, { problem, by: "an error" }, context);
    }
  };

  async function attempt(asked: Asked, signal: AbortSignal): Promise<ToolResult> {
    const { call, edits, context } = asked;
    if (state.closed !== null) return result(call, state.closed, true);
    const read = readCall(call, tools);
    if ("problem" in read) return await refuse(call, call.arguments, read, context);
    const seen = await weighed(asked, read, signal).catch((error): Problem => ({
      problem: `Cannot judge ${call.name}: ${messageOf(error)}`,
      by: "a call that cannot be judged",
    }));
    if ("problem" in seen) return await refuse(call, read.args, seen, context);
    const { judged, heard } = seen;
    const { decision } = judged;
    if (judged.kind === "url" && judged.targets.some(parts.scrub.holdsKnown)) {
      const problem = `Refused: it would send a secret that harombe knows to another machine. ${NOT_ANOTHER_WAY}`;
      return await refuse(call, read.args, { problem, by: "a known secret in what would go out" }, context);
    }
    if (decision.verdict === "deny") {
      const problem = `Refused by ${decision.by}: ${decision.reasons.join("; ")}. ${NOT_ANOTHER_WAY}`;
      return await refuse(call, read.args, { problem, by: decision.by }, context);
    }
    if (decision.verdict === "allow") {
      return await perform(asked, { judged, by: decision.by, verdict: "allow", bound: null }, signal);
    }
    const answer = await yeses.inStep(context, async () => {
      const given = await yeses.covering({ call, context, judged, heard }, (of) => question.bound(judged, of), signal);
      return given === null ? await approval(asked, seen, signal) : { judged, verdict: "approved" as const, ...given };
    });
    if ("problem" in answer) return await refuse(call, read.args, answer, context);
    if ("edited" in answer) {
      const problem = `replaced by an edit; the new arguments: ${answer.edited}`;
      const dead = await refuse(call, read.args, { problem, by: answer.by }, context);
      if (edits.length >= EDITS) return dead;
      const edited = { ...call, arguments: answer.edited };
      return await attempt({ call: edited, edits: [...edits, answer.edited], context }, signal);
    }
    return await perform(asked, answer, signal);
  }

  /**
   * The call judged by all that its session and agent heard. What a person put in its place is shown as that person's words,
   * and asked again: what it would do was not seen yet.
   */
  async function weighed(
    { edits, context }: Pick<Asked, "edits"> & { context: Listener },
    read: ReadCall,
    signal: AbortSignal,
  ): Promise<Seen | Problem> {
    const heard = await parts.ledger.heard(context, signal);
    const grants = parts.grants.rules(context.session, context.agent);
    const first = await judge(read, { rules: parts.rules, grants, sandbox: parts.sandbox, heard }, signal);
    const use = parts.vault === undefined ? null : secretUse(read.tool, read.args, parts.vault);
    if (use !== null && "problem" in use) return use;
    const judged = use === null ? first : usingSecrets(first, use);
    const edited: Heard[] = edits.slice(-1).map((text) => ({ origin: { kind: "owner", name: "your edit" }, text }));
    if (edited.length === 0) return { judged, heard };
    return {
      judged: { ...judged, origin: { ...judged.origin, words: trace(read.args, [...heard, ...edited]) } },
      heard,
    };
  }

  async function approval(
    asked: Asked,
    { judged, heard }: Seen,
    signal: AbortSignal,
  ): Promise<Yes | Problem | { edited: string; by: string }> {
    const { call, context } = asked;
    const { risk, decision } = judged;
    const prepared = await question.prepared({ call, context, judged }, signal);
    if ("problem" in prepared) return prepared;
    const { request, bound } = prepared;
    const beside = risk === "CRITICAL" ? [] : await question.beside(call, context, signal);
    if (beside.length > 0) request.beside = beside.map((b) => b.request);
    const further = yeses.further({ call, context, judged, heard });
    if (further !== null) request.further = further;
    const answer = await askPerson(request, parts, signal);
    if (answer.recorded !== true) await append(decisionOn(request, answer, parts.scrub));
    const by = giver(answer);
    const yes = { judged, verdict: "approved" as const, bound: { value: bound }, answer };
    switch (answer.answer) {
      case "once": {
        const { also } = answer;
        const covered = beside.filter((b) => also?.calls.includes(b.call.id));
        for (const b of covered) await append(decisionOn(b.request, answer, parts.scrub));
        yeses.add({ call, context, judged, heard }, { by, beside: covered, further: also?.further ?? false });
        return { ...yes, by };
      }
      case "always": {
        const { session, agent } = context;
        const { lasting = false, where = "terminal" } = answer;
        parts.grants.add({ session, agent, rule: request.always!, upTo: risk, lasting, by, where });
        return { ...yes, by: `${by}, always ${request.always}` };
      }
      case "edit":
        return { edited: answer.arguments, by };
      case "no": {
        const said = answer.message ? ` They said: ${answer.message}\n` : "";
        return { problem: `The person said no.${said || " "}${NOT_ANOTHER_WAY}`, by };
      }
      case "silence":
        return {
          problem: `Not approved (${decision.by}): ${answer.why}, and silence is no. ${NOT_ANOTHER_WAY}`,
          by: answer.why,
        };
    }
  }

  async function perform(asked: Asked, yes: Yes, signal: AbortSignal): Promise<ToolResult> {
    const { call, edits, context } = asked;
    const { tool, args, risk, decision } = yes.judged;
    if (signal.aborted) {
      return await refuse(call, args, { problem: "Cancelled before it ran.", by: "cancelled" }, context);
    }
    const about = { callId: call.id, session: context.session, tool: tool.name };
    try {
      await append({
        kind: "intent",
        ...about,
        agent: context.agent,
        args: auditedArgs(args, parts.scrub),
        risk,
        verdict: yes.verdict,
        reasons: decision.reasons.map(parts.scrub.text),
        by: parts.scrub.text(yes.by),
        ...(yes.answer?.approval === undefined ? {} : { approval: yes.answer.approval }),
      });
    } catch {
      return result(call, `Cannot run ${tool.name}: the audit log cannot be written, so nothing runs`, true);
    }
    const started = parts.now();
    const question = runQuestions({
      ...parts,
      about: { ...about, agent: context.agent },
      decided: (request, answer) => append(decisionOn(request, answer, parts.scrub)),
    });
    const { edge, kept } = edgeRecords(about, { ...parts, append, question });
    const box = narrowed(tool, tool.needs, { edge, variables: yes.judged.use?.variables });
    const usable = yes.answer?.use === undefined || await yes.answer.use().catch(() => false);
    const output = !usable ? USED_UP : await run(yes, { box, asked }, signal).catch((error): Output => {
      return { content: text(parts.scrub.text(`${tool.name} failed: ${messageOf(error)}`)), isError: true };
    });
    box.revoke();
    const edited = edits.at(-1);
    const said = edited === undefined ? [] : text(parts.scrub.text(`The person changed the arguments to ${edited}\n`));
    hearResult({ ledger: parts.ledger, who: context }, { judged: yes.judged, output });
    const made: ToolResult = {
      callId: call.id,
      name: tool.name,
      content: [...said, ...output.content],
      isError: output.isError === true,
      data: output.data,
    };
    if (made.data === undefined) delete made.data;
    const denied = output.denied ?? box.denied();
    try {
      await kept();
      await append({
        kind: "outcome",
        ...about,
        ok: !made.isError,
        ms: Math.max(0, parts.now() - started),
        resultSha256: createHash("sha256").update(JSON.stringify(made)).digest("hex"),
        summary: textOf(made.content).slice(0, 200),
        ...(box.confined() === undefined ? {} : { confined: box.confined() }),
        ...(denied === undefined ? {} : { denied: parts.scrub.text(denied) }),
      });
    } catch {
      state.closed =
        "The audit log cannot be written: an earlier call ran and its outcome could not be recorded. No call runs until harombe is started again.";
      const note = `[${tool.name} ran, but its outcome could not be recorded; no further call will run]\n`;
      return { ...made, content: [...text(note), ...made.content], isError: true };
    }
    return made;
  }

  async function run(
    { judged, bound: approved }: Yes,
    { box, asked }: { box: Narrowed; asked: Asked },
    signal: AbortSignal,
  ): Promise<Output> {
    const { tool, targets } = judged;
    const args = judged.use?.args ?? judged.args;
    const bound = await tool.bind?.(judged.args, box.sandbox, signal) ?? null;
    const again = await judge(judged, { rules: parts.rules, grants: [], sandbox: parts.sandbox, heard: [] }, signal);
    const same = (approved === null || approved.value === bound) && again.decision.verdict !== "deny" &&
      JSON.stringify(again.targets) === JSON.stringify(targets);
    if (!same) return notRun(`${tool.name} did not run: what it acts on changed since it was approved`);
    const live = liveOutput(parts.scrub, asked.context.emit);
    try {
      const askUser = heardAnswers(parts.askUser, { ledger: parts.ledger, who: asked.context });
      const work = tool.run(args, { sandbox: box.sandbox, bound, emit: live.emit, askUser }, signal);
      return cleanOutput(
        await orCancelled(work, { name: tool.name, graceMs: parts.graceMs ?? GRACE_MS }, signal),
        parts.scrub,
      );
    } finally {
      live.end();
    }
  }

  function narrowed(tool: AnyTool, needs: Needs, given: Pick<NarrowTo, "edge" | "variables"> = {}): Narrowed {
    const rules = parts.rules.deny.filter((r) => isAbout(r, tool.name));
    const denied = (path: string) => {
      const rule = rules.find((r) => touches(r, "path", path));
      return rule === undefined ? null : `the rule deny ${rule.text} forbids it`;
    };
    const kept = () => parts.vault?.watching() ?? [];
    return narrow(parts.sandbox, { tool: tool.name, needs, denied, brokered: pathRules(parts.rules), kept, ...given });
  }

  async function refuse(
    call: ToolCall,
    args: unknown,
    { problem, by }: Problem,
    context: CallContext,
  ): Promise<ToolResult> {
    const said = result(call, problem, true);
    try {
      await append({
        kind: "refusal",
        callId: call.id,
        session: context.session,
        agent: context.agent,
        tool: parts.scrub.text(call.name.slice(0, 200)),
        args: auditedArgs(args, parts.scrub),
        reasons: [parts.scrub.text(problem)],
        by: parts.scrub.text(by),
      });
      return said;
    } catch {
      return { ...said, content: [...said.content, ...text("\n[this refusal could not be recorded]")] };
    }
  }

  /** Not ended by the call's own signal: what happened is recorded even if the call was cancelled. */
  async function append(entry: AuditEntry): Promise<void> {
    await parts.audit.append(entry, new AbortController().signal);
  }

  function result(call: ToolCall, message: string, isError: boolean): ToolResult {
    return {
      callId: call.id,
      name: parts.scrub.text(call.name.slice(0, 200)),
      content: text(parts.scrub.text(message)),
      isError,
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 2000) : "it failed without saying why";
}
