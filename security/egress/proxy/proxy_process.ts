/**
 * The process that alone dials for one run: its instructions are one JSON line on standard input, what happens goes to
 * standard output line by line, and the run is at the other end of two FIFOs. It ends when the run does.
 *
 * `deno run --allow-net --allow-read=DIRECTORY --allow-write=DIRECTORY proxy_process.ts DIRECTORY`
 */
import { Instructions, type ProxySaid } from "./said.ts";
import { jsonLine, jsonLines } from "../../sandbox/json_lines.ts";
import { createAuthority } from "./authority.ts";
import { systemResolve } from "./dial.ts";
import { NAMES, openLine } from "./line.ts";
import { openMux } from "./mux.ts";
import { createProxy } from "./serve.ts";

/** Instructions at their largest. */
const LONGEST_LINE = 96 << 20;
/** Connections of one run at once. */
const MOST = 128;

if (import.meta.main) {
  const [directory] = Deno.args;
  const writer = Deno.stdout.writable.getWriter();
  const say = (said: ProxySaid) => void writer.write(jsonLine(said)).catch(() => Deno.exit(1));
  const first = await jsonLines(Deno.stdin.readable, LONGEST_LINE)[Symbol.asyncIterator]().next();
  const { egress, named, own } = Instructions.parse(first.value);
  const authority = egress.inspect ? await createAuthority(Date.now()) : null;
  if (authority !== null) {
    await Deno.writeTextFile(`${directory}/${NAMES.authority}`, authority.certificate, {
      createNew: true,
      mode: 0o444,
    });
  }
  const count = { connections: 0 };
  const serve = createProxy({
    egress,
    outside: { house: { named, own }, pins: egress.pins ?? [], resolve: systemResolve },
    authority,
    tell(told) {
      const id = ++count.connections;
      const event = { kind: "connection" as const, ...told, up: 0, down: 0 };
      say({ id, event });
      return ({ up, down }) => say({ id, up, down });
    },
    now: () => performance.now(),
  });
  const mux = openMux(await openLine(directory, "proxy"), { most: MOST, accept: (client) => void serve(client) });
  await mux.closed;
  // Connections that were open are closed and told before the end.
  await new Promise((resolve) => setTimeout(resolve));
  await writer.close();
  Deno.exit(0);
}
