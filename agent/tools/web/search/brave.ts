/**
 * Brave Search: `GET https://api.search.brave.com/res/v1/web/search?q=…` with `X-Subscription-Token`. Source:
 * api-dashboard.search.brave.com/docs, as stored, read on 2026-11-20; results are `web.results` with `title`, `url`,
 * `description`. Not tried against the service.
 */
import * as z from "zod";
import { ASKING, bodyText, plainResults, type SearchEngine } from "./engine.ts";

const HOST = "api.search.brave.com";

const Answer = z.object({
  web: z.object({
    results: z.array(z.object({ url: z.string(), title: z.string(), description: z.string().nullish() })),
  }).optional(),
});

/** `key` goes to that host alone: a redirect to another server is not followed, and would lose it. */
export function brave(key: string): SearchEngine {
  return {
    host: HOST,
    request: (query) => ({
      ...ASKING,
      method: "GET",
      url: `https://${HOST}/res/v1/web/search?${new URLSearchParams({ q: query })}`,
      headers: { accept: "application/json", "x-subscription-token": key },
      redirects: "none",
    }),
    // deno-lint-ignore require-await -- an engine's contract is async
    async read(answer) {
      if (answer.status === 401 || answer.status === 403 || answer.status === 422) {
        throw new Error(`Cannot search by Brave: it answered ${answer.status}; check tools.web_search.brave_api_key`);
      }
      if (answer.status === 429) throw new Error("Cannot search by Brave: the key has no searches left for now (429)");
      if (answer.status !== 200) throw new Error(`Cannot search by Brave: it answered ${answer.status}`);
      const parsed = Answer.safeParse(jsonOf(bodyText(answer)));
      if (!parsed.success) throw new Error("Cannot search by Brave: its answer is not what it should be");
      return plainResults(
        (parsed.data.web?.results ?? []).map(({ url, title, description }) => ({
          url,
          title: withoutTags(title),
          snippet: withoutTags(description ?? ""),
        })),
      );
    },
  };
}

/** Descriptions mark the words that were looked for by `<strong>`. */
function withoutTags(text: string): string {
  return text.replace(/<\/?[a-z]{1,10}>/gi, "");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
