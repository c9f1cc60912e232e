import assert from "node:assert/strict";
import { DEFAULT_LIMITS, type Executor } from "../../security/sandbox/grant.ts";
import { attack } from "./attack.ts";
import { laboratory } from "./launch_run.ts";
import { ATTACKS } from "./sandbox_attacks.ts";

const signal = new AbortController().signal;

async function missing(executor: Executor): Promise<string | null> {
  const lab = await laboratory();
  const offer = await lab.house.offers(executor, lab.house, signal);
  await lab.close();
  return typeof offer === "string" ? offer : null;
}

/** Every run in gVisor starts a kernel: there a part of the attacks is tried, those that no probe of `doctor` repeats among them. */
const TRIED: Partial<Record<Executor, typeof ATTACKS>> = {
  podman: ATTACKS,
  docker: ATTACKS,
  gvisor: ATTACKS.filter(({ name }, i) => i % 6 === 0 || /git|worktree|plants|daemon|variable/.test(name)),
};

for (const [executor, attacks] of Object.entries(TRIED) as [Executor, typeof ATTACKS][]) {
  const why = await missing(executor);
  // No daemon, no cgroup, a kernel that lacks something: it is not offered here, and there is nothing to attack.
  if (why !== null && !why.includes("unavailable: install")) continue;
  const named = (name: string) => `${executor}: ${name}${why === null ? "" : ` (ignored: ${why})`}`;
  const ignore = why !== null;

  Deno.test({
    name: named("no run gets out of its confinement"),
    ignore,
    fn: async () => {
      const results = await attack(attacks, executor);
      assert.deepEqual(results.filter(({ got }) => got !== null), []);
      assert.equal(results.length, attacks.length);
    },
  });

  Deno.test({
    name: named("a run ends, is stopped and is told as in bubblewrap"),
    ignore,
    fn: async () => {
      const lab = await laboratory({ written: { "a.txt": "hello\n" } });
      try {
        const told = async (grant: Parameters<typeof lab.run>[0], options?: Parameters<typeof lab.run>[1]) => {
          const { stdout, stderr, outcome: { code, stopped, confined } } = await lab.run(
            { ...grant, executor },
            options,
          );
          return { stdout, stderr, code, stopped, confined };
        };
        const plain = { stderr: "", stopped: undefined, confined: executor };
        assert.deepEqual(
          await told(
            { source: "cat; cat a.txt; pwd; echo $GIVEN; exit 125", folder: "ro", env: { GIVEN: "it's\n$x" } },
            {
              input: "in\n",
            },
          ),
          { ...plain, stdout: `in\nhello\n${lab.folder}\nit's $x\n`, code: 125 },
        );
        assert.deepEqual(await told({ source: "kill -9 $$" }), { ...plain, stdout: "", code: 137 });
        assert.deepEqual(
          await told({ program: "deno", source: "console.log(await Deno.readTextFile('a.txt'))", folder: "ro" }),
          { ...plain, stdout: "hello\n\n", code: 0 },
        );
        const stop = new AbortController();
        const running = lab.launcher.run({
          program: "shell",
          source: "echo begun; sleep 60",
          folder: "rw",
          cwd: "",
          env: {},
          limits: DEFAULT_LIMITS,
          executor,
        }, stop.signal);
        for await (const _ of running.stdout) stop.abort();
        assert.equal((await running.outcome).stopped, "cancelled");
        assert.equal((await told({ source: "sleep 60", limits: { ...DEFAULT_LIMITS, ms: 3000 } })).stopped, "time");
        assert.deepEqual([...Deno.readDirSync(lab.house.runtime)].filter(({ name }) => name.startsWith("run-")), []);
      } finally {
        await lab.close();
      }
    },
  });

  Deno.test({
    name: named("nothing of a run outlives a launcher that was killed"),
    ignore,
    fn: async () => {
      const fixture = new URL("../fixtures/held_run.ts", import.meta.url).pathname;
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", fixture, executor],
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      const { value } = await lines.read();
      const place = JSON.parse(value!);
      assert.ok(seeing(place.folder).length > 0, "the run is not there");
      child.kill("SIGKILL");
      await child.status;
      await lines.cancel();
      // The kernel ends what lived in the namespace once its first process is dead: it is asked until it has.
      while (seeing(place.folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const mounts = await Deno.readTextFile("/proc/self/mountinfo");
      assert.ok(!mounts.includes(place.runtime) && !mounts.includes(place.folder), mounts);
      // The next launcher on this machine removes its directory and its groups.
      const next = await laboratory();
      await next.close();
      await assert.rejects(Deno.stat(place.runtime), Deno.errors.NotFound);
      await Deno.remove(place.root, { recursive: true });
    },
  });
}

/** Processes that see `folder` as a mount, or were told of it. */
function seeing(folder: string): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) return [];
    try {
      const text = Deno.readTextFileSync(`/proc/${name}/mountinfo`) + Deno.readTextFileSync(`/proc/${name}/cmdline`);
      return text.includes(folder) ? [name] : [];
    } catch {
      return [];
    }
  });
}
