/**
 * What a sentence was understood to ask: one of a fixed set of questions with typed slots. An absent slot is the
 * default (the whole workspace's top folder, any name, any time), so that a frame shows only what was said.
 */
import { z } from "zod";

/** Which entries of the file tree are meant. */
const scope = {
  /** Relative to the workspace; absent = its top folder. */
  path: z.string().optional(),
  /** picomatch syntax, relative to `path`. */
  glob: z.string().optional(),
  /** Part of the entry's name, any case. */
  named: z.string().optional(),
  kind: z.enum(["file", "folder"]).optional(),
  /** True = subfolders too. */
  deep: z.boolean().optional(),
  /** Include names that start with a dot. */
  hidden: z.boolean().optional(),
  /** Bytes; strictly more, strictly fewer. */
  larger: z.number().optional(),
  smaller: z.number().optional(),
  /** Local time "YYYY-MM-DD HH:MM"; changed at or after, before. */
  since: z.string().optional(),
  until: z.string().optional(),
};

/** One file: a path as it was said, or a well-known name that is looked up in the top folder first. */
const target = {
  path: z.string().optional(),
  name: z.string().optional(),
  /** The file that the part before found. */
  found: z.boolean().optional(),
};

export const ListFrame = z.object({
  do: z.literal("list"),
  ...scope,
  sort: z.enum(["name", "size", "modified"]).optional(),
});
export const TreeFrame = z.object({
  do: z.literal("tree"),
  ...scope,
  /** How many levels of folders are drawn; absent = all. */
  levels: z.number().optional(),
});
export const PickFrame = z.object({
  do: z.literal("pick"),
  ...scope,
  by: z.enum(["size", "modified"]),
  end: z.enum(["most", "least"]),
  n: z.number().optional(),
});
export const CountFrame = z.object({ do: z.literal("count"), ...scope });
export const TotalFrame = z.object({ do: z.literal("total"), ...scope });
export const ExistsFrame = z.object({ do: z.literal("exists"), ...target, kind: scope.kind });
export const ReadFrame = z.object({
  do: z.literal("read"),
  ...target,
  from: z.enum(["start", "end"]).optional(),
  /** The first line to show, from 1; absent = that of `from`. */
  line: z.number().optional(),
  lines: z.number().optional(),
});
export const MeasureFrame = z.object({
  do: z.literal("measure"),
  ...target,
  unit: z.enum(["lines", "words", "characters"]),
});
export const StatFrame = z.object({ do: z.literal("stat"), ...target, of: z.enum(["size", "modified"]) });
export const CompareFrame = z.object({
  do: z.literal("compare"),
  a: z.string(),
  b: z.string(),
  by: z.enum(["size", "modified"]),
});
export const SearchFrame = z.object({
  do: z.literal("search"),
  /** Text as it is, or `todo_marks` for the usual marks of unfinished work. */
  pattern: z.string(),
  path: z.string().optional(),
  /** A well-known file instead of a path. */
  name: z.string().optional(),
  glob: z.string().optional(),
  give: z.enum(["lines", "files", "count"]),
});

export const TOPICS = [
  "time",
  "date",
  "timezone",
  "disk",
  "memory",
  "cpu",
  "load",
  "uptime",
  "os",
  "host",
  "all",
] as const;
export const SystemFrame = z.object({ do: z.literal("system"), topics: z.array(z.enum(TOPICS)) });

export const GitFrame = z.object({
  do: z.literal("git"),
  op: z.enum(["status", "branch", "on_branch", "branches", "log", "authors", "diff", "show"]),
  n: z.number().optional(),
  /** Only the number is asked. */
  count: z.boolean().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  /** Part of the author's name, lower case. */
  author: z.string().optional(),
  path: z.string().optional(),
  branch: z.string().optional(),
  ref: z.string().optional(),
});
export const HistoryFrame = z.object({
  do: z.literal("history"),
  query: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
});
export const HELP_TOPICS = ["files", "search", "system", "git", "history"] as const;
export const HelpFrame = z.object({ do: z.literal("help"), topic: z.enum(HELP_TOPICS).optional() });
export const RunFrame = z.object({ do: z.literal("run"), line: z.string() });

export const Frame = z.discriminatedUnion("do", [
  ListFrame,
  TreeFrame,
  PickFrame,
  CountFrame,
  TotalFrame,
  ExistsFrame,
  ReadFrame,
  MeasureFrame,
  StatFrame,
  CompareFrame,
  SearchFrame,
  SystemFrame,
  GitFrame,
  HistoryFrame,
  HelpFrame,
  RunFrame,
]);
export type Frame = z.infer<typeof Frame>;
/** The frame of one kind, for example `FrameOf<"read">`. */
export type FrameOf<D extends Frame["do"]> = Extract<Frame, { do: D }>;
