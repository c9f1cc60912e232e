/** A body as answered: decoded, and never more of it than was asked for. */
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import type { Answered } from "./exchange.ts";
import { FetchError } from "./request.ts";

/**
 * The decoded body, at most `most` bytes; `cut` if there was more. What a compressed body would grow to does not matter:
 * it is decoded piece by piece until `most`. Throws `FetchError` for a coding that was not asked for.
 */
export async function readBody(
  { headers, body }: Pick<Answered, "headers" | "body">,
  most: number,
): Promise<{ bytes: Uint8Array; cut: boolean }> {
  const coding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (coding !== "identity" && coding !== "gzip" && coding !== "x-gzip" && coding !== "") {
    throw new FetchError("garbage", "Cannot decode the answer: it is encoded, and not by gzip, which was asked for");
  }
  if (coding === "identity" || coding === "") return await gather(body, most);
  const gunzip = createGunzip();
  const source = Readable.from(body);
  source.on("error", (error) => gunzip.destroy(error));
  try {
    return await gather(source.pipe(gunzip) as AsyncIterable<Uint8Array>, most);
  } catch (error) {
    if (error instanceof FetchError) throw error;
    throw new FetchError("garbage", `Cannot decode a gzip answer: ${error instanceof Error ? error.message : error}`);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function gather(body: AsyncIterable<Uint8Array>, most: number): Promise<{ bytes: Uint8Array; cut: boolean }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece.subarray(0, Math.max(0, most - size)));
    size += piece.length;
    if (size > most) break;
  }
  const bytes = new Uint8Array(Math.min(size, most));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, cut: size > most };
}
