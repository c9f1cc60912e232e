/**
 * What may be asked of the process that alone dials public addresses. It judges every address itself, and believes
 * nothing that a server says. One process serves one request and ends with it: nothing of one server reaches another.
 */
import * as z from "zod/mini";

/** Where a body is kept instead of being answered: a plain name in the downloads directory, nothing else. */
export const ToFile = z.strictObject({
  name: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/)),
  /** Bytes that are there already and that the server is asked to leave out. */
  from: z.int().check(z.nonnegative()),
  /** The ETag that the part was fetched under: another one starts anew. Without one the part is not gone on with. */
  etag: z.optional(z.string().check(z.regex(/^[\x20-\x7e]{1,512}$/))),
});
export type ToFile = z.infer<typeof ToFile>;

/** Headers that belong to the connection, or would tell more of the person than the request itself. */
const OURS =
  /^(?:accept-encoding|connection|content-length|cookie|expect|forwarded|from|host|if-range|keep-alive|origin|proxy-.*|range|referer|te|trailer|transfer-encoding|upgrade|user-agent|via|x-forwarded-.*)$/;

export const FetchRequest = z.strictObject({
  url: z.string().check(z.maxLength(8192)),
  method: z.enum(["GET", "HEAD", "POST"]),
  /** Never those of `OURS`. After a redirect to another server only `accept` and `accept-language` are kept. */
  headers: z.record(
    z.string().check(z.regex(/^[a-z][a-z0-9-]{0,63}$/), z.refine((name) => !OURS.test(name))),
    z.string().check(z.regex(/^[\x20-\x7e]{0,4096}$/)),
  ),
  /** base64; with POST only. */
  body: z.optional(z.string().check(z.maxLength(8 << 20))),
  /** Bytes of the decoded body at most; more is cut and said, or with `file` refused. */
  maxBytes: z.int().check(z.positive()),
  /** Milliseconds for the whole exchange; with `file`, of silence. */
  ms: z.int().check(z.positive(), z.maximum(3_600_000)),
  /**
   * `same-host`: the same scheme, host and port, or http to https of one host. A redirect that may not be followed is
   * answered as it came, its `location` made absolute. A POST is never sent on.
   */
  redirects: z.enum(["none", "same-host", "any"]),
  file: z.optional(ToFile),
});
export type FetchRequest = z.infer<typeof FetchRequest>;

export const FetchAnswer = z.object({
  status: z.int(),
  /** Where the answer came from, after redirects. */
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  /** base64; empty where the body went to a file. */
  body: z.string(),
  /** True: the body was longer than `maxBytes`. */
  cut: z.boolean(),
  /** Of the whole file as it now lies there: bytes and SHA-256, hexadecimal. Absent unless the status was 200 or 206. */
  file: z.optional(z.object({ bytes: z.int(), sha256: z.string() })),
});
export type FetchAnswer = z.infer<typeof FetchAnswer>;

/** Bytes in the file so far, of the whole if the server told, and the ETag to go on under. */
export const FetchProgress = z.object({ bytes: z.int(), total: z.optional(z.int()), etag: z.optional(z.string()) });
export type FetchProgress = z.infer<typeof FetchProgress>;

/**
 * Why nothing was answered: `refused` by the rules here, `unreachable`, `silent` too long, `cut` off in the middle,
 * `large` above `maxBytes` with a file, `disk` of this machine, `garbage` that is no HTTP.
 */
const FetchFault = z.enum(["refused", "unreachable", "silent", "cut", "large", "disk", "garbage"]);
export type FetchFault = z.infer<typeof FetchFault>;

/** A failed fetch; a caller goes on with a part after `cut`, `silent`, `unreachable`, and after nothing else. */
export class FetchError extends Error {
  override name = "FetchError";
  constructor(readonly fault: FetchFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The process → main, one JSON line each; after `answer` or `failed` comes nothing. */
export const FetchSaid = z.union([
  z.object({ progress: FetchProgress }),
  z.object({ answer: FetchAnswer }),
  z.object({ failed: z.object({ fault: FetchFault, message: z.string() }) }),
]);
export type FetchSaid = z.infer<typeof FetchSaid>;

/** Rejects with `FetchError`, a sentence for the person, where nothing was answered; an HTTP status is an answer. */
export type Fetch = (
  request: FetchRequest,
  onProgress: (progress: FetchProgress) => void,
  signal: AbortSignal,
) => Promise<FetchAnswer>;
