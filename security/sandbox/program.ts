/** What each program of a grant is, as a command inside the confinement. Pure. */
import type { FolderAccess, Grant, Program } from "./grant.ts";
import { HOME, INSIDE } from "./bubblewrap.ts";
import { mountedAt } from "./folder.ts";

/** The module that the program `files` runs, and what must be readable for its imports to resolve without a network. */
export type FilesModule = {
  /** Absolute path of the module. */
  entry: string;
  /** Where it is source text and not one bundled file: what its imports need. */
  source?: {
    /** The directory of code that is mounted read-only; `entry` lies in it. */
    root: string;
    /** The `deno.json` that names the imports. */
    config: string;
    /** `DENO_DIR/npm`, where the packages lie. */
    packages: string;
  };
};

/** The programs of this machine, absolute paths; null = not there. */
export type Programs = {
  deno: string;
  bash: string | null;
  python: string | null;
  files: FilesModule | null;
  /** Directories whose programs, and those of their `bin`, are found by name before the system's. */
  toolchains: string[];
};

export type Command = {
  argv: string[];
  env: Record<string, string>;
  /** Host path → path inside. */
  mounts: { from: string; to: string }[];
  /** Where the source text goes; absent if the program takes none. */
  source?: string;
};

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const DENO = `${INSIDE}/deno`;
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

/** Names that would change what is run instead of what it is told. */
const NEVER =
  /^(LD_|DENO_|NODE_|BASH_ENV$|ENV$|PYTHON(PATH|HOME|STARTUP|INSPECT)$|SHELLOPTS$|BASHOPTS$|IFS$|PATH$|HOME$|GCONV_PATH$|GLIBC_TUNABLES$|MALLOC_)/;

/** The variables of a run: ours, and those of the grant that do not change what is run. Throws `TypeError` on one that does. */
export function variables(
  grant: Grant,
  { ours, toolchains = [] }: { ours: Record<string, string>; toolchains?: readonly string[] },
): Record<string, string> {
  const refused = Object.keys(grant.env).find((name) => NEVER.test(name));
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

/** The command for `grant` in `folder`, its access already settled. Throws `TypeError` if the program is not here. */
export function commandOf(grant: Grant, folder: { path: string; access: FolderAccess }, programs: Programs): Command {
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
          `${INSIDE}/source.ts`,
        ],
        env: own({ ...quiet, DENO_DIR: "/tmp/.deno" }),
        mounts: [deno],
        source: `${INSIDE}/source.ts`,
      };
    case "files": {
      const files = programs.files;
      if (files === null) throw new TypeError(unavailable("files"));
      const { entry, source } = files;
      const code = source === undefined
        ? `${INSIDE}/files_server.js`
        : `${INSIDE}/code${entry.slice(source.root.length)}`;
      const flags = source === undefined
        ? DENO_RUN
        : ["run", "--quiet", "--no-prompt", "--no-lock", "--cached-only", `--config=${INSIDE}/deno.json`];
      const root = mountedAt(folder.path);
      return {
        argv: [
          DENO,
          ...flags,
          `--allow-read=${root}`,
          ...(folder.access === "rw" ? [`--allow-write=${root}`] : []),
          code,
          root,
          folder.access,
        ],
        env: own({ ...quiet, DENO_DIR: `${INSIDE}/deno_dir` }),
        mounts: [
          deno,
          { from: source?.root ?? entry, to: source === undefined ? code : `${INSIDE}/code` },
          ...(source === undefined ? [] : [
            { from: source.config, to: `${INSIDE}/deno.json` },
            { from: source.packages, to: `${INSIDE}/deno_dir/npm` },
          ]),
        ],
      };
    }
  }
}

/** Why `program` cannot be had, with what to install. */
export function unavailable(program: Program): string {
  const cure = {
    bash: "bash",
    python: "python3",
    deno: "deno",
    shell: "sh",
    files: "harombe again: files_server is missing",
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
