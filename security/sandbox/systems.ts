/** Which of the systems that `observe` can ask about are in use here: looked for by their files, nothing is started. */
import type { Observed } from "./grant.ts";

/** systemd as sd_booted(3) tells it; Docker by its socket; Podman by containers of root or of the person at `home`. */
const SIGNS = (home: string): Record<Observed, string[]> => ({
  systemd: ["/run/systemd/system"],
  docker: ["/var/run/docker.sock", "/run/docker.sock"],
  podman: Deno.uid() === 0 ? ["/var/lib/containers/storage"] : [`${home}/.local/share/containers/storage`],
});

/** Those that are here. */
export async function systemsHere(home: string, signal: AbortSignal): Promise<Observed[]> {
  const found = await Promise.all(
    Object.entries(SIGNS(home)).map(async ([name, paths]): Promise<Observed[]> => {
      const there = await Promise.all(paths.map((path) => Deno.stat(path).then(() => true, () => false)));
      return there.includes(true) ? [name as Observed] : [];
    }),
  );
  signal.throwIfAborted();
  return found.flat();
}
