/** Opening and reading a file of a workspace, never one outside it. */
import fs from "node:fs";
import { createHash } from "node:crypto";
import type { Act, Root, Trail } from "../trail.ts";
import { same, settle } from "../trail.ts";

/** Most bytes of one read. */
export const LARGEST_PIECE = 8 << 20;
/** Largest file whose SHA-256 is told (contract of `Files.read`). */
const LARGEST_HASHED = 64 << 20;

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = fs.constants;

/** A file with more names than one may have one outside; package stores and git make such links on purpose. */
export function sharedOutside(path: string, links: bigint): boolean {
  return links > 1n && !path.split("/").some((name) => name === "node_modules" || name === ".git");
}

/** Why the end of `trail` cannot be read as a file, as the error to throw; null = it can. */
export function unreadable(trail: Trail, verb: string, path: string): Error | null {
  const { end } = trail;
  if (end === null) return new Deno.errors.NotFound(`Cannot ${verb} ${path}: no such file or directory`);
  if (end.isDirectory()) return new Deno.errors.IsADirectory(`Cannot ${verb} ${path || "."}: it is a directory`);
  if (!end.isFile()) return new Deno.errors.PermissionDenied(`Cannot ${verb} ${path}: it is a pipe, socket or device`);
  if (!sharedOutside(trail.path, end.nlink)) return null;
  return new Deno.errors.PermissionDenied(
    `Cannot ${verb} ${path}: it has ${end.nlink} hard links, and another may be a file outside the workspace`,
  );
}

/** Opens the end of `trail` without waiting on a pipe and without following a link; null = it was swapped. */
export function openEnd(trail: Trail): { fd: number; stat: fs.BigIntStats } | null {
  const fd = fs.openSync(trail.absolute, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  const stat = fs.fstatSync(fd, { bigint: true });
  if (same(stat, trail.end) && stat.isFile() && !sharedOutside(trail.path, stat.nlink)) return { fd, stat };
  fs.closeSync(fd);
  return null;
}

/** An open file that was proven to lie inside the root; the caller closes `fd`. */
export function openFile(
  root: Root,
  options: { path: string; verb: string; patienceMs: number; links: "inside" | "refuse" },
  signal: AbortSignal,
): Promise<{ fd: number; stat: fs.BigIntStats; path: string }> {
  return settle(root, { ...options, followLast: options.links === "inside", calm: false }, (trail) => {
    const refusal = unreadable(trail, options.verb, options.path);
    if (refusal) throw refusal;
    const opened = openEnd(trail);
    if (opened === null) return null;
    const act: Act<{ fd: number; stat: fs.BigIntStats; path: string }> = {
      value: { ...opened, path: trail.path },
      end: opened.stat,
      undo: () => fs.closeSync(opened.fd),
    };
    return act;
  }, signal);
}

/** Up to `into.length` bytes at `position`; fewer only at the end of the file. */
export async function readAt(fd: number, into: Uint8Array, position: number): Promise<number> {
  let got = 0;
  while (got < into.length) {
    const n = await new Promise<number>((resolve, reject) =>
      fs.read(fd, into, got, into.length - got, position + got, (error, n) => error ? reject(error) : resolve(n))
    );
    if (n === 0) break;
    got += n;
  }
  return got;
}

/** SHA-256 (hex) of everything in `fd`; `see` is shown each piece with its offset. Stops on `signal`. */
export async function hashAll(
  fd: number,
  see: (piece: Uint8Array, at: number) => void,
  signal: AbortSignal,
): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1 << 20);
  let at = 0;
  while (true) {
    signal.throwIfAborted();
    const n = await readAt(fd, buffer, at);
    const piece = buffer.subarray(0, n);
    hash.update(piece);
    see(piece, at);
    at += n;
    if (n < buffer.length) return { sha256: hash.digest("hex"), size: at };
  }
}

/** `length` bytes of `fd` from `offset`, and the hash of the whole where it is small enough; one pass, one content. */
export async function readRange(
  fd: number,
  range: { offset: number; length: number; size: number },
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; size: number; sha256?: string }> {
  const bytes = new Uint8Array(Math.max(0, Math.min(range.length, range.size - range.offset)));
  if (range.size > LARGEST_HASHED) {
    signal.throwIfAborted();
    return { bytes: bytes.subarray(0, await readAt(fd, bytes, range.offset)), size: range.size };
  }
  let filled = 0;
  const { sha256, size } = await hashAll(fd, (piece, at) => {
    const from = Math.max(0, range.offset - at);
    const part = piece.subarray(from, Math.max(from, range.offset + bytes.length - at));
    if (part.length === 0) return;
    bytes.set(part, at + from - range.offset);
    filled = at + from - range.offset + part.length;
  }, signal);
  return { bytes: bytes.subarray(0, filled), size, sha256 };
}
