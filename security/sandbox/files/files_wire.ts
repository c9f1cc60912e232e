/** What the files program hears and says: one JSON line each, bytes as base64, ids so that calls may overlap. */
import * as z from "zod/mini";
import { FileMatch, FileStat } from "./files.ts";

/** Longest line either side takes: the largest write in base64, with room. */
export const LONGEST_LINE = 24 << 20;

const path = z.string().check(z.maxLength(8192));
const glob = z.optional(z.string().check(z.maxLength(512)));
const limit = z.int().check(z.nonnegative(), z.maximum(100_000));

export const FilesRequest = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("stat"), id: z.int(), path }),
  z.strictObject({
    op: z.literal("list"),
    id: z.int(),
    path,
    options: z.strictObject({ depth: z.int().check(z.maximum(64)), hidden: z.boolean(), limit, glob }),
  }),
  z.strictObject({ op: z.literal("read"), id: z.int(), path, offset: z.number(), length: z.number() }),
  z.strictObject({
    op: z.literal("write"),
    id: z.int(),
    path,
    data: z.string(),
    expect: z.nullable(z.string()),
    createDirectories: z.boolean(),
    ownerOnly: z.optional(z.boolean()),
  }),
  z.strictObject({
    op: z.literal("search"),
    id: z.int(),
    path,
    options: z.strictObject({
      pattern: z.string(),
      literal: z.boolean(),
      ignoreCase: z.boolean(),
      hidden: z.boolean(),
      limit,
      glob,
    }),
  }),
  /** The answer to `id` is no longer wanted; it comes all the same, as an AbortError. */
  z.strictObject({ op: z.literal("cancel"), id: z.int() }),
]);
export type FilesRequest = z.infer<typeof FilesRequest>;

export const FilesAnswer = z.union([
  z.object({ id: z.int(), error: z.object({ name: z.string(), message: z.string() }) }),
  z.object({ id: z.int(), value: z.unknown() }),
]);
export type FilesAnswer = z.infer<typeof FilesAnswer>;

/** What a value must be, by the operation it answers. */
export const ANSWERS = {
  stat: FileStat,
  list: z.object({ entries: z.array(FileStat), truncated: z.boolean() }),
  read: z.object({ data: z.string(), size: z.number(), sha256: z.optional(z.string()) }),
  write: z.object({ sha256: z.string(), created: z.boolean() }),
  search: z.object({
    matches: z.array(FileMatch),
    truncated: z.boolean(),
    filesRead: z.number(),
    filesSkipped: z.number(),
  }),
} as const;

const CLASSES: Record<string, new (message: string) => Error> = {
  NotFound: Deno.errors.NotFound,
  PermissionDenied: Deno.errors.PermissionDenied,
  NotADirectory: Deno.errors.NotADirectory,
  IsADirectory: Deno.errors.IsADirectory,
  AlreadyExists: Deno.errors.AlreadyExists,
  FilesystemLoop: Deno.errors.FilesystemLoop,
  Busy: Deno.errors.Busy,
  TypeError,
  RangeError,
};

/** The error that was told, in its class; an unknown class becomes Error. */
export function toldError(told: { name: string; message: string }): Error {
  if (told.name === "AbortError") return new DOMException(told.message, "AbortError");
  return new (CLASSES[told.name] ?? Error)(told.message);
}
