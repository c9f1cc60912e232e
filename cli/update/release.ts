/** What a release says of itself: one JSON file beside the files that it names. The builder writes it, `update` reads it; pure. */
import * as z from "zod/mini";

/** The names of the manifest and of its checksums (`sha256sum` lines, the manifest's own among them), beside the files. */
export const MANIFEST = "manifest.json";
export const SUMS = "SHA256SUMS";

/** Bytes of either that are read at most. */
export const MOST_BYTES = 64 << 10;

const Hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

export const Release = z.strictObject({
  /** Semantic version, as `harombe version` prints it. */
  version: z.string().check(z.regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[0-9A-Za-z.-]{1,64})?$/)),
  /** Of the sources; missing where the working tree had changes. */
  commit: z.optional(z.string().check(z.regex(/^[0-9a-f]{40}$/))),
  files: z.array(z.strictObject({
    /** `linux-x64`, `darwin-arm64` and so on: system and processor, by Node's words for them. */
    target: z.string().check(z.regex(/^[a-z0-9]{1,16}-[a-z0-9]{1,16}$/)),
    /** A plain name: the file lies beside the manifest. */
    name: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)),
    bytes: z.int().check(z.positive(), z.maximum(2 ** 31)),
    sha256: Hash,
  })).check(z.maxLength(64)),
  /** Room for a signature over the other fields. None is made yet, and one that is there is not looked at. */
  signature: z.optional(z.string().check(z.maxLength(4096))),
});
export type Release = z.infer<typeof Release>;

/** The release in `text`. Throws a `RangeError` with the reason. */
export function readRelease(text: string): Release {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RangeError("Cannot read the release: it is no JSON", { cause: error });
  }
  const parsed = Release.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RangeError(`Cannot read the release: ${issue.path.map(String).join(".") || "the top"}: ${issue.message}`);
}

/** The SHA-256 that `sums` (as `sha256sum` prints them) has for `name`, or null if it has none or two that differ. */
export function sumOf(sums: string, name: string): string | null {
  const found = sums.split("\n").flatMap((line) => {
    const [, hash, of] = /^([0-9a-f]{64}) [ *](.{1,200})$/i.exec(line.trimEnd()) ?? [];
    return of === name ? [hash.toLowerCase()] : [];
  });
  return found.length > 0 && found.every((hash) => hash === found[0]) ? found[0] : null;
}

/** `linux-x64` for what Deno calls `linux` and `x86_64`. */
export function targetOf(os: string, arch: string): string {
  return `${os}-${({ x86_64: "x64", aarch64: "arm64" } as Record<string, string>)[arch] ?? arch}`;
}

/** Negative where `a` is older than `b`, by semver.org 2.0.0 §11. */
export function compareVersions(a: string, b: string): number {
  const [[coreA, preA], [coreB, preB]] = [a, b].map((version) => {
    const cut = version.indexOf("-");
    return cut < 0 ? [version, ""] : [version.slice(0, cut), version.slice(cut + 1)];
  });
  const core = compareParts(coreA.split("."), coreB.split("."));
  if (core !== 0) return core;
  if (preA === "" || preB === "") return Number(preA === "") - Number(preB === "");
  return compareParts(preA.split("."), preB.split("."));
}

function compareParts(a: string[], b: string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [x, y] = [a[at], b[at]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const [numberX, numberY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (numberX && numberY && Number(x) !== Number(y)) return Number(x) - Number(y);
    if (numberX !== numberY) return numberX ? -1 : 1;
    if (!numberX && x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
