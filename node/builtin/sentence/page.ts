/** Sentences about one web page. */
import type { FrameOf } from "../frame.ts";
import { type Plain, URL_WORD } from "./plain.ts";

const GET = "(?:fetch|get|load|retrieve|open|read|visit|show|display|look at)(?: me)?";
const PAGE =
  "(?:(?:the )?(?:web ?)?(?:page|site|website|url|address|link|contents? of|text of|text from|content from)(?: at| of| on| from)? )?";
const PART = "(?:the |its |all |all the |me the |me its )*(page title|title|text|content|contents|links|urls)";
const FORMS = [
  new RegExp(`^${GET} ${PAGE}${URL_WORD}$`, "i"),
  new RegExp(
    `^${GET} ${PAGE}${URL_WORD},? (?:and|then|and then) (?:show|tell|print|list|give|display|read|get)(?: me)? ${PART}(?: of (?:it|the page)| on it)?$`,
    "i",
  ),
  new RegExp(`^what does (?:the page )?${URL_WORD} (?:say|contain)$`, "i"),
];
const PARTS = [
  new RegExp(
    `^(?:(?:what(?:'s| is| are)|whats|which|get|show|fetch|list|find|read|display|print)(?: me)? )?${PART} (?:of|on|from|at|in|are on|are in|are there on)(?: the page| the site)? ${URL_WORD}$`,
    "i",
  ),
];
const GIVES: Record<string, FrameOf<"fetch">["give"]> = {
  "title": "title",
  "page title": "title",
  "links": "links",
  "urls": "links",
};

/** An address as one would dial it, or null: no credentials in it, nothing but http and https. */
function addressIn(word: string): string | null {
  const text = word.replace(/[.,;:!?)\]]+$/, "");
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username === "" && url.password === "" && /^https?:$/.test(url.protocol) ? text : null;
}

/** The page that `plain` asks for, and what of it; null if it asks anything else of an address. */
export function readPage({ said }: Plain): FrameOf<"fetch"> | null {
  if (!/https?:\/\//i.test(said)) return null;
  for (const pattern of FORMS) {
    const found = pattern.exec(said);
    const url = found && addressIn(found[1]);
    if (found && url) return { do: "fetch", url, give: GIVES[found[2]?.toLowerCase() ?? ""] ?? "text" };
  }
  for (const pattern of PARTS) {
    const found = pattern.exec(said);
    const url = found && addressIn(found[2]);
    if (found && url) return { do: "fetch", url, give: GIVES[found[1].toLowerCase()] ?? "text" };
  }
  return null;
}
