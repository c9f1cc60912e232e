/**
 * A session as Markdown for people. What was said is untrusted: each entry stands in a quotation, which nothing in it
 * can end, and of Markdown only what neither runs, loads nor hides something is left. Pure, linear.
 */
import type { Session } from "../../agent/memory/sessions.ts";
import { showTime } from "../commands/when.ts";
import type { Entry } from "./transcript.ts";

/** The whole document. `printable` takes control and bidirectional characters out. */
export function markdownOf(session: Session, entries: readonly Entry[], printable: (text: string) => string): string {
  const line = (value: string) => inert(printable(value).replace(/\s+/gu, " "));
  const blocks = entries.map((entry) => {
    const time = `${showTime(entry.at)} UTC`;
    switch (entry.kind) {
      case "person":
        return `## ${entry.n}. You, ${time}\n\n${quoted(fenced(printable(entry.text)))}`;
      case "answer":
        return `### ${line(entry.model)}, ${time}\n\n${quoted(safe(printable(entry.text)))}`;
      case "call":
        return `### calls ${line(entry.tool)}\n\n${quoted(fenced(printable(entry.arguments)))}`;
      case "result":
        return `### ${line(entry.tool)} ${entry.failed ? "failed" : "answered"}, ${time}\n\n${
          quoted(fenced(printable(entry.text)))
        }`;
      case "notice":
        return `### note, ${time}\n\n${quoted(fenced(printable(entry.text)))}`;
    }
  });
  const head = [
    `# ${line(session.title) || "A session without a title"}`,
    [
      `- session ${line(session.id)}${session.parent ? `, a branch of ${line(session.parent)}` : ""}`,
      `- folder ${line(session.folder)}`,
      `- model ${line(session.model)}`,
      `- begun ${showTime(session.createdAt)} UTC, last used ${showTime(session.updatedAt)} UTC`,
    ].join("\n"),
  ];
  return `${[...head, ...blocks].join("\n\n")}\n`;
}

function quoted(text: string): string {
  return text.split("\n").map((line) => line === "" ? ">" : `> ${line}`).join("\n");
}

/** `text` as code, in a fence that is longer than any in it. */
function fenced(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/**
 * Markdown of which nothing acts: outside code blocks that surely are some, tags, entities, images and link targets
 * become text. Where a fence stands in an unusual place, everything after it is treated as outside.
 */
function safe(text: string): string {
  const state = { fence: "", unsure: false };
  const lines = text.split("\n").map((line) => {
    if (state.fence !== "") {
      const end = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
      if (end?.[0] === state.fence[0] && end.length >= state.fence.length) state.fence = "";
      return line;
    }
    const begin = /^(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
    if (begin && !state.unsure) state.fence = begin;
    else if (/```|~~~/.test(line)) state.unsure = true;
    return inert(line);
  });
  return [...lines, ...(state.fence === "" ? [] : [state.fence])].join("\n");
}

function inert(line: string): string {
  return line.replace(/&(?=#|[A-Za-z][A-Za-z0-9]*;)/g, "&amp;").replaceAll("<", "&lt;").replaceAll("![", "!\\[")
    .replaceAll("](", "] (").replace(/^( {0,3}(?:[-*+>] *|\d+[.)] *)*)\[(?=[^\]]+\]:)/, "$1\\[");
}
