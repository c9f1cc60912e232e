/**
 * The run's end of the way out: listens on the run's own loopback and carries what it hears to the proxy, without
 * looking at it. What it does a program of the run could do as well: nothing is lost if one takes its place.
 *
 * `deno run --allow-net=127.0.0.1 --allow-read=DIRECTORY --allow-write=DIRECTORY relay_process.ts DIRECTORY PORT`
 */
import { NAMES, openLine } from "./line.ts";
import { openMux } from "./mux.ts";
import { connectionPipe, splice } from "./pipe.ts";

/** Connections at once; the proxy has a bound of its own. */
const MOST = 256;

if (import.meta.main) {
  const [directory, port] = Deno.args;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(port) });
  const mux = openMux(await openLine(directory, "relay"), { most: MOST });
  void mux.closed.then(() => Deno.exit(1));
  const ready = await Deno.open(`${directory}/${NAMES.ready}`, { write: true });
  await ready.write(new TextEncoder().encode("ready\n"));
  ready.close();
  for await (const connection of listener) {
    splice(connectionPipe(connection), mux.open(), (bytes) => bytes).catch(() => {});
  }
}
