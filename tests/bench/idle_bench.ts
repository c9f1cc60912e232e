/**
 * Bar: an idle chat at a terminal, all its processes together, takes at most 180 MB of resident memory. Also how long
 * `chat` takes to its prompt. From source and from the portable file; Linux, because memory is read from /proc.
 *
 * `resident` is the sum of VmRSS, which counts pages that processes share once for each; `proportional` is the sum of
 * Pss, which counts them once.
 */
import { join, resolve } from "node:path";
import { buildPortable } from "../build/portable.ts";
import { PROGRAMS } from "../build/tree.ts";
import { place } from "../system/harombe.ts";

const BAR_MB = 180;
const STARTS = 10;
const PROMPT = "commands ›";

type Memory = { processes: number; resident: number; proportional: number };

/** Processes below `pid`, itself too, that run Deno or bubblewrap. `helper` tells those of the helper for files. */
function descendants(pid: number): { pid: number; helper: boolean }[] {
  const parents = new Map<number, number>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readOr(`/proc/${name}/stat`, "");
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const below = (one: number): boolean => one === pid || (parents.has(one) && below(parents.get(one)!));
  return [...parents.keys()].filter((one) => below(one)).flatMap((one) => {
    const command = readOr(`/proc/${one}/cmdline`, "").split("\0");
    if (!/(deno|bwrap)$/.test(command[0])) return [];
    return [{ pid: one, helper: command.some((word) => /files_server/.test(word)) || /bwrap$/.test(command[0]) }];
  });
}

function readOr(path: string, otherwise: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return otherwise;
  }
}

function memory(pids: readonly number[]): Memory {
  const kib = (path: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readOr(path, ""))?.[1] ?? 0);
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0) * 1024 / 1e6;
  return {
    processes: pids.length,
    resident: sum(pids.map((pid) => kib(`/proc/${pid}/status`, "VmRSS"))),
    proportional: sum(pids.map((pid) => kib(`/proc/${pid}/smaps_rollup`, "Pss"))),
  };
}

function show(name: string, { processes, resident, proportional }: Memory): void {
  console.log(
    `${name}: ${processes} processes, ${resident.toFixed(0)} MB resident, ${proportional.toFixed(0)} MB proportional`,
  );
}

/** One chat at a pseudo-terminal of `script`. */
async function talk(program: (args: string[]) => string[], env: Record<string, string>, work: string) {
  const before = performance.now();
  const child = new Deno.Command("script", {
    args: ["-qfec", program(["chat"]).join(" "), "/dev/null"],
    cwd: work,
    clearEnv: true,
    env: { ...env, TERM: "xterm", SHELL: "/bin/sh" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  const screen = { text: "" };
  /** Reads until `text` has come once more than before. */
  const until = async (text: string) => {
    while (!screen.text.includes(text)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`Cannot measure: chat ended before ${text}: ${screen.text}`);
      screen.text += decoder.decode(value, { stream: true });
    }
    screen.text = screen.text.slice(screen.text.indexOf(text) + text.length);
  };
  await until(PROMPT);
  return {
    ms: performance.now() - before,
    processes: () => descendants(child.pid),
    async ask(line: string) {
      await writer.write(new TextEncoder().encode(`${line}\r`));
      await until("Largest");
      await until(PROMPT);
    },
    async leave() {
      await writer.write(new TextEncoder().encode("\x04"));
      const drained = (async () => {
        while (!(await reader.read()).done);
      })();
      await writer.close().catch(() => {});
      await child.status;
      await drained;
    },
  };
}

const root = resolve(import.meta.dirname!, "../..");
await using p = await place();
await Deno.writeTextFile(join(p.folder, "a.txt"), "hello\n");
// A person who has a configuration is offered no model.
await Deno.mkdir(join(p.home, ".harombe"), { mode: 0o700 });
await Deno.writeTextFile(join(p.home, ".harombe", "harombe.yaml"), "{}\n", { mode: 0o600 });
const file = join(p.home, "harombe");
const { version } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
const signal = AbortSignal.timeout(300_000);
await buildPortable(file, { root, programs: PROGRAMS, version, level: 1 }, signal);

const { chat } = JSON.parse(await Deno.readTextFile(join(root, "deno.json"))).tasks as { chat: string };
const source = chat.replace(/^deno run /, `${Deno.execPath()} run --quiet --config=${root}/deno.json `)
  .replace("cli/launch.ts chat", `${root}/cli/launch.ts`).split(" ");
const programs: Record<string, (args: string[]) => string[]> = {
  "from source": (args) => [...source, ...args],
  "portable file": (args) => [file, ...args],
};
const env = { ...p.env, HAROMBE_RUNTIME_DIR: join(p.home, "runtime") };
const worst = { resident: 0 };
for (const [name, program] of Object.entries(programs)) {
  const times: number[] = [];
  for (let start = -1; start < STARTS; start++) {
    const one = await talk(program, env, p.folder);
    // The first start fills the caches.
    if (start >= 0) times.push(one.ms);
    await one.leave();
  }
  times.sort((a, b) => a - b);
  console.log(`${name}: chat to its prompt ${times[STARTS >> 1].toFixed(0)} ms p50 of ${STARTS}`);
  const one = await talk(program, env, p.folder);
  await new Promise((done) => setTimeout(done, 2000));
  const idle = memory(one.processes().map(({ pid }) => pid));
  show(`${name}, idle at its first prompt`, idle);
  worst.resident = Math.max(worst.resident, idle.resident);
  await one.ask("list the files here and tell me which is largest");
  const all = one.processes();
  show(`${name}, after a turn, with the helper for files`, memory(all.map(({ pid }) => pid)));
  show(
    `${name}, after a turn, without it`,
    memory(all.filter(({ helper }) => !helper).map(({ pid }) => pid)),
  );
  await one.leave();
}
console.log(`bar ${BAR_MB} MB resident when idle: ${worst.resident <= BAR_MB ? "met" : "missed"}`);
if (worst.resident > BAR_MB) Deno.exitCode = 1;
