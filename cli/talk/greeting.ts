/** What a conversation shows before its first line. */
import type { Session } from "../../agent/memory/sessions.ts";
import { short } from "../failure.ts";
import type { Answering } from "../model.ts";

/** Which model and why, the folder, and the session if it is `resumed`. */
export function greetingOf(
  answering: Answering,
  powers: { folder: { path: string; access: string; reason?: string } },
  resumed: Session | null,
): string {
  const { path, access, reason } = powers.folder;
  const how = { rw: "", ro: ", read-only", none: ", not accessible" }[access] ?? "";
  return `${answering.greeting}\nFolder: ${path}${how}${reason ? ` (${reason})` : ""}${
    resumed ? `\nSession: ${short(resumed.title)} (${resumed.id}, continued)` : ""
  }`;
}

/** How full the context is, as `62 %`; "" where no model answers. */
export function fullText(context: { tokens: number; most: number } | null): string {
  return context === null ? "" : `${Math.round(context.tokens / context.most * 100)} %`;
}
