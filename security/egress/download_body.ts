/** A body into a file: gone on with where the server lets it, begun anew where it does not. */
import type { Answered } from "./exchange.ts";
import { openPart, type PartFile } from "./part_file.ts";
import { FetchError, type FetchProgress, type ToFile } from "./request.ts";

/** Milliseconds between two words about progress. */
const SAY_MS = 200;

export type Saving = {
  part: PartFile;
  /** What to ask the server for: the rest, under the ETag that the part came with. */
  headers(): Record<string, string>;
};

/** The file for `file` in `directory`, with what of it can be gone on with. The caller closes `part`. */
export async function openSaving(directory: string, file: ToFile): Promise<Saving> {
  const { etag } = file;
  const strong = etag !== undefined && !etag.startsWith("W/");
  const part = await openPart(`${directory}/${file.name}`, strong ? file.from : 0);
  return {
    part,
    headers: (): Record<string, string> =>
      part.bytes > 0 && strong ? { range: `bytes=${part.bytes}-`, "if-range": etag } : {},
  };
}

/**
 * Writes the body of a 200 or 206 behind or over what `part` has. Resolves to its SHA-256 once all of it came, or to
 * null for 416, after which `part` is empty and the request must be sent again. Throws `FetchError`; what came stays.
 */
export async function saveBody(
  { status, headers, body }: Pick<Answered, "status" | "headers" | "body">,
  { part, most, touch }: { part: PartFile; most: number; touch(): void },
  onProgress: (progress: FetchProgress) => void,
): Promise<string | null> {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "");
  if (status === 416) {
    if (new RegExp(`^bytes \\*/${part.bytes}$`).test(headers["content-range"] ?? "")) return await part.finish();
    await part.restart();
    return null;
  }
  if (!/^(?:identity)?$/i.test(headers["content-encoding"] ?? "")) {
    throw new FetchError("garbage", "Cannot download: the server sends it encoded, though it was asked not to");
  }
  if (status === 206 && (range === null || Number(range[1]) !== part.bytes)) {
    throw new FetchError("garbage", "Cannot download: the server sends another part than it was asked for");
  }
  if (status === 200 && part.bytes > 0) await part.restart();
  const length = /^\d{1,15}$/.test(headers["content-length"] ?? "") ? Number(headers["content-length"]) : undefined;
  const total = range !== null && range[2] !== "*" ? Number(range[2]) : length && part.bytes + length;
  const about = { ...(total === undefined ? {} : { total }), ...etagOf(headers) };
  const tooLarge = (bytes: number) =>
    new FetchError("large", `Cannot download ${bytes} bytes: ${most} were to come, so it is another file`);
  if (total !== undefined && total > most) throw tooLarge(total);
  onProgress({ bytes: part.bytes, ...about });
  const said = { at: performance.now() };
  for await (const piece of body) {
    touch();
    if (part.bytes + piece.length > most) throw tooLarge(part.bytes + piece.length);
    await part.write(piece);
    if (performance.now() - said.at < SAY_MS) continue;
    said.at = performance.now();
    onProgress({ bytes: part.bytes, ...about });
  }
  if (total !== undefined && part.bytes < total) {
    throw new FetchError("cut", `Cannot download: the connection broke off after ${part.bytes} of ${total} bytes`);
  }
  const sha256 = await part.finish();
  onProgress({ bytes: part.bytes, ...about });
  return sha256;
}

function etagOf(headers: Record<string, string>): { etag?: string } {
  const { etag } = headers;
  return etag !== undefined && /^[\x20-\x7e]{1,512}$/.test(etag) ? { etag } : {};
}
