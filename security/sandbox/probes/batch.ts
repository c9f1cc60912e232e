/** Many probes as the source of one run, and its output as their answers. Pure. */
import { quoted } from "../executors/view.ts";
import type { Finished } from "./finished.ts";
import { type Aim, aimed, type Answer, type Probe } from "./probe.ts";

/** Of one probe in a batch, seconds. */
const SECONDS = 5;

type In = { sh: string } | { python: string };
const isIn = <K extends "sh" | "python">(kind: K) => (probe: Probe): probe is Probe & Record<K, string> =>
  kind in probe;

/** Those of `probes` that are lines for `kind`. */
export const ofKind = <K extends "sh" | "python">(probes: readonly Probe[], kind: K) => probes.filter(isIn(kind));

const line = (text: string) => JSON.stringify(text);

/** A program for `kind` that tries each probe by itself and says of each how it ended. */
export function batchOf(probes: readonly Probe[], kind: keyof (In & { sh: string; python: string }), aim: Aim): string {
  return kind === "sh" ? shellBatch(ofKind(probes, "sh"), aim) : pythonBatch(ofKind(probes, "python"), aim);
}

function shellBatch(probes: readonly (Probe & { sh: string })[], aim: Aim): string {
  const each = probes.map(({ sh }, i) => `try ${i} ${quoted(aimed(sh, aim))}\n`);
  // Few programs for each: in a kernel of its own every start is slow.
  return `o=/tmp/said-$$
try() {
  timeout ${SECONDS} sh -c "$2" p > $o 2>&1 </dev/null; c=$?
  said=; read -r said < $o
  printf '@%s %s %s\\n' "$1" "$c" "$said"
}
${each.join("")}rm -f $o
`;
}

function pythonBatch(probes: readonly (Probe & { python: string })[], aim: Aim): string {
  const each = probes.map(({ python }, i) => `(${i}, ${line(aimed(python, aim))})`);
  return `import ctypes, os, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
REFUSED = (1, 13, 30, 38, 97)
def late(*_): raise TimeoutError("it did not end")
signal.signal(signal.SIGALRM, late)
for i, text in [${each.join(",\n")}]:
  env = {"ctypes": ctypes, "os": os, "socket": socket, "libc": libc, "REFUSED": REFUSED, "got": None, "na": None, "seen": ""}
  signal.alarm(${SECONDS})
  try: exec(text, env)
  except OSError as e: env["seen"] = str(e)
  except BaseException as e: env["na"] = "the probe itself failed: %r" % e
  signal.alarm(0)
  code, said = (77, env["na"]) if env["na"] else (0, env["got"]) if env["got"] else (1, env["seen"])
  print("@%d %d %s" % (i, code, "".join(c if c.isprintable() else " " for c in str(said))[:300]), flush=True)
`;
}

/** Ended by `timeout`, could not be started, or said that it does not apply. */
const NOT = [77, 124, 125, 126, 127];
/** What a shell says of a text that it could not run: such a probe has tried nothing. */
const NOT_TRIED = /^p: .*(?:not found|[Ss]yntax error|Bad substitution|unexpected)/;

function verdictOf({ code, seen }: { code: number; seen: string }): Answer["verdict"] {
  if (code === 0) return "BREACH";
  return NOT.includes(code) || NOT_TRIED.test(seen) ? "not applicable" : "held";
}

/** What `stdout` says of each probe. One of which nothing is said did not run: it does not apply, and is no pass. */
export function answersOf(
  probes: readonly Probe[],
  run: Pick<Finished, "stdout" | "stderr"> & { outcome: Pick<Finished["outcome"], "code" | "stopped"> },
): Answer[] {
  const lines = new Map(
    run.stdout.split("\n").flatMap((text) => {
      const found = /^@(\d+) (\d+) ?(.*)$/.exec(text);
      return found === null ? [] : [[Number(found[1]), { code: Number(found[2]), seen: found[3].trim() }] as const];
    }),
  );
  return probes.map(({ name, group, tries }, i) => {
    const said = lines.get(i);
    if (said === undefined) {
      return {
        name,
        group,
        tries,
        verdict: "not applicable",
        seen: `it did not run: ${run.outcome.stopped ?? `code ${run.outcome.code}`} ${
          run.stderr.trim().split("\n")[0].slice(0, 200)
        }`,
      };
    }
    return { name, group, tries, verdict: verdictOf(said), seen: said.seen.slice(0, 300) };
  });
}
