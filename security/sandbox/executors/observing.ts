/** A question about the machine, asked from outside every confinement. */
import { commandFor, OBSERVING_PATH, Question } from "../observe.ts";
import { behindPrelude } from "../prelude.ts";
import { NOTHING, preludeHeld, type Prepare } from "./executor.ts";

/**
 * A question to the machine: its command is fixed, so nothing is around it but the limits. Nothing of the launcher's environment
 * reaches it. Podman gets the person's home, for an ordinary user's containers lie there, and a keyring the bus of the session.
 */
export const observing: Prepare = (grant, house, { joining }) => {
  const question = Question.parse(JSON.parse(grant.source));
  const podman = "engine" in question && question.engine === "podman";
  const keyring = question.about === "keyring";
  const uid = Deno.uid();
  const runtime = `/run/user/${uid}`;
  return Promise.resolve({
    args: behindPrelude(commandFor(question), joining, "keep"),
    env: {
      PATH: OBSERVING_PATH,
      LANG: "C.UTF-8",
      LC_ALL: "C.UTF-8",
      TERM: "dumb",
      HOME: podman || keyring ? house.home : "/nonexistent",
      ...(podman && uid || keyring ? { XDG_RUNTIME_DIR: runtime } : {}),
      ...(keyring ? { DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus` } : {}),
    },
    feeds: [NOTHING, NOTHING, NOTHING],
    confined: "nothing",
    begun: preludeHeld,
    clear: () => Promise.resolve(),
  });
};
