/**
 * DuckDuckGo's page for browsers without scripts, `https://html.duckduckgo.com/html/?q=…`: links of class `result__a`,
 * texts of class `result__snippet`, addresses wrapped as `/l/?uddg=…`. There is no documentation of it, it may change or
 * ask for a proof that a person is there: `unverified`, from public clients of it, read on 2026-11-20.
 */
import { readHtml } from "../html_parser.ts";
import { ASKING, bodyText, plainResults, type SearchEngine, type SearchResult } from "./engine.ts";

const HOST = "html.duckduckgo.com";

export function duckduckgo(): SearchEngine {
  return {
    host: HOST,
    request: (query) => ({
      ...ASKING,
      method: "GET",
      url: `https://${HOST}/html/?${new URLSearchParams({ q: query })}`,
    }),
    read(answer) {
      const html = bodyText(answer);
      if (answer.status === 202 || /anomaly-modal|challenge-form/.test(html)) {
        throw new Error("Cannot search by DuckDuckGo: it wants a proof that a person is asking; use SearXNG or Brave");
      }
      if (answer.status !== 200) throw new Error(`Cannot search by DuckDuckGo: it answered ${answer.status}`);
      return plainResults(resultsIn(html));
    },
  };
}

/** Pairs each link with the text that follows it. Advertisements (`result--ad`) are left out. */
function resultsIn(html: string): SearchResult[] {
  const results: SearchResult[] = [];
  const state = { into: null as "title" | "snippet" | null, depth: 0, at: 0, ad: false };
  readHtml(html, {
    open(_name, { class: classes = "", href }) {
      state.depth++;
      const has = (name: string) => classes.split(/\s+/).includes(name);
      if (has("result")) state.ad = has("result--ad");
      if (has("result__a") && !state.ad) {
        results.push({ title: "", url: unwrapped(href ?? ""), snippet: "" });
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

function unwrapped(href: string): string {
  const url = URL.parse(href, `https://${HOST}/`);
  return url?.searchParams.get("uddg") ?? url?.href ?? "";
}
