/** The models that lie in a directory, as far as their files tell. */
import type { Model } from "../models.ts";
import { type GgufHeader, readGguf } from "./gguf.ts";

/** A model whose file is here. */
export type StoredModel = {
  model: Model;
  /** The file's name in the directory; of a model in several files, the first. */
  file: string;
  /** All its files there, the parts of one in several. */
  files: string[];
  header: GgufHeader;
};

/** The models of a directory, and the files in it that are none, each with the reason. */
export type Stored = { models: StoredModel[]; broken: { file: string; reason: string }[] };

const PART = /-\d{5}-of-\d{5}(?=\.gguf$)/;

/**
 * The models in `directory`, by name; none where it does not exist, or cannot be listed: then it is itself what is broken. A model is named as its file, without `.gguf` and
 * without the number of its part. Files whose names begin with a dot are not looked at: a download writes such ones.
 */
export async function storedModels(directory: string, signal: AbortSignal): Promise<Stored> {
  const stored: Stored = { models: [], broken: [] };
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    const why = error instanceof Error ? error.message.split(" (os error")[0] : String(error);
    stored.broken.push({ file: directory, reason: `it cannot be listed: ${why}` });
    return [];
  });
  const names = entries.filter(({ isFile, name }) => isFile && name.endsWith(".gguf") && !name.startsWith("."))
    .map(({ name }) => name).sort();
  for (const file of names) {
    signal.throwIfAborted();
    try {
      const header = headerOf(`${directory}/${file}`);
      if (header.split !== undefined && header.split.at !== 0) continue;
      const parts = header.split === undefined ? [file] : partsOf(file, { names, of: header.split.of });
      const sizes = await Promise.all(parts.map((part) => Deno.stat(`${directory}/${part}`)));
      const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
      stored.models.push({ model: modelOf(header, { file, bytes, directory }), file, files: parts, header });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      stored.broken.push({ file, reason: error.message });
    }
  }
  return stored;
}

function headerOf(path: string): GgufHeader {
  const file = Deno.openSync(path);
  try {
    return readGguf((offset, length) => {
      const bytes = new Uint8Array(length);
      file.seekSync(offset, Deno.SeekMode.Start);
      let filled = 0;
      for (let read = 0; filled < length; filled += read) {
        read = file.readSync(bytes.subarray(filled)) ?? 0;
        if (read === 0) break;
      }
      return bytes.subarray(0, filled);
    }, file.statSync().size);
  } finally {
    file.close();
  }
}

/** The files of a model in parts. Throws `TypeError` if one is missing. */
function partsOf(file: string, { names, of }: { names: readonly string[]; of: number }): string[] {
  const stem = file.replace(PART, "");
  const parts = names.filter((name) => name !== stem && name.replace(PART, "") === stem);
  if (parts.length !== of) throw new TypeError(`Cannot read the model: ${parts.length} of its ${of} files are here`);
  return parts;
}

function modelOf(
  header: GgufHeader,
  { file, bytes, directory }: { file: string; bytes: number; directory: string },
): Model {
  const { quantization, contextLength, embeddingsOnly } = header;
  return {
    name: file.replace(PART, "").replace(/\.gguf$/, ""),
    kind: "embedded",
    base: `${directory}/${file}`,
    bytes,
    ...(header.parameters > 0 ? { parameters: header.parameters } : {}),
    ...(quantization === undefined ? {} : { quantization }),
    ...(contextLength === undefined ? {} : { contextLength }),
    // A grammar holds any model to the form of a call.
    tools: true,
    images: false,
    embeddingsOnly,
  };
}

/** Beside weights and context: the runtime, the engine and its buffers; 114 MB of it were used with a tiny model, measured 2026-11. */
const ENGINE_BYTES = 1 << 30;

/** Bytes that the engine may need for a model of `bytes` with a context of `tokens`: a ceiling, not an estimate. */
export function memoryFor({ bytes, perToken, tokens }: { bytes: number; perToken?: number; tokens: number }): number {
  // Where the file does not tell, what an eighth of a megabyte for each token holds is enough for models up to 8 B.
  return Math.ceil(bytes * 1.1 + tokens * (perToken ?? 131_072) + ENGINE_BYTES);
}
