/** What a person's yes covers besides the call that was asked for: calls shown with it, further changes of the same thing. */
import type { ToolCall } from "../node/chat.ts";
import type { Judged } from "./judge.ts";
import { covers, openScope, type Scope, type ScopeSubject } from "./provenance/group.ts";
import type { Heard } from "./provenance/origin.ts";
import type { Beside } from "./questions.ts";

type Context = { session: string; agent: string; together?: readonly ToolCall[] };
type About = { call: ToolCall; context: Context; judged: Judged; heard: readonly Heard[] };
type Given = { by: string; bound: { value: string | null } };

export type Yeses = {
  /** Runs `work` after that of every earlier call of the same step has ended: its question may have covered this call. */
  inStep<T>(context: Context, work: () => Promise<T>): Promise<T>;
  /** The yes that covers the call already, or null. A call that was shown is covered once, and only if nothing of it changed. */
  covering(
    about: About,
    bound: (signal: AbortSignal) => Promise<string | null>,
    signal: AbortSignal,
  ): Promise<Given | null>;
  /** What a yes to this call may cover further, as a sentence; null = nothing. */
  further(about: About): string | null;
  /** Keeps what the answer covers, and its further calls if it said so. */
  add(
    about: About,
    given: {
      by: string;
      /** Calls that were shown and are covered. */
      beside: readonly Beside[];
      further: boolean;
    },
  ): void;
};

type Shown = { call: string; tool: string; print: string; bound: string | null; by: string };

/** Kept in memory: a yes ends with this process. */
export function createYeses(): Yeses {
  const shown = new WeakMap<readonly ToolCall[], Shown[]>();
  const scopes = new Map<string, Scope[]>();
  const tails = new WeakMap<readonly ToolCall[], Promise<unknown>>();
  const keyOf = ({ session, agent }: Context) => JSON.stringify([session, agent]);
  return {
    inStep({ together }, work) {
      if (together === undefined || together.length < 2) return work();
      const mine = (tails.get(together) ?? Promise.resolve()).then(work);
      tails.set(together, mine.catch(() => {}));
      return mine;
    },
    async covering({ call, context, judged, heard }, bound, signal) {
      const one = take(shown.get(context.together ?? []), {
        call: call.id,
        tool: judged.tool.name,
        print: printOf(judged),
      });
      if (one !== null && await bound(signal).catch(() => undefined) === one.bound) {
        return { by: one.by, bound: { value: one.bound } };
      }
      if (!isModest(judged)) return null;
      const scope = scopes.get(keyOf(context))?.find((s) => covers(s, subjectOf(context, judged), heard));
      if (scope === undefined) return null;
      return { by: `the yes to call ${scope.question}`, bound: { value: await bound(signal) } };
    },
    further({ call, context, judged, heard }) {
      const scope = isModest(judged) ? openScope(subjectOf(context, judged), { question: call.id, heard }) : null;
      if (scope === null) return null;
      const what = judged.origin.effects.includes("run")
        ? `the very same ${judged.tool.name} again`
        : `further ${judged.tool.name} of ${judged.targets.join(", ")}`;
      return `${what}, until you say something else`;
    },
    add({ call, context, judged, heard }, { by, beside, further }) {
      const step = context.together;
      if (step !== undefined) {
        const kept = beside.map((b): Shown => ({
          call: b.call.id,
          tool: b.judged.tool.name,
          print: printOf(b.judged),
          bound: b.bound,
          by: `${by}, with call ${call.id}`,
        }));
        shown.set(step, [...shown.get(step) ?? [], ...kept]);
      }
      if (!further || !isModest(judged)) return;
      const scope = openScope(subjectOf(context, judged), { question: call.id, heard });
      if (scope !== null) scopes.set(keyOf(context), [...(scopes.get(keyOf(context)) ?? []).slice(-20), scope]);
    },
  };
}

/** A yes to more than one call is given for nothing worse than MEDIUM, and for nothing that a rule wants asked each time. */
function isModest({ risk, decision }: Judged): boolean {
  return (risk === "LOW" || risk === "MEDIUM") && !decision.by.startsWith("rule ask");
}

function subjectOf({ agent }: Context, { tool, args, origin }: Judged): ScopeSubject {
  return { agent, tool: tool.name, args, decisive: tool.decisive ?? null, decision: origin };
}

/** Everything of a call that a person saw: a change of any of it needs a new question. */
function printOf({ args, targets, risk }: Judged): string {
  return JSON.stringify([args, targets, risk]);
}

function take(list: Shown[] | undefined, { call, tool, print }: Pick<Shown, "call" | "tool" | "print">): Shown | null {
  const at = list?.findIndex((s) => s.call === call && s.tool === tool && s.print === print) ?? -1;
  return at < 0 ? null : list!.splice(at, 1)[0];
}
