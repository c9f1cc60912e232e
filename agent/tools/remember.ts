/** `remember`: keeps one fact beyond this session. */
import * as z from "zod";
import type { Tool } from "../../security/tool.ts";
import { type Fact, factFault, LONGEST_FACT } from "../memory/facts.ts";
import { answer } from "./bounded.ts";

/** Keeps `text` as said in the present session. */
export type Keep = (text: string, signal: AbortSignal) => Promise<Fact>;

/** What persists is read again in every later session, so it is MEDIUM: a person sees the exact text first. */
export function rememberTool(keep: Keep, scrub: (text: string) => string): Tool<{ text: string }> {
  return {
    name: "remember",
    description: "Keep a fact for later sessions, when asked to.",
    parameters: z.object({
      text: z.string().max(LONGEST_FACT).superRefine((text, ctx) => {
        const fault = factFault(text, scrub);
        if (fault !== null) ctx.addIssue({ code: "custom", message: fault });
      }),
    }),
    needs: { files: "none", run: "none" },
    readOnly: false,
    assess: () => ({ risk: "MEDIUM", reasons: ["it is kept, and later sessions will read it"] }),
    effects: () => ["persist"],
    decisive: ["text"],
    yields: () => null,
    targets: ({ text }) => [text],
    preview: ({ text }) => Promise.resolve({ kind: "text", text }),
    run: async ({ text }, _context, signal) => {
      const fact = await keep(text, signal);
      return answer(`Kept as note ${fact.id}.`, fact);
    },
  };
}
