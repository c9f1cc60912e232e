/** Findings that the owner has seen before: a scan's own JSON, kept in a file. */
import * as z from "zod";
import type { Files } from "../../security/sandbox/files/files.ts";
import { EXIT, Exit, short } from "../failure.ts";

const Baseline = z.object({ key: z.string(), findings: z.array(z.object({ fingerprint: z.string() })) });
const LARGEST = 8 << 20;

/** The fingerprints in the file at `path` of the folder. Throws `Exit` where it is none, or of another installation. */
export async function baselineAt(
  files: Files,
  { path, key }: { path: string; key: string },
  signal: AbortSignal,
): Promise<Set<string>> {
  const fail = (why: string, cause?: unknown) =>
    new Exit(EXIT.failed, `Cannot use the baseline ${short(path)}: ${why}`, { cause });
  const { bytes, size } = await files.read(path, { offset: 0, length: LARGEST }, signal).catch((error) => {
    throw fail(error instanceof Error ? error.message : "it cannot be read", error);
  });
  if (size > LARGEST) throw fail(`${size} bytes, ${LARGEST} at most`);
  const read = Baseline.safeParse(parsed(new TextDecoder().decode(bytes)));
  if (!read.success) throw fail("it is no output of harombe secrets scan --format json");
  if (read.data.key !== key) throw fail("its fingerprints were made by another installation; make it anew here");
  return new Set(read.data.findings.map(({ fingerprint }) => fingerprint));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
