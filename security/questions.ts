/** What a person is asked of a call, and of the calls that the model asked for with it. */
import type { ToolCall } from "../node/chat.ts";
import type { Judged } from "./judge.ts";
import { type Problem, type ReadCall, readCall } from "./read_call.ts";
import type { Narrowed } from "./narrow.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { MOST_AT_ONCE } from "./provenance/group.ts";
import type { Needs } from "./sandbox/sandbox.ts";
import type { AnyTool } from "./tool.ts";

type Context = { session: string; agent: string; together?: readonly ToolCall[] };

export type Beside = { call: ToolCall; judged: Judged } & Prepared;

export type Door = {
  tools: ReadonlyMap<string, AnyTool>;
  approvalMs: number;
  criticalMs?: number;
  holdsKnown(text: string): boolean;
  narrowed(tool: AnyTool, needs: Needs): Narrowed;
  /** The call judged by all that was heard. */
  weighed(context: Context, read: ReadCall, signal: AbortSignal): Promise<Judged | null>;
  /** Takes secrets out of what is shown. */
  scrub(text: string): string;
};

/** Each looks at files only by a sandbox that cannot change anything, and gives it back. */
export function questionsOf(door: Door) {
  async function looking<T>({ tool }: Judged, work: (box: Narrowed) => Promise<T>): Promise<T> {
    const box = door.narrowed(tool, { files: tool.needs.files === "none" ? "none" : "read", run: "none" });
    try {
      return await work(box);
    } finally {
      box.revoke();
    }
  }

  async function prepared(
    about: { call: ToolCall; context: Context; judged: Judged },
    signal: AbortSignal,
  ): Promise<Prepared | Problem> {
    return await looking(about.judged, ({ sandbox }) => prepare(about, { ...door, sandbox }, signal));
  }

  return {
    prepared,

    /** The state that `judged` acts on, as it is now. */
    async bound(judged: Judged, signal: AbortSignal): Promise<string | null> {
      const { tool, args } = judged;
      return await looking(judged, async ({ sandbox }) => await tool.bind?.(args, sandbox, signal) ?? null);
    },

    /** The later calls of the same step that would be asked for next and can be shown now; none of them is CRITICAL. */
    async beside(call: ToolCall, context: Context, signal: AbortSignal): Promise<Beside[]> {
      const step = context.together ?? [];
      const at = step.findIndex((c) => c.id === call.id);
      const found: Beside[] = [];
      for (const next of at < 0 ? [] : step.slice(at + 1)) {
        if (found.length + 1 >= MOST_AT_ONCE) break;
        const read = readCall(next, door.tools);
        if ("problem" in read) continue;
        const judged = await door.weighed(context, read, signal).catch(() => null);
        if (judged?.decision.verdict !== "ask" || judged.risk === "CRITICAL") continue;
        if (judged.kind === "url" && judged.targets.some(door.holdsKnown)) continue;
        const shown = await prepared({ call: next, context, judged }, signal);
        if ("request" in shown) found.push({ call: next, judged, ...shown });
      }
      return found;
    },
  };
}
