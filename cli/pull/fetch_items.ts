/** A list of items from the offer to the installed files: shown, agreed to, recorded, fetched, checked. */
import { createHash } from "node:crypto";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Audit, AuditEntry } from "../../security/audit/record.ts";
import { download } from "../../security/egress/download.ts";
import { type Fetch, FetchError } from "../../security/egress/request.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { writePrivately } from "../config/write.ts";
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { textLines } from "../text_lines.ts";
import type { Item } from "./item.ts";
import { type Circumstances, noRoom, offerText, size, toCome } from "./offer.ts";
import { progressLine } from "./progress.ts";

export type Pulling = {
  /** The state directory. */
  state: string;
  fetching: Fetch;
  audit: Audit;
  /** How the person repeats this, shown where it broke off. */
  again: string;
  yes: boolean;
  json: boolean;
};

/**
 * Offers `items`, asks, fetches and installs them one after another. Resolves to the exit code; throws `Exit`: 1 if
 * something could not be had, 3 if nobody could be asked and `yes` is not given, 130 if interrupted. What came stays.
 */
export async function fetchItems(items: readonly Item[], pulling: Pulling, io: Io): Promise<number> {
  const around = await circumstances(items, pulling.state);
  if (pulling.json) {
    const offer = items.map(({ what, url, bytes, sha256, checked, licence, facts }) => ({
      what,
      url,
      bytes,
      sha256,
      checked,
      licence,
      ...Object.fromEntries(facts),
    }));
    io.stdout.write(`${jsonText({ offer, toCome: toCome(items, around.parts), free: around.free })}\n`);
  } else io.stdout.write(`${offerText(items, around)}\n`);
  const full = noRoom(items, around);
  if (full !== null) throw new Exit(EXIT.failed, `Cannot download: ${full}`);
  const by = await agreed(pulling, io);
  for (const item of items) await fetchOne(item, { ...pulling, by }, io);
  return 0;
}

/** Who agreed to the offer that was shown. Throws `Exit`: 3 where nobody can be asked, 1 for a no. */
export async function agreed({ yes }: { yes: boolean }, io: Io): Promise<string> {
  if (yes) return "--yes on the command line";
  if (!io.stdin.isTerminal) {
    throw new Exit(EXIT.needsApproval, "nothing was downloaded: say yes to this offer by --yes");
  }
  io.stderr.write("Download this? [y/N] ");
  for await (const line of textLines(io.stdin.readable, io.signal)) {
    if (/^\s*y(es)?\s*$/i.test(line)) return "person at terminal";
    break;
  }
  io.signal.throwIfAborted();
  throw new Exit(EXIT.failed, "nothing was downloaded");
}

async function fetchOne(item: Item, pulling: Pulling & { by: string }, io: Io): Promise<void> {
  const { state, fetching } = pulling;
  const scrub = createScrub({ known: [] });
  // A URL may hold somebody's token.
  const audit: Audit = { append: (entry, signal) => pulling.audit.append(scrub.value(entry) as AuditEntry, signal) };
  const about = { callId: crypto.randomUUID(), session: "", tool: "models_pull" };
  const started = performance.now();
  const outcome = (ok: boolean, summary: string): AuditEntry => ({
    kind: "outcome",
    ...about,
    ok,
    ms: Math.round(performance.now() - started),
    resultSha256: createHash("sha256").update(summary).digest("hex"),
    summary: summary.slice(0, 200),
  });
  const { what, name, url, bytes, sha256, checked } = item;
  await audit.append({
    kind: "intent",
    ...about,
    agent: "person",
    args: { what, url, bytes, sha256, checked },
    risk: "MEDIUM",
    verdict: "approved",
    reasons: [`fetches ${what} from ${new URL(url).host} and installs it`],
    by: pulling.by,
  }, io.signal);
  const line = progressLine(io.stderr, { what, columns: () => io.size().columns, now: () => performance.now() });
  try {
    await Deno.mkdir(join(state, "models"), { recursive: true, mode: 0o700 });
    await Deno.mkdir(join(state, "downloads"), { recursive: true, mode: 0o700 });
    const places = { directory: join(state, "downloads"), own: join(state, "pulls") };
    const options = { ...places, wait: waitFor, onProgress: line.show };
    const file = await download(fetching, { url, name, sha256, bytes }, options, io.signal);
    const speed = line.end();
    const said = await item.install(file, io.signal);
    await audit.append(outcome(true, `${said}; SHA-256 ${file.sha256}`), new AbortController().signal);
    await keepSpeed(state, speed, io.signal);
    io.stderr.write(`${said}\n`);
  } catch (error) {
    line.end();
    if (error instanceof FetchError && error.fault === "disk") giveBack(partPath(state, item.name));
    const failure = explained(error, { item, state, again: pulling.again, aborted: io.signal.aborted });
    await audit.append(outcome(false, failure.message), new AbortController().signal).catch(() => {
      failure.message += ". This could not be recorded in the audit log";
    });
    // Whoever pressed Ctrl-C is told no error, but how to go on.
    if (io.signal.aborted) io.stderr.write(`${failure.message}\n`);
    throw failure;
  }
}

/** What went wrong, with what stays and how to go on. */
function explained(
  error: unknown,
  { item, state, again, aborted }: { item: Item; state: string; again: string; aborted: boolean },
): Error {
  const kept = sizeNow(partPath(state, item.name));
  const goOn = kept > 0 ? ` ${size(kept)} are kept; go on with: ${again}` : "";
  if (aborted) return new Exit(EXIT.interrupted, `stopped.${goOn}`);
  const message = error instanceof Error ? error.message : String(error);
  const disk = error instanceof FetchError && error.fault === "disk";
  const reason = disk ? null : error instanceof Exit ? null : diskReason(error);
  if (reason !== null) return new Exit(EXIT.failed, `Cannot install ${item.what}: ${reason}.${goOn}`, { cause: error });
  return new Exit(EXIT.failed, `${message}${goOn === "" ? "" : `.${disk ? " Free some space." : ""}${goOn}`}`, {
    cause: error,
  });
}

/** What is free, what lies there already, how fast it was the last time. */
async function circumstances(items: readonly Item[], state: string): Promise<Circumstances> {
  const free = await statfs(state).then(({ bavail, bsize }) => Number(bavail) * Number(bsize), () => null);
  const parts = items.map(({ name }) =>
    [
      name,
      Math.max(sizeNow(partPath(state, name)), sizeNow(join(state, "pulls", `${name}.whole`))),
    ] as const
  );
  const speed = await Deno.readTextFile(speedPath(state)).then((text) => Number(text) || null, () => null);
  return { free, parts: Object.fromEntries(parts), speed };
}

function partPath(state: string, name: string): string {
  return join(state, "downloads", `${name}.part`);
}

/** Bytes of a part that are given up on a full disk, so that the audit log and everything else can go on. */
const GIVEN_BACK = 1 << 20;

function giveBack(path: string): void {
  try {
    // What the fetching process left there is not followed where it is a link.
    const { isFile, size } = Deno.lstatSync(path);
    if (isFile) Deno.truncateSync(path, Math.max(0, size - GIVEN_BACK));
  } catch {
    // It is gone, or the disk does not let even that be done: what went wrong is said anyway.
  }
}

function speedPath(state: string): string {
  return join(state, "pulls", "speed");
}

async function keepSpeed(state: string, speed: number | null, signal: AbortSignal): Promise<void> {
  if (speed !== null && speed > 0) await writePrivately(speedPath(state), `${Math.round(speed)}\n`, signal);
}

function sizeNow(path: string): number {
  try {
    return Deno.lstatSync(path).size;
  } catch {
    return 0;
  }
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
