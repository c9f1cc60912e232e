/** The results in a page of DuckDuckGo. Pure. */
import { readHtml } from "../html_parser.ts";
import type { SearchResult } from "./engine.ts";

/** Pairs each link of the page at `base` with the text that follows it. Advertisements (`result--ad`) are left out. */
export function resultsIn(html: string, base: string): SearchResult[] {
  const results: SearchResult[] = [];
  const state = { into: null as "title" | "snippet" | null, depth: 0, at: 0, ad: false };
  readHtml(html, {
    open(_name, { class: classes = "", href }) {
      state.depth++;
      const has = (name: string) => classes.split(/\s+/).includes(name);
      if (has("result")) state.ad = has("result--ad");
      if (has("result__a") && !state.ad) {
        results.push({ title: "", url: unwrapped(href ?? "", base), snippet: "" });
        [state.into, state.at] = ["title", state.depth];
      }
      if (has("result__snippet") && !state.ad && results.length > 0) [state.into, state.at] = ["snippet", state.depth];
    },
    text(text) {
      if (state.into !== null) results.at(-1)![state.into] += text;
    },
    close() {
      if (state.depth === state.at) state.into = null;
      state.depth--;
    },
  });
  return results;
}

function unwrapped(href: string, base: string): string {
  const url = URL.parse(href, base);
  return url?.searchParams.get("uddg") ?? url?.href ?? "";
}
