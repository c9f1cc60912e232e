/** `harombe update`: in the launcher, which alone may start the new file once before it is trusted. */
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit, short, unavailable, visible } from "../failure.ts";
import { compareVersions, targetOf } from "./release.ts";
import { checkPortable, previousOf, replaceBy, rollBack, type TellVersion } from "./replace.ts";
import { type Download, isAddress, type Places, sourceOf } from "./source.ts";

export type UpdateParts = Omit<Places, "download"> & {
  /** This portable file, or null where harombe runs from sources or npm. */
  file: string | null;
  version: string;
  tellVersion: TellVersion;
  /** Opens the way to other machines, which is needed for an address alone; null where there is none. */
  openDownloads: ((signal: AbortSignal) => Promise<Download & AsyncDisposable>) | null;
  print(text: string): void;
  /** Notes a change in harombe's own log. */
  note(what: string): void;
};

const USAGE = "harombe update FOLDER|URL [--sha256 HEX] [--check] [--force], or harombe update --rollback";

type Asked = {
  from: string | null;
  sha256: string | null;
  check: boolean;
  rollback: boolean;
  force: boolean;
  json: boolean;
};

/** Reads the words after `update`. Throws `Exit` 2. */
function readUpdate(args: readonly string[]): Asked {
  const asked: Asked = { from: null, sha256: null, check: false, rollback: false, force: false, json: false };
  const wrong = (why: string) => new Exit(EXIT.usage, `Cannot update: ${why}; write ${USAGE}`);
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    const hex = word === "--sha256" ? args[++at] : word.startsWith("--sha256=") ? word.slice(9) : null;
    if (hex !== null) {
      if (!/^[0-9a-f]{64}$/i.test(hex ?? "")) throw wrong("--sha256 needs 64 hexadecimal digits");
      asked.sha256 = hex.toLowerCase();
    } else if (word === "--check") asked.check = true;
    else if (word === "--rollback") asked.rollback = true;
    else if (word === "--force") asked.force = true;
    else if (word === "--json") asked.json = true;
    else if (word === "--debug") continue;
    else if (word.startsWith("-")) throw wrong(`unknown option ${short(word)}`);
    else if (asked.from !== null) throw wrong("one release at a time");
    else asked.from = word;
  }
  if (asked.rollback && (asked.from !== null || asked.check)) throw wrong("--rollback takes nothing else");
  return asked;
}

/** Runs `update ARGS`; the exit code. Throws `Exit` with the reason, then nothing was changed. */
export async function update(args: readonly string[], parts: UpdateParts, signal: AbortSignal): Promise<number> {
  const asked = readUpdate(args);
  const { version, tellVersion } = parts;
  const say = (text: string, data: object) => parts.print(`${asked.json ? JSON.stringify(data) : text}\n`);
  if (asked.rollback) {
    const file = own(parts);
    const back = await worded(file, rollBack(file, tellVersion, signal), signal);
    parts.note(`Rolled back from ${version} to ${back}.`);
    say(`Back to ${back}; the file that was there is ${visible(previousOf(file))}.`, {
      version: back,
      before: version,
      file,
    });
    return 0;
  }
  const from = asked.from ?? parts.configured;
  if (from === null) {
    const why = "no address of releases is built in, and update.url names none";
    throw new Exit(EXIT.usage, `Cannot update from nowhere: ${why}; write ${USAGE}`);
  }
  await using download = isAddress(from) && parts.openDownloads !== null ? await parts.openDownloads(signal) : null;
  const source = await sourceOf({ ...asked, from }, { ...parts, download }, signal);
  const { release, proof } = source;
  const target = targetOf(Deno.build.os, Deno.build.arch);
  const entry = release.files.find((one) => one.target === target);
  const newer = compareVersions(release.version, version);
  const data = {
    from: version,
    to: release.version,
    target,
    available: entry !== undefined,
    newer: newer > 0,
    proof,
  };
  if (asked.check) {
    const what = entry === undefined
      ? `has no file for ${target}`
      : newer > 0
      ? "is newer"
      : newer === 0
      ? "is the version that runs"
      : "is older";
    say(`${release.version} ${what}; this is ${version}.\n${proof}`, data);
    return 0;
  }
  if (entry === undefined) throw unavailable(`release ${release.version} has no file for ${target}`);
  if (newer === 0 && !asked.force) {
    say(`This is ${version} already.`, data);
    return 0;
  }
  if (newer < 0 && !asked.force) {
    throw new Exit(
      EXIT.failed,
      `Cannot update: ${release.version} is older than ${version}; --force takes it all the same`,
    );
  }
  const file = own(parts);
  const { path, ours } = await source.file(entry, signal);
  try {
    const { bytes, sha256 } = entry;
    const candidate = { from: (await Deno.open(path)).readable, bytes, sha256, version: release.version };
    await worded(file, replaceBy(candidate, { file, tellVersion }, signal), signal);
  } finally {
    if (ours) await Deno.remove(path);
  }
  parts.note(`Updated from ${version} to ${release.version}.`);
  say(
    `Updated ${
      visible(file)
    } from ${version} to ${release.version}; started once before. \`harombe update --rollback\` goes back.\n${proof}`,
    { ...data, file },
  );
  return 0;
}

/** `work` on `file`; what the disk refuses is said in words. */
async function worded<T>(file: string, work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const reason = signal.aborted || error instanceof Exit ? null : diskReason(error);
    if (reason === null) throw error;
    throw new Exit(EXIT.failed, `Cannot replace ${visible(file)}: ${reason}`, { cause: error });
  }
}

/** The file to replace, its links resolved. */
function own({ file }: UpdateParts): string {
  if (file === null) {
    throw unavailable(
      "this harombe was not started from its portable file; from sources: `git pull`, from npm: `npx harombe@latest`",
    );
  }
  const real = Deno.realPathSync(file);
  checkPortable(real);
  return real;
}
