/** A model that Ollama fetches by itself: the same offer and question, its own words of progress. */
import type { Audit } from "../../security/audit/record.ts";
import { candidates } from "../../node/backends/auto.ts";
import type { Server } from "../../node/backends/dial.ts";
import type { NodeConfig } from "../../node/config.ts";
import type { PrivacyConfig } from "../../security/privacy/config.ts";
import { EXIT, Exit, plainLines, unavailable } from "../failure.ts";
import type { Io } from "../io.ts";
import { agreed } from "./fetch_items.ts";
import { progressLine } from "./progress.ts";

/** Ollama's `/api/pull`: throws where it fails. Bytes of the layer in progress. */
export type OllamaPull = (
  name: string,
  signal: AbortSignal,
) => AsyncIterable<{ status: string; completed?: number; total?: number }>;

/** The Ollama of the configuration. Throws `Exit` 4 if it names another kind of server alone. */
export function ollamaServer(config: NodeConfig & PrivacyConfig): Server {
  const found = candidates(config, { privacyMode: config.privacy.mode }).list.find(({ kind }) => kind === "ollama");
  if (found === undefined) throw unavailable("no Ollama; inference.backend names another server");
  return found.server;
}

/** Offers `name`, asks, and lets the server at `base` fetch it. Resolves to 0; throws `Exit`. */
export async function pullByOllama(
  pull: OllamaPull,
  { name, base, audit, yes }: { name: string; base: string; audit: Audit; yes: boolean },
  io: Io,
): Promise<number> {
  const rows = [["source", `Ollama at ${base}, from its own library`], ["size, licence", "told by Ollama as it comes"]];
  const facts = rows.map(([label, text]) => `  ${label.padEnd(14)} ${text}`).join("\n");
  io.stdout.write(`${plainLines(`model ${name}\n${facts}`)}\n`);
  const by = await agreed({ yes }, io);
  const about = { callId: crypto.randomUUID(), session: "", tool: "models_pull" };
  const started = performance.now();
  await audit.append({
    kind: "intent",
    ...about,
    agent: "person",
    args: { what: `model ${name}`, by: base },
    risk: "MEDIUM",
    verdict: "approved",
    reasons: [`lets Ollama at ${base} fetch ${name}`],
    by,
  }, io.signal);
  const ended = (ok: boolean, summary: string) =>
    audit.append(
      { kind: "outcome", ...about, ok, ms: Math.round(performance.now() - started), resultSha256: "", summary },
      new AbortController().signal,
    );
  const line = progressLine(io.stderr, {
    what: `model ${name}`,
    columns: () => io.size().columns,
    now: () => performance.now(),
  });
  const state = { status: "" };
  try {
    for await (const { status, completed, total } of pull(name, io.signal)) {
      if (completed !== undefined) line.show({ bytes: completed, ...(total === undefined ? {} : { total }) });
      else if (status !== state.status) line.show({ bytes: 0, waiting: status });
      state.status = status;
    }
    line.end();
    await ended(true, `Ollama has ${name}`);
    io.stderr.write(plainLines(`Ollama has ${name}`) + "\n");
    return 0;
  } catch (error) {
    line.end();
    const message = error instanceof Error ? error.message : String(error);
    await ended(false, message.slice(0, 200));
    if (io.signal.aborted) throw error;
    throw new Exit(EXIT.failed, `Cannot pull ${name} by Ollama: ${message}`, { cause: error });
  }
}
