/** Main's side of the fetching process: a `Fetch` that starts one process for each request. */
import { jsonLine, jsonLines } from "../sandbox/json_lines.ts";
import { DEFAULT_LIMITS, type Grant, type Run } from "../sandbox/grant.ts";
import { SAVES } from "../sandbox/program.ts";
import { type Fetch, FetchError, FetchRequest, FetchSaid } from "./request.ts";

/** An answer with a body at its largest, as JSON. */
const LONGEST_LINE = 64 << 20;
/** Characters of standard error that are told where the process ended without a word. */
const TOLD = 300;

/** The downloads are there only for a request that writes one: a page's server never meets the files of another. */
const grantFor = ({ file }: FetchRequest): Grant => ({
  program: "fetch",
  source: file === undefined ? "" : SAVES,
  folder: "none",
  cwd: "",
  env: {},
  limits: DEFAULT_LIMITS,
});

/** Fetches by way of `run`, the launcher's. Aborting kills the process. Throws `TypeError` for a request that no process would take. */
export function fetchOver(run: (grant: Grant, signal: AbortSignal) => Run): Fetch {
  return async (request, onProgress, signal) => {
    signal.throwIfAborted();
    const checked = FetchRequest.safeParse(request);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      throw new TypeError(`Cannot fetch ${request.url.slice(0, 200)}: ${issue.path.map(String)}: ${issue.message}`);
    }
    const ended = new AbortController();
    const started = run(grantFor(checked.data), AbortSignal.any([signal, ended.signal]));
    const stderr = tail(started.stderr);
    try {
      await started.write(jsonLine(checked.data));
      await started.closeInput();
      for await (const line of jsonLines(started.stdout, LONGEST_LINE)) {
        const said = FetchSaid.safeParse(line);
        if (!said.success) throw new FetchError("garbage", "Cannot understand the fetching process");
        if ("progress" in said.data) onProgress(said.data.progress);
        if ("answer" in said.data) return said.data.answer;
        if ("failed" in said.data) throw new FetchError(said.data.failed.fault, said.data.failed.message);
      }
      signal.throwIfAborted();
      const { stopped, code } = await started.outcome;
      const why = stopped ?? `status ${code}`;
      throw new FetchError("cut", `Cannot fetch: the fetching process ended (${why}) ${await stderr}`.trim());
    } finally {
      ended.abort();
      await started.outcome.catch(() => {});
      await stderr;
    }
  };
}

async function tail(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of stream) text = (text + decoder.decode(chunk, { stream: true })).slice(-TOLD);
  } catch {
    // The launcher is gone, and with it what would have been said.
  }
  return text.trim();
}
