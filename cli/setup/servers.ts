/** Model servers: those that answer here, and the one at an address that a person names. */
import { type Candidate, type Seen, survey } from "../../node/backends/auto.ts";
import { ollamaModels } from "../../node/backends/ollama.ts";
import { openAiModels } from "../../node/backends/openai_compatible.ts";
import type { PrivacyMode } from "../../node/backends/address.ts";
import { ChatError } from "../../node/chat.ts";
import type { NodeConfig } from "../../node/config.ts";
import type { Model } from "../../node/models.ts";
import { EXIT, Exit, short } from "../failure.ts";

export type Answered = { candidate: Candidate; models: Model[] };

/** The servers of `config` that answer: the configured one, or those at the usual ports. */
export async function answering(
  config: NodeConfig,
  { privacyMode }: { privacyMode: PrivacyMode },
  signal: AbortSignal,
): Promise<Answered[]> {
  const seen = await survey(config, { privacyMode }, signal);
  return seen.filter((one: Seen): one is Answered => "models" in one);
}

/** Milliseconds that a server has to list its models. */
const TRY_MS = 10_000;

/**
 * The server at `address` and its models, by the wire that it answers: Ollama's, else OpenAI's. Throws `Exit` with the reason of
 * the first that could not be used.
 */
export async function serverAt(
  address: string,
  { privacyMode }: { privacyMode: PrivacyMode },
  signal: AbortSignal,
): Promise<Answered> {
  const named = /^https?:\/\//i.test(address) ? address : `http://${address}`;
  const base = named.replace(/\/v1\/?$/, "").replace(/\/$/, "");
  const limits = { firstMs: TRY_MS, betweenMs: TRY_MS };
  const within = AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]);
  const faults: string[] = [];
  for (const [kind, ask] of [["ollama", ollamaModels], ["openai", openAiModels]] as const) {
    const server = { base, privacyMode, limits };
    try {
      return {
        candidate: { label: kind === "ollama" ? "Ollama" : softwareAt(base).label, kind, server },
        models: await ask(server, within),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ChatError && error.fault === "refused") {
        throw new Exit(EXIT.failed, `Cannot use the server ${short(address)}: ${error.message}`, { cause: error });
      }
      faults.push(
        within.aborted ? `no answer within ${TRY_MS / 1000} s` : error instanceof Error ? error.message : String(error),
      );
    }
  }
  throw new Exit(EXIT.unavailable, `Cannot use the server ${short(address)}: ${faults[0]}`);
}

/** The settings' name for an OpenAI-compatible server, by the port that its software uses; its wire is the same. */
export function softwareAt(base: string): { label: string; backend: "vllm" | "sglang" | "llamacpp" } {
  const port = /:(\d{1,5})(?:\/|$)/.exec(base.replace(/^https?:\/\//i, ""))?.[1];
  if (port === "8000") return { label: "vLLM", backend: "vllm" };
  if (port === "30000") return { label: "SGLang", backend: "sglang" };
  return { label: "OpenAI-compatible server", backend: "llamacpp" };
}

/** The settings that make harombe use `server` alone, by dotted name. */
export function settingsFor({ candidate }: Answered): [name: string, value: string][] {
  const { kind, server } = candidate;
  if (kind === "ollama") return [["inference.backend", "ollama"], ["ollama.host", server.base]];
  const { backend } = softwareAt(server.base);
  return [["inference.backend", backend], [`inference.${backend}.base_url`, server.base]];
}

/** What `answered` has, as one line. */
export function serverLine({ candidate, models }: Answered): string {
  const names = models.slice(0, 5).map(({ name }) => name).join(", ");
  const more = models.length > 5 ? ` and ${models.length - 5} more` : "";
  return `${candidate.label} at ${candidate.server.base}: ${models.length === 0 ? "no models yet" : `${names}${more}`}`;
}
