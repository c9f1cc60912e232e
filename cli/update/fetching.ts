/** What `update` fetches with: the fetching process, started by this launcher in a house of its own, and gone with it. */
import { download } from "../../security/egress/download.ts";
import { fetchOver } from "../../security/egress/fetch_client.ts";
import { openHouse } from "../../security/sandbox/house.ts";
import type { OwnModule } from "../../security/sandbox/program.ts";
import { runHere } from "../../security/sandbox/run_here.ts";
import { EXIT, Exit, short } from "../failure.ts";
import { progressLine } from "../pull/progress.ts";
import type { Download } from "./source.ts";

export type FetchingOptions = {
  /** The state directory, which must be there. */
  state: string;
  home: string;
  /** The fetching process's program, or null where this build has none. */
  module: OwnModule | null;
  /** Private hosts that the owner named, as `host:port`. */
  hosts: readonly string[];
  out: { isTerminal: boolean; write(text: string): void };
};

/** Milliseconds for a manifest. */
const ASK_MS = 30_000;

/** Opens it; the caller closes it. What was fetched whole lies in the state directory's `pulls` until it is taken from there. */
export async function openDownloads(
  { state, home, module, hosts, out }: FetchingOptions,
  signal: AbortSignal,
): Promise<Download & AsyncDisposable> {
  // No run of this house sees a folder; it must name one.
  const folder = await Deno.makeTempDir({ prefix: "harombe-update-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  const fixed = { folder, home, state, deno: Deno.execPath(), files: null, fetch: module, hosts };
  const house = await openHouse(fixed, signal).catch(async (error) => {
    await remove();
    throw error;
  });
  const fetching = fetchOver(runHere(house));
  return {
    async text(url, most, signal) {
      const request = { url, method: "GET", headers: {}, maxBytes: most, ms: ASK_MS, redirects: "any" } as const;
      const { status, body, cut } = await fetching(request, () => {}, signal);
      if (status !== 200) {
        throw new Exit(EXIT.failed, `Cannot read the release ${short(url)}: the server answered ${status}`);
      }
      if (cut) throw new Exit(EXIT.failed, `Cannot read the release ${short(url)}: it has more than ${most} bytes`);
      return Uint8Array.fromBase64(body);
    },
    async file({ url, name, bytes, sha256 }, signal) {
      const line = progressLine(out, { what: name, columns: () => 80, now: () => performance.now() });
      try {
        // A release must not name the download of a model.
        const places = { directory: `${state}/downloads`, own: `${state}/pulls` };
        const { path } = await download(fetching, { url, name: `update-${name}`, bytes, sha256 }, {
          ...places,
          onProgress: line.show,
          wait: waitFor,
        }, signal);
        return path;
      } finally {
        line.end();
      }
    },
    async [Symbol.asyncDispose]() {
      await house.close();
      await remove();
    },
  };
}

function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  const waited = Promise.withResolvers<void>();
  const timer = setTimeout(waited.resolve, ms);
  const stop = () => waited.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  return waited.promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  });
}
