/** What a branch leaves out that cannot be taken back: calls that changed something. Pure. */
import { textOf, type ToolCall } from "../../node/chat.ts";
import type { AgentEvent } from "../../agent/event.ts";
import { short } from "../failure.ts";

/** How the results of calls begin that were never run. */
const NEVER_RAN =
  /^(?:Refused|Not run|Not approved|Cancelled before it ran|Cannot (?:run|judge|prepare) |The person said no|replaced by an edit)/;

/** Names of calls said at most. */
const MOST_NAMED = 3;

/** The calls in `events` that changed something or may have. `readOnly` is true for tools that change nothing. */
export function changesIn(events: readonly AgentEvent[], readOnly: (tool: string) => boolean): ToolCall[] {
  const results = new Map(
    events.flatMap((event) => event.type === "call_ended" ? [[event.result.callId, event.result]] : []),
  );
  return events.flatMap((event) => event.type === "step_ended" ? event.calls : []).filter((call) => {
    const result = results.get(call.id);
    return !readOnly(call.name) && !(result?.isError && NEVER_RAN.test(textOf(result.content)));
  });
}

/** One sentence for the person, or "" if nothing was changed. */
export function undoneText(calls: readonly ToolCall[]): string {
  if (calls.length === 0) return "";
  const named = calls.slice(0, MOST_NAMED).map((call) => short(`${call.name} ${call.arguments}`)).join("; ");
  const more = calls.length > MOST_NAMED ? ` and ${calls.length - MOST_NAMED} more` : "";
  return `Not undone: what is left out here made ${calls.length} call(s) that changed something or may have (${named}${more}).`;
}
