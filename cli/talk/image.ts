/** A picture that a person attaches to a message: looked at by its first bytes, never by its name. */
import type { Part } from "../../node/chat.ts";
import type { Files } from "../../security/sandbox/files/files.ts";
import { EXIT, Exit, short } from "../failure.ts";

/** Bytes of a picture at most. */
export const MOST_IMAGE_BYTES = 10 << 20;

/** Bytes that the sandbox is asked for at once. */
const PIECE = 4 << 20;

/** Media type by how a file of that kind begins: PNG, JPEG, GIF and WebP (RIFF … WEBP). */
const MAGIC: readonly { mime: string; at: number; bytes: readonly number[] }[][] = [
  [{ mime: "image/png", at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }],
  [{ mime: "image/jpeg", at: 0, bytes: [0xff, 0xd8, 0xff] }],
  [{ mime: "image/gif", at: 0, bytes: [0x47, 0x49, 0x46, 0x38] }],
  [
    { mime: "image/webp", at: 0, bytes: [0x52, 0x49, 0x46, 0x46] },
    { mime: "image/webp", at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
  ],
];

/** The media type of `bytes`, or null if they are none of the four kinds that models read. */
export function imageType(bytes: Uint8Array): string | null {
  const fits = MAGIC.find((signs) => signs.every(({ at, bytes: sign }) => sign.every((b, i) => bytes[at + i] === b)));
  return fits?.[0].mime ?? null;
}

/** `bytes` as a part of a message. Throws `Exit` 2 if they are too many or no picture; `name` is for the error only. */
export function imagePart(name: string, bytes: Uint8Array): Part {
  const fail = (why: string) => new Exit(EXIT.usage, `Cannot attach the image ${short(name)}: ${why}`);
  if (bytes.length > MOST_IMAGE_BYTES) throw tooLarge(name);
  const mime = imageType(bytes);
  if (mime === null) throw fail("it is no PNG, JPEG, WebP or GIF");
  return { type: "image", mime, data: bytes.toBase64() };
}

function tooLarge(name: string): Exit {
  return new Exit(EXIT.usage, `Cannot attach the image ${short(name)}: it has more than ${MOST_IMAGE_BYTES >> 20} MiB`);
}

/** The picture at `path` of the workspace, read through the sandbox. Throws `Exit` 2 with the reason. */
export async function workspaceImage(path: string, files: Files, signal: AbortSignal): Promise<Part> {
  try {
    const pieces: Uint8Array[] = [];
    for (let got = 0;;) {
      const { bytes, size } = await files.read(path, { offset: got, length: PIECE }, signal);
      if (size > MOST_IMAGE_BYTES) throw tooLarge(path);
      pieces.push(bytes);
      got += bytes.length;
      if (got >= size || bytes.length === 0) return imagePart(path, await new Blob(pieces as BlobPart[]).bytes());
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Exit) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Exit(EXIT.usage, `Cannot attach the image ${short(path)}: ${why}`, { cause: error });
  }
}
