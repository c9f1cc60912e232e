/**
 * The fixed questions about this machine that the launcher answers by running a program of the system outside any
 * sandbox. Each only reads; an argument can only be what its schema lets through, never an option.
 */
import * as z from "zod/mini";

/** A name that can never be read as an option or a path. */
const Name = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.@:-]{0,199}$/));
const Lines = z.int().check(z.minimum(1), z.maximum(2000));
/** A point in time, UTC, as `2026-11-20 08:00:00`. */
const Since = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/));

export const Question = z.discriminatedUnion("about", [
  z.strictObject({ about: z.literal("nvidia") }),
  z.strictObject({ about: z.literal("rocm") }),
  z.strictObject({ about: z.literal("pci") }),
  z.strictObject({ about: z.literal("drm") }),
  z.strictObject({ about: z.literal("apple") }),
  z.strictObject({ about: z.literal("cpu") }),
  z.strictObject({ about: z.literal("battery") }),
  z.strictObject({ about: z.literal("disks") }),
  z.strictObject({ about: z.literal("processes") }),
  z.strictObject({ about: z.literal("sockets") }),
  z.strictObject({ about: z.literal("addresses") }),
  z.strictObject({ about: z.literal("units"), failed: z.boolean() }),
  z.strictObject({ about: z.literal("unit"), name: Name }),
  z.strictObject({
    about: z.literal("journal"),
    unit: z.optional(Name),
    lines: Lines,
    since: z.optional(Since),
    priority: z.optional(z.int().check(z.minimum(0), z.maximum(7))),
  }),
  z.strictObject({ about: z.literal("containers"), all: z.boolean() }),
  z.strictObject({ about: z.literal("container"), name: Name }),
  z.strictObject({ about: z.literal("container_logs"), name: Name, lines: Lines }),
  z.strictObject({ about: z.literal("container_stats") }),
]);
export type Question = z.infer<typeof Question>;

/** Prints `path=first line` of every file that the pattern of sysfs names. */
const SYSFS = 'for f in $1; do [ -f "$f" ] && printf "%s=%s\\n" "$f" "$(head -n 1 "$f" 2>/dev/null)"; done';
const sysfs = (pattern: string) => ["/bin/sh", "-c", SYSFS, "sh", pattern];

/** The command that answers `question`. Pure. */
export function commandFor(question: Question): string[] {
  switch (question.about) {
    case "nvidia":
      return [
        "nvidia-smi",
        "--query-gpu=index,name,uuid,memory.total,memory.used,memory.free,utilization.gpu,temperature.gpu,driver_version",
        "--format=csv,noheader,nounits",
      ];
    case "rocm":
      return ["rocm-smi", "--showproductname", "--showmeminfo", "vram", "--json"];
    case "pci":
      return ["lspci", "-mm", "-nn"];
    case "drm":
      return sysfs("/sys/class/drm/card[0-9]*/device/[vdum]*");
    case "apple":
      return ["system_profiler", "-json", "SPHardwareDataType", "SPDisplaysDataType"];
    case "cpu":
      return ["lscpu", "-J"];
    case "battery":
      return sysfs("/sys/class/power_supply/*/[!u]*");
    case "disks":
      return ["df", "-Pk"];
    case "processes":
      return ["ps", "-eo", "pid=,user=,pcpu=,rss=,etimes=,comm=", "--sort=-rss"];
    case "sockets":
      return ["ss", "-H", "-lntup"];
    case "addresses":
      return ["ip", "-j", "address"];
    case "units":
      return [
        "systemctl",
        "list-units",
        "--no-pager",
        "--output=json",
        "--type=service",
        ...(question.failed ? ["--failed"] : []),
      ];
    case "unit":
      return ["systemctl", "show", "--no-pager", "--", question.name];
    case "journal":
      return [
        "journalctl",
        "--no-pager",
        "--output=short-iso",
        `--lines=${question.lines}`,
        ...(question.unit === undefined ? [] : [`--unit=${question.unit}`]),
        ...(question.since === undefined ? [] : [`--since=${question.since} UTC`]),
        ...(question.priority === undefined ? [] : [`--priority=${question.priority}`]),
      ];
    case "containers":
      return ["docker", "ps", "--no-trunc", "--format", "{{json .}}", ...(question.all ? ["--all"] : [])];
    case "container":
      return ["docker", "inspect", "--type", "container", "--", question.name];
    case "container_logs":
      return ["docker", "logs", `--tail=${question.lines}`, "--timestamps", "--", question.name];
    case "container_stats":
      return ["docker", "stats", "--no-stream", "--format", "{{json .}}"];
  }
}

/** What the program printed and its exit status; `missing`: it is not on this machine. */
export type Observation = { code: number; stdout: string; stderr: string; missing: boolean };

export type Observe = (question: Question, signal: AbortSignal) => Promise<Observation>;
