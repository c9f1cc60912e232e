/**
 * What a sentence was understood to ask: one of a fixed set of questions with typed slots. An absent slot is the
 * default (the whole workspace's top folder, any name, any time), so that a frame shows only what was said.
 */
import * as z from "zod/mini";

/** Which entries of the file tree are meant. */
const scope = {
  /** Relative to the workspace; absent = its top folder. */
  path: z.optional(z.string()),
  /** picomatch syntax, relative to `path`. */
  glob: z.optional(z.string()),
  /** Part of the entry's name, any case. */
  named: z.optional(z.string()),
  kind: z.optional(z.enum(["file", "folder"])),
  /** True = subfolders too. */
  deep: z.optional(z.boolean()),
  /** Include names that start with a dot. */
  hidden: z.optional(z.boolean()),
  /** Bytes; strictly more, strictly fewer. */
  larger: z.optional(z.number()),
  smaller: z.optional(z.number()),
  /** Local time "YYYY-MM-DD HH:MM"; changed at or after, before. */
  since: z.optional(z.string()),
  until: z.optional(z.string()),
};

/** One file: a path as it was said, or a well-known name that is looked up in the top folder first. */
const target = {
  path: z.optional(z.string()),
  name: z.optional(z.string()),
  /** The file that the part before found. */
  found: z.optional(z.boolean()),
};

const ListFrame = z.object({
  do: z.literal("list"),
  ...scope,
  sort: z.optional(z.enum(["name", "size", "modified"])),
});
const TreeFrame = z.object({
  do: z.literal("tree"),
  ...scope,
  /** How many levels of folders are drawn; absent = all. */
  levels: z.optional(z.number()),
});
const PickFrame = z.object({
  do: z.literal("pick"),
  ...scope,
  by: z.enum(["size", "modified"]),
  end: z.enum(["most", "least"]),
  n: z.optional(z.number()),
});
const CountFrame = z.object({ do: z.literal("count"), ...scope });
const TotalFrame = z.object({ do: z.literal("total"), ...scope });
const ExistsFrame = z.object({ do: z.literal("exists"), ...target, kind: scope.kind });
const ReadFrame = z.object({
  do: z.literal("read"),
  ...target,
  from: z.optional(z.enum(["start", "end"])),
  /** The first line to show, from 1; absent = that of `from`. */
  line: z.optional(z.number()),
  lines: z.optional(z.number()),
});
const MeasureFrame = z.object({
  do: z.literal("measure"),
  ...target,
  unit: z.enum(["lines", "words", "characters"]),
});
const StatFrame = z.object({ do: z.literal("stat"), ...target, of: z.enum(["size", "modified"]) });
const CompareFrame = z.object({
  do: z.literal("compare"),
  a: z.string(),
  b: z.string(),
  by: z.enum(["size", "modified"]),
});
const SearchFrame = z.object({
  do: z.literal("search"),
  /** Text as it is, or `todo_marks` for the usual marks of unfinished work. */
  pattern: z.string(),
  path: z.optional(z.string()),
  /** A well-known file instead of a path. */
  name: z.optional(z.string()),
  /** The file that the part before found. */
  found: z.optional(z.boolean()),
  glob: z.optional(z.string()),
  give: z.enum(["lines", "files", "count"]),
});

const TOPICS = [
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
  "ip",
  "network",
  "battery",
  "gpu",
  "mounts",
  "all",
] as const;
const SystemFrame = z.object({ do: z.literal("system"), topics: z.array(z.enum(TOPICS)) });

const GitFrame = z.object({
  do: z.literal("git"),
  op: z.enum(["status", "branch", "on_branch", "branches", "log", "authors", "diff", "show"]),
  n: z.optional(z.number()),
  /** Only the number is asked. */
  count: z.optional(z.boolean()),
  since: z.optional(z.string()),
  until: z.optional(z.string()),
  /** Part of the author's name, lower case. */
  author: z.optional(z.string()),
  path: z.optional(z.string()),
  branch: z.optional(z.string()),
  ref: z.optional(z.string()),
});
const HistoryFrame = z.object({
  do: z.literal("history"),
  query: z.optional(z.string()),
  since: z.optional(z.string()),
  until: z.optional(z.string()),
});
const HELP_TOPICS = ["files", "search", "system", "git", "history"] as const;
const HelpFrame = z.object({ do: z.literal("help"), topic: z.optional(z.enum(HELP_TOPICS)) });
const RunFrame = z.object({ do: z.literal("run"), line: z.string() });

/** A sum, as `reckon/expression.ts` reads it; `percent` = its value is asked as a percentage. */
const CalcFrame = z.object({ do: z.literal("calc"), expression: z.string(), percent: z.optional(z.boolean()) });
/** An amount in another unit; units by their names in `reckon/units.ts`. */
const ConvertFrame = z.object({
  do: z.literal("convert"),
  amount: z.string(),
  from: z.string(),
  to: z.string(),
});
/** Days are "YYYY-MM-DD". */
const DaysFrame = z.object({
  do: z.literal("days"),
  from: z.string(),
  to: z.string(),
  unit: z.enum(["day", "week"]),
});
const WeekdayFrame = z.object({ do: z.literal("weekday"), date: z.string() });
const ShiftFrame = z.object({
  do: z.literal("shift"),
  date: z.string(),
  amount: z.number(),
  unit: z.enum(["day", "week", "month", "year"]),
});

/** Those that use the most of `by`, those that are `named`, or how many there are. */
const ProcessesFrame = z.object({
  do: z.literal("processes"),
  by: z.optional(z.enum(["memory", "cpu"])),
  n: z.optional(z.number()),
  named: z.optional(z.string()),
  count: z.optional(z.boolean()),
});
const PortsFrame = z.object({ do: z.literal("ports"), port: z.optional(z.number()) });
const ServicesFrame = z.object({
  do: z.literal("services"),
  state: z.optional(z.enum(["failed", "running"])),
  name: z.optional(z.string()),
});
const JournalFrame = z.object({
  do: z.literal("journal"),
  unit: z.optional(z.string()),
  lines: z.optional(z.number()),
});
const ContainersFrame = z.object({ do: z.literal("containers"), all: z.optional(z.boolean()) });
const ContainerLogFrame = z.object({
  do: z.literal("container_log"),
  name: z.string(),
  lines: z.optional(z.number()),
});

const RememberFrame = z.object({ do: z.literal("remember"), text: z.string() });
const RecallFrame = z.object({ do: z.literal("recall"), query: z.optional(z.string()) });
const FetchFrame = z.object({
  do: z.literal("fetch"),
  url: z.string(),
  give: z.enum(["text", "title", "links"]),
});
/** `over` = the person said that what is there goes. */
const WriteFrame = z.object({
  do: z.literal("write"),
  path: z.string(),
  text: z.string(),
  over: z.optional(z.boolean()),
});
const AppendFrame = z.object({ do: z.literal("append"), path: z.string(), text: z.string() });
const RecipeFrame = z.object({
  do: z.literal("recipe"),
  name: z.string(),
  values: z.optional(z.record(z.string(), z.string())),
});

/** What the part before gave, put into a new file. */
const KeepFrame = z.object({ do: z.literal("keep"), path: z.string() });
/** The bytes that the part before gave, in this unit. */
const ExpressFrame = z.object({ do: z.literal("express"), unit: z.string() });

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
  CalcFrame,
  ConvertFrame,
  DaysFrame,
  WeekdayFrame,
  ShiftFrame,
  ProcessesFrame,
  PortsFrame,
  ServicesFrame,
  JournalFrame,
  ContainersFrame,
  ContainerLogFrame,
  RememberFrame,
  RecallFrame,
  FetchFrame,
  WriteFrame,
  AppendFrame,
  RecipeFrame,
  KeepFrame,
  ExpressFrame,
]);
export type Frame = z.infer<typeof Frame>;
/** The frame of one kind, for example `FrameOf<"read">`. */
export type FrameOf<D extends Frame["do"]> = Extract<Frame, { do: D }>;
