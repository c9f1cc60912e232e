/** The models that were fetched: a file and its record in the state directory's `models`. */
import { join } from "node:path";
import { ModelName, ModelRecord } from "../../node/model_record.ts";
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit } from "../failure.ts";

/** `record` is null where it is missing or does not read: then nobody knows where the file is from. */
export type Installed = { name: string; path: string; bytes: number; record: ModelRecord | null };

/** The model `name`, or null if it is not there. */
export async function installedModel(directory: string, name: string, signal: AbortSignal): Promise<Installed | null> {
  if (!ModelName.safeParse(name).success) return null;
  const path = join(directory, `${name}.gguf`);
  try {
    const { size } = await Deno.lstat(path);
    return { name, path, bytes: size, record: await recordOf(join(directory, `${name}.json`), signal) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** All of them, by name. */
export async function installedModels(directory: string, signal: AbortSignal): Promise<Installed[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(directory)) if (name.endsWith(".gguf")) names.push(name.slice(0, -5));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      const why = diskReason(error) ?? String(error);
      throw new Exit(EXIT.failed, `Cannot list the models in ${directory}: ${why}`, { cause: error });
    }
  }
  const found = await Promise.all(names.sort().map((name) => installedModel(directory, name, signal)));
  return found.filter((one) => one !== null);
}

async function recordOf(path: string, signal: AbortSignal): Promise<ModelRecord | null> {
  try {
    return ModelRecord.safeParse(JSON.parse(await Deno.readTextFile(path, { signal }))).data ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
