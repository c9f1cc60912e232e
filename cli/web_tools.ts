/** The tools that reach the web, as far as the configuration sets them up, and how to set up what is missing. */
import { fetchUrl } from "../agent/tools/web/fetch_url.ts";
import { brave } from "../agent/tools/web/search/brave.ts";
import { duckduckgo } from "../agent/tools/web/search/duckduckgo.ts";
import type { SearchEngine } from "../agent/tools/web/search/engine.ts";
import { searxng } from "../agent/tools/web/search/searxng.ts";
import { webSearch } from "../agent/tools/web/web_search.ts";
import type { AnyTool } from "../security/tool.ts";
import type { Config } from "./config.ts";

/** The engine that is set up, or why none is. */
function searchEngine({ web_search }: Config["tools"]): SearchEngine | { missing: string } {
  const { engine, url, brave_api_key } = web_search;
  switch (engine) {
    case "none":
      return { missing: "set tools.web_search.engine to searxng (with url), brave (with brave_api_key) or duckduckgo" };
    case "searxng":
      return url === null ? { missing: "set tools.web_search.url to the address of your SearXNG" } : searxng(url);
    case "brave":
      return brave_api_key === null ? { missing: "set tools.web_search.brave_api_key" } : brave(brave_api_key);
    case "duckduckgo":
      return duckduckgo();
  }
}

/** The owner's own server of searches, which `fetch_url` may read too though it is in the house. */
function namedIn({ tools }: Config): string[] {
  const { engine, url } = tools.web_search;
  if (engine !== "searxng" || url === null) return [];
  const { hostname, port, protocol } = new URL(url);
  return [`${hostname}:${port || (protocol === "https:" ? 443 : 80)}`];
}

/** Those that can be offered. */
export function webTools(config: Config): AnyTool[] {
  const engine = searchEngine(config.tools);
  return [
    ...(config.tools.fetch ? [fetchUrl({ named: namedIn(config) })] : []),
    ...("missing" in engine ? [] : [webSearch(engine)]),
  ];
}

/** Every one of them, set up or not: what a rule may name. */
export function anyWebTools(): AnyTool[] {
  return [fetchUrl({ named: [] }), webSearch(duckduckgo())];
}

/** What is not offered and how to have it, one line each. */
export function webToolsMissing(config: Config): string[] {
  const engine = searchEngine(config.tools);
  return "missing" in engine ? [`web_search: ${engine.missing}`] : [];
}
