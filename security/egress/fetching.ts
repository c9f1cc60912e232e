/** One request from its judgement to its answer, over however many redirects it may follow. */
import { lookup } from "node:dns/promises";
import { canonicalIp } from "./address.ts";
import { readBody } from "./body.ts";
import { openSaving, saveBody, type Saving } from "./download_body.ts";
import { type Answered, exchange } from "./exchange.ts";
import { headersFor, locationOf, mayFollow, MOST_REDIRECTS } from "./redirect.ts";
import { type FetchAnswer, FetchError, type FetchProgress, type FetchRequest } from "./request.ts";
import { chooseAddress, parseTarget, type Target } from "./target.ts";

/** Every address of a host name, as the system's resolver answers. */
export type Resolve = (host: string) => Promise<string[]>;

export type FetchPowers = {
  /** Where `file` goes, absolute; null = it may not be asked for. */
  downloads: string | null;
  /** Private hosts that the owner named, as `host` or `host:port`. */
  hosts: readonly string[];
  resolve?: Resolve;
};

/** Bytes of the body of an answer that was to become a file and is none. */
const EXPLANATION_BYTES = 4096;

/** Serves `request`. Throws `FetchError`, or the signal's reason. */
export async function fetching(
  request: FetchRequest,
  powers: FetchPowers,
  onProgress: (progress: FetchProgress) => void,
  signal: AbortSignal,
): Promise<FetchAnswer> {
  if (request.file !== undefined && powers.downloads === null) {
    throw new FetchError("refused", `Cannot fetch ${request.url.slice(0, 200)} into a file: there are no downloads`);
  }
  const saving = request.file === undefined ? null : await openSaving(powers.downloads!, request.file);
  const time = patience(request, signal);
  try {
    return await withinHops(request, { ...powers, saving, time }, onProgress);
  } catch (error) {
    throw time.signal.aborted && !signal.aborted && !(error instanceof FetchError && error.fault === "disk")
      ? time.signal.reason
      : error;
  } finally {
    time.end();
    saving?.part.close();
  }
}

type Under = FetchPowers & { saving: Saving | null; time: Patience };

async function withinHops(
  request: FetchRequest,
  under: Under,
  onProgress: (progress: FetchProgress) => void,
): Promise<FetchAnswer> {
  const { saving, time } = under;
  const first = parseTarget(request.url, under.hosts);
  let [at, from] = [first, null as Target | null];
  let headers: Record<string, string> = { ...request.headers };
  for (let hops = 0, again = 0; hops <= MOST_REDIRECTS;) {
    const answer = await oneHop(at, { request, under, from, headers });
    try {
      const location = locationOf({ status: answer.status, location: answer.headers.location }, at);
      if (location !== null) {
        const next = parseTarget(location, under.hosts);
        if (mayFollow(request, at, next)) {
          headers = headersFor(headers, at, next);
          [from, at, hops] = [at.named && (from?.named ?? true) ? at : { ...at, named: false }, next, hops + 1];
          continue;
        }
        answer.headers.location = location;
      }
      if (saving !== null && [200, 206, 416].includes(answer.status)) {
        const most = { part: saving.part, most: request.maxBytes, touch: time.touch };
        const sha256 = await saveBody(answer, most, onProgress);
        if (sha256 === null && again++ === 0) continue;
        if (sha256 === null) throw new FetchError("garbage", "Cannot download: the server refuses every range");
        return { ...said(at, answer), body: "", cut: false, file: { bytes: saving.part.bytes, sha256 } };
      }
      const most = saving === null ? request.maxBytes : Math.min(EXPLANATION_BYTES, request.maxBytes);
      const { bytes, cut } = request.method === "HEAD"
        ? { bytes: new Uint8Array(), cut: false }
        : await readBody(answer, most);
      return { ...said(at, answer), body: bytes.toBase64(), cut };
    } finally {
      answer.end();
    }
  }
  throw new FetchError("refused", `Cannot fetch ${shown(first)}: more than ${MOST_REDIRECTS} redirects`);
}

async function oneHop(
  target: Target,
  hop: { request: FetchRequest; under: Under; from: Target | null; headers: Record<string, string> },
): Promise<Answered> {
  const { request, under, from } = hop;
  const addresses = await addressesOf(target, under.resolve ?? systemResolve, under.time.signal);
  const address = chooseAddress(target, { addresses, from });
  const coding = under.saving === null ? "gzip" : "identity";
  const asking = {
    method: request.method,
    headers: { ...hop.headers, "accept-encoding": coding, ...under.saving?.headers() },
    ...(request.body !== undefined && request.method === "POST" ? { body: Uint8Array.fromBase64(request.body) } : {}),
  };
  return await exchange(target, { address, asking }, under.time.signal);
}

async function addressesOf(target: Target, resolve: Resolve, signal: AbortSignal): Promise<string[]> {
  const literal = canonicalIp(target.host);
  if (literal !== null) return [literal];
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([resolve(target.host), aborted.promise]);
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FetchError(
      "unreachable",
      `Cannot find the host ${target.host}; is this machine online? (${why.slice(0, 200)})`,
      { cause },
    );
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function said(at: Target, { status, headers }: Answered): Pick<FetchAnswer, "status" | "url" | "headers"> {
  return { status, url: at.url, headers };
}

function shown({ url }: Target): string {
  return url.slice(0, 200);
}

type Patience = { signal: AbortSignal; touch(): void; end(): void };

/** Ends at `outer`, and after `ms` in all, or with a file after `ms` without a byte. */
function patience({ ms, file, url }: FetchRequest, outer: AbortSignal): Patience {
  const late = new AbortController();
  const over = () => {
    const what = file === undefined ? `it took longer than ${ms} ms` : `nothing came for ${ms} ms`;
    late.abort(new FetchError("silent", `Cannot fetch ${url.slice(0, 200)}: ${what}`));
  };
  let timer = setTimeout(over, ms);
  return {
    signal: AbortSignal.any([outer, late.signal]),
    touch: () => {
      if (file === undefined || late.signal.aborted) return;
      clearTimeout(timer);
      timer = setTimeout(over, ms);
    },
    end: () => clearTimeout(timer),
  };
}
