/** `web_search`: asks the engine that the owner set. Each call is asked about unless a rule allows it. */
import * as z from "zod";
import { text } from "../../../node/chat.ts";
import type { Tool } from "../../../security/tool.ts";
import { findSecrets } from "../../../security/secrets/find_secrets.ts";
import { fromOutside, newMark } from "./outside.ts";
import type { SearchEngine } from "./search/engine.ts";

const WebSearch = z.object({
  query: z.string().trim().min(1).max(400),
  count: z.int().min(1).max(20).default(8),
});
type WebSearch = z.infer<typeof WebSearch>;

/** Sends the words to `engine`, and nothing else. */
export function webSearch(engine: SearchEngine): Tool<WebSearch> {
  return {
    name: "web_search",
    description: "Search the web: titles, addresses, snippets.",
    parameters: WebSearch,
    needs: { files: "none", run: "none", net: true },
    readOnly: true,
    assess: ({ query }) => {
      const kinds = [...new Set(findSecrets(query.replaceAll("\n", " "), () => []).map(({ kind }) => kind))];
      const reasons = [`sends these words to ${engine.host}`];
      if (kinds.length === 0) return { risk: "MEDIUM", reasons };
      return { risk: "HIGH", reasons: [...reasons, `they seem to hold a secret: ${kinds.join(", ")}`] };
    },
    effects: () => ["send"],
    decisive: ["query"],
    yields: () => ({ kind: "page", name: engine.host }),
    targets: ({ query }) => [`search: ${query}`],
    preview: ({ query }) => Promise.resolve({ kind: "text", text: `search: ${query}\nat ${engine.host}` }),
    run: async ({ query, count }, { sandbox }, signal) => {
      const results = (await engine.read(await sandbox.fetch(engine.request(query), () => {}, signal))).slice(0, count);
      if (results.length === 0) return { content: text(`${engine.host} found nothing.`), data: [] };
      const lines = results.map(({ title, url, snippet }, at) => `${at + 1}. ${title}\n   ${url}\n   ${snippet}`);
      const marked = fromOutside(lines.join("\n"), {
        source: `${engine.host} and the pages it found`,
        mark: newMark(),
      });
      return { content: text(marked), data: results };
    },
  };
}
