/** What a person does with the models of an Ollama: fetch, delete, look at one. */
import * as z from "zod";
import { ChatError } from "../chat.ts";
import type { Model } from "../models.ts";
import { plain } from "../wire/decoder.ts";
import { LineError, lineSplitter } from "../wire/lines.ts";
import { OllamaDescription, OllamaProgress } from "../wire/ollama_models.ts";
import { dial, readText, type Server } from "./dial.ts";
import { refusalFor } from "./ollama.ts";

/** Longest line of progress, characters. */
const LONGEST = 64 << 10;

/** A step of a download; bytes of the layer at hand, where the server counts them. */
export type PullProgress = { status: string; completed?: number; total?: number };

/**
 * Has the server fetch `name`, and tells how far it is. Ends only after the server's `success`; throws `ChatError` for a
 * refusal, an error in mid-download, silence, and an end without `success`. An abort leaves what was fetched with the server.
 */
export async function* ollamaPull(
  server: Server,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, void, void> {
  const body = { model: name, stream: true };
  const reply = await dial(server, { method: "POST", path: "/api/pull", body }, signal);
  if (reply.status !== 200) throw await refusalFor(server, { model: name, reply }, signal);
  const lines = lineSplitter(LONGEST);
  try {
    for await (const bytes of reply.bytes) {
      for (const line of lines.push(bytes)) {
        const progress = progressIn(line, name);
        if (progress === null) continue;
        yield progress;
        if (progress.status === "success") return;
      }
    }
  } catch (error) {
    if (error instanceof LineError) throw new ChatError("garbage", error.message, { cause: error });
    throw error;
  }
  const last = progressIn(lines.rest() ?? "", name);
  if (last !== null) yield last;
  if (last?.status === "success") return;
  throw new ChatError("cut", `Cannot fetch the model ${name}: the server stopped before the end`);
}

function progressIn(line: string, name: string): PullProgress | null {
  if (line.trim() === "") return null;
  const parsed = OllamaProgress.safeParse(jsonOf(line));
  if (!parsed.success) {
    throw new ChatError("garbage", `Cannot read the progress of ${name}: ${plain(line, 80)}`);
  }
  const { status, completed, total, error } = parsed.data;
  if (error) throw new ChatError("server", `Cannot fetch the model ${name}: ${plain(error)}`);
  return {
    status: plain(status ?? "", 200),
    ...(typeof completed === "number" ? { completed } : {}),
    ...(typeof total === "number" ? { total } : {}),
  };
}

/** Deletes `name` from the server's disk. Throws `ChatError`; for a model that is not there, naming those that are. */
export async function ollamaDelete(server: Server, name: string, signal: AbortSignal): Promise<void> {
  const reply = await dial(server, { method: "DELETE", path: "/api/delete", body: { model: name } }, signal);
  if (reply.status !== 200) throw await refusalFor(server, { model: name, reply }, signal);
  await readText(reply, LONGEST);
}

const Shown = z.looseObject({
  license: z.string().nullish(),
  parameters: z.string().nullish(),
  template: z.string().nullish(),
});

/** All that the server tells of `name`: facts, and as texts its licence, parameters and template. Throws `ChatError`. */
export async function ollamaShow(
  server: Server,
  name: string,
  signal: AbortSignal,
): Promise<{ facts: Partial<Model>; license?: string; parameters?: string; template?: string }> {
  const reply = await dial(server, { method: "POST", path: "/api/show", body: { model: name } }, signal);
  if (reply.status !== 200) throw await refusalFor(server, { model: name, reply }, signal);
  const told = jsonOf(await readText(reply));
  const [facts, texts] = [OllamaDescription.safeParse(told), Shown.safeParse(told)];
  if (!facts.success || !texts.success) {
    throw new ChatError("garbage", `Cannot read what ${server.base} tells of the model: ${name}`);
  }
  const { license, parameters, template } = texts.data;
  return {
    facts: facts.data,
    ...(license ? { license } : {}),
    ...(parameters ? { parameters } : {}),
    ...(template ? { template } : {}),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
