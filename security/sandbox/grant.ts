/**
 * What the main process may ask of the launcher, and what it hears back. The launcher alone may start
 * programs; it trusts nothing in a grant: folder, system paths, protected paths and ceilings are its own,
 * fixed from its command line before the main process exists. A grant can only ask for less.
 *
 * zod/mini because the launcher loads it before anything else (26 KiB against 744 KiB).
 */
import * as z from "zod/mini";
import { Egress } from "../egress/egress.ts";

// Main and launcher read a few values of each schema: zod's generated code pays off after thousands (first read of 40
// schemas 20 ms of processor time with it, 4 ms without).
z.config({ jitless: true });

/** Ceilings of one run. Above the launcher's own ceiling the launcher's holds. */
export const Limits = z.object({
  /** Wall clock, milliseconds. */
  ms: z.int().check(z.positive(), z.maximum(3_600_000)),
  /** stdout and stderr together, bytes; what comes after is dropped and the run is ended. */
  outputBytes: z.int().check(z.positive(), z.maximum(64 << 20)),
  memoryBytes: z.int().check(z.positive(), z.maximum(64 * 2 ** 30)),
  pids: z.int().check(z.positive(), z.maximum(4096)),
  /** Hundredths of one core. */
  cpuPercent: z.int().check(z.positive(), z.maximum(6400)),
});
export type Limits = z.infer<typeof Limits>;

export const DEFAULT_LIMITS: Limits = {
  ms: 30_000,
  outputBytes: 1 << 20,
  memoryBytes: 512 * 2 ** 20,
  pids: 64,
  cpuPercent: 100,
};

/** How much of the workspace a run sees. `rw` still keeps the protected paths read-only. */
export const FolderAccess = z.enum(["none", "ro", "rw"]);
export type FolderAccess = z.infer<typeof FolderAccess>;

/**
 * The programs that can be asked for. There is no free argv: `shell`, `bash` take a line, `deno`, `python` source text,
 * `observe` a `Question` as JSON; `files`, `fetch`, `engine` and `mail` are processes of ours that read their input; `fetch` is
 * given the downloads only for the source `save`.
 */
export const Program = z.enum(["shell", "deno", "bash", "python", "files", "fetch", "engine", "mail", "observe"]);
export type Program = z.infer<typeof Program>;

/** Who confines a run. */
export const Executor = z.enum(["bubblewrap", "podman", "docker", "gvisor"]);
export type Executor = z.infer<typeof Executor>;

/** Rules of the owner as written, whose patterns are about paths: what they forbid, and what they want asked. */
const PathRuleTexts = z.strictObject({
  deny: z.array(z.string().check(z.maxLength(4200))).check(z.maxLength(500)),
  ask: z.array(z.string().check(z.maxLength(4200))).check(z.maxLength(500)),
});

/** What the owner's rules say of the files that a run may touch. */
export const Brokered = z.strictObject({ read: PathRuleTexts, write: PathRuleTexts });
export type Brokered = z.infer<typeof Brokered>;

export const Grant = z.strictObject({
  program: Program,
  /** Absent: as the launcher was set up. */
  executor: z.optional(Executor),
  /** Absent: no network at all. */
  egress: z.optional(Egress),
  /** For `deno` only: each permission is judged when it is touched, and main is asked about what no rule settles. */
  brokered: z.optional(Brokered),
  /** The shell line or the source text; empty for `files`. */
  source: z.string().check(z.maxLength(1 << 20)),
  folder: FolderAccess,
  /** True covers every file of the folder whose name tells of secrets: for runs that nobody approved. */
  withoutSecrets: z.optional(z.boolean()),
  /** Directory inside the workspace to start in, relative; "" is its root. */
  cwd: z.string().check(z.maxLength(4096)),
  /** Variables for the child; a secret has its placeholder's name. No variable of the launcher's own is ever inherited. */
  env: z.record(
    z.string().check(z.regex(/^(?:[A-Z_][A-Z0-9_]{0,63}|SECRET_[a-z0-9][a-z0-9_]{0,39}_[0-9a-f]{10})$/)),
    z.string().check(z.maxLength(8192)),
  ),
  limits: Limits,
});
export type Grant = z.infer<typeof Grant>;

/** Why a run ended other than by itself. */
export const Stop = z.enum(["time", "output", "memory", "cancelled", "launcher"]);
export type Stop = z.infer<typeof Stop>;

/**
 * How a run ended. `code` is the exit status (128 + signal if killed by one). `confined` names what held it; only an
 * `observe`, whose command is fixed, runs with nothing around it.
 */
export const RunOutcome = z.object({
  code: z.int(),
  stopped: z.optional(Stop),
  /** Files that would have been obeyed later and that the run made, as paths of the workspace: they were taken away. */
  planted: z.optional(z.array(z.string())),
  ms: z.number(),
  confined: z.enum(["bubblewrap", "podman", "docker", "gvisor", "deno only", "nothing"]),
});
export type RunOutcome = z.infer<typeof RunOutcome>;

/** What happened at the edge of a run; main puts each into the audit log. */
export const RunEvent = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("connection"),
    protocol: z.enum(["connect", "http", "socks5", "dns"]),
    host: z.string(),
    port: z.int(),
    /** What was dialled; absent if nothing was. */
    address: z.optional(z.string()),
    verdict: z.enum(["open", "refused"]),
    /** One sentence; with `open` which rule let it. */
    reason: z.string(),
    /** Bytes towards the server and back, once it is closed. */
    up: z.int(),
    down: z.int(),
    /** Placeholders whose values went out in a header; absent if none did. */
    swapped: z.optional(z.array(z.string().check(z.maxLength(100)))),
  }),
  z.strictObject({
    kind: z.literal("permission"),
    /** As Deno names it: `read`, `write`, `env`, `sys`, `import` … */
    permission: z.string(),
    value: z.nullable(z.string()),
    verdict: z.enum(["allow", "deny"]),
    reason: z.string(),
    /** Equal checks that this record stands for. */
    times: z.int(),
  }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

/** A permission that a run has touched for the first time and that no rule settles. */
export const RunQuestion = z.strictObject({
  permission: z.string(),
  /** As the run named it. */
  value: z.nullable(z.string()),
  /** A path with every link followed; null for what is no path. */
  real: z.nullable(z.string()),
});
export type RunQuestion = z.infer<typeof RunQuestion>;
export const RunReply = z.strictObject({ allow: z.boolean(), reason: z.string().check(z.maxLength(1000)) });
export type RunReply = z.infer<typeof RunReply>;

/** main → launcher, one JSON message each. `data` is base64. */
export const ToLauncher = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("run"), id: z.int(), grant: Grant }),
  z.strictObject({ op: z.literal("stdin"), id: z.int(), data: z.string().check(z.maxLength(96 << 20)) }),
  z.strictObject({ op: z.literal("close_stdin"), id: z.int() }),
  z.strictObject({ op: z.literal("kill"), id: z.int() }),
  z.strictObject({ op: z.literal("powers"), id: z.int() }),
  z.strictObject({ op: z.literal("reply"), id: z.int(), question: z.int(), reply: RunReply }),
]);
export type ToLauncher = z.infer<typeof ToLauncher>;

/** What `observe` can ask about where it is in use. */
export const Observed = z.enum(["systemd", "docker", "podman"]);
export type Observed = z.infer<typeof Observed>;

/** What this machine can confine with, as measured by running it and not by looking for files. */
export const Powers = z.object({
  os: z.string(),
  /** `ok`, or the cause and the cure in one sentence each. */
  bubblewrap: z.discriminatedUnion("state", [
    z.object({ state: z.literal("ok"), version: z.string() }),
    z.object({ state: z.literal("unavailable"), cause: z.string(), cure: z.string() }),
  ]),
  seccomp: z.boolean(),
  /** What bounds memory and processes: a cgroup, or resource limits of the process; `none` = `shell` is unavailable. */
  limits: z.object({
    memory: z.enum(["cgroup v2", "cgroup v1", "rlimit", "none"]),
    pids: z.enum(["cgroup v2", "cgroup v1", "rlimit", "none"]),
    cpu: z.enum(["cgroup v2", "cgroup v1", "none"]),
  }),
  /** Each program: available or why not. */
  programs: z.record(Program, z.union([z.literal("ok"), z.string()])),
  /** True: what code in TypeScript or JavaScript touches is judged as it is touched; else by Deno's flags alone. */
  brokered: z.optional(z.boolean()),
  /** Who holds runs that name no executor; null: nobody, or Deno alone. Absent: not looked for. */
  executor: z.optional(z.nullable(Executor)),
  /** What is in use here and can be asked about; absent: not looked for. */
  observed: z.optional(z.array(Observed)),
  /** The workspace as the launcher fixed it: absolute path, and the most that a grant may ask for. */
  folder: z.object({ path: z.string(), access: FolderAccess, reason: z.optional(z.string()) }),
});
export type Powers = z.infer<typeof Powers>;

/** launcher → main. `data` is base64. A refused grant is an `exit`-less `refused`. */
export const FromLauncher = z.discriminatedUnion("op", [
  z.object({ op: z.literal("stdout"), id: z.int(), data: z.string() }),
  z.object({ op: z.literal("stderr"), id: z.int(), data: z.string() }),
  z.object({ op: z.literal("exit"), id: z.int(), outcome: RunOutcome }),
  z.object({ op: z.literal("refused"), id: z.int(), message: z.string() }),
  z.object({ op: z.literal("event"), id: z.int(), event: RunEvent }),
  z.object({ op: z.literal("question"), id: z.int(), question: z.int(), about: RunQuestion }),
  z.object({ op: z.literal("powers"), id: z.int(), powers: Powers }),
]);
export type FromLauncher = z.infer<typeof FromLauncher>;

/** A run in progress. Bytes come as they are made; `outcome` never rejects for what the program did, only if refused. */
export type Run = {
  stdout: ReadableStream<Uint8Array>;
  stderr: ReadableStream<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  closeInput(): Promise<void>;
  outcome: Promise<RunOutcome>;
};

/** What main does with what happens at the edge of a run. A question that throws is answered no. */
export type RunEdge = {
  event(event: RunEvent): void;
  question(about: RunQuestion, signal: AbortSignal): Promise<RunReply>;
};

/**
 * The main process's end of the launcher. Aborting `signal` kills the whole process tree of that run. Without `edge`, events
 * are dropped and questions are answered no.
 */
export type Launcher = {
  powers(signal: AbortSignal): Promise<Powers>;
  run(grant: Grant, signal: AbortSignal, edge?: RunEdge): Run;
};
