/** Finding text in the files of a workspace, in time linear in what is read. */
import fs from "node:fs";
import { RE2JS } from "re2js";
import { fileError } from "./file_error.ts";
import { readFolder, SKIPPED_FOLDERS } from "./file_list.ts";
import { openEnd, readAt, unreadable } from "./file_read.ts";
import type { FileMatch, SearchOptions } from "./files.ts";
import { globMatcher } from "../glob.ts";
import { secretPath } from "../../risk/secret_path.ts";
import type { Root } from "../trail.ts";
import { settle, walk } from "../trail.ts";

/** Files over this are skipped and counted. */
const LARGEST_SEARCHED = 8 << 20;
/** A NUL among the first bytes means binary (git's rule, xdiff-interface.c: 8,000 bytes). */
const BINARY_PROBE = 8000;
/** Longest piece of a line that is returned, characters. */
const LONGEST_LINE = 400;
const LONGEST_PATTERN = 1000;

/** A test for one line, and where in it the first match begins. Throws TypeError for a bad pattern. */
function lineMatcher(
  options: Pick<SearchOptions, "pattern" | "literal" | "ignoreCase">,
): (line: string) => number {
  const { pattern, literal, ignoreCase } = options;
  if (pattern === "") throw new TypeError("Cannot search for an empty pattern");
  if (pattern.length > LONGEST_PATTERN) {
    throw new TypeError(`Cannot search for a pattern of ${pattern.length} characters: 1000 at most`);
  }
  if (literal && !ignoreCase) return (line) => line.indexOf(pattern);
  try {
    const source = literal ? RE2JS.quote(pattern) : pattern;
    const compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return (line) => {
      if (!compiled.test(line)) return -1;
      const matcher = compiled.matcher(line);
      return matcher.find() ? matcher.start() : -1;
    };
  } catch (error) {
    throw new TypeError(
      `Cannot search for ${JSON.stringify(pattern)}: ${error instanceof Error ? error.message : error} (RE2 syntax)`,
    );
  }
}

/** `line` around character `at`, marked where it was cut. */
function around(line: string, at: number): string {
  if (line.length <= LONGEST_LINE) return line;
  const from = Math.max(0, Math.min(at - 80, line.length - LONGEST_LINE));
  const piece = line.slice(from, from + LONGEST_LINE).toWellFormed();
  return `${from > 0 ? "…" : ""}${piece}${from + LONGEST_LINE < line.length ? "…" : ""}`;
}

/** The text of the file at `path`, or null where it is not searched: binary, large, shared, special, moved. */
async function textAt(
  root: Root,
  asked: { path: string; patienceMs: number },
  signal: AbortSignal,
): Promise<string | null> {
  const options = { ...asked, links: "refuse", followLast: false, verb: "search", calm: false } as const;
  const fd = await settle<number | null>(root, options, (trail) => {
    if (unreadable(trail, "search", asked.path) || trail.end!.size > BigInt(LARGEST_SEARCHED)) {
      return { value: null, end: null, undo: () => {} };
    }
    const opened = openEnd(trail);
    return opened && { value: opened.fd, end: opened.stat, undo: () => fs.closeSync(opened.fd) };
  }, signal);
  if (fd === null) return null;
  try {
    const probe = new Uint8Array(BINARY_PROBE);
    if (probe.subarray(0, await readAt(fd, probe, 0)).includes(0)) return null;
    const size = Math.min(Number(fs.fstatSync(fd).size), LARGEST_SEARCHED);
    const bytes = new Uint8Array(size);
    return new TextDecoder().decode(bytes.subarray(0, await readAt(fd, bytes, 0)));
  } finally {
    fs.closeSync(fd);
  }
}

type Found = { matches: FileMatch[]; truncated: boolean; filesRead: number; filesSkipped: number };

/** Searches below `path` (or the file `path`) as `Files.search` promises. Files named like secrets only by their path. */
export async function searchFiles(
  root: Root,
  asked: { path: string; options: SearchOptions; patienceMs: number },
  signal: AbortSignal,
): Promise<Found> {
  const { options, patienceMs } = asked;
  const matcher = lineMatcher(options);
  const matches = options.glob === undefined ? () => true : globMatcher(options.glob);
  const found: Found = { matches: [], truncated: false, filesRead: 0, filesSkipped: 0 };

  /** False once the limit is reached. */
  const searchFile = async (path: string): Promise<boolean> => {
    const text = await textAt(root, { path, patienceMs }, signal).catch((error) => {
      if (error instanceof DOMException) throw error;
      return null;
    });
    if (text === null) return ++found.filesSkipped > 0;
    found.filesRead++;
    for (const [i, raw] of text.split("\n").entries()) {
      if ((i & 1023) === 1023) signal.throwIfAborted();
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      const at = matcher(line);
      if (at < 0) continue;
      if (found.matches.length === options.limit) {
        found.truncated = true;
        return false;
      }
      found.matches.push({ path, line: i + 1, text: around(line, at) });
    }
    return true;
  };

  const top = walk(root, asked.path, { links: "inside", followLast: true, verb: "search" });
  if (top.end === null) throw new Deno.errors.NotFound(`Cannot search ${asked.path}: no such file or directory`);
  if (!top.end.isDirectory()) {
    const refusal = unreadable(top, "search", asked.path);
    if (refusal) throw refusal;
    await searchFile(top.path);
    return found;
  }
  const folders = [top.path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    const read = await readFolder(root, { path: folder, verb: "search", patienceMs }, signal).catch((error) => {
      if (folder === top.path || error instanceof DOMException) throw fileError(error, "search", asked.path);
      found.filesSkipped++;
      return { path: "", entries: [] };
    });
    const below: string[] = [];
    for (const entry of read.entries) {
      const name = entry.path.slice(entry.path.lastIndexOf("/") + 1);
      if (!options.hidden && name.startsWith(".")) continue;
      if (entry.kind === "directory") {
        if (!SKIPPED_FOLDERS.has(name)) below.push(entry.path);
        continue;
      }
      if (entry.kind !== "file" || !matches(top.path === "" ? entry.path : entry.path.slice(top.path.length + 1))) {
        continue;
      }
      if (secretPath(entry.path) !== null) found.filesSkipped++;
      else if (!await searchFile(entry.path)) return found;
    }
    folders.push(...below.toReversed());
  }
  return found;
}
