/** Moves what a run planted out of the workspace, to where the person can look at it. */
import type { House } from "./house.ts";
import type { Found } from "./planted.ts";
import { ask } from "./spawn.ts";

/**
 * Moves each of `found` below the state directory and returns where. The move itself is confined to the workspace
 * and its destination, so a link that another run swaps in while it works leads nowhere.
 */
export async function quarantine(found: readonly Found[], house: House, signal: AbortSignal): Promise<string> {
  const folder = house.powers.folder.path;
  const place = `${house.state}/quarantine/${new Date().toISOString().replaceAll(":", "-")}-${
    crypto.randomUUID().slice(0, 8)
  }`;
  await Deno.mkdir(place, { recursive: true, mode: 0o700 });
  const script =
    `for f; do mkdir -p -- "/quarantine$(dirname -- "$f")" && mv -T -- "$f" "/quarantine$f" || exit 1; done`;
  const system = house.machine.system.flatMap(({ path, link }) =>
    link === undefined ? ["--ro-bind", path, path] : ["--symlink", link, path]
  );
  const { code, stderr } = await ask(
    house.bwrap!,
    [
      ...["--unshare-user", "--unshare-all", "--cap-drop", "ALL", "--new-session", "--die-with-parent"],
      ...system,
      ...["--bind", folder, folder, "--bind", place, "/quarantine", "--chdir", "/"],
      ...["/bin/sh", "-c", script, "sh", ...found.map(({ path }) => path)],
    ],
    signal,
  );
  if (code !== 0) throw new Error(`Cannot move what a run planted to quarantine: ${stderr.trim()}`);
  return place;
}
