/** A session as one HTML page: text only, nothing that runs or loads, and a policy that forbids both. Pure. */
import type { Session } from "../../agent/memory/sessions.ts";
import { showTime } from "../commands/when.ts";
import type { Entry } from "./transcript.ts";

const STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}" +
  "pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.3rem 0 1.2rem;padding:.6rem .8rem;border-radius:.4rem}" +
  ".person pre{background:#e8f0fe}.answer pre{background:#f4f4f4}" +
  ".call pre,.result pre,.notice pre{font:13px/1.4 monospace;background:#fafafa;border:1px solid #ddd}h2{font-size:.9rem;color:#555;margin:0}";

/** The whole page. `printable` takes control and bidirectional characters out. */
export function htmlOf(session: Session, entries: readonly Entry[], printable: (text: string) => string): string {
  const shown = (value: string) => escaped(printable(value));
  const title = shown(session.title) || "A session without a title";
  const facts = [
    `session ${shown(session.id)}${session.parent ? `, a branch of ${shown(session.parent)}` : ""}`,
    `folder ${shown(session.folder)}`,
    `model ${shown(session.model)}`,
    `begun ${showTime(session.createdAt)} UTC`,
  ];
  const parts = entries.map((entry) =>
    `<section class="${entry.kind}"><h2>${shown(headOf(entry))}, ${showTime(entry.at)} UTC</h2><pre>${
      shown(bodyOf(entry))
    }</pre></section>`
  );
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${title}</title><style>${STYLE}</style></head><body>`,
    `<h1>${title}</h1><p>${facts.join("<br>")}</p>`,
    ...parts,
    "</body></html>\n",
  ].join("\n");
}

function headOf(entry: Entry): string {
  switch (entry.kind) {
    case "person":
      return `${entry.n}. You`;
    case "answer":
      return entry.model;
    case "call":
      return `calls ${entry.tool}`;
    case "result":
      return `${entry.tool} ${entry.failed ? "failed" : "answered"}`;
    case "notice":
      return "note";
  }
}

function bodyOf(entry: Entry): string {
  return entry.kind === "call" ? entry.arguments : entry.text;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]);
}
