/**
 * What the broker costs: `deno run -A tests/bench/broker_bench.ts`. One run prints all three: the start of bubblewrap and Deno
 * with and without it; one decision alone; one check as the program feels it, against a broker that only says yes.
 */
import { boundsOf } from "../../security/sandbox/broker/bounds.ts";
import { records } from "../../security/sandbox/broker/records.ts";
import { session } from "../../security/sandbox/broker/session.ts";
import { laboratory, NO_RULES } from "../attacks/launch_run.ts";

const STARTS = 40;
const CHECKS = 5000;
const quantile = (sorted: number[], q: number) => sorted[Math.floor(sorted.length * q)];
const line = (name: string, values: number[], unit: string) => {
  values.sort((a, b) => a - b);
  console.log(
    `${name.padEnd(58)} p50 ${quantile(values, 0.5).toFixed(1)} ${unit}  p95 ${
      quantile(values, 0.95).toFixed(1)
    } ${unit}`,
  );
  return quantile(values, 0.5);
};

const lab = await laboratory({ written: { "a/b/c.txt": "x" } });
try {
  const starts = { with: [] as number[], without: [] as number[] };
  for (let i = -2; i < STARTS; i++) {
    for (const kind of ["with", "without"] as const) {
      const began = performance.now();
      const { outcome } = await lab.run({
        program: "deno",
        source: "0",
        ...(kind === "with" ? { brokered: NO_RULES } : {}),
      });
      if (outcome.code !== 0) throw new Error(`Cannot measure a start: status ${outcome.code}`);
      if (i >= 0) starts[kind].push(performance.now() - began);
    }
  }
  line("bubblewrap + Deno + broker, start to end", starts.with, "ms");
  line("bubblewrap + Deno, start to end", starts.without, "ms");

  const rules = Array.from({ length: 20 }, (_, i) => `*:private${i}/**`);
  const { judge } = session(
    boundsOf({
      folder: lab.folder,
      access: "ro",
      cwd: lab.folder,
      rules: { read: { deny: rules, ask: [] }, write: { deny: rules, ask: [] } },
      egress: [],
      relay: null,
    }),
    {
      cwd: lab.folder,
      look: (path) => Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : null,
      plain: (path) => Deno.realPathSync(path) === path,
      isDirectory: () => false,
      records: records(),
      questions: 0,
      ask: () => Promise.reject(new Error("nobody is asked here")),
    },
  );
  const decisions: number[] = [];
  for (let i = -1000; i < CHECKS; i++) {
    const began = performance.now();
    judge({ permission: "read", value: "a/b/c.txt" });
    if (i >= 0) decisions.push((performance.now() - began) * 1000);
  }
  line("one decision (3 labels, 20 rules, links looked for)", decisions, "µs");

  const source = `const times = []; for (let i = -1000; i < ${CHECKS}; i++) { const t = performance.now();
    Deno.statSync("a/b/c.txt"); if (i >= 0) times.push((performance.now() - t) * 1000); } console.log(JSON.stringify(times));`;
  const stat = async (brokered: boolean) => {
    const grant = { program: "deno", source, folder: "ro", ...(brokered ? { brokered: NO_RULES } : {}) } as const;
    const { stdout, stderr } = await lab.run(grant);
    if (!stdout.startsWith("[")) throw new Error(`Cannot measure a check: ${stderr}`);
    return JSON.parse(stdout) as number[];
  };
  const echo = async () => {
    const path = `${lab.root}/echo-${crypto.randomUUID()}`;
    const broker = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", new URL("./echo_broker.ts", import.meta.url).pathname, path],
      stdout: "piped",
    }).spawn();
    const ready = broker.stdout.getReader();
    await ready.read();
    try {
      await Deno.writeTextFile(`${lab.root}/stat.ts`, source);
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-config", "--no-lock", `${lab.root}/stat.ts`],
        cwd: lab.folder,
        env: { DENO_PERMISSION_BROKER_PATH: path },
        stderr: "null",
      }).output();
      return JSON.parse(new TextDecoder().decode(stdout)) as number[];
    } finally {
      broker.kill("SIGKILL");
      await broker.status;
      await ready.cancel();
    }
  };
  const rounds = { ours: [] as number[], echo: [] as number[], none: [] as number[] };
  for (let i = 0; i < 3; i++) {
    rounds.ours.push(...await stat(true));
    rounds.echo.push(...await echo());
    rounds.none.push(...await stat(false));
  }
  const flags = line("one stat by Deno's flags", rounds.none, "µs");
  const least = line("one stat, a broker that only says yes", rounds.echo, "µs");
  const ours = line("one stat, our broker", rounds.ours, "µs");
  console.log(
    `ours / echo ${(ours / least).toFixed(2)}; the check alone ${((ours - flags) / (least - flags)).toFixed(2)}`,
  );
} finally {
  await lab.close();
}
