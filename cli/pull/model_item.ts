/** A model file as something to fetch and install. */
import { join } from "node:path";
import type { ModelRecord } from "../../node/model_record.ts";
import { writePrivately } from "../config/write.ts";
import { EXIT, Exit } from "../failure.ts";
import type { Item } from "./item.ts";
import type { ModelFile } from "./named.ts";
import { tokensPerSecond } from "./offer.ts";
import type { Pace } from "./pace.ts";

/** The first bytes of every GGUF file: github.com/ggml-org/ggml docs/gguf.md, `GGUF_MAGIC`. */
const MAGIC = "GGUF";

/**
 * `model`, to be installed into `directory`. `pace`: what was measured on this machine, null if nothing was.
 */
export function modelItem(
  model: ModelFile,
  { directory, pace, now }: { directory: string; pace: Pace | null; now(): number },
): Item {
  const rate = tokensPerSecond(model, pace);
  return {
    what: `model ${model.name}`,
    name: `${model.name}.gguf`,
    url: model.url,
    bytes: model.bytes,
    sha256: model.sha256,
    checked: model.checked,
    licence: model.licence,
    facts: [
      ["parameters", model.parameters === null ? "unknown" : `${model.parameters / 1e9} B`],
      ["quantized", model.quantization ?? "unknown"],
      ["context", model.contextLength === null ? "unknown" : `${model.contextLength} tokens`],
      [
        "tokens/s",
        rate === null || pace === null
          ? UNKNOWN
          : `about ${rateText(rate)}, by what models test measured of ${pace.by} here`,
      ],
      ...(model.source === null ? [] : [["known from", model.source] as [string, string]]),
    ],
    async install({ path, bytes, sha256 }, signal) {
      if (await beginning(path) !== MAGIC) {
        await Deno.remove(path);
        throw new Exit(EXIT.failed, `Cannot install ${model.name}: it is no GGUF file. It was removed`);
      }
      const record: ModelRecord = {
        name: model.name,
        file: `${model.name}.gguf`,
        url: model.url,
        bytes,
        sha256,
        checked: model.checked,
        licence: model.licence ?? "unknown",
        parameters: model.parameters,
        quantization: model.quantization,
        contextLength: model.contextLength,
        fetchedAt: new Date(now()).toISOString(),
      };
      // The record first: a file without one would be a model of unknown origin.
      await writePrivately(join(directory, `${model.name}.json`), `${JSON.stringify(record, null, 2)}\n`, signal);
      await Deno.rename(path, join(directory, record.file));
      return `installed ${model.name}: ${join(directory, record.file)}`;
    },
  };
}

const UNKNOWN = "unknown on this machine until it runs";

function rateText(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

async function beginning(path: string): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(MAGIC.length);
  const got = await file.read(bytes);
  return new TextDecoder("latin1").decode(bytes.subarray(0, got ?? 0));
}
