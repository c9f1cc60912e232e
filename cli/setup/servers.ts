/** Model servers: those that answer here, and the one at an address that a person names. */
import { type Candidate, type Seen, survey } from "../../node/backends/auto.ts";
import { reach } from "../../node/backends/reach.ts";
import { ollamaModels } from "../../node/backends/ollama.ts";
import { openAiModels } from "../../node/backends/openai_models.ts";
import type { PrivacyMode } from "../../node/backends/address.ts";
import { ChatError } from "../../node/chat.ts";
import type { NodeConfig } from "../../node/config.ts";
import type { Model } from "../../node/models.ts";
import { openEmbedded } from "../embedded.ts";
import { EXIT, Exit, short } from "../failure.ts";

export type Answered = { candidate: Candidate; models: Model[] };

/** The servers of `config` that answer, the configured one or those at the usual ports; and the models of the state directory. */
export async function answering(
  config: NodeConfig,
  { privacyMode, state }: { privacyMode: PrivacyMode; state: string },
  signal: AbortSignal,
): Promise<Answered[]> {
  const embedded = await openEmbedded(config, { state, launcher: null }, signal);
  const seen = await survey(config, { privacyMode, embedded }, signal);
  return seen.filter((one: Seen): one is Answered => "models" in one);
}

/** Whether models lie in the state directory that cannot be used yet, for want of their engine. */
export async function unusable(config: NodeConfig, state: string, signal: AbortSignal): Promise<boolean> {
  const embedded = await openEmbedded(config, { state, launcher: null }, signal);
  return embedded.models.length > 0 && embedded.missing !== null;
}

/** Milliseconds that a server has to list its models. */
const TRY_MS = 10_000;

/** The base URL that a person means by `typed`: `box:11434`, `http://box:8080/v1`. Throws `Exit` 2 if it is none. Pure. */
function baseOf(typed: string): string {
  const wrong = (why: string) => new Exit(EXIT.usage, `Cannot use the address ${short(typed)}: ${why}`);
  if (/[\x00-\x20\x7f-\xa0]/.test(typed)) throw wrong("it has spaces or control characters");
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(typed)?.[1].toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    throw wrong("it must begin with http:// or https://");
  }
  const url = URL.parse(scheme === undefined ? `http://${typed}` : typed);
  if (url === null || url.hostname === "") throw wrong("such as http://192.168.1.5:11434");
  if (url.username !== "" || url.password !== "") {
    throw wrong("it holds a name or password; a key belongs in the configuration");
  }
  if (url.search !== "" || url.hash !== "") throw wrong("it has a query");
  return `${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "")}`;
}

/**
 * The server at `address` and its models, by the wire that it answers: Ollama's, else OpenAI's. Throws `Exit` with the reason: 2
 * for no address, 1 for one that may not be used, 4 where no server answers.
 */
export async function serverAt(
  address: string,
  { privacyMode }: { privacyMode: PrivacyMode },
  signal: AbortSignal,
): Promise<Answered> {
  const base = baseOf(address);
  const fail = (code: 1 | 4, why: string, cause?: unknown) =>
    new Exit(code, `Cannot use the server ${short(address)}: ${why}`, { cause });
  await reach(base, { privacyMode }, signal).catch((error) => {
    if (!(error instanceof ChatError)) throw error;
    // Only a name that was on the command line may be resolved.
    const why = error.message.includes("EPERM")
      ? `a name is resolved only by the command that holds it: harombe connect ${short(address)}`
      : causeOf(error.message);
    throw fail(error.fault === "refused" ? EXIT.failed : EXIT.unavailable, why, error);
  });
  const limits = { firstMs: TRY_MS, betweenMs: TRY_MS };
  const within = AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]);
  const faults: string[] = [];
  for (const [kind, ask] of [["ollama", ollamaModels], ["openai", openAiModels]] as const) {
    const server = { base, privacyMode, limits };
    const label = kind === "ollama" ? "Ollama" : softwareAt(base).label;
    try {
      return { candidate: { label, kind, server }, models: await ask(server, within) };
    } catch (error) {
      signal.throwIfAborted();
      if (!within.aborted && !(error instanceof ChatError)) throw error;
      faults.push(within.aborted ? `no answer within ${TRY_MS / 1000} s` : causeOf((error as Error).message));
    }
  }
  throw fail(EXIT.unavailable, faults.at(-1)!);
}

/** The cause alone of `Cannot do WHAT: CAUSE` and `Cannot do WHAT: ADDRESS (CAUSE)`; the address was named before. Pure. */
export function causeOf(message: string): string {
  const [, what, inner, plain] = /^Cannot ([^:]*?)(?: at \S+)?: (?:\S+ \((.+)\)|(.+))$/s.exec(message) ?? [];
  if (inner === undefined) return plain ?? message;
  if (what.startsWith("resolve")) return `its name cannot be resolved (${inner})`;
  return what.startsWith("connect") ? `it cannot be reached (${inner})` : inner;
}

/** The settings' name for an OpenAI-compatible server, by the port that its software uses; its wire is the same. */
function softwareAt(base: string): { label: string; backend: "vllm" | "sglang" | "llamacpp" } {
  const port = /:(\d{1,5})(?:\/|$)/.exec(base.replace(/^https?:\/\//i, ""))?.[1];
  if (port === "8000") return { label: "vLLM", backend: "vllm" };
  if (port === "30000") return { label: "SGLang", backend: "sglang" };
  return { label: "OpenAI-compatible server", backend: "llamacpp" };
}

/** The settings that make harombe use `server` alone, by dotted name. */
export function settingsFor({ candidate }: Answered): [name: string, value: string][] {
  const { kind, server } = candidate;
  if (kind === "embedded") return [["inference.backend", "embedded"]];
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
