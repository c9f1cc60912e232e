/** A web page as text that a model reads: headings, lists, tables, links and code in the manner of Markdown. Pure. */
import { readHtml } from "./html_parser.ts";

export type PageText = { title: string; text: string; /** True: a part was left out. */ cut: boolean };

/** What is in them is not for reading. */
const UNREAD = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "math",
  "iframe",
  "object",
  "canvas",
  "head",
  "title",
  "nav",
  "select",
  "button",
  "dialog",
]);
/** Elements that begin and end a line. */
const BLOCKS = new Set([
  "address",
  "article",
  "aside",
  "blockquote",
  "body",
  "dd",
  "div",
  "dl",
  "dt",
  "fieldset",
  "figcaption",
  "figure",
  "footer",
  "form",
  "header",
  "li",
  "main",
  "ol",
  "section",
  "table",
  "tr",
  "ul",
]);
/** Elements with an empty line around them. */
const PARAGRAPHS = new Set(["p", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "hr"]);
const MARKS: Record<string, string> = { b: "**", strong: "**", em: "*", i: "*", code: "`" };
/** Characters of a link's address; a longer one is left out. */
const LONGEST_LINK = 500;
const MOST_TITLE = 300;

/** `html` from `base` as text. Links are kept if they are http or https; what is hidden is left out. */
export function htmlText(html: string, base: string): PageText {
  const out: string[] = [];
  const state = { title: "", inTitle: false, unread: 0, pre: 0, gap: "" as "" | " " | "\n" | "\n\n", begun: false };
  /** Of each open element: whether it is unread, and what its end writes. */
  const stack: { name: string; unread: boolean; end: string }[] = [];
  const lists: { ordered: boolean; count: number }[] = [];

  const space = (gap: typeof state.gap) => {
    if (gap.length > state.gap.length || (gap === "\n" && state.gap === " ")) state.gap = gap;
  };
  const put = (text: string) => {
    if (text === "") return;
    if (state.begun) out.push(state.gap);
    state.begun = true;
    state.gap = "";
    out.push(text);
  };

  const cut = readHtml(html, {
    open(name, attributes) {
      const hidden = "hidden" in attributes || attributes["aria-hidden"] === "true" ||
        /display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden/i.test((attributes.style ?? "").slice(0, 1000));
      const unread = UNREAD.has(name) || hidden;
      const end = unread || state.unread > 0 ? "" : begin(name, attributes);
      stack.push({ name, unread, end });
      if (unread) state.unread++;
      if (name === "title" && state.title === "") state.inTitle = true;
    },
    text(text) {
      if (state.inTitle) state.title = (state.title + text).slice(0, MOST_TITLE);
      if (state.unread > 0) return;
      if (state.pre > 0) return put(text);
      const words = text.replace(/[\s\u00a0]+/g, " ");
      if (words.startsWith(" ")) space(" ");
      put(words.trim());
      if (words.length > 1 && words.endsWith(" ")) space(" ");
    },
    close(name) {
      if (name === "title") state.inTitle = false;
      const one = stack.pop();
      if (one === undefined) return;
      if (one.unread) state.unread--;
      else if (state.unread === 0) finish(one.name, one.end);
    },
  });

  /** Writes the beginning of an element; what its end writes. */
  function begin(name: string, attributes: Readonly<Record<string, string>>): string {
    if (PARAGRAPHS.has(name)) space("\n\n");
    else if (BLOCKS.has(name)) space("\n");
    const heading = /^h([1-6])$/.exec(name);
    if (heading) put(`${"#".repeat(Number(heading[1]))} `);
    if (name === "ul" || name === "ol") lists.push({ ordered: name === "ol", count: 0 });
    if (name === "li") {
      const list = lists.at(-1);
      const mark = list?.ordered ? `${++list.count}.` : "-";
      put(`${"  ".repeat(Math.max(0, Math.min(8, lists.length - 1)))}${mark} `);
    }
    if (name === "br") space("\n");
    if (name === "hr") put("---");
    if (name === "pre") {
      put("```\n");
      state.pre++;
      return "\n```";
    }
    if (name === "td" || name === "th") {
      if (state.gap !== "\n" && state.gap !== "\n\n" && state.begun) {
        space(" ");
        put("|");
        space(" ");
      }
    }
    if (name === "img") put(/\S/.test(attributes.alt ?? "") ? `[image: ${attributes.alt.trim().slice(0, 200)}]` : "");
    if (name === "a") {
      const url = linkOf(attributes.href, base);
      if (url === null) return "";
      put("[");
      return `](${url})`;
    }
    const mark = state.pre > 0 ? undefined : MARKS[name];
    if (mark === undefined) return "";
    put(mark);
    return mark;
  }

  function finish(name: string, end: string): void {
    if (name === "pre") state.pre--;
    if (name === "ul" || name === "ol") lists.pop();
    if (end.startsWith("](") && out.at(-1) === "[") out.pop();
    else if (end !== "") {
      // A mark stands at its word: the space before it goes behind.
      const gap = state.gap;
      state.gap = "";
      put(end);
      state.gap = gap;
    }
    if (PARAGRAPHS.has(name)) space("\n\n");
    else if (BLOCKS.has(name)) space("\n");
  }

  const lines = out.join("").split("\n").map((line) => line.trimEnd());
  const text = lines.join("\n").replace(/\n{3,}/g, "\n\n");
  return { title: state.title.replace(/\s+/g, " ").trim(), text: text.trim(), cut };
}

/** An address for a person to follow, without what could break out of its brackets; null if it is none. */
function linkOf(href: string | undefined, base: string): string | null {
  if (href === undefined || href.startsWith("#")) return null;
  const url = URL.parse(href, base);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  const text = url.href.replaceAll("(", "%28").replaceAll(")", "%29");
  return text.length > LONGEST_LINK ? null : text;
}
