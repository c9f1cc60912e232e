/** Finds words in the earlier sessions of this person on this machine. */
import * as z from "zod";
import { text } from "../../node/chat.ts";
import type { Tool } from "../../security/tool.ts";

const SearchHistory = z.object({
  query: z.string().max(500).describe("words; empty lists the latest"),
  limit: z.int().min(1).max(50).default(10),
  since: z.string().optional().describe("ISO date"),
});
export type SearchHistory = z.infer<typeof SearchHistory>;

/** `at` is ISO 8601. */
export type HistoryMatch = { session: string; title: string; at: string; snippet: string };

export type SearchSessions = (args: SearchHistory, signal: AbortSignal) => Promise<HistoryMatch[]>;

/** Reads passages of earlier sessions, by `search`. */
export function searchHistoryTool(search: SearchSessions): Tool<SearchHistory> {
  return {
    name: "search_history",
    description: "Search this person's earlier sessions.",
    parameters: SearchHistory,
    needs: { files: "none", run: "none" },
    readOnly: true,
    assess: () => ({ risk: "LOW", reasons: ["reads what was said here before"] }),
    effects: () => [],
    decisive: [],
    yields: () => ({ kind: "memory", name: "earlier sessions" }),
    targets: (args) => [args.query],
    run: async (args, _context, signal) => {
      const matches = await search(args, signal);
      const lines = matches.map((m) =>
        `${m.at.slice(0, 16).replace("T", " ")}  ${m.session}  ${m.title}\n  ${m.snippet}`
      );
      return { content: text(lines.length === 0 ? "No earlier session matches." : lines.join("\n")), data: matches };
    },
  };
}
