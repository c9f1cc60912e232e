/**
 * The owner's SearXNG. `GET /search?q=…&format=json`; JSON must be among `search.formats` of its settings.yml, else it
 * answers 403. Source: docs.searxng.org/dev/search_api (github.com/searxng/searxng docs/dev/search_api.rst at
 * e8541b6006cd6a00556957433c9de64c23ba0c84), read on 2026-11-20. The fields of a result (`url`, `title`, `content`) as
 * its clients read them; not tried against a running SearXNG.
 */
import * as z from "zod";
import { ASKING, bodyText, plainResults, type SearchEngine } from "./engine.ts";

const Answer = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string().nullish(), content: z.string().nullish() })),
});

/** `base` is its address, without a query. */
export function searxng(base: string): SearchEngine {
  const root = base.replace(/\/+$/, "");
  return {
    host: new URL(root).host,
    request: (query) => ({
      ...ASKING,
      method: "GET",
      url: `${root}/search?${new URLSearchParams({ q: query, format: "json" })}`,
    }),
    // deno-lint-ignore require-await -- an engine's contract is async
    async read(answer) {
      if (answer.status === 403) {
        throw new Error("Cannot search by SearXNG: it answered 403; its settings.yml must list json in search.formats");
      }
      if (answer.status !== 200) throw new Error(`Cannot search by SearXNG: it answered ${answer.status}`);
      const parsed = Answer.safeParse(jsonOf(bodyText(answer)));
      if (!parsed.success) throw new Error("Cannot search by SearXNG: its answer is not what it should be");
      return plainResults(
        parsed.data.results.map(({ url, title, content }) => ({ url, title: title ?? "", snippet: content ?? "" })),
      );
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
