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
