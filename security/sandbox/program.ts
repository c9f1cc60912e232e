/** What each program of a grant is, as a command inside the confinement. Pure. */
import type { FolderAccess, Grant, Program } from "./grant.ts";
import { HOME, INSIDE } from "./bubblewrap.ts";
import { SOURCE } from "./broker/places.ts";
import { entryFor } from "./broker/entry.ts";
import { HARMLESS_SYS } from "./broker/harmless_sys.ts";
import { mountedAt } from "./folder.ts";
import { changesWhatRuns } from "./own_variable.ts";

/** A module of ours that a process of its own runs, and what must be readable for its imports to resolve without a network. */
export type OwnModule = {
  /** Absolute path of the module. */
  entry: string;
  /** Where it is source text and not one bundled file: what its imports need. */
  source?: {
    /** The directory of code that is mounted read-only; `entry` lies in it. */
    root: string;
    /** The `deno.json` that names the imports. */
    config: string;
    /** Its `deno.lock`: by it packages are found without their descriptions, which a fresh cache has not. */
    lock?: string;
    /** `DENO_DIR/npm`, where the packages lie. */
    packages: string;
  };
};

/** The programs of this machine, absolute paths; null = not there. */
export type Programs = {
  deno: string;
  bash: string | null;
  python: string | null;
  files: OwnModule | null;
  fetch?: OwnModule | null;
  engine?: OwnModule | null;
  mail?: OwnModule | null;
  proxy?: OwnModule | null;
  relay?: OwnModule | null;
  /** Directories whose programs, and those of their `bin`, are found by name before the system's. */
  toolchains: string[];
};

export type Mount = { from: string; to: string; writable?: boolean };

/** What belongs to the owner and not to the workspace: each a directory of the state directory. */
export type Stores = { downloads: string; models: string; engines: string };

/** Where a run sees them. */
const STORES_INSIDE: Stores = {
  downloads: `${INSIDE}/downloads`,
  models: `${INSIDE}/models`,
  engines: `${INSIDE}/engines`,
};

export type Command = {
  argv: string[];
  env: Record<string, string>;
  /** Host path → path inside. */
  mounts: Mount[];
  /** True shares the machine's network. */
  net?: boolean;
  /** Devices that it may use if they are there, absolute paths. */
  devices?: string[];
  /** Where the source text goes; absent if the program takes none. */
  source?: string;
};

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Where a run finds Deno. */
export const DENO = `${INSIDE}/deno`;
/** No configuration, no lock, no network, no package, no prompt: what is not granted by name does not exist. */
const DENO_RUN = [
  "run",
  "--quiet",
  "--no-prompt",
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--no-npm",
  "--cached-only",
];

/** The variables of a run: ours, and those of the grant that do not change what is run. Throws `TypeError` on one that does. */
export function variables(
  grant: Grant,
  { ours, toolchains = [] }: { ours: Record<string, string>; toolchains?: readonly string[] },
): Record<string, string> {
  const refused = Object.keys(grant.env).find(changesWhatRuns);
  if (refused !== undefined) throw new TypeError(`Cannot set a variable that changes what is run: ${refused}`);
  const path = [...toolchains.flatMap((directory) => [`${directory}/bin`, directory]), PATH].join(":");
  return { PATH: path, HOME, USER: "agent", LANG: "C.UTF-8", TERM: "dumb", TMPDIR: "/tmp", ...grant.env, ...ours };
}

/** Deno's permissions over the workspace. Inside the confinement they are the second wall. */
function denoFolder(folder: string, access: FolderAccess): string[] {
  const scratch = ["/tmp", HOME];
  const read = access === "none" ? scratch : [...scratch, mountedAt(folder)];
  const write = access === "rw" ? [...scratch, mountedAt(folder)] : scratch;
  return [`--allow-read=${read.join(",")}`, `--allow-write=${write.join(",")}`];
}

/** Devices of graphics processors, as their drivers name them. */
const GPU_DEVICES = [
  "/dev/dri",
  "/dev/kfd",
  "/dev/nvidiactl",
  "/dev/nvidia-uvm",
  ...Array.from({ length: 8 }, (_, i) => `/dev/nvidia${i}`),
];

/** `module` as it is seen inside. Throws `TypeError` if it is not there. */
function ownModule(module: OwnModule | null | undefined, program: Program) {
  if (!module) throw new TypeError(unavailable(program));
  return mountedModule(module);
}

/** `module` as it is seen inside. */
export function mountedModule({ entry, source }: OwnModule) {
  if (source === undefined) {
    const inside = `${INSIDE}/${entry.slice(entry.lastIndexOf("/") + 1)}`;
    return { entry: inside, flags: DENO_RUN, cache: `${INSIDE}/deno_dir`, mounts: [{ from: entry, to: inside }] };
  }
  return {
    entry: `${INSIDE}/code${entry.slice(source.root.length)}`,
    flags: sourceFlags({ config: `${INSIDE}/deno.json`, lock: source.lock && `${INSIDE}/deno.lock` }),
    cache: `${INSIDE}/deno_dir`,
    mounts: [
      { from: source.root, to: `${INSIDE}/code` },
      { from: source.config, to: `${INSIDE}/deno.json` },
      ...(source.lock === undefined ? [] : [{ from: source.lock, to: `${INSIDE}/deno.lock` }]),
      { from: source.packages, to: `${INSIDE}/deno_dir/npm` },
    ],
  };
}

/** The proxy of a run: Deno as it is seen inside, and what must be there for it. */
export function ownProcess({ deno, proxy }: Programs) {
  if (!proxy) throw new TypeError("unavailable: install harombe again: proxy_process is missing");
  const module = ownModule(proxy, "fetch");
  return { ...module, deno: DENO, mounts: [{ from: deno, to: DENO }, ...module.mounts] };
}

/** The relay beside a run's program. It imports nothing but its neighbours, so of the sources only their directory is there. */
export function relayProcess(
  { relay, deno }: Programs,
  way: string,
  port: number,
): { argv: string[]; mounts: Mount[] } {
  if (!relay) throw new TypeError("unavailable: install harombe again: relay_process is missing");
  const { entry, source } = relay;
  const at = entry.lastIndexOf("/");
  const [directory, name] = [entry.slice(0, at), entry.slice(at + 1)];
  const inside = `${INSIDE}/relay`;
  const leave = ["--allow-net=127.0.0.1", `--allow-read=${way}`, `--allow-write=${way}`];
  return {
    argv: [DENO, ...DENO_RUN, ...leave, `${inside}/${name}`, way, String(port)],
    mounts: [
      { from: deno, to: DENO },
      source === undefined ? { from: entry, to: `${inside}/${name}` } : { from: directory, to: inside },
    ],
  };
}

/** How Deno runs a module of ours from its source text. */
function sourceFlags({ config, lock }: { config: string; lock?: string }): string[] {
  const locked = lock === undefined ? ["--no-lock"] : [`--lock=${lock}`, "--frozen"];
  return ["run", "--quiet", "--no-prompt", ...locked, "--cached-only", `--config=${config}`];
}

/** The `source` of a grant for `fetch` that writes a file: without it the downloads are not there for it. */
export const SAVES = "save";

/** What the launcher has fixed for the processes of ours: its stores, and the private hosts that the owner named. */
export type Fixed = { stores: Stores; hosts: readonly string[]; mailServer?: string | null };

/** The command for `grant` in `folder`, its access already settled. Throws `TypeError` if the program is not here. */
export function commandOf(
  grant: Grant,
  { folder, programs, house }: { folder: { path: string; access: FolderAccess }; programs: Programs; house: Fixed },
): Command {
  const deno = { from: programs.deno, to: DENO };
  const own = (ours: Record<string, string>) => variables(grant, { ours, toolchains: programs.toolchains });
  const quiet = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  switch (grant.program) {
    case "shell":
      return { argv: ["/bin/sh", `${INSIDE}/line`], env: own({}), mounts: [], source: `${INSIDE}/line` };
    case "bash":
      if (programs.bash === null) throw new TypeError(unavailable("bash"));
      return {
        argv: [programs.bash, `${INSIDE}/line`],
        env: own({}),
        mounts: [],
        source: `${INSIDE}/line`,
      };
    case "python":
      if (programs.python === null) throw new TypeError(unavailable("python"));
      return {
        argv: [programs.python, "-I", "-B", `${INSIDE}/source.py`],
        env: own({}),
        mounts: [],
        source: `${INSIDE}/source.py`,
      };
    case "deno":
      return {
        argv: [
          DENO,
          ...DENO_RUN,
          "--no-code-cache",
          ...denoFolder(folder.path, folder.access),
          `--allow-env`,
          `--allow-sys=${HARMLESS_SYS.join(",")}`,
          // Where that leads is up to the run's network, which has no way out but its proxy.
          ...(grant.egress === undefined ? [] : ["--allow-net"]),
          grant.brokered === undefined ? SOURCE : entryFor(grant.source),
        ],
        env: own({ ...quiet, DENO_DIR: "/tmp/.deno" }),
        mounts: [deno],
        source: SOURCE,
      };
    case "files": {
      const module = ownModule(programs.files, "files");
      const root = mountedAt(folder.path);
      const write = folder.access === "rw" ? [`--allow-write=${root}`] : [];
      return {
        argv: [DENO, ...module.flags, `--allow-read=${root}`, ...write, module.entry, root, folder.access],
        env: own({ ...quiet, DENO_DIR: module.cache }),
        mounts: [deno, ...module.mounts],
      };
    }
    case "fetch": {
      const module = ownModule(programs.fetch, "fetch");
      const { downloads } = STORES_INSIDE;
      const saves = grant.source === SAVES;
      const disk = saves ? [`--allow-read=${downloads}`, `--allow-write=${downloads}`] : [];
      return {
        argv: [DENO, ...module.flags, "--allow-net", ...disk, module.entry, saves ? downloads : "-", ...house.hosts],
        env: own({ ...quiet, DENO_DIR: module.cache, DENO_TLS_CA_STORE: "mozilla,system" }),
        mounts: [
          deno,
          ...module.mounts,
          ...(saves ? [{ from: house.stores.downloads, to: downloads, writable: true }] : []),
        ],
        net: true,
      };
    }
    case "engine": {
      const module = ownModule(programs.engine, "engine");
      const { models, engines } = STORES_INSIDE;
      return {
        // Native code is bound by no flag of Deno: what holds it is the confinement around it.
        argv: [
          DENO,
          ...module.flags,
          "--allow-read",
          "--allow-write=/tmp",
          "--allow-env",
          "--allow-sys",
          "--allow-ffi",
          module.entry,
          models,
          engines,
        ],
        env: own({ ...quiet, DENO_DIR: module.cache }),
        mounts: [
          deno,
          ...module.mounts,
          { from: house.stores.models, to: models },
          { from: house.stores.engines, to: engines },
        ],
        devices: GPU_DEVICES,
      };
    }
    case "mail": {
      const module = ownModule(programs.mail, "mail");
      return {
        argv: [DENO, ...module.flags, ...mailFlags(house), module.entry],
        env: own({ ...quiet, DENO_DIR: module.cache, DENO_TLS_CA_STORE: "mozilla,system" }),
        mounts: [deno, ...module.mounts],
        net: true,
      };
    }
    case "observe":
      throw new TypeError("Cannot confine observe: its command is fixed and runs as it is");
  }
}

/** The owner's mail server and nothing else of the network; what the library asks of the machine looks unset. */
function mailFlags({ mailServer }: Fixed): string[] {
  if (!mailServer) throw new TypeError(unavailable("mail"));
  return [`--allow-net=${mailServer}`, "--ignore-env", "--allow-sys=hostname"];
}

/** Why `program` cannot be had, with what to install. */
export function unavailable(program: Program): string {
  const cure = {
    bash: "bash",
    python: "python3",
    deno: "deno",
    shell: "sh",
    files: "harombe again: files_server is missing",
    fetch: "harombe again: fetch_process is missing",
    engine: "harombe again: engine_process is missing",
    mail: "harombe again: mail_process is missing",
    observe: "sh",
  };
  return `unavailable: install ${cure[program]}`;
}

/**
 * The module that runs `source` without bubblewrap. A computed import, because Deno reads whatever a program's
 * static imports name without asking for the permission (2.9.6: `import t from "file:///etc/shadow" with { type: "text" }`
 * works with no `--allow-read`), and asks for it below an import that it could not foresee.
 */
export function guardedSource(source: string): string {
  const bytes = new TextEncoder().encode(source);
  return `const parts: string[] = ["data:application/typescript;base64", ${JSON.stringify(bytes.toBase64())}];\n` +
    `await import(parts.join(","));\n`;
}

/** Deno's arguments for TypeScript without bubblewrap: no run, no ffi, no network, and nothing of the folder, because Deno's read permission follows links out of it. */
export function denoOnly(module: string): { args: string[]; env: Record<string, string> } {
  return {
    args: [...DENO_RUN, "--no-code-cache", "--allow-env", module],
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", LANG: "C.UTF-8" },
  };
}

/** Deno's arguments for the process `fetch` without bubblewrap: no run, no ffi, and of the disk the downloads if it `saves`. */
export function fetchAlone(
  module: OwnModule,
  { stores, hosts, saves }: Fixed & { saves: boolean },
): { args: string[]; cache: string | null } {
  const { entry, source } = module;
  const flags = source === undefined ? DENO_RUN : sourceFlags(source);
  const disk = saves ? [`--allow-read=${stores.downloads}`, `--allow-write=${stores.downloads}`] : [];
  return {
    args: [...flags, "--allow-net", ...disk, entry, saves ? stores.downloads : "-", ...hosts],
    cache: source === undefined ? null : source.packages.replace(/\/npm$/, ""),
  };
}
