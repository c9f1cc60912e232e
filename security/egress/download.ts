/** A whole file into the downloads directory: gone on with after every break, and believed only by its hash. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import * as z from "zod/mini";
import { type Fetch, FetchError, type FetchProgress, type FetchRequest } from "./request.ts";

export type Wanted = {
  url: string;
  /** Of the file in the downloads directory. */
  name: string;
  /** Hexadecimal; null = whatever comes is taken, and the caller says so. */
  sha256: string | null;
  /** Bytes if known; then another size is another file. */
  bytes: number | null;
};

export type DownloadOptions = {
  /** The downloads directory, as this process sees it. */
  directory: string;
  /** A directory on the same disk that the fetching process does not see; made if missing. */
  own: string;
  /** Bytes that lie there, of the whole if known; with `waiting`, why nothing comes just now. */
  onProgress(progress: FetchProgress & { waiting?: string }): void;
  /** Waits that long, milliseconds, or rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
};

export type Downloaded = { path: string; bytes: number; sha256: string };

/** What of a part makes it possible to go on. */
const Memo = z.object({ url: z.string(), etag: z.string() });

/** Milliseconds of silence that are borne. */
const SILENCE_MS = 60_000;
/** Times in a row that nothing new came before it is given up. */
const ATTEMPTS = 6;
/** The longest that a server may ask to wait before the person is told instead, seconds. */
const LONGEST_WAIT = 120;
/** No model is larger: 2 TB. */
const MOST_BYTES = 2e12;
const BUSY = [408, 429, 500, 502, 503, 504];

/** Where what belongs to one download lies: the part, what is known of it, the lock, and the whole file, out of reach. */
type Places = { part: string; memo: string; lock: string; whole: string };

/**
 * Fetches `wanted` to a file in `own`. The fetching process is not believed: what it wrote is taken out of its reach and
 * hashed again here. A break is gone on with; a part that stays behind, also after `kill -9`, is gone on with by the next
 * call for the same URL. What has another size or hash than wanted is removed and throws. Throws `Error` with a sentence
 * for the person, `FetchError` `disk` where this machine was the reason.
 */
export async function download(
  fetching: Fetch,
  wanted: Wanted,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<Downloaded> {
  const at: Places = {
    part: join(options.directory, `${wanted.name}.part`),
    memo: join(options.own, `${wanted.name}.part.json`),
    lock: join(options.own, `${wanted.name}.lock`),
    whole: join(options.own, `${wanted.name}.whole`),
  };
  await Deno.mkdir(options.own, { recursive: true, mode: 0o700 });
  using lock = await Deno.open(at.lock, { write: true, create: true, mode: 0o600 });
  if (!await lock.tryLock(true)) throw new Error(`Cannot download ${wanted.url}: another harombe is downloading it`);
  // A whole file that an earlier call left is this one's only if it came from the same URL.
  if (await sizeOf(at.whole) > 0 && await remembered(at.memo, wanted.url) === null) await Deno.remove(at.whole);
  if (await sizeOf(at.whole) === 0) await gather(fetching, { wanted, at }, options, signal);
  return await proven(wanted, at, signal);
}

async function gather(
  fetching: Fetch,
  { wanted, at }: { wanted: Wanted; at: Places },
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<void> {
  const state = { idle: 0, most: await sizeOf(at.part) };
  for (;;) {
    const before = state.most;
    try {
      const answer = await attempt(fetching, { wanted, at }, options, signal);
      if (answer.file !== undefined) return await takeOver(at, wanted.url);
      if (!BUSY.includes(answer.status)) throw refused(wanted.url, answer.status);
      await pause(wanted.url, { answer, idle: state.idle }, options, signal);
    } catch (error) {
      if (!(error instanceof FetchError) || signal.aborted) throw error;
      if (error.fault === "large") await forget(at);
      if (!["cut", "silent", "unreachable"].includes(error.fault)) throw error;
      if (state.idle + 1 >= ATTEMPTS) throw error;
      await pause(wanted.url, { error, idle: state.idle }, options, signal);
    }
    state.most = Math.max(before, await sizeOf(at.part));
    state.idle = state.most > before ? 0 : state.idle + 1;
    if (state.idle >= ATTEMPTS) {
      throw new FetchError("unreachable", `Cannot download ${wanted.url}: nothing more comes`);
    }
  }
}

async function attempt(
  fetching: Fetch,
  { wanted, at }: { wanted: Wanted; at: Places },
  options: DownloadOptions,
  signal: AbortSignal,
) {
  const memo = await remembered(at.memo, wanted.url);
  const known = memo === null || memo.etag === "" ? null : memo;
  const from = known === null ? 0 : await sizeOf(at.part);
  const noted = { etag: known?.etag };
  const request: FetchRequest = {
    url: wanted.url,
    method: "GET",
    headers: {},
    maxBytes: wanted.bytes ?? MOST_BYTES,
    ms: SILENCE_MS,
    redirects: "any",
    file: { name: `${wanted.name}.part`, from, ...(known === null ? {} : { etag: known.etag }) },
  };
  return await fetching(request, (progress) => {
    if (progress.etag !== noted.etag) {
      noted.etag = progress.etag;
      note(at.memo, { url: wanted.url, etag: progress.etag });
    }
    options.onProgress(progress);
  }, signal);
}

/** Written at once, before the next word of progress: after `kill -9` the part can be gone on with. */
function note(path: string, { url, etag }: { url: string; etag: string | undefined }): void {
  if (etag === undefined) {
    try {
      Deno.removeSync(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return;
  }
  Deno.writeTextFileSync(path, JSON.stringify({ url, etag }), { mode: 0o600 });
}

async function remembered(path: string, url: string): Promise<{ etag: string } | null> {
  try {
    const memo = Memo.safeParse(JSON.parse(await Deno.readTextFile(path)));
    return memo.success && memo.data.url === url ? memo.data : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Takes the part out of the fetching process's reach; it has ended. Until it is proven the memo says where the whole file is from. */
async function takeOver({ part, memo, whole }: Places, url: string): Promise<void> {
  const { isFile, nlink } = await Deno.lstat(part);
  if (!isFile || (nlink ?? 1) !== 1) throw new Error(`Cannot use ${part}: it is no plain file`);
  note(memo, { url, etag: "" });
  await Deno.rename(part, whole);
}

async function proven(wanted: Wanted, at: Places, signal: AbortSignal): Promise<Downloaded> {
  const { bytes, sha256 } = await hashOf(at.whole, signal);
  const wrong = wanted.bytes !== null && bytes !== wanted.bytes
    ? `it has ${bytes} bytes, and ${wanted.bytes} were expected`
    : wanted.sha256 !== null && sha256 !== wanted.sha256
    ? `its SHA-256 is ${sha256}, and ${wanted.sha256} was expected`
    : null;
  if (wrong === null) {
    await Deno.remove(at.memo).catch(ifMissing);
    return { path: at.whole, bytes, sha256 };
  }
  await forget(at);
  throw new Error(`Cannot use ${wanted.url}: ${wrong}. It was removed; nothing was installed`);
}

async function hashOf(path: string, signal: AbortSignal): Promise<{ bytes: number; sha256: string }> {
  using file = await Deno.open(path);
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1 << 20);
  let bytes = 0;
  for (let got = await file.read(buffer); got !== null; got = await file.read(buffer)) {
    signal.throwIfAborted();
    hash.update(buffer.subarray(0, got));
    bytes += got;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Removes a download and what is known of it. */
async function forget({ part, memo, whole }: Places): Promise<void> {
  for (const path of [part, memo, whole]) await Deno.remove(path).catch(ifMissing);
}

async function pause(
  url: string,
  why: { idle: number } & ({ answer: { status: number; headers: Record<string, string> } } | { error: FetchError }),
  { onProgress, wait }: DownloadOptions,
  signal: AbortSignal,
): Promise<void> {
  const asked = "answer" in why ? Number(why.answer.headers["retry-after"] ?? NaN) : NaN;
  if (asked > LONGEST_WAIT) {
    throw new Error(`Cannot download ${url} now: the server asks to come back in ${asked} seconds`);
  }
  const seconds = Number.isFinite(asked) && asked >= 0 ? asked : Math.min(30, 2 ** why.idle);
  const reason = "answer" in why ? `the server answered ${why.answer.status}` : why.error.message;
  onProgress({ bytes: 0, waiting: `${reason}; trying again in ${seconds} s` });
  await wait(seconds * 1000, signal);
}

function refused(url: string, status: number): Error {
  const why = status === 404 || status === 410
    ? "it is not there"
    : status === 401 || status === 403
    ? `the server wants a login (${status}), and harombe sends none; fetch it yourself and check its licence`
    : `the server answered ${status}`;
  return new Error(`Cannot download ${url}: ${why}`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.lstat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function ifMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
