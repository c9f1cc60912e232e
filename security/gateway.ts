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
import type { AnyTool, AskUser, Preview, ToolOutput, ToolProgress } from "./tool.ts";
import { alwaysPattern } from "./always.ts";
import type { ApprovalRequest, Approve } from "./approval.ts";
import { askPerson } from "./ask_person.ts";
import type { Audit, AuditEntry } from "./audit/record.ts";
import { judge, type Judged, type Problem, readCall } from "./judge.ts";
import { liveOutput } from "./live_output.ts";
import type { Decision } from "./policy.ts";
import { narrow, type Narrowed, type NarrowTo } from "./narrow.ts";
import { orCancelled } from "./or_cancelled.ts";
import { auditedArgs, cleanOutput } from "./result.ts";
import { isAbout, type RuleSet, touches } from "./rules.ts";
import type { RunEdge, RunEvent } from "./sandbox/grant.ts";
import type { Needs, Sandbox } from "./sandbox/sandbox.ts";
import type { Scrub } from "./secrets/scrub.ts";
import { secretUse } from "./secrets/use.ts";
import type { SecretVault } from "./secrets/vault.ts";
import type { SessionGrants } from "./session_grants.ts";

export type CallContext = {
  session: string;
  /** Name of the agent that calls; "always" answers are bound to it. */
  agent: string;
  emit(progress: ToolProgress): void;
};

export type CallTool = (call: ToolCall, context: CallContext, signal: AbortSignal) => Promise<ToolResult>;

export type GatewayParts = {
  tools: readonly AnyTool[];
  rules: RuleSet;
  grants: SessionGrants;
  approve: Approve;
  /** Milliseconds until silence counts as no; CRITICAL waits 30,000 at most. */
  approvalMs: number;
  askUser: AskUser;
  audit: Audit;
  scrub: Scrub;
  /** The values behind placeholders; absent: a placeholder is only a word. */
  vault?: SecretVault;
  /** The whole sandbox; each call gets it narrowed to what its tool declared. */
  sandbox: Sandbox;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Milliseconds that a cancelled tool may take to end before its outcome is called unknown; 3,000 if absent. */
  graceMs?: number;
};

const CRITICAL_MS = 30_000;
/** Times that a person may edit one call. */
const EDITS = 8;
const GRACE_MS = 3_000;
const NOT_ANOTHER_WAY = "Do not try to reach the same in another way; tell the person what you wanted to do.";

/** A call, and the arguments that a person has put in place of the model's, in order. */
type Asked = { call: ToolCall; edits: readonly string[]; context: CallContext };

type Yes = { judged: Judged; by: string; verdict: "allow" | "approved"; bound: { value: string | null } | null };

/**
 * The door to `parts.tools`. Throws if two tools share a name. After an outcome could not be recorded, every
 * further call of this door is refused.
 */
export function createGateway(parts: GatewayParts): CallTool {
  const tools = new Map(parts.tools.map((t) => [t.name, t]));
  if (tools.size !== parts.tools.length) throw new TypeError("Cannot open the door: two tools share a name");
  const state: { closed: string | null } = { closed: null };

  return async (call, context, signal) => {
    try {
      return await attempt({ call, edits: [], context }, signal);
    } catch (error) {
      const problem = `Cannot run ${call.name.slice(0, 100)}: ${messageOf(error)}`;
      return await refuse(call, call.arguments, { problem, by: "an error" }, context);
    }
  };

  async function attempt(asked: Asked, signal: AbortSignal): Promise<ToolResult> {
    const { call, edits, context } = asked;
    if (state.closed !== null) return result(call, state.closed, true);
    const read = readCall(call, tools);
    if ("problem" in read) return await refuse(call, call.arguments, read, context);
    const grants = parts.grants.rules(context.session, context.agent);
    const first = await judge(read, { rules: parts.rules, grants, sandbox: parts.sandbox }, signal)
      .catch((error): Problem => ({
        problem: `Cannot judge ${call.name}: ${messageOf(error)}`,
        by: "a call that cannot be judged",
      }));
    if ("problem" in first) return await refuse(call, read.args, first, context);
    const use = parts.vault === undefined ? null : secretUse(read.tool, read.args, parts.vault);
    if (use !== null && "problem" in use) return await refuse(call, read.args, use, context);
    const judged: Judged = use === null ? first : { ...first, use, decision: askedFor(first.decision, use.names) };
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
    const answer = await approval(asked, judged, signal);
    if ("problem" in answer) return await refuse(call, read.args, answer, context);
    if ("edited" in answer) {
      const problem = `replaced by an edit; the new arguments: ${answer.edited}`;
      const dead = await refuse(call, read.args, { problem, by: "person at terminal" }, context);
      if (edits.length >= EDITS) return dead;
      const edited = { ...call, arguments: answer.edited };
      return await attempt({ call: edited, edits: [...edits, answer.edited], context }, signal);
    }
    return await perform(asked, answer, signal);
  }

  async function approval(
    { call, context }: Asked,
    judged: Judged,
    signal: AbortSignal,
  ): Promise<Yes | Problem | { edited: string }> {
    const { tool, args, kind, targets, risk, decision, use } = judged;
    const look = narrowed(tool, { files: tool.needs.files === "none" ? "none" : "read", run: "none" });
    const fail = (problem: string, by: string): Problem => {
      look.revoke();
      return { problem, by };
    };
    const reasons = [...decision.reasons];
    const bound = { value: null as string | null };
    try {
      bound.value = await bindOf(judged, look, signal);
    } catch (error) {
      return fail(`Cannot prepare ${tool.name}: ${messageOf(error)}`, "a call that cannot be prepared");
    }
    let preview: Preview | null = null;
    try {
      const shown = await tool.preview?.(use?.args ?? args, look.sandbox, signal) ?? null;
      preview = shown === null ? null : { ...shown, text: parts.scrub.text(shown.text) };
    } catch (error) {
      if (risk === "HIGH" || risk === "CRITICAL") {
        return fail(`Refused: what it would do cannot be shown: ${messageOf(error)}`, "no preview");
      }
      reasons.push(`what it would do cannot be shown: ${messageOf(error)}`);
    }
    const always = decision.grantable ? alwaysPattern(tool.name, kind, { targets, risk }) : null;
    const request: ApprovalRequest = {
      callId: call.id,
      session: context.session,
      agent: context.agent,
      tool: tool.name,
      args,
      risk,
      reasons,
      preview,
      effects: use === undefined ? [] : ["credential"],
      words: [],
      always,
      expiresInMs: risk === "CRITICAL" ? Math.min(CRITICAL_MS, parts.approvalMs) : parts.approvalMs,
    };
    const answer = await askPerson(request, parts, signal);
    look.revoke();
    switch (answer.answer) {
      case "once":
        return { judged, by: answer.by ?? "person at terminal", verdict: "approved", bound };
      case "always":
        parts.grants.add({ session: context.session, agent: context.agent, rule: always!, upTo: risk });
        return { judged, by: `person at terminal, always ${always}`, verdict: "approved", bound };
      case "edit":
        return { edited: answer.arguments };
      case "no": {
        const said = answer.message ? ` They said: ${answer.message}\n` : "";
        return { problem: `The person said no.${said || " "}${NOT_ANOTHER_WAY}`, by: "person at terminal" };
      }
      case "silence":
        return {
          problem: `Not approved (${decision.by}): ${answer.why}, and silence is no. ${NOT_ANOTHER_WAY}`,
          by: answer.why,
        };
    }
  }

  async function perform({ call, edits, context }: Asked, yes: Yes, signal: AbortSignal): Promise<ToolResult> {
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
      });
    } catch {
      return result(call, `Cannot run ${tool.name}: the audit log cannot be written, so nothing runs`, true);
    }
    const started = parts.now();
    const edges: Promise<void>[] = [];
    const edge: RunEdge = {
      event: (event) => {
        const kept = append({ kind: "edge", ...about, event: parts.scrub.value(event) as RunEvent });
        kept.catch(() => {});
        edges.push(kept);
      },
      question: () => Promise.resolve({ allow: false, reason: "nobody can be asked here" }),
    };
    const box = narrowed(tool, tool.needs, { edge, variables: yes.judged.use?.variables });
    const output = await run(yes, { box, emit: context.emit }, signal).catch((error): ToolOutput => {
      return { content: text(parts.scrub.text(`${tool.name} failed: ${messageOf(error)}`)), isError: true };
    });
    box.revoke();
    const edited = edits.at(-1);
    const said = edited === undefined ? [] : text(parts.scrub.text(`The person changed the arguments to ${edited}\n`));
    const made: ToolResult = {
      callId: call.id,
      name: tool.name,
      content: [...said, ...output.content],
      isError: output.isError === true,
      data: output.data,
    };
    if (made.data === undefined) delete made.data;
    try {
      await Promise.all(edges);
      await append({
        kind: "outcome",
        ...about,
        ok: !made.isError,
        ms: Math.max(0, parts.now() - started),
        resultSha256: createHash("sha256").update(JSON.stringify(made)).digest("hex"),
        summary: textOf(made.content).slice(0, 200),
        ...(box.confined() === undefined ? {} : { confined: box.confined() }),
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
    { box, emit }: { box: Narrowed; emit: CallContext["emit"] },
    signal: AbortSignal,
  ): Promise<ToolOutput> {
    const { tool, targets } = judged;
    const args = judged.use?.args ?? judged.args;
    const bound = await bindOf(judged, box, signal);
    const again = await judge(judged, { rules: parts.rules, grants: [], sandbox: parts.sandbox }, signal);
    const same = (approved === null || approved.value === bound) && again.decision.verdict !== "deny" &&
      JSON.stringify(again.targets) === JSON.stringify(targets);
    if (!same) {
      return {
        content: text(`${tool.name} did not run: what it acts on changed since it was approved`),
        isError: true,
      };
    }
    const live = liveOutput(parts.scrub, emit);
    try {
      const work = tool.run(args, { sandbox: box.sandbox, bound, emit: live.emit, askUser: parts.askUser }, signal);
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
    return narrow(parts.sandbox, { tool: tool.name, needs, denied, ...given });
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

/** `decision`, with a question where none was asked: no rule and no grant lets a secret be used unasked. */
function askedFor(decision: Decision, names: readonly string[]): Decision {
  const reasons = [...decision.reasons, ...names.map((name) => `it uses the secret ${name}`)];
  const by = decision.verdict === "allow" ? "a secret in the call" : decision.by;
  return {
    ...decision,
    verdict: decision.verdict === "allow" ? "ask" : decision.verdict,
    by,
    reasons,
    grantable: false,
  };
}

async function bindOf({ tool, args }: Judged, box: Narrowed, signal: AbortSignal): Promise<string | null> {
  return await tool.bind?.(args, box.sandbox, signal) ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 2000) : "it failed without saying why";
}
