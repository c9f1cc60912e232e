/**
 * The fixed questions about this machine that the launcher answers by running a program of the system outside any
 * sandbox. Each only reads; an argument can only be what its schema lets through, never an option.
 */
import * as z from "zod/mini";

/**
 * Where the programs are looked for: directories that only root writes to. The vendors' own come last: NVIDIA's under WSL,
 * AMD's ROCm, /usr/local for Docker on macOS.
 */
export const OBSERVING_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/wsl/lib:/opt/rocm/bin:/usr/local/bin";

/** A name that can never be read as an option, a path, a pattern or a second word. */
export const ThingName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.@:-]{0,199}$/));
const Lines = z.int().check(z.minimum(1), z.maximum(2000));
/** A point in time, UTC, as `2026-11-20 08:00:00`. */
const Since = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/));
const Engine = z.enum(["docker", "podman"]);

export const Question = z.discriminatedUnion("about", [
  z.strictObject({ about: z.literal("nvidia") }),
  z.strictObject({ about: z.literal("rocm") }),
  z.strictObject({ about: z.literal("pci") }),
  z.strictObject({ about: z.literal("drm") }),
  z.strictObject({ about: z.literal("apple") }),
  z.strictObject({ about: z.literal("cpu") }),
  z.strictObject({ about: z.literal("cpuinfo") }),
  z.strictObject({ about: z.literal("battery") }),
  z.strictObject({ about: z.literal("disks") }),
  z.strictObject({ about: z.literal("processes") }),
  z.strictObject({ about: z.literal("sockets") }),
  z.strictObject({ about: z.literal("addresses") }),
  z.strictObject({ about: z.literal("units"), failed: z.boolean() }),
  z.strictObject({ about: z.literal("unit"), name: ThingName }),
  z.strictObject({
    about: z.literal("journal"),
    unit: z.optional(ThingName),
    lines: Lines,
    since: z.optional(Since),
    priority: z.optional(z.int().check(z.minimum(0), z.maximum(7))),
  }),
  z.strictObject({ about: z.literal("containers"), engine: Engine, all: z.boolean() }),
  z.strictObject({ about: z.literal("container"), engine: Engine, name: ThingName }),
  z.strictObject({ about: z.literal("container_logs"), engine: Engine, name: ThingName, lines: Lines }),
  z.strictObject({ about: z.literal("container_stats"), engine: Engine }),
  /** The key of the owner's secrets; no tool asks this. */
  z.strictObject({ about: z.literal("keyring"), of: z.enum(["secret service", "macos"]) }),
]);
export type Question = z.infer<typeof Question>;

/** Prints `path=line` for the first 20 lines of every file that the patterns of sysfs name. Each pattern is an argument. */
const SYSFS = `
[ -d /sys/class ] || { echo "there is no /sys here" >&2; exit 1; }
for p; do for f in $p; do
  [ -f "$f" ] && [ -r "$f" ] || continue
  n=0
  while [ $n -lt 20 ] && IFS= read -r l; do printf '%s=%s\\n' "$f" "$l"; n=$((n+1)); done < "$f" 2>/dev/null
done; done
exit 0
`;
const sysfs = (...patterns: string[]) => ["/bin/sh", "-c", SYSFS, "sh", ...patterns];

/** Of a graphics card: what it is, and its memory as amdgpu, xe and i915 tell it. */
const DRM = [
  "device/vendor",
  "device/device",
  "device/uevent",
  "device/mem_info_[vg]*",
  "device/gpu_busy_percent",
  "device/tile*/physical_vram_size_bytes",
  "device/tile*/memory/physical_vram_size_bytes",
  "device/lmem_total_bytes",
  "lmem_total_bytes",
].map((file) => `/sys/class/drm/card[0-9]*/${file}`);

/** What each device of the bus is. */
const BUS = ["class", "vendor", "device"].map((file) => `/sys/bus/pci/devices/*/${file}`);

/** Of a battery or a mains plug; no serial number. */
const POWER = [
  "type",
  "scope",
  "present",
  "online",
  "status",
  "capacity",
  "energy_now",
  "energy_full",
  "charge_now",
  "charge_full",
]
  .map((file) => `/sys/class/power_supply/*/${file}`);

/** The command that answers `question`. Pure. */
export function commandFor(question: Question): string[] {
  switch (question.about) {
    case "nvidia":
      return [
        "nvidia-smi",
        "--query-gpu=index,name,memory.total,memory.used,memory.free,utilization.gpu,temperature.gpu,driver_version",
        "--format=csv,noheader,nounits",
      ];
    case "rocm":
      return ["rocm-smi", "--showproductname", "--showmeminfo", "vram", "--json"];
    case "pci":
      return ["lspci", "-D", "-mm", "-nn"];
    case "drm":
      return sysfs(...DRM, ...BUS);
    case "apple":
      return ["system_profiler", "-json", "SPHardwareDataType", "SPDisplaysDataType", "SPPowerDataType"];
    case "cpu":
      return ["lscpu", "-J"];
    case "cpuinfo":
      return ["cat", "/proc/cpuinfo"];
    case "battery":
      return sysfs(...POWER);
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
        "--all",
        ...(question.failed ? ["--failed"] : []),
      ];
    case "unit":
      return ["systemctl", "show", "--no-pager", `--property=${UNIT_PROPERTIES.join(",")}`, "--", question.name];
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
      return [
        question.engine,
        "ps",
        "--no-trunc",
        "--format",
        JSON_OF[question.engine],
        ...(question.all ? ["--all"] : []),
      ];
    case "container":
      return [question.engine, "inspect", "--type", "container", "--", question.name];
    case "container_logs":
      return [question.engine, "logs", `--tail=${question.lines}`, "--timestamps", "--", question.name];
    case "container_stats":
      return [question.engine, "stats", "--no-stream", "--format", JSON_OF[question.engine]];
    case "keyring":
      return question.of === "macos"
        ? ["security", "find-generic-password", "-s", "harombe", "-a", "secrets", "-w"]
        : ["secret-tool", "lookup", "application", "harombe", "item", "secrets"];
  }
}

/** Docker prints a line of JSON for each thing by a template, Podman a list by a word. */
const JSON_OF = { docker: "{{json .}}", podman: "json" };

/** What is told of one unit; never its environment or its command line, which hold secrets. */
const UNIT_PROPERTIES = [
  "Id",
  "Description",
  "LoadState",
  "ActiveState",
  "SubState",
  "UnitFileState",
  "Result",
  "MainPID",
  "ExecMainStatus",
  "NRestarts",
  "MemoryCurrent",
  "CPUUsageNSec",
  "ActiveEnterTimestamp",
  "FragmentPath",
];

/** What the program printed and its exit status; `missing`: it is not on this machine. */
export type Observation = { code: number; stdout: string; stderr: string; missing: boolean };

export type Observe = (question: Question, signal: AbortSignal) => Promise<Observation>;
