/**
 * The way out of one run: a proxy process of its own beside it, and a relay inside it. What joins them are FIFOs, which the
 * run sees in a directory; the run itself has no network. Without the proxy nothing is reached.
 */
import type { Egress } from "../egress/egress.ts";
import { NAMES } from "../egress/proxy/line.ts";
import { Instructions, ProxySaid } from "../egress/proxy/said.ts";
import { bubblewrapOptions, INSIDE } from "./bubblewrap.ts";
import { endGroups } from "./cgroup.ts";
import type { Limits, RunEvent } from "./grant.ts";
import type { House } from "./house.ts";
import { jsonLine, jsonLines } from "./json_lines.ts";
import { joiningOf, V8_RESERVES } from "./limits.ts";
import { behindPrelude, FD, limitedInside } from "./prelude.ts";
import { nulSeparated } from "./probe.ts";
import { type Mount, ownProcess, relayProcess } from "./program.ts";
import { ask, start } from "./spawn.ts";

/** What a run with a way out is given beside its own. */
export type WayOut = {
  mounts: Mount[];
  env: Record<string, string>;
  /** `host:port` inside the run where the relay listens. */
  relay: string;
  /** `argv` behind the relay: it begins when the relay listens, and ends with 125 where there is none. */
  around(argv: string[]): string[];
  /** Ends the proxy; resolves when everything that it said is told and its traces are gone. */
  close(): Promise<void>;
};

/** What a relay needs of a run's limits: Deno's threads, and its memory with what is on its way. */
export const RELAY: Pick<Limits, "pids" | "memoryBytes"> = { pids: 32, memoryBytes: 160 * 2 ** 20 };

const LIMITS: Limits = { ms: 0, outputBytes: 0, memoryBytes: 512 * 2 ** 20, pids: 64, cpuPercent: 200 };
/** Where the run sees the directory. */
const WAY = `${INSIDE}/way`;
/** On the run's own loopback, which nothing else shares. */
const PORT = 3128;
/** A line of the proxy at its longest. */
const LONGEST_LINE = 1 << 20;
/** Characters of why: a path that a run made up is not kept whole, thousands of times over. */
const LONGEST_REASON = 500;
/** Milliseconds that the proxy has to tell the last of it once the run is over. */
const LEAVE_MS = 3000;
const never = new AbortController().signal;

/** Runs the first COUNT arguments beside the rest, which wait until they are told of by a FIFO. */
const BESIDE = `
ready=$1 count=$2; shift 2
(
  i=0
  for a do shift; [ $i -lt $count ] && set -- "$@" "$a"; i=$((i+1)); done
  unset DENO_PERMISSION_BROKER_PATH
  DENO_DIR=/tmp/.relay DENO_NO_UPDATE_CHECK=1 "$@"
  echo gone > "$ready"
) </dev/null >/dev/null 2>&1 &
while [ $count -gt 0 ]; do shift; count=$((count-1)); done
read -r said < "$ready"
[ "$said" = ready ] || { echo "harombe: the way out of this run does not work" >&2; exit 125; }
exec "$@"
`;

/** What programs read to find a proxy. The run's own loopback needs none. */
function proxyVariables(): Record<string, string> {
  const [http, socks] = [`http://127.0.0.1:${PORT}`, `socks5h://127.0.0.1:${PORT}`];
  const none = "localhost,127.0.0.1,::1";
  const lower = { http_proxy: http, https_proxy: http, all_proxy: socks, no_proxy: none };
  return {
    ...lower,
    ...Object.fromEntries(Object.entries(lower).map(([name, value]) => [name.toUpperCase(), value])),
    npm_config_proxy: http,
    npm_config_https_proxy: http,
    npm_config_noproxy: none,
    NODE_USE_ENV_PROXY: "1",
  };
}

/** What programs read to find certificates. */
const CERTIFICATES = [
  "SSL_CERT_FILE",
  "CURL_CA_BUNDLE",
  "REQUESTS_CA_BUNDLE",
  "NODE_EXTRA_CA_CERTS",
  "DENO_CERT",
  "GIT_SSL_CAINFO",
  "PIP_CERT",
  "npm_config_cafile",
  "CARGO_HTTP_CAINFO",
  "AWS_CA_BUNDLE",
];

/** Addresses of this machine's devices: whatever listens here is behind each of them. */
function ownAddresses(): string[] {
  return [...new Set(Deno.networkInterfaces().map(({ address }) => address))];
}

/** Starts the proxy of the run `id`. Throws `TypeError` where this machine cannot give a run a way out. The caller must call `close`. */
export async function openWayOut(
  egress: Egress,
  house: House,
  { id, event }: { id: string; event(event: RunEvent): Promise<void> },
): Promise<WayOut> {
  if (house.bwrap === null) throw new TypeError("Cannot give a run a network: unavailable: install bubblewrap");
  const relay = relayProcess(house.programs, WAY, PORT);
  const directory = `${house.runtime}/way-${id}`;
  const proxy = ownProcess(house.programs);
  await Deno.mkdir(directory, { mode: 0o700 });
  const fifos = [NAMES.up, NAMES.down, NAMES.ready].map((name) => `${directory}/${name}`);
  const made = await ask("/bin/sh", ["-c", 'umask 077; exec mkfifo "$@"', "sh", ...fifos], never);
  if (made.code !== 0) throw new Error(`Cannot give a run a network: ${made.stderr.trim()}`);

  const joining = joiningOf(house.places, `${house.name}-${id}-way`, LIMITS);
  const run = startProxy(house, { directory, proxy, joining });
  const failed: string[] = [];
  const instructions: Instructions = { egress, named: [...house.named], own: ownAddresses() };
  run.stdin.end(jsonLine(instructions));
  const listening = listen(run.stdout, event).catch((error) => void failed.push(String(error)));
  const said = textOf(run.stderr);
  const state = { over: false };
  const ended = run.exited.then(async () => {
    if (state.over) return;
    // The relay may still wait for the other end: then the run is told by the launcher. It never blocks, fifo(7).
    using ready = await Deno.open(`${directory}/${NAMES.ready}`, { read: true, write: true });
    await ready.write(new TextEncoder().encode("gone\n"));
    await closing.promise;
  }).catch(() => {});
  const closing = Promise.withResolvers<void>();
  const inspected = egress.inspect
    ? Object.fromEntries(CERTIFICATES.map((name) => [name, `${WAY}/${NAMES.authority}`]))
    : {};
  return {
    mounts: [...relay.mounts, { from: directory, to: WAY }],
    env: { ...proxyVariables(), ...inspected },
    relay: `127.0.0.1:${PORT}`,
    around: (argv) => {
      const beside = relay.argv;
      return ["/bin/sh", "-c", BESIDE, "sh", `${WAY}/${NAMES.ready}`, String(beside.length), ...beside, ...argv];
    },
    async close() {
      if (state.over) return;
      state.over = true;
      closing.resolve();
      const timer = setTimeout(() => run.kill(), LEAVE_MS);
      // If nobody ever came, the proxy waits for the other end still.
      await openBriefly(`${directory}/${NAMES.up}`);
      await openBriefly(`${directory}/${NAMES.down}`);
      await run.exited;
      clearTimeout(timer);
      await Promise.all([listening, said, run.status, ended]);
      await endGroups(joining, never);
      await Deno.remove(directory, { recursive: true });
    },
  };
}

type Own = ReturnType<typeof ownProcess>;

function startProxy(
  house: House,
  { directory, proxy, joining }: { directory: string; proxy: Own; joining: ReturnType<typeof joiningOf> },
) {
  const certificate = `${INSIDE}/certificates.pem`;
  const trusted = house.certificates === null ? [] : [{ from: house.certificates, to: certificate }];
  const leave = [`--allow-read=${WAY}`, `--allow-write=${WAY}`, "--allow-net"];
  const command = [proxy.deno, ...proxy.flags, ...leave, proxy.entry, WAY];
  const bounded = house.powers.limits.pids === "rlimit" || house.powers.limits.memory === "rlimit"
    ? limitedInside(command, { dataBytes: LIMITS.memoryBytes + V8_RESERVES, pids: LIMITS.pids })
    : command;
  const options = bubblewrapOptions({
    folder: { path: house.powers.folder.path, access: "none", hidden: [] },
    guarded: [],
    programs: [...proxy.mounts, ...trusted, { from: directory, to: WAY, writable: true }],
    net: true,
    devices: [],
    env: {
      PATH: "/usr/bin:/bin",
      HOME: "/home/agent",
      DENO_DIR: proxy.cache,
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      DENO_TLS_CA_STORE: "mozilla,system",
      ...(trusted.length > 0 ? { DENO_CERT: certificate } : {}),
    },
    cwd: "/",
    scratchBytes: 64 * 2 ** 20,
    statusFd: FD.status,
    ...(house.seccomp === null ? {} : { seccompFd: FD.seccomp }),
  }, house.machine);
  const none = new Uint8Array();
  return start("/bin/bash", behindPrelude([house.bwrap!, "--args", String(FD.args), ...bounded], joining), {
    env: {},
    cwd: "/",
    feeds: [nulSeparated(options), house.seccomp ?? none, none],
  });
}

/** Tells each connection once it is over, and those that nobody ended when the proxy is gone. */
async function listen(stdout: AsyncIterable<Uint8Array>, event: (event: RunEvent) => Promise<void>): Promise<void> {
  const open = new Map<number, RunEvent & { kind: "connection" }>();
  try {
    for await (const line of jsonLines(ReadableStream.from(stdout), LONGEST_LINE)) {
      const said = ProxySaid.parse(line);
      if ("event" in said) {
        const { reason } = said.event;
        const told = reason.length > LONGEST_REASON
          ? { ...said.event, reason: `${reason.slice(0, LONGEST_REASON)}…` }
          : said.event;
        if (told.verdict === "open") open.set(said.id, told);
        else await event(told);
        continue;
      }
      const known = open.get(said.id);
      open.delete(said.id);
      if (known !== undefined) await event({ ...known, up: said.up, down: said.down });
    }
  } finally {
    for (const left of open.values()) await event({ ...left, reason: `${left.reason}; the proxy ended before it` });
  }
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of stream) text = (text + decoder.decode(chunk, { stream: true })).slice(-2000);
  } catch {
    // The pipe went away with its process.
  }
  return text;
}

/** Opens a FIFO at both ends, which waits for nobody, and closes it: whoever waited for the other end goes on. */
async function openBriefly(path: string): Promise<void> {
  try {
    using _file = await Deno.open(path, { read: true, write: true });
    await Promise.resolve();
  } catch {
    // It is gone.
  }
}
