/**
 * DuckDuckGo's page for browsers without scripts, `https://html.duckduckgo.com/html/?q=…`: links of class `result__a`,
 * texts of class `result__snippet`, addresses wrapped as `/l/?uddg=…`. There is no documentation of it, it may change or
 * ask for a proof that a person is there: `unverified`, from public clients of it, read on 2026-11-20.
 */
import { ASKING, bodyText, plainResults, type SearchEngine } from "./engine.ts";

const HOST = "html.duckduckgo.com";

export function duckduckgo(): SearchEngine {
  return {
    host: HOST,
    request: (query) => ({
      ...ASKING,
      method: "GET",
      url: `https://${HOST}/html/?${new URLSearchParams({ q: query })}`,
    }),
    async read(answer) {
      const html = bodyText(answer);
      if (answer.status === 202 || /anomaly-modal|challenge-form/.test(html)) {
        throw new Error("Cannot search by DuckDuckGo: it wants a proof that a person is asking; use SearXNG or Brave");
      }
      if (answer.status !== 200) throw new Error(`Cannot search by DuckDuckGo: it answered ${answer.status}`);
      const { resultsIn } = await import("./duckduckgo_page.ts");
      return plainResults(resultsIn(html, `https://${HOST}/`));
    },
  };
}
