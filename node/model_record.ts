/** What is kept beside the file of a model that was fetched: `NAME.gguf` and `NAME.json` in the state directory's `models`. */
import * as z from "zod";

/** A name that is safe as a file's, with `.gguf` behind it short enough for a backup. */
export const ModelName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,121}$/);

export const ModelRecord = z.object({
  name: ModelName,
  /** In the same directory. */
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/),
  /** Where it came from. */
  url: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Of the file as it was fetched, hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Against what that was checked: our catalogue, what the hub said, what the person gave, or nothing. */
  checked: z.enum(["catalogue", "hub", "given", "unverified"]),
  /** As its source names it, or `unknown`. */
  licence: z.string(),
  parameters: z.number().nullable(),
  quantization: z.string().nullable(),
  contextLength: z.number().nullable(),
  /** ISO 8601. */
  fetchedAt: z.string(),
});
export type ModelRecord = z.infer<typeof ModelRecord>;
