/**
 * The files program: `files_server.ts ROOT ro|rw`, JSON lines on stdin and stdout (`files_wire.ts`). It is run where
 * the kernel shows it nothing but the workspace, and needs no permission but to read (and write) ROOT. It ends
 * with its input, and with status 1 where its input is not what it should be.
 */
import * as z from "zod/mini";
import type { Files } from "./files.ts";
import { FilesRequest, LONGEST_LINE } from "./files_wire.ts";
import { jsonLine, jsonLines } from "../json_lines.ts";
import { openFolder } from "./open_folder.ts";
import { PROTECTED_PATHS } from "../protected.ts";

/** The least that a line must be to be answered at all. */
const Asked = z.object({ id: z.int() });

async function answer(files: Files, request: FilesRequest, signal: AbortSignal): Promise<unknown> {
  switch (request.op) {
    case "stat":
      return await files.stat(request.path, signal);
    case "list":
      return await files.list(request.path, request.options, signal);
    case "read": {
      const { bytes, ...rest } = await files.read(request.path, request, signal);
      return { ...rest, data: bytes.toBase64() };
    }
    case "write":
      return await files.write(request.path, Uint8Array.fromBase64(request.data), request, signal);
    case "search":
      return await files.search(request.path, request.options, signal);
    case "cancel":
      return null;
  }
}

/** Answers every request of `input` on `say`, until `input` ends; then resolves once the running calls have ended. */
async function serveFiles(
  files: Files,
  io: { input: ReadableStream<Uint8Array>; say: (line: Uint8Array) => Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  const running = new Map<number, AbortController>();
  const ended: Promise<void>[] = [];
  for await (const line of jsonLines(io.input, LONGEST_LINE)) {
    const parsed = FilesRequest.safeParse(line);
    if (!parsed.success) {
      const id = Asked.parse(line).id;
      await io.say(jsonLine({ id, error: { name: "TypeError", message: "Cannot serve this request: bad arguments" } }));
      continue;
    }
    const request = parsed.data;
    if (request.op === "cancel") {
      running.get(request.id)?.abort();
      continue;
    }
    const call = new AbortController();
    running.set(request.id, call);
    ended.push((async () => {
      try {
        const value = await answer(files, request, AbortSignal.any([call.signal, signal]));
        await io.say(jsonLine({ id: request.id, value }));
      } catch (error) {
        const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
        await io.say(jsonLine({ id: request.id, error: { name, message } }));
      } finally {
        running.delete(request.id);
      }
    })());
    if (ended.length > 64) await Promise.all(ended.splice(0));
  }
  await Promise.all(ended);
}

if (import.meta.main) {
  const [root, access] = Deno.args;
  if (!root?.startsWith("/") || (access !== "ro" && access !== "rw")) {
    throw new TypeError(`Cannot serve files for ${JSON.stringify(Deno.args)}: ROOT ro|rw`);
  }
  const files = openFolder(root, { writable: access === "rw", protectedPaths: PROTECTED_PATHS });
  const writer = Deno.stdout.writable.getWriter();
  await serveFiles(
    files,
    { input: Deno.stdin.readable, say: (line) => writer.write(line) },
    new AbortController().signal,
  );
}
