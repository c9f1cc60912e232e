/** The models that lie in the state directory's `models`: fetched with a record, or put there by hand. */
import { join } from "node:path";
import { storedModels } from "../../node/embedded/stored.ts";
import { ModelName, ModelRecord } from "../../node/model_record.ts";
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit } from "../failure.ts";

export type Installed = {
  /** As `models list` has it: without the number of a part. */
  name: string;
  /** The file; of a model in several, the first. */
  path: string;
  /** All files, without the record. */
  files: string[];
  bytes: number;
  /** Null where it is missing or does not read: then nobody knows where the file is from. */
  record: ModelRecord | null;
  /** Why it is no model that can be used, or null. */
  broken: string | null;
};

/** The model `name`, or null if it is not there. */
export async function installedModel(directory: string, name: string, signal: AbortSignal): Promise<Installed | null> {
  return (await installedModels(directory, signal)).find((one) => one.name === name) ?? null;
}

/** All of them, by name: what `models list` has, and the files among them that are broken. */
export async function installedModels(directory: string, signal: AbortSignal): Promise<Installed[]> {
  const { models, broken } = await storedModels(directory, signal).catch((error) => {
    signal.throwIfAborted();
    const why = diskReason(error) ?? String(error);
    throw new Exit(EXIT.failed, `Cannot list the models in ${directory}: ${why}`, { cause: error });
  });
  const unlisted = broken.find(({ file }) => file === directory);
  if (unlisted !== undefined) throw new Exit(EXIT.failed, `Cannot show the models in ${directory}: ${unlisted.reason}`);
  const found = [
    ...models.map(({ model, files }) => ({ name: model.name, files, broken: null })),
    ...broken.map(({ file, reason }) => ({ name: file.replace(/\.gguf$/, ""), files: [file], broken: reason })),
  ];
  const installed = await Promise.all(found.map(async ({ name, files, broken }): Promise<Installed> => {
    const paths = files.map((file) => join(directory, file));
    const sizes = await Promise.all(paths.map((path) => Deno.lstat(path)));
    const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
    return { name, path: paths[0], files: paths, bytes, record: await recordOf(directory, name, signal), broken };
  }));
  return installed.sort((a, b) => a.name < b.name ? -1 : 1);
}

async function recordOf(directory: string, name: string, signal: AbortSignal): Promise<ModelRecord | null> {
  if (!ModelName.safeParse(name).success) return null;
  try {
    const text = await Deno.readTextFile(join(directory, `${name}.json`), { signal });
    return ModelRecord.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
