/** What enters a run through the door is noted: results of calls, and what a person answers. */
import { textOf } from "../node/chat.ts";
import type { Judged } from "./judge.ts";
import type { Ledger, Listener } from "./provenance/ledger.ts";
import { originOfResult } from "./provenance/of_tool.ts";
import type { AskPerson, AskUser, ToolOutput } from "./tool.ts";

/** Notes the result of a call, as far as it holds anybody's words. */
export function hearResult(
  { ledger, who }: { ledger: Ledger; who: Listener },
  { judged, output }: { judged: Judged; output: ToolOutput },
): void {
  const origin = originOfResult(judged.tool, judged.args, output.isError === true);
  if (origin === null || output.content.length === 0) return;
  ledger.hear(who, { origin, text: textOf(output.content) });
}

/** `ask`, its replies noted. Only what a person types is the person's: a choice that is picked was written by the model. */
export function heardAnswers(ask: AskPerson, { ledger, who }: { ledger: Ledger; who: Listener }): AskUser {
  return async (question, choices, signal) => {
    const reply = await ask(question, choices, signal);
    const { text, pasted } = reply === null || typeof reply === "string" ? { text: reply, pasted: false } : reply;
    if (text !== null && !choices.includes(text)) {
      const origin = pasted ? { kind: "paste" as const, name: "" } : { kind: "owner" as const, name: "your answer" };
      ledger.hear(who, { origin, text });
    }
    return text;
  };
}
