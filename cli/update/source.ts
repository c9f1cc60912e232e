/** Where a release is, and what shows that it is the one that is meant. */
import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { exists } from "../exists.ts";
import { EXIT, Exit, unavailable, visible } from "../failure.ts";
import { MANIFEST, MOST_BYTES, readRelease, type Release, sumOf, SUMS } from "./release.ts";

/** The ways of `update` to other machines. */
export type Download = {
  /** The body at `url`, of `most` bytes at most. */
  text(url: string, most: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Fetches to a private file, which has this size and SHA-256, and resolves to its path; the caller removes it. */
  file(wanted: { url: string; name: string; bytes: number; sha256: string }, signal: AbortSignal): Promise<string>;
};

/** What the person asked of a release. */
export type Asked = {
  /** A file or folder, or an address. */
  from: string;
  /** The manifest's, as the person was given it. */
  sha256: string | null;
  /** Only told, not taken. */
  check: boolean;
};

export type Places = {
  cwd: string;
  /** The owner's `update.url`. */
  configured: string | null;
  /** Null where nothing in this process may fetch. */
  download: Download | null;
};

export type Source = {
  release: Release;
  /** What is shown by its checksum, in words. */
  proof: string;
  /** Puts the file on this disk. `ours`: it was fetched for this and goes when it was used. */
  file(entry: Release["files"][number], signal: AbortSignal): Promise<{ path: string; ours: boolean }>;
};

/** True for an address, false for a place on this disk. */
export function isAddress(from: string): boolean {
  return /^https?:/i.test(from);
}

const UNSIGNED = "Releases are not signed yet.";
const GIVEN =
  `It has the checksum that you gave: it is as trustworthy as the place that you have that from. ${UNSIGNED}`;
const BESIDE =
  `Its checksum came beside it: that proves that nothing was damaged on the way, not who made it. ${UNSIGNED}`;
const UNKNOWN =
  `Nothing shows who made it. To take it, give its checksum by --sha256, or name its https address in update.url. ${UNSIGNED}`;

/** The release that `asked` means. Throws `Exit` where it cannot be had, or nothing shows that it is the one that is meant. */
export async function sourceOf(asked: Asked, places: Places, signal: AbortSignal): Promise<Source> {
  return isAddress(asked.from) ? await addressed(asked, places, signal) : onDisk(asked, places);
}

function onDisk({ from, sha256 }: Asked, { cwd }: Places): Source {
  const named = resolve(cwd, from);
  const manifest = exists(named) && Deno.statSync(named).isDirectory ? join(named, MANIFEST) : named;
  const bytes = bytesOf(manifest, "the release");
  const beside = join(dirname(manifest), SUMS);
  const sum = sha256 === null && exists(beside)
    ? sumOf(new TextDecoder().decode(bytesOf(beside, "the checksums")), basename(manifest))
    : null;
  const wanted = sha256 ?? sum;
  if (wanted === null) {
    const where = `put its line into ${visible(beside)}`;
    throw new Exit(EXIT.failed, `Cannot trust the release: give its checksum by --sha256, or ${where}`);
  }
  return {
    release: read(bytes, wanted),
    proof: sha256 === null ? BESIDE : GIVEN,
    file({ name }) {
      const path = join(dirname(manifest), name);
      if (!exists(path)) throw new Exit(EXIT.failed, `Cannot update: ${visible(path)} is not beside the release`);
      return Promise.resolve({ path, ours: false });
    },
  };
}

async function addressed(
  { from, sha256, check }: Asked,
  { configured, download }: Places,
  signal: AbortSignal,
): Promise<Source> {
  const url = manifestUrl(from);
  const settled = configured !== null && manifestUrl(configured) === url && url.startsWith("https:");
  if (sha256 === null && !settled && !check) {
    throw new Exit(
      EXIT.failed,
      "Cannot trust a release from an address: give its checksum by --sha256, or name its https address in update.url",
    );
  }
  if (download === null) throw unavailable("updates from an address; fetch the release and name its folder");
  const bytes = await download.text(url, MOST_BYTES, signal);
  const host = new URL(url).host;
  const settledProof =
    `It came from ${host} by https, which update.url names: it is as trustworthy as that server. ${UNSIGNED}`;
  return {
    release: read(bytes, sha256),
    proof: sha256 !== null ? GIVEN : settled ? settledProof : UNKNOWN,
    async file({ name, bytes, sha256 }, signal) {
      return { path: await download.file({ url: new URL(name, url).href, name, bytes, sha256 }, signal), ours: true };
    },
  };
}

/** The manifest that an address means: itself if its path ends in `.json`, else the one in that folder. Throws `Exit` 2. */
function manifestUrl(from: string): string {
  const url = URL.parse(from);
  if (url === null || url.username !== "" || url.password !== "") {
    throw new Exit(
      EXIT.usage,
      `Cannot update from ${visible(from.slice(0, 200))}: it is no address without credentials`,
    );
  }
  if (!url.pathname.endsWith(".json")) url.pathname = `${url.pathname.replace(/\/+$/, "")}/${MANIFEST}`;
  url.hash = "";
  return url.href;
}

function bytesOf(path: string, what: string): Uint8Array {
  if (!exists(path)) throw new Exit(EXIT.failed, `Cannot read ${what} ${visible(path)}: it is not there`);
  const { isFile, size } = Deno.statSync(path);
  if (!isFile || size > MOST_BYTES) {
    throw new Exit(EXIT.failed, `Cannot read ${what} ${visible(path)}: it is no file of at most ${MOST_BYTES} bytes`);
  }
  return Deno.readFileSync(path);
}

/** The release in `bytes`, whose SHA-256 must be `wanted`, unless that is null. */
function read(bytes: Uint8Array, wanted: string | null): Release {
  if (wanted !== null && createHash("sha256").update(bytes).digest("hex") !== wanted) {
    throw new Exit(EXIT.failed, "Cannot trust the release: it has not the checksum that was given (SHA-256)");
  }
  try {
    return readRelease(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Exit(EXIT.failed, (error as Error).message, { cause: error });
  }
}
