/** Probes that are a run of their own: bounds, and what is left when a run has ended. */
import type { Finished } from "./finished.ts";
import type { Probe } from "./probe.ts";

const said = (run: Finished) => run.stdout.includes("BREACH") ? run.stdout.trim().slice(0, 200) : null;
const stoppedBy = (why: string) => (run: Finished) =>
  run.outcome.stopped === why ? null : `it ended with ${run.outcome.stopped ?? `code ${run.outcome.code}`}`;
const MiB = 2 ** 20;

export const OF_LIMITS: readonly Probe[] = [
  {
    name: "forks without end",
    group: "limits",
    tries: "makes processes until nothing else can",
    run: { sh: "f() { f | f & }; f; sleep 20" },
    limits: { pids: 32, ms: 1500 },
    got: (run) => run.outcome.ms < 10_000 ? null : `it lasted ${run.outcome.ms} ms`,
  },
  {
    name: "processes",
    group: "limits",
    tries: "has 600 processes at once where 32 were granted",
    run: { sh: "i=0; while [ $i -lt 600 ]; do sleep 5 & i=$((i+1)); done; echo BREACH" },
    limits: { pids: 32, ms: 4000 },
    got: said,
  },
  {
    name: "memory",
    group: "limits",
    tries: "takes 600 MiB where 128 were granted",
    run: { python: `b = bytearray(${600 * MiB})\nprint("BREACH", len(b))` },
    limits: { memoryBytes: 128 * MiB, ms: 10_000 },
    got: said,
  },
  {
    name: "scratch",
    group: "limits",
    tries: "fills /tmp, /dev/shm and its home with 600 MB each",
    run: {
      sh:
        "for d in /tmp /dev/shm /home/agent; do head -c 600000000 /dev/zero > $d/x && echo BREACH $d; done 2>/dev/null",
    },
    limits: { memoryBytes: 128 * MiB, ms: 10_000 },
    got: said,
  },
  {
    name: "output",
    group: "limits",
    tries: "writes without end",
    run: { sh: "yes" },
    limits: { outputBytes: 100_000, ms: 10_000 },
    got: (run) => run.stdout.length > 100_000 ? `${run.stdout.length} bytes` : stoppedBy("output")(run),
  },
  {
    name: "time",
    group: "limits",
    tries: "runs on after its time, deaf to signals",
    run: { sh: "trap '' TERM INT HUP; while :; do :; done" },
    limits: { ms: 500 },
    got: stoppedBy("time"),
  },
  {
    name: "open files",
    group: "limits",
    tries: "raises its own bound on open files",
    sh: "(ulimit -n 8192) 2>/dev/null",
    control: true,
  },
  {
    name: "core dumps",
    group: "limits",
    tries: "raises its own bound on core dumps",
    sh: "(ulimit -H -c unlimited) 2>/dev/null",
    control: true,
  },
  {
    name: "leaves a daemon",
    group: "afterwards",
    tries: "leaves a process behind that writes into the workspace later",
    run: {
      sh:
        "(setsid sh -c 'trap \"\" HUP TERM; sleep 1; echo x > late.txt' >/dev/null 2>&1 </dev/null &); echo left > /tmp/left; echo left > /home/agent/left; echo left > /dev/shm/left",
    },
    got: (run) => run.outcome.code === 0 ? null : `it ended with ${run.outcome.code}: ${run.stderr.slice(0, 100)}`,
  },
  {
    name: "comes back",
    group: "afterwards",
    tries: "finds in /tmp, /dev/shm or its home what another run left",
    run: { sh: "ls /tmp/left /dev/shm/left /home/agent/left 2>/dev/null && echo BREACH; true" },
    got: said,
  },
  {
    name: "plants a file",
    group: "afterwards",
    tries: "leaves .envrc in a directory of its own making",
    run: { sh: "mkdir -p sub; echo x > sub/.envrc" },
    got: (run) => run.stderr.includes("a run may not make") ? null : "nobody took it away",
  },
  {
    name: "plants a repository",
    group: "afterwards",
    tries: "leaves a repository with a hook",
    run: {
      sh:
        "mkdir -p own/.git/hooks own/.git/objects own/.git/refs; echo x > own/.git/HEAD; echo x > own/.git/hooks/post-checkout",
    },
    got: (run) => run.stderr.includes("a run may not make") ? null : "nobody took it away",
  },
  {
    name: "wrote later",
    group: "afterwards",
    tries: "sees what a process left behind wrote after its run",
    run: { sh: "sleep 1.2; [ -e late.txt ] && echo BREACH; [ -e sub/.envrc ] && echo BREACH; true" },
    got: said,
  },
  {
    name: "tells its end",
    group: "afterwards",
    tries: "ends with 7 and is said to have ended otherwise",
    run: { sh: "exit 7" },
    got: (run) => run.outcome.code === 7 && run.outcome.stopped === undefined ? null : JSON.stringify(run.outcome),
  },
];
