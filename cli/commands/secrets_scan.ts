/** `harombe secrets scan`: secrets in a folder's files and its Git history. It tells where, never what. */
import { workspacePath } from "../../security/sandbox/files/workspace_path.ts";
import { keyName } from "../../security/secrets/findings.ts";
import { openPlaceholderKey } from "../../security/secrets/placeholder_key.ts";
import { stateDirectory } from "../config.ts";
import { EXIT, Exit, plainLines, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { launcherOfThisProcess, openMachine } from "../machine.ts";
import { baselineAt } from "../scan/baseline.ts";
import type { FoundIn, Scanned } from "../scan/found.ts";
import { scanHistory, trackedFiles } from "../scan/history.ts";
import { sarifOf } from "../scan/sarif.ts";
import { scanTree } from "../scan/tree.ts";
import { statePaths } from "../state/stores.ts";
import type { Args } from "../talk.ts";

const FORMATS = ["text", "json", "sarif"];

/** Prints what was found; 1 if there is anything that the baseline does not hold, else 0. */
export async function secretsScan(args: Args, io: Io): Promise<number> {
  const format = args.json ? "json" : String(args.format ?? "text");
  if (!FORMATS.includes(format)) {
    throw new Exit(EXIT.usage, `Cannot use the format ${short(format)}: ${FORMATS.join(", ")}`);
  }
  const key = openPlaceholderKey(statePaths(stateDirectory(io.env)).placeholderKey);
  const machine = await openMachine(launcherOfThisProcess()?.launcher ?? null, io.signal);
  try {
    const { path: root, access, reason } = machine.powers.folder;
    if (access === "none") throw new Exit(EXIT.failed, `Cannot scan ${root}: ${reason ?? "the folder is not granted"}`);
    const { files } = machine.sandbox;
    const path = inside(root, args.path === undefined ? "" : String(args.path));
    const known = args.baseline === undefined
      ? new Set<string>()
      : await baselineAt(files, { path: inside(root, String(args.baseline)), key: keyName(key) }, io.signal);
    const scanned = args.history ? await scanHistory(files, { path, key }, io.signal) : await scanTree(files, {
      path,
      key,
      ...(args.tracked ? { only: await trackedFiles(files, path, io.signal) } : {}),
    }, io.signal);
    const shown = { ...scanned, found: scanned.found.filter(({ fingerprint }) => !known.has(fingerprint)) };
    const all = scanned.found.length;
    if (format === "sarif") io.stdout.write(`${jsonText(sarifOf(shown))}\n`);
    else if (format === "json") io.stdout.write(`${jsonText(jsonOf(shown, { key: keyName(key), all }))}\n`);
    else {
      if (shown.found.length > 0) io.stdout.write(`${shown.found.map((one) => plainLines(lineOf(one))).join("\n")}\n`);
      io.stderr.write(`${plainLines(summary(shown, all))}\n`);
    }
    return shown.found.length > 0 ? EXIT.failed : 0;
  } finally {
    await machine.close();
  }
}

function inside(root: string, path: string): string {
  try {
    return workspacePath(root, path);
  } catch (error) {
    throw new Exit(EXIT.usage, `Cannot scan ${short(path)}: it is not in ${root}; use --folder`, { cause: error });
  }
}

function jsonOf({ found, files, characters, commits, skipped }: Scanned, { key, all }: { key: string; all: number }) {
  return { key, findings: found, files, characters, commits, inBaseline: all - found.length, notLookedAt: skipped };
}

function lineOf({ path, line, column, kind, begins, fingerprint, commit }: FoundIn): string {
  const value = begins === "" ? "" : ` ${begins}…`;
  return `${path}:${line}:${column}: ${kind}${value} [${fingerprint}]${
    commit === undefined ? "" : ` ${commit.slice(0, 10)}`
  }`;
}

/** What was looked at, and what was not: a scan passes nothing that it did not read. */
function summary({ found, files, commits, skipped }: Scanned, all: number): string {
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const held = all - found.length;
  const first = `${count(found.length, "secret")} in ${count(files, "file")}${
    commits === 0 ? "" : ` of ${count(commits, "commit")}`
  }${held === 0 ? "" : `; ${held} more are in the baseline`}`;
  const reasons = new Map<string, string[]>();
  for (const { path, reason } of skipped) {
    const why = /^\d+ bytes/.test(reason) ? "too large" : reason;
    reasons.set(why, [...reasons.get(why) ?? [], path]);
  }
  const left = Array.from(
    reasons,
    ([why, paths]) =>
      `not looked at, ${why}: ${paths.slice(0, 5).join(", ")}${
        paths.length > 5 ? ` and ${paths.length - 5} more` : ""
      }`,
  );
  return [first, ...left].join("\n");
}
