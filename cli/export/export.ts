/** A session in the form that a person asked for. */
import * as z from "zod";
import type { AgentEvent } from "../../agent/event.ts";
import type { Session } from "../../agent/memory/sessions.ts";
import type { Envelope } from "../../node/event.ts";
import { jsonText } from "../json_text.ts";
import { htmlOf } from "./html.ts";
import { markdownOf } from "./markdown.ts";
import { transcriptOf } from "./transcript.ts";

/** `md` and `html` for people; `json` and `jsonl` complete, every event with its place and time. */
export const Format = z.enum(["md", "json", "jsonl", "html"]);
export type Format = z.infer<typeof Format>;

/** The format that a file's name asks for; Markdown unless it ends as another. */
export function formatOf(path: string): Format {
  const read = Format.safeParse(/\.([a-z]+)$/.exec(path.toLowerCase())?.[1].replace(/^htm$/, "html"));
  return read.success ? read.data : "md";
}

/** `session` in `format`. `printable` takes control and bidirectional characters out of the forms for people. Pure. */
export function exportOf(
  session: Session,
  events: readonly Envelope<AgentEvent>[],
  { format, printable }: { format: Format; printable(text: string): string },
): string {
  switch (format) {
    case "md":
      return markdownOf(session, transcriptOf(events), printable);
    case "html":
      return htmlOf(session, transcriptOf(events), printable);
    case "json":
      return `${jsonText({ ...session, events })}\n`;
    case "jsonl":
      return [{ session }, ...events].map((one) => `${jsonText(one)}\n`).join("");
  }
}
