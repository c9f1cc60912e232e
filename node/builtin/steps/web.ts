/** One web page, by `fetch_url`. What it says is somebody else's text. */
import * as z from "zod/mini";
import { textOf } from "../../chat.ts";
import type { FrameOf } from "../frame.ts";
import { cut, fenced } from "../show.ts";
import { call, StepFailed, type Steps, type Thread } from "../step.ts";

/** As far as it is read here. */
const Fetched = z.object({
  title: z.nullish(z.string()),
  text: z.nullish(z.string()),
  links: z.nullish(z.array(z.union([z.string(), z.object({ url: z.string() })]))),
});

const MOST_LINES = 80;
/** A link in Markdown; linear, bounded. */
const LINK = /\[[^\]\n]{0,300}\]\((https?:\/\/[^\s)]{1,2000})\)/g;

/** What stands between the marks that tell a model which words are from outside; a person sees the frame around it. */
function insideOf(said: string): string {
  const [, , inside] = /\[outside ([0-9a-f]{12})\][^\n]*\n([\s\S]*)\n\[end of outside \1\]/.exec(said) ?? [];
  return inside ?? said;
}

export function* fetchSteps(frame: FrameOf<"fetch">, thread: Thread): Steps {
  const result = yield* call("fetch_url", { url: frame.url });
  const known = Fetched.safeParse(result.data);
  const page = known.success ? known.data : {};
  const text = page.text ?? insideOf(textOf(result.content));
  if (frame.give === "title") {
    if (!page.title?.trim()) throw new StepFailed(`${frame.url} has no title that was told.`);
    return `Title of ${frame.url}: ${page.title.trim().replace(/\s+/g, " ")}`;
  }
  if (frame.give === "links") {
    const told = page.links?.map((l) => typeof l === "string" ? l : l.url) ?? [...text.matchAll(LINK)].map((m) => m[1]);
    const links = [...new Set(told)];
    thread.give.text = links.join("\n");
    return links.length === 0 ? `No links were told of ${frame.url}.` : cut(links, MOST_LINES);
  }
  thread.give.text = text;
  return `${page.title ? `${page.title.trim().replace(/\s+/g, " ")}\n` : ""}${
    fenced(cut(text.split("\n"), MOST_LINES))
  }`;
}
