/** What every search engine comes to. */
import type { FetchAnswer, FetchRequest } from "../../../../security/egress/request.ts";

export type SearchResult = { title: string; url: string; snippet: string };

export type SearchEngine = {
  /** For the person: where the words go. */
  host: string;
  request(query: string): FetchRequest;
  /** Rejects with `Error`, a sentence for the person, if the answer is none. */
  read(answer: FetchAnswer): Promise<SearchResult[]>;
};

/** What the three have in common. */
export const ASKING = { headers: {}, maxBytes: 2 << 20, ms: 20_000, redirects: "same-host" as const };

/** The body as text. */
export function bodyText({ body }: FetchAnswer): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(body));
}

/** Results that can be followed: http and https only, on one line each, at most as long as somebody reads. */
export function plainResults(results: readonly SearchResult[]): SearchResult[] {
  const line = (text: string, most: number) => text.replace(/\s+/g, " ").trim().slice(0, most);
  return results.flatMap(({ title, url, snippet }) => {
    const parsed = URL.parse(url);
    if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.href.length > 2000) return [];
    return [{ title: line(title, 300), url: parsed.href, snippet: line(snippet, 600) }];
  });
}
