/** bubblewrap around a Deno that asks the broker for each permission as it is touched. */
import { SOCKET } from "../broker/places.ts";
import { withoutNotice } from "../broker/notice.ts";
import { bubblewrapOptions } from "../bubblewrap.ts";
import { confinementOf } from "../confinement.ts";
import { behindPrelude, FD } from "../prelude.ts";
import { nulSeparated } from "../probe.ts";
import { seccompFilter } from "../seccomp.ts";
import { socketsIn } from "../sockets_in.ts";
import type { Prepare } from "./executor.ts";

/** Like `bubblewrap`, and beside it: a socket of this run's own, a filter that lets Deno reach it, and no other socket of the folder. */
export const brokered: Prepare = async (grant, house, settled, signal) => {
  const { access, edge, wayOut } = settled;
  const [{ argv, confinement }, sockets] = await Promise.all([
    confinementOf(grant, house, settled, signal),
    access === "none" ? [] : socketsIn(house.powers.folder.path, signal),
  ]);
  const run = {
    access,
    cwd: confinement.cwd,
    rules: grant.brokered!,
    egress: grant.egress?.rules ?? [],
    relay: wayOut?.relay ?? null,
  };
  const { socket, close } = await house.broker!.open(run, edge, signal);
  try {
    signal.throwIfAborted();
    const options = bubblewrapOptions({
      ...confinement,
      folder: { ...confinement.folder, hidden: [...confinement.folder.hidden, ...sockets] },
      programs: [...confinement.programs, { from: socket, to: SOCKET }],
      env: { ...confinement.env, DENO_PERMISSION_BROKER_PATH: SOCKET },
    }, house.machine);
    return {
      args: behindPrelude([house.bwrap!, "--args", String(FD.args), ...argv], settled.joining),
      env: {},
      feeds: [
        nulSeparated(options),
        seccompFilter(Deno.build.arch, { brokered: true })!,
        new TextEncoder().encode(grant.source),
      ],
      confined: "bubblewrap",
      said: withoutNotice,
      begun: ({ status }) => status.includes('"child-pid"'),
      clear: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
