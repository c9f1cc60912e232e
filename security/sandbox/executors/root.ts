/** The files of one run that a container engine is given: the root of its view, its source, its first command. */
import type { Confinement } from "../bubblewrap.ts";
import { confinementOf } from "../confinement.ts";
import { within } from "../folder.ts";
import type { Grant } from "../grant.ts";
import type { House } from "../house.ts";
import type { Settled } from "./executor.ts";
import { START, startScript, type View, viewOf } from "./view.ts";

export type Laid = {
  /** A directory of this run alone, removed with it. */
  at: string;
  /** The empty root, with every place that something is mounted at. */
  root: string;
  view: View;
  confinement: Confinement;
  /** The command inside. */
  argv: string[];
};

async function isDirectory(path: string): Promise<boolean> {
  return (await Deno.stat(path)).isDirectory;
}

/** Makes in `root` what must be there before anything is mounted. What lies in a mount is made by the engine. */
async function layRoot(root: string, view: View): Promise<void> {
  for (const path of view.directories) await Deno.mkdir(root + path, { recursive: true, mode: 0o755 });
  for (const { path, target } of view.links) await Deno.symlink(target, root + path);
  for (const mount of view.mounts) {
    if (view.mounts.some(({ to }) => to !== mount.to && within(mount.to, to))) continue;
    if (mount.kind === "tmpfs" || await isDirectory(mount.from)) {
      await Deno.mkdir(root + mount.to, { recursive: true, mode: 0o755 });
      continue;
    }
    await Deno.mkdir(root + mount.to.slice(0, mount.to.lastIndexOf("/")), { recursive: true, mode: 0o755 });
    await Deno.writeTextFile(root + mount.to, "", { mode: 0o644 });
  }
}

/** Lays out the files of a run. Throws `TypeError` if the grant asks for what only bubblewrap gives. The caller removes `at`. */
export async function laid(
  grant: Grant,
  house: House,
  { settled, image }: { settled: Settled; image: boolean },
  signal: AbortSignal,
): Promise<Laid> {
  // Its relay needs Unix sockets, which the profile of a container refuses.
  if (grant.egress !== undefined) {
    throw new TypeError("Cannot give a run in a container a network: it needs bubblewrap");
  }
  const { argv, confinement } = await confinementOf(grant, house, settled, signal);
  if (confinement.net === true || (confinement.devices ?? []).length > 0) {
    throw new TypeError(`Cannot run ${grant.program} in a container: it needs bubblewrap`);
  }
  const at = `${house.runtime}/run-${settled.id}`;
  await Deno.mkdir(at, { mode: 0o700 });
  try {
    const given = [{ from: `${at}/start`, to: START }];
    await Deno.writeTextFile(`${at}/start`, startScript(confinement.env), { mode: 0o600 });
    if (confinement.source !== undefined) {
      await Deno.writeTextFile(`${at}/source`, grant.source, { mode: 0o600 });
      given.push({ from: `${at}/source`, to: confinement.source.path });
    }
    const view = viewOf(confinement, house.machine, { given, image });
    const root = `${at}/root`;
    await Deno.mkdir(root, { mode: 0o755 });
    await layRoot(root, view);
    return { at, root, view, confinement, argv: ["/bin/sh", START, ...argv] };
  } catch (error) {
    await Deno.remove(at, { recursive: true });
    throw error;
  }
}

/** True if the engine wrote the number of the run's first process: then it began. */
export function hasPid(path: string): boolean {
  try {
    return Deno.readTextFileSync(path).trim() !== "";
  } catch {
    return false;
  }
}
