/** Moves what a run planted out of the workspace, to where the person can look at it. */
import type { House } from "./house.ts";
import type { Found } from "./planted.ts";
import { ask } from "./spawn.ts";

/** Opens every directory below `$1` that belongs to this user and is closed to them, from above to below. */
const OPEN_UP = `find "$1" -xdev -type d -user "$(id -u)" ! -perm -u=rwx -exec chmod u+rwx {} ";"`;

/** `script` over `args`, confined to `writable` (host path → path inside) and the system's programs. */
async function confined(
  house: House,
  run: { writable: [from: string, to: string][]; script: string; args: string[] },
  signal: AbortSignal,
): Promise<{ code: number; stderr: string }> {
  const system = house.machine.system.flatMap(({ path, link }) =>
    link === undefined ? ["--ro-bind", path, path] : ["--symlink", link, path]
  );
  return await ask(
    house.bwrap!,
    [
      ...["--unshare-user", "--unshare-all", "--cap-drop", "ALL", "--new-session", "--die-with-parent"],
      ...system,
      ...run.writable.flatMap(([from, to]) => ["--bind", from, to]),
      ...["--chdir", "/", "/bin/sh", "-c", run.script, "sh", ...run.args],
    ],
    signal,
  );
}

/**
 * Moves each of `found` below the state directory and returns where. The move itself is confined to the workspace
 * and its destination, so a link that another run swaps in while it works leads nowhere. One that cannot be moved
 * does not keep the others in place; then it throws.
 */
export async function quarantine(found: readonly Found[], house: House, signal: AbortSignal): Promise<string> {
  const folder = house.powers.folder.path;
  const place = `${house.state}/quarantine/${new Date().toISOString().replaceAll(":", "-")}-${
    crypto.randomUUID().slice(0, 8)
  }`;
  await Deno.mkdir(place, { recursive: true, mode: 0o700 });
  // Bits that were taken away would keep the copy from being made and the original from being removed.
  const script = `failed=0
${OPEN_UP}
shift
for f; do
  [ -L "$f" ] || chmod -R u+rwX -- "$f"
  mkdir -p -- "/quarantine$(dirname -- "$f")" && mv -T -- "$f" "/quarantine$f" || failed=1
done
exit $failed`;
  const paths = found.map(({ path }) => path);
  const writable: [string, string][] = [[folder, folder], [place, "/quarantine"]];
  const { code, stderr } = await confined(house, { writable, script, args: [folder, ...paths] }, signal);
  if (code !== 0) throw new Error(`Cannot move what a run planted to quarantine: ${stderr.trim()}`);
  return place;
}

/** Gives this user's directories of the workspace back to their owner's eyes: a run may have closed them over something. */
export async function openUp(house: House, signal: AbortSignal): Promise<void> {
  const folder = house.powers.folder.path;
  await confined(house, { writable: [[folder, folder]], script: OPEN_UP, args: [folder] }, signal);
}
