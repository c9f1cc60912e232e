/** The pair of FIFOs through which a run reaches its proxy, and what else lies beside them. */
import type { Line } from "./mux.ts";

/** Names in the directory that both see. `up` goes to the proxy, `down` to the run. */
export const NAMES = { up: "up", down: "down", ready: "ready", authority: "authority.pem" } as const;

/** Opens one end; waits until the other end is there. Needs leave to read and write in `directory`. */
export async function openLine(directory: string, end: "proxy" | "relay"): Promise<Line> {
  const up = await Deno.open(`${directory}/${NAMES.up}`, end === "proxy" ? { read: true } : { write: true });
  const down = await Deno.open(`${directory}/${NAMES.down}`, end === "proxy" ? { write: true } : { read: true });
  const [from, to] = end === "proxy" ? [up, down] : [down, up];
  return {
    read: (into) => from.read(into),
    write: (bytes) => to.write(bytes),
    close() {
      for (const file of [from, to]) {
        try {
          file.close();
        } catch {
          // It was closed already.
        }
      }
    },
  };
}
