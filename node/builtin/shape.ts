/** The structured answers (`ToolResult.data`) of the tools that the fixed commands read, as far as they read them. */
import * as z from "zod/mini";
import type { ToolResult } from "../chat.ts";
import { StepFailed } from "./step.ts";

export const Entry = z.object({
  path: z.string(),
  kind: z.enum(["file", "directory", "symlink", "other"]),
  size: z.number(),
  mtime: z.number(),
});
export type Entry = z.infer<typeof Entry>;

export const Listing = z.object({ entries: z.array(Entry), truncated: z.boolean() });

export const Found = z.object({
  matches: z.array(z.object({ path: z.string(), line: z.number(), text: z.string() })),
  truncated: z.boolean(),
});

export const Session = z.object({
  session: z.string(),
  title: z.nullish(z.string()),
  /** Milliseconds since 1970 UTC, or an ISO 8601 time. */
  at: z.union([z.number(), z.string()]),
  snippet: z.nullish(z.string()),
});

/** `result.data` as `schema` has it; throws StepFailed where it has another form. */
export function dataOf<T>(result: ToolResult, schema: z.ZodMiniType<T>): T {
  const parsed = schema.safeParse(result.data);
  if (parsed.success) return parsed.data;
  throw new StepFailed(`Cannot read the answer of ${result.name}: it has not the form that this command knows`);
}

/** What `read_file` knows of a file. `lines` is how many it has, null or absent where its end was not reached. */
export const Page = z.object({ size: z.number(), lines: z.nullish(z.number()), binary: z.optional(z.string()) });

export const Commit = z.object({
  oid: z.string(),
  author: z.string(),
  /** Milliseconds since 1970 UTC. */
  at: z.number(),
  message: z.string(),
});
export type Commit = z.infer<typeof Commit>;
/** Newest first, as many as were asked for at most. */
export const Log = z.object({ commits: z.array(Commit) });
export const Branches = z.object({ current: z.nullish(z.string()), branches: z.array(z.string()) });

/** What `system_info` knows; null is what it could not find out. */
export const Machine = z.object({
  /** Milliseconds since 1970 UTC. */
  time: z.number(),
  timeZone: z.string(),
  os: z.nullable(z.string()),
  host: z.nullish(z.string()),
  cores: z.nullable(z.number()),
  memoryBytes: z.nullable(z.number()),
  memoryFreeBytes: z.nullable(z.number()),
  load: z.nullable(z.string()),
  uptimeSeconds: z.nullable(z.number()),
  diskBytes: z.nullable(z.number()),
  diskFreeBytes: z.nullable(z.number()),
});
export type Machine = z.infer<typeof Machine>;
