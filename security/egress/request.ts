/**
 * What may be asked of the process that alone dials public addresses. It judges every address itself, and believes
 * nothing that a server says.
 */
import * as z from "zod/mini";

/** Where a body is kept instead of being answered: a plain name in the downloads directory, nothing else. */
export const ToFile = z.strictObject({
  name: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/)),
  /** Bytes that are there already and that the server is asked to leave out. */
  from: z.int().check(z.nonnegative()),
  /** The ETag that the part was fetched under: another one starts anew. */
  etag: z.optional(z.string().check(z.maxLength(512))),
});

export const FetchRequest = z.strictObject({
  url: z.string().check(z.maxLength(8192)),
  method: z.enum(["GET", "HEAD", "POST"]),
  headers: z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,63}$/)), z.string().check(z.maxLength(4096))),
  /** base64. */
  body: z.optional(z.string().check(z.maxLength(8 << 20))),
  /** Bytes of the decoded body at most; more is cut and said, or with `file` refused. */
  maxBytes: z.int().check(z.positive()),
  /** Milliseconds for the whole exchange; with `file`, of silence. */
  ms: z.int().check(z.positive()),
  /** A redirect that may not be followed is answered as it came. */
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
  /** Of the whole file as it now lies there: bytes and SHA-256, hexadecimal. */
  file: z.optional(z.object({ bytes: z.int(), sha256: z.string() })),
});
export type FetchAnswer = z.infer<typeof FetchAnswer>;

/** Bytes in the file so far, and of the whole if the server told. */
export type FetchProgress = { bytes: number; total?: number };

/** Rejects with a sentence for the person where nothing was answered; an HTTP status is an answer. */
export type Fetch = (
  request: FetchRequest,
  onProgress: (progress: FetchProgress) => void,
  signal: AbortSignal,
) => Promise<FetchAnswer>;
