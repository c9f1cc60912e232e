/** `harombe update`: in the launcher, which alone may start the new file once before it is trusted. */
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { exists } from "../exists.ts";
import { EXIT, Exit, short, unavailable, visible } from "../failure.ts";
import { compareVersions, MOST_BYTES, platformOf, readRelease, type Release } from "./release.ts";
import { checkPortable, previousOf, replaceBy, rollBack, type TellVersion } from "./replace.ts";

/** Fetches `url` to a new private file and resolves to its path; it is there only if it has this SHA-256. */
export type Download = (
  url: string,
  options: { sha256: string; bytes: number },
  signal: AbortSignal,
) => Promise<string>;

export type UpdateParts = {
  /** This portable file, or null where harombe runs from sources or npm. */
  file: string | null;
  version: string;
  cwd: string;
  tellVersion: TellVersion;
  /** Null as long as nothing in this process may fetch. */
  download: Download | null;
  print(text: string): void;
  /** Notes a change in harombe's own log. */
  note(what: string): void;
};

const USAGE = "harombe update FILE [--sha256 HEX] [--check] [--force], or harombe update --rollback";

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
    const back = await rollBack(file, tellVersion, signal);
    parts.note(`Rolled back from ${version} to ${back}.`);
    say(`Back to ${back}; the file that was there is ${visible(previousOf(file))}.`, {
      version: back,
      before: version,
      file,
    });
    return 0;
  }
  if (asked.from === null) {
    throw new Exit(EXIT.usage, `Cannot update from nowhere: no address of releases is built in; write ${USAGE}`);
  }
  const source = await sourceOf(asked.from, asked.sha256, parts, signal);
  const { release, proof } = readManifest(source.manifest, asked.sha256);
  const platform = platformOf(Deno.build.os, Deno.build.arch);
  const entry = release.files.find((one) => one.platform === platform);
  const newer = compareVersions(release.version, version);
  const data = {
    from: version,
    to: release.version,
    platform,
    available: entry !== undefined,
    newer: newer > 0,
    proof,
  };
  if (asked.check) {
    const what = entry === undefined
      ? `has no file for ${platform}`
      : newer > 0
      ? "is newer"
      : newer === 0
      ? "is the version that runs"
      : "is older";
    say(`${release.version} ${what}; this is ${version}.\n${proof}`, data);
    return 0;
  }
  if (entry === undefined) throw unavailable(`release ${release.version} has no file for ${platform}`);
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
  const from = await source.file(entry);
  if (!exists(from)) throw new Exit(EXIT.failed, `Cannot update: ${visible(from)} is not beside the release`);
  const candidate = {
    from: (await Deno.open(from)).readable,
    bytes: entry.bytes,
    sha256: entry.sha256,
    version: release.version,
  };
  await replaceBy(candidate, { file, tellVersion }, signal);
  parts.note(`Updated from ${version} to ${release.version}.`);
  say(
    `Updated ${
      visible(file)
    } from ${version} to ${release.version}; started once before. \`harombe update --rollback\` goes back.\n${proof}`,
    { ...data, file },
  );
  return 0;
}

type Source = { manifest: string; file(entry: Release["files"][number]): Promise<string> };

/** Where the release and its files are, on this disk or fetched; from an address only what has the SHA-256 that the person gave. */
async function sourceOf(from: string, sha256: string | null, parts: UpdateParts, signal: AbortSignal): Promise<Source> {
  if (!/^https?:/i.test(from)) {
    const manifest = resolve(parts.cwd, from);
    return { manifest, file: ({ name }) => Promise.resolve(join(dirname(manifest), name)) };
  }
  const { download } = parts;
  if (download === null) throw unavailable("updates from an address; fetch the release and name its file");
  if (sha256 === null) {
    throw new Exit(EXIT.failed, "Cannot trust a release from an address: give its checksum by --sha256");
  }
  const manifest = await download(from, { sha256, bytes: MOST_BYTES }, signal);
  return { manifest, file: ({ name, ...expected }) => download(new URL(name, from).href, expected, signal) };
}

/** The release, and in words what its checksum proves. */
function readManifest(path: string, given: string | null): { release: Release; proof: string } {
  if (!exists(path)) throw new Exit(EXIT.failed, `Cannot read the release ${visible(path)}: it is not there`);
  const stat = Deno.statSync(path);
  if (!stat.isFile || stat.size > MOST_BYTES) {
    throw new Exit(
      EXIT.failed,
      `Cannot read the release ${visible(path)}: it is no file of at most ${MOST_BYTES} bytes`,
    );
  }
  const bytes = Deno.readFileSync(path);
  const beside = `${path}.sha256`;
  const wanted = given ??
    (exists(beside) ? /^([0-9a-f]{64})\b/i.exec(Deno.readTextFileSync(beside))?.[1].toLowerCase() : undefined);
  if (wanted === undefined) {
    throw new Exit(
      EXIT.failed,
      `Cannot trust the release: give its checksum by --sha256, or put it in ${visible(beside)}`,
    );
  }
  if (createHash("sha256").update(bytes).digest("hex") !== wanted) {
    throw new Exit(EXIT.failed, "Cannot trust the release: it has not the checksum that was given (SHA-256)");
  }
  const proof = given === null
    ? "Its checksum came beside it: that proves that nothing was damaged on the way, not who made it. Releases are not signed yet."
    : "It has the checksum that you gave: it is as trustworthy as the place that you have that from. Releases are not signed yet.";
  try {
    return { release: readRelease(new TextDecoder().decode(bytes)), proof };
  } catch (error) {
    throw new Exit(EXIT.failed, (error as Error).message, { cause: error });
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
