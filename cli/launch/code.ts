/** Where harombe's code lies: what the launcher starts main and the processes beside it from. */
import { dirname } from "node:path";
import type { OwnModule } from "../../security/sandbox/program.ts";

/** Where harombe's code lies: as source text, or as bundles beside this one. */
export type Code = {
  main: string;
  flags: string[];
  read: string[];
  /** Installed code, other versions' too: no run may write there. Absent for sources, which are worked on. */
  installed?: string[];
} & Modules;

/** The processes of ours beside main: null where the file is missing. */
type Modules = {
  files: OwnModule | null;
  fetch?: OwnModule | null;
  engine?: OwnModule | null;
  mail?: OwnModule | null;
  broker?: OwnModule | null;
  proxy?: OwnModule | null;
  relay?: OwnModule | null;
};

/** Each by the room that its source lies in, and its path there. */
const MODULES = {
  files: { room: "security", path: "sandbox/files/files_server" },
  fetch: { room: "security", path: "egress/fetch_process" },
  mail: { room: "security", path: "alerts/mail_process" },
  proxy: { room: "security", path: "egress/proxy/proxy_process" },
  relay: { room: "security", path: "egress/proxy/relay_process" },
  engine: { room: "node", path: "embedded/engine_process" },
  broker: { room: "security", path: "sandbox/broker/broker_process" },
} satisfies Record<keyof Modules, { room: string; path: string }>;

/** The code that belongs to the module `here` (its `import.meta.url`). */
export async function codeOf(here: string, environment: Record<string, string>): Promise<Code> {
  const path = (relative: string) => decodeURIComponent(new URL(relative, here).pathname);
  if (here.endsWith(".js")) {
    return {
      main: path("./main.js"),
      flags: ["--no-config", "--no-lock", "--no-remote", "--no-npm", "--cached-only"],
      read: [path("./").replace(/\/$/, "")],
      // A code cache is code too.
      installed: [
        path("../"),
        path("./"),
        dirname(Deno.execPath()),
        ...[environment.DENO_DIR, environment.HAROMBE_FILE].filter((path) => path?.startsWith("/")) as string[],
      ],
      ...await modulesOf((at) => ({ entry: path(`./${at.path.slice(at.path.lastIndexOf("/") + 1)}.js`) })),
    };
  }
  const root = path("../").replace(/\/$/, "");
  const cache = environment.DENO_DIR ??
    `${environment.XDG_CACHE_HOME ?? `${environment.HOME ?? "/nonexistent"}/.cache`}/deno`;
  const packages = `${cache}/npm`;
  const lock = await exists(`${root}/deno.lock`) ? { lock: `${root}/deno.lock` } : {};
  const module = ({ room, path }: { room: string; path: string }) => ({
    entry: `${root}/${room}/${path}.ts`,
    source: { root: `${root}/${room}`, config: `${root}/deno.json`, packages, ...lock },
  });
  return {
    main: `${root}/main.ts`,
    flags: [`--config=${root}/deno.json`],
    read: [root],
    ...await exists(packages) ? await modulesOf(module) : { files: null },
  };
}

async function modulesOf(module: (at: { room: string; path: string }) => OwnModule): Promise<Modules> {
  const found = await Promise.all(
    Object.entries(MODULES).map(async ([name, at]) => {
      const one = module(at);
      return [name, await exists(one.entry) ? one : null];
    }),
  );
  return Object.fromEntries(found);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
