/** The part of the configuration that the agent reads: how far a turn may go and which tools it has. */
import * as z from "zod";

export const AgentConfig = z.strictObject({
  agent: z.strictObject({
    /** Model calls in one turn. */
    max_steps: z.int().min(1).max(50).default(10),
    /** Tokens, prompts and answers of one turn together. */
    max_tokens: z.int().min(1000).max(10_000_000).default(200_000),
    /** Wall clock of one turn, waiting for approvals included. */
    max_seconds: z.int().min(10).max(86_400).default(900),
    /** Added after harombe's own system prompt; absent = nothing is added. */
    system_prompt: z.string().max(20_000).optional(),
  }).prefault({}),
  tools: z.strictObject({
    shell: z.boolean().default(true),
    code: z.boolean().default(true),
    filesystem: z.boolean().default(true),
    /** `fetch_url`; each call asks unless a rule allows it. */
    fetch: z.boolean().default(true),
    /** `web_search` is offered once an engine is set with what it needs. */
    web_search: z.strictObject({
      engine: z.enum(["none", "searxng", "brave", "duckduckgo"]).default("none"),
      /** The owner's SearXNG, such as `http://searx.lan:8080`; it may be in the house. */
      url: z.url({ protocol: /^https?$/, error: "it must be an address such as http://searx.lan:8080" })
        .refine((url) => !/[?#@]/.test(url), { error: "it may hold no credentials, query or fragment" })
        .nullable().default(null),
      brave_api_key: z.string().regex(/^[\x21-\x7e]{1,200}$/).nullable().default(null),
    }).prefault({}),
    /** Kept from harombe 0.3, where `false` ran dangerous tools unasked. Here only a rule can allow in advance. */
    confirm_dangerous: z.literal(true, {
      error: "cannot be switched off; allow single calls under security.rules.allow",
    })
      .default(true),
  }).prefault({}),
});
export type AgentConfig = z.infer<typeof AgentConfig>;
