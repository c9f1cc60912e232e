/**
 * What a model hub says of a file, before a byte of it is fetched.
 *
 * The wire is Hugging Face's, as its own client reads it: github.com/huggingface/huggingface_hub
 * `src/huggingface_hub/constants.py` at 264537b5bf41f60f5280f579e1db5d8e51bba2cc (X-Linked-Etag, X-Linked-Size on the
 * redirect of `resolve`, LFS files' ETag being their SHA-256), read on 2026-11-20. Not tried against the hub itself.
 */
import * as z from "zod";
import type { Fetch, FetchAnswer } from "../../security/egress/request.ts";

/** A file of a repository at `hub`, without a final slash. */
export type HubFile = { hub: string; repo: string; revision: string; file: string };

/** What is known before it is fetched; null = the hub does not say. */
export type FileFacts = { bytes: number | null; sha256: string | null; licence: string | null };

const ASK_MS = 30_000;
/** Redirects within the hub, as a renamed repository has them. */
const MOST_HOPS = 3;
const SHA256 = /^"?([0-9a-f]{64})"?$/;

const Listing = z.object({
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).optional() }).nullish(),
  siblings: z.array(z.object({
    rfilename: z.string(),
    size: z.number().optional(),
    lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.number() }).nullish(),
  })).default([]),
});
export type Listing = z.infer<typeof Listing>;

/** Where `file` is fetched from. */
export function fileUrl({ hub, repo, revision, file }: HubFile): string {
  return `${hub}/${repo}/resolve/${encodeURIComponent(revision)}/${file.split("/").map(encodeURIComponent).join("/")}`;
}

/** `url` as a file of `hub`, or null if it is none. */
export function hubFileOf(url: string, hub: string): HubFile | null {
  const base = hub.replace(/\/+$/, "");
  if (!url.startsWith(`${base}/`)) return null;
  const found = /^(\w[\w.-]*\/\w[\w.-]*)\/(?:resolve|blob)\/([\w.%-]+)\/([^?#]+?)(?:\?download=true)?$/
    .exec(url.slice(base.length + 1));
  if (found === null) return null;
  return { hub: base, repo: found[1], revision: decoded(found[2]), file: found[3].split("/").map(decoded).join("/") };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The listing of `repo`, or null if the hub has none. Rejects as `Fetch` does. */
export async function listingOf(
  fetching: Fetch,
  { hub, repo }: { hub: string; repo: string },
  signal: AbortSignal,
): Promise<Listing | null> {
  const answer = await ask(fetching, { method: "GET", url: `${hub}/api/models/${repo}?blobs=true` }, signal);
  if (answer.status !== 200 || answer.cut) return null;
  try {
    const text = new TextDecoder().decode(Uint8Array.fromBase64(answer.body));
    return Listing.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What the hub says of `at`. Throws `RangeError` if it has no such file; rejects as `Fetch` does. */
export async function factsOf(fetching: Fetch, at: HubFile, signal: AbortSignal): Promise<FileFacts> {
  const head = await headOf(fetching, fileUrl(at), signal);
  if (head.status >= 400) {
    const why = head.status === 401 || head.status === 403
      ? "it wants a login, and harombe sends none"
      : `it answered ${head.status}`;
    throw new RangeError(`Cannot get ${at.file} of ${at.repo} from ${at.hub}: ${why}`);
  }
  const listing = await listingOf(fetching, at, signal);
  const listed = listing?.siblings.find((one) => one.rfilename === at.file);
  const size = head.headers["x-linked-size"];
  const licence = [listing?.cardData?.license ?? []].flat().join(", ");
  return {
    bytes: /^\d{1,15}$/.test(size ?? "") ? Number(size) : listed?.lfs?.size ?? listed?.size ?? null,
    sha256: SHA256.exec(head.headers["x-linked-etag"] ?? "")?.[1] ?? listed?.lfs?.sha256 ?? null,
    licence: licence === "" ? null : licence,
  };
}

/** The first answer that tells of the file: a redirect to elsewhere, or the file itself. */
async function headOf(fetching: Fetch, url: string, signal: AbortSignal): Promise<FetchAnswer> {
  let at = url;
  for (let hop = 0;; hop++) {
    const answer = await ask(fetching, { method: "HEAD", url: at }, signal);
    const { location } = answer.headers;
    const inside = location !== undefined && URL.parse(location)?.origin === new URL(at).origin;
    if (answer.headers["x-linked-etag"] !== undefined || !inside || hop === MOST_HOPS) return answer;
    at = location;
  }
}

function ask(
  fetching: Fetch,
  what: { method: "GET" | "HEAD"; url: string },
  signal: AbortSignal,
): Promise<FetchAnswer> {
  const request = { ...what, headers: {}, maxBytes: 8 << 20, ms: ASK_MS, redirects: "none" as const };
  return fetching(request, () => {}, signal);
}
