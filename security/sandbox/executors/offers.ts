/** Which executors this machine has: each looked for, then tried, when it is first asked for. */
import { endGroups } from "../cgroup.ts";
import { DEFAULT_LIMITS, type Executor, type Grant } from "../grant.ts";
import type { House } from "../house.ts";
import { joiningOf } from "../limits.ts";
import { start } from "../spawn.ts";
import { bubblewrap } from "./bubblewrap.ts";
import { docker } from "./docker.ts";
import type { Find, Offer, Owned } from "./executor.ts";
import { gvisor } from "./gvisor.ts";
import { podman } from "./podman.ts";

/** Resolves to what was found good, or to why it was not, in one sentence. */
export type Offers = (name: Executor, house: House, signal: AbortSignal) => Promise<Offer | string>;

const ofBubblewrap: Find = ({ powers }) => {
  const { bubblewrap: state } = powers;
  return Promise.resolve(
    state.state === "ok"
      ? { version: state.version, own: { memoryBytes: 0, pids: 0 }, prepare: bubblewrap }
      : `${state.cause} ${state.cure}`,
  );
};

const find = (name: Executor): Find => ({ bubblewrap: ofBubblewrap, podman, docker, gvisor })[name];
/** The order in which they are asked where the owner leaves the choice and bubblewrap cannot be had. */
export const IN_ORDER: readonly Executor[] = ["bubblewrap", "podman", "docker", "gvisor"];

/** What must hold in a run before it is worth anything: no capability, no way to one, the filter, an own process tree. */
const TRIAL = `
grep -qE '^Cap(Inh|Prm|Eff|Bnd|Amb):.*[1-9a-f]' /proc/self/status && { echo "it has capabilities"; exit 1; }
grep -qE '^Seccomp:.*2' /proc/self/status || { echo "its system calls are not filtered"; exit 1; }
set -- /proc/[0-9]*
[ $# -le 8 ] || { echo "it sees processes of the machine"; exit 1; }
if (: > /usr/harombe-trial) 2>/dev/null; then echo "it can write to /usr"; exit 1; fi
(: > /tmp/x && : > /home/agent/x) || { echo "it has no scratch directory"; exit 1; }
echo held
`;
/** The longest that a trial may take, milliseconds. */
const TRIAL_MS = 20_000;

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  for await (const bytes of stream) pieces.push(decoder.decode(bytes, { stream: true }));
  return pieces.join("");
}

/** Why `offer` holds nothing here, or null. */
async function failing(name: Executor, offer: Offer, house: House, signal: AbortSignal): Promise<string | null> {
  const grant: Grant = { program: "shell", source: TRIAL, folder: "none", cwd: "", env: {}, limits: DEFAULT_LIMITS };
  const limits = {
    ...DEFAULT_LIMITS,
    pids: DEFAULT_LIMITS.pids + offer.own.pids,
    memoryBytes: DEFAULT_LIMITS.memoryBytes + offer.own.memoryBytes,
  };
  const joining = joiningOf(house.places, `${house.name}-try${name}`, limits);
  const prepared = await offer.prepare(grant, house, {
    id: `try-${name}`,
    access: "none",
    limits,
    joining,
    guarded: [],
    edge: { event: () => Promise.resolve(), question: () => Promise.resolve({ allow: false, reason: "a trial" }) },
    wayOut: null,
  }, signal);
  try {
    const run = start("/bin/bash", prepared.args, { ...prepared, cwd: "/" });
    run.stdin.end();
    const over = AbortSignal.any([signal, AbortSignal.timeout(TRIAL_MS)]);
    over.addEventListener("abort", run.kill, { once: true });
    const [code, stdout, stderr] = await Promise.all([run.exited, textOf(run.stdout), textOf(run.stderr), run.status]);
    over.removeEventListener("abort", run.kill);
    signal.throwIfAborted();
    if (over.aborted) return `it did not end within ${TRIAL_MS / 1000} s`;
    const begun = prepared.begun({ status: await run.status, said: stderr, code });
    if (begun && code === 0 && stdout.trim() === "held") return null;
    const said = begun && stdout.trim() !== "" ? stdout : stderr;
    return said.trim().split("\n").at(-1)?.slice(0, 300) || `exit status ${code}`;
  } finally {
    await endGroups(joining, new AbortController().signal);
    await prepared.clear();
  }
}

async function looked(name: Executor, house: House, owner: Owned, signal: AbortSignal): Promise<Offer | string> {
  try {
    const offer = await find(name)(house, owner, signal);
    // bubblewrap was tried when the machine was measured.
    if (typeof offer === "string" || name === "bubblewrap") return offer;
    const why = await failing(name, offer, house, signal);
    return why === null ? offer : `it does not work here: ${why}`;
  } catch (error) {
    signal.throwIfAborted();
    return `it does not work here: ${error instanceof Error ? error.message : error}`;
  }
}

/** Looks for each executor once; what is asked for while it is looked for waits for the same answer. */
export function offersHere(owner: Owned): Offers {
  const known = new Map<Executor, Promise<Offer | string>>();
  return (name, house, signal) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const looking = looked(name, house, owner, signal);
    known.set(name, looking);
    // One run that was given up must not answer for the next.
    looking.catch(() => known.delete(name));
    return looking;
  };
}

/**
 * The executor that runs get which name none: the owner's, if it is good; with `auto` the first that is good. Null with why
 * where there is none.
 */
export async function chosenExecutor(
  owner: Owned,
  house: House,
  offers: Offers,
  signal: AbortSignal,
): Promise<{ name: Executor } | { name: null; why: string }> {
  const reasons: string[] = [];
  for (const name of owner.executor === "auto" ? IN_ORDER : [owner.executor]) {
    const offer = await offers(name, house, signal);
    if (typeof offer !== "string") return { name };
    reasons.push(`${name}: ${offer.replace(/\.$/, "")}`);
  }
  return { name: null, why: reasons.join("; ") };
}
