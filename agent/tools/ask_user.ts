/** `ask_user`: a question that only the person can answer. */
import * as z from "zod";
import type { Tool } from "../../security/tool.ts";
import { answer } from "./bounded.ts";

const AskArguments = z.object({
  question: z.string().min(1).max(2000),
  choices: z.array(z.string().min(1).max(200)).max(9).default([]),
});
type AskArguments = z.infer<typeof AskArguments>;

/** Asks the person. Where nobody is there to answer, the result says so. */
export function askUser(): Tool<AskArguments> {
  return {
    name: "ask_user",
    description: "Ask the person, only if you cannot go on without.",
    parameters: AskArguments,
    needs: { files: "none", run: "none" },
    readOnly: false,
    assess: () => ({ risk: "LOW", reasons: ["asks the person"] }),
    effects: () => [],
    decisive: [],
    // What the person types is noted as the person's own by the door.
    yields: () => null,
    targets: ({ question }) => [question],
    run: async ({ question, choices }, context, signal) => {
      const reply = await context.askUser(question, choices, signal);
      if (reply === null) {
        return { ...answer("Nobody is there to answer; go on without, or stop.", { reply }), isError: true };
      }
      return answer(`The person says: ${reply}`, { reply });
    },
  };
}
