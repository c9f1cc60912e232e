/** `harombe backup FILE` and `harombe restore FILE`. */
import { restoreBackup } from "../backup/restore.ts";
import { SHORTEST_PASSPHRASE } from "../backup/seal.ts";
import { writeBackup } from "../backup/write.ts";
import type { Manifest } from "../backup/manifest.ts";
import { stateDirectory } from "../config.ts";
import { EXIT, Exit, short, visible } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { PARTS } from "../state/parts.ts";
import { useStateDirectory } from "../state/directory.ts";
import { askPassphrase } from "../terminal/passphrase.ts";
import { VERSION } from "./version.ts";
import { showTime } from "./when.ts";

export type BackupArgs = { encrypt?: boolean; models?: boolean; force?: boolean; json?: boolean };

/** Writes a backup to `file`; the exit code. */
export async function backup(file: string, args: BackupArgs, io: Io): Promise<number> {
  const made = await writeBackup({
    file: absolute(file),
    state: stateDirectory(io.env),
    models: args.models === true,
    force: args.force === true,
    passphrase: args.encrypt ? await newPassphrase(io) : null,
    version: VERSION,
    now: io.now(),
  }, io.signal);
  if (args.json) {
    io.stdout.write(`${jsonText({ file, encrypted: args.encrypt === true, ...made })}\n`);
    return 0;
  }
  io.stdout.write(
    [
      `Wrote ${visible(file)}: ${made.files.length} files, ${made.bytes} bytes, read back and whole.`,
      contents(made),
      args.encrypt
        ? "It is encrypted in the age format; without the passphrase nobody opens it, you neither."
        : "It is NOT encrypted: whoever reads it has the conversations, the settings with their keys, the secrets with theirs, and the key that signs the audit log.",
    ].join("\n") + "\n",
  );
  return 0;
}

/** Restores `file`; the exit code. */
export async function restore(file: string, args: Omit<BackupArgs, "encrypt" | "models">, io: Io): Promise<number> {
  const state = stateDirectory(io.env);
  await useStateDirectory(state);
  const { manifest, aside } = await restoreBackup({
    file: absolute(file),
    state,
    force: args.force === true,
    passphrase: () => askPassphrase("Passphrase: ", io, io.signal),
    now: io.now(),
  }, io.signal);
  if (args.json) {
    io.stdout.write(`${jsonText({ ...manifest, state, aside })}\n`);
    return 0;
  }
  io.stdout.write(
    [
      `Restored ${manifest.files.length} files of ${showTime(manifest.createdAt)} UTC (harombe ${
        short(manifest.harombe)
      }) to ${visible(state)}.`,
      contents(manifest),
      ...(aside === null ? [] : [`The old files are in ${visible(aside)}.`]),
    ].join("\n") + "\n",
  );
  return 0;
}

function contents({ files, audit }: Manifest): string {
  const held = PARTS.filter(({ name }) => files.some(({ path }) => path === name || path.startsWith(`${name}/`)));
  const log = audit === null ? [] : [
    audit.faults === 0
      ? `audit log verified, ${audit.last} records`
      : `the audit log is NOT whole (${audit.faults} faults)`,
  ];
  return `It holds ${[...held.map(({ what }) => what)].join(", ")}${log.length > 0 ? `; ${log}` : ""}.`;
}

async function newPassphrase(io: Io): Promise<string> {
  const first = await askPassphrase(`New passphrase (${SHORTEST_PASSPHRASE} characters or more): `, io, io.signal);
  if ([...first].length < SHORTEST_PASSPHRASE) {
    throw new Exit(EXIT.usage, `Cannot use so short a passphrase: ${SHORTEST_PASSPHRASE} characters or more`);
  }
  if (io.stdin.isTerminal && await askPassphrase("Again: ", io, io.signal) !== first) {
    throw new Exit(EXIT.usage, "Cannot use the passphrase: the two are not the same");
  }
  return first;
}

/** The launcher has made it absolute; a process without one does not know its folder. */
function absolute(file: string): string {
  if (!file.startsWith("/")) throw new Exit(EXIT.usage, `Cannot use a relative path here: ${visible(file)}`);
  return file;
}
