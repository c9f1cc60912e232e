/**
 * The process that alone dials public addresses: one request on standard input as one JSON line, one answer on standard
 * output, then it ends.
 *
 * `deno run --allow-net --allow-read=DOWNLOADS --allow-write=DOWNLOADS fetch_process.ts DOWNLOADS [HOST…]`; without a
 * file to write, DOWNLOADS is `-` and there is neither read nor write.
 */
import { jsonLine, jsonLines } from "../sandbox/json_lines.ts";
import { fetching, type FetchPowers } from "./fetching.ts";
import { FetchError, FetchRequest, type FetchSaid } from "./request.ts";

/** A request with a body at its largest, as JSON. */
const LONGEST_LINE = 16 << 20;

/** Answers the first request of `input`; resolves when it is answered. */
async function serveFetch(
  input: ReadableStream<Uint8Array>,
  { say, ...powers }: FetchPowers & { say(said: FetchSaid): Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  for await (const line of jsonLines(input, LONGEST_LINE)) {
    const parsed = FetchRequest.safeParse(line);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const message = `Cannot fetch: ${issue.path.map(String).join(".") || "request"}: ${issue.message}`;
      return await say({ failed: { fault: "refused", message } });
    }
    try {
      await say({ answer: await fetching(parsed.data, powers, (progress) => void say({ progress }), signal) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await say({ failed: { fault: error instanceof FetchError ? error.fault : "garbage", message } });
    }
    return;
  }
}

if (import.meta.main) {
  const [downloads, ...hosts] = Deno.args;
  if (downloads !== "-" && !downloads?.startsWith("/")) {
    throw new TypeError(`Cannot fetch into ${JSON.stringify(downloads)}: no directory`);
  }
  const writer = Deno.stdout.writable.getWriter();
  const say = (said: FetchSaid) => writer.write(jsonLine(said));
  await serveFetch(
    Deno.stdin.readable,
    { downloads: downloads === "-" ? null : downloads, hosts, say },
    new AbortController().signal,
  );
  Deno.exit(0);
}
