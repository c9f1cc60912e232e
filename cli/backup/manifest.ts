/** What a backup says of itself, and whether that can be believed; pure. */
import * as z from "zod";
import { partOf } from "../state/parts.ts";

/** Name of the manifest in the archive; it comes first. */
export const MANIFEST = "harombe-backup.json";

/** Bytes of the manifest, files, and bytes of all files together, that are taken at most. */
export const LIMITS = { manifest: 4 << 20, files: 20_000, bytes: 2 ** 40 } as const;

const Entry = z.strictObject({
  path: z.string().max(1024),
  bytes: z.number().int().nonnegative().max(LIMITS.bytes),
  /** Hex, of the file's content. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Entry = z.infer<typeof Entry>;

export const Manifest = z.strictObject({
  format: z.literal(1),
  /** The version that wrote it. */
  harombe: z.string().max(64),
  /** Milliseconds since 1970 UTC. */
  createdAt: z.number().int().nonnegative().max(8.64e15),
  models: z.boolean(),
  /** What `audit verify` said of the copy; null where there is no log. `faults` is 0 unless it was forced. */
  audit: z.nullable(z.strictObject({ last: z.number().int(), faults: z.number().int().nonnegative() })),
  files: z.array(Entry).max(LIMITS.files),
});
export type Manifest = z.infer<typeof Manifest>;

/** The manifest in `text`. Throws a `RangeError` with the reason for every one that is not to be followed. */
export function readManifest(text: string): Manifest {
  const fail = (why: string) => new RangeError(`Cannot use this backup: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail("its list of files is no JSON");
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === "number" && format > 1) {
    throw fail(`it has format ${format}, this harombe reads 1; update harombe`);
  }
  const parsed = Manifest.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fail(`its list of files is wrong at ${issue.path.map(String).join(".") || "the top"}: ${issue.message}`);
  }
  const { files } = parsed.data;
  const seen = new Set<string>();
  for (const { path } of files) {
    if (partOf(path) === null) {
      throw fail(`no part of harombe's state may be called ${JSON.stringify(path.slice(0, 80))}`);
    }
    const folded = path.toLowerCase();
    if (seen.has(folded)) throw fail(`${path} is in it twice`);
    seen.add(folded);
  }
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > LIMITS.bytes) throw fail(`it claims ${total} bytes, ${LIMITS.bytes} at most`);
  if (seen.has("audit.db") && !(seen.has("audit.key") && seen.has("audit.head"))) {
    throw fail("it holds the audit log without its key and signed head");
  }
  return parsed.data;
}
