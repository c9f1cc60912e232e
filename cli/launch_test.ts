import assert from "node:assert/strict";
import { laboratory } from "../tests/attacks/launch_run.ts";
import { Exit } from "./failure.ts";
import { codeOf } from "./launch/code.ts";
import { folderArgument } from "./launch/folder.ts";

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
const FLAGS = ["--no-prompt", "--quiet", "--allow-run", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
const lab = await laboratory();
const { bubblewrap } = lab.powers;
await lab.close();
const missing = bubblewrap.state === "ok" ? null : `${bubblewrap.cause} ${bubblewrap.cure}`;
const ignore = missing !== null;
const named = (name: string) => missing === null ? name : `${name} (ignored: ${missing})`;

type Started = { child: Deno.ChildProcess; folder: string; root: string; close(): Promise<void> };

/** The real launcher, with exactly its own powers, over a main process that tries what it must not do. */
async function launcher(args: string[], env: Record<string, string> = {}): Promise<Started> {
  const root = await Deno.makeTempDir({ prefix: "launch-" });
  await Deno.mkdir(`${root}/workspace`);
  await Deno.writeTextFile(`${root}/workspace/a.txt`, "hello\n");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...FLAGS, `${ROOT}/tests/fixtures/launch_fixture.ts`, ...args],
    cwd: `${root}/workspace`,
    env: { HAROMBE_HOME: `${root}/state`, CANARY_SECRET: "hunter2", OLLAMA_HOST: "http://198.51.100.7:11434", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return { child, folder: `${root}/workspace`, root, close: () => Deno.remove(root, { recursive: true }) };
}

/** Lines of `stream` one by one. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/** Whether a process lives, by its number. A zombie does not. */
function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 500 && lives(pid); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  return !lives(pid);
}

/** The children of `parent`. */
function childrenOf(parent: number): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    if (!Number.isInteger(pid)) return false;
    try {
      return Number(Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ")[1]) === parent;
    } catch {
      return false;
    }
  });
}

Deno.test("--folder is taken out of the arguments, wherever it stands before --", () => {
  const cases: [string[], string | null, string[]][] = [
    [["chat"], null, ["chat"]],
    [["--folder", "/x", "chat"], "/x", ["chat"]],
    [["ask", "--folder=/x y", "hi"], "/x y", ["ask", "hi"]],
    [["ask", "--", "--folder", "/x"], null, ["ask", "--", "--folder", "/x"]],
  ];
  assert.deepEqual(cases.map(([args]) => folderArgument(args)), cases.map(([, folder, rest]) => ({ folder, rest })));
  assert.throws(() => folderArgument(["--folder"]), Exit);
  assert.throws(() => folderArgument(["--folder="]), Exit);
});

Deno.test("the code is found beside the launcher, as source and as bundle", async () => {
  const source = await codeOf(`file://${ROOT}/cli/launch.ts`, { HOME: "/nonexistent" });
  assert.deepEqual([source.main, source.flags, source.read], [`${ROOT}/main.ts`, [`--config=${ROOT}/deno.json`], [
    ROOT,
  ]]);
  const bundle = await codeOf("file:///opt/with%20space/launch.js", {});
  assert.deepEqual([bundle.main, bundle.read, bundle.files], ["/opt/with space/main.js", ["/opt/with space"], null]);
});

Deno.test({
  name: named("the main process has no power of its own and gets its runs from the launcher"),
  ignore,
  fn: async () => {
    const { child, folder, close } = await launcher(["probe", "cat a.txt", "5"]);
    const { code, stdout, stderr } = await child.output();
    const said = new TextDecoder().decode(stdout);
    assert.equal(code, 5, new TextDecoder().decode(stderr));
    const { said: run, confined, workspace, ...rest } = JSON.parse(said);
    assert.deepEqual(rest, {
      args: ["probe", "cat a.txt", "5"],
      folder,
      excess: [],
      secret: null,
      run: "NotCapable",
      ffi: "NotCapable",
      hostname: "NotCapable",
      environ: "NotCapable",
      outside: "NotCapable",
      public: "NotCapable",
      named: "NotCapable",
      loopback: "ConnectionRefused",
    });
    assert.deepEqual([run, confined, workspace], ["hello\n", "bubblewrap", "NotCapable"]);
    await close();
  },
});

Deno.test({
  name: named("an argument that is Deno's own path gives the main process no power"),
  ignore,
  fn: async () => {
    const { child, close } = await launcher(["probe", "true", "0", Deno.execPath(), "run", "x.ts"]);
    const said = JSON.parse(new TextDecoder().decode((await child.output()).stdout));
    assert.deepEqual([said.excess, said.run, said.ffi], [[], "NotCapable", "NotCapable"]);
    await close();
  },
});

Deno.test({
  name: named("Ctrl-C leaves the launcher to the main process, SIGTERM is passed on, and nothing outlives them"),
  ignore,
  fn: async () => {
    const { child, close } = await launcher(["wait"]);
    const lines = linesOf(child.stdout);
    const main = Number((await lines.next()).value);
    assert.equal((await lines.next()).value, "started");
    child.kill("SIGINT");
    assert.ok(lives(main));
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 143);
    assert.ok(await gone(main));
    await lines.return(undefined);
    await child.stderr.cancel();
    await close();
  },
});

Deno.test({
  name: named("when the main process is killed its runs die and the launcher ends with its status"),
  ignore,
  fn: async () => {
    const { child, close } = await launcher(["wait"]);
    const lines = linesOf(child.stdout);
    const main = Number((await lines.next()).value);
    await lines.next();
    const runs = childrenOf(child.pid).filter((pid) => pid !== main);
    assert.equal(runs.length, 1);
    const inside = childrenOf(runs[0]);
    assert.equal(inside.length, 1);
    Deno.kill(main, "SIGKILL");
    assert.equal((await child.status).code, 137);
    assert.ok(await gone(runs[0]) && await gone(inside[0]));
    await lines.return(undefined);
    await child.stderr.cancel();
    await close();
  },
});

Deno.test({
  name: named("when the launcher is killed the main process and the runs end"),
  ignore,
  fn: async () => {
    const { child, root, close } = await launcher(["wait"]);
    const lines = linesOf(child.stdout);
    const main = Number((await lines.next()).value);
    await lines.next();
    const runs = childrenOf(child.pid).filter((pid) => pid !== main);
    assert.equal(runs.length, 1);
    child.kill("SIGKILL");
    await child.status;
    assert.ok(await gone(main));
    assert.ok(await gone(runs[0]));
    await (await laboratory()).close();
    const left = lab.house.places.flatMap(({ parent }) =>
      [...Deno.readDirSync(parent)].filter(({ name }) => name.startsWith(`harombe-${child.pid}-`))
    );
    assert.deepEqual(left, []);
    await lines.return(undefined);
    await child.stderr.cancel();
    await close();
    assert.throws(() => Deno.statSync(root), Deno.errors.NotFound);
  },
});

Deno.test({
  name: named("a folder that does not exist, and no home, each end in one line"),
  ignore,
  fn: async () => {
    const cases: [string[], Record<string, string>, RegExp][] = [
      [["--folder", "/nonexistent/x", "chat"], {}, /^harombe: .*\/nonexistent\/x.*\n$/],
      [
        ["--folder", "/etc/hostname", "chat"],
        {},
        /^harombe: Cannot work in the folder \/etc\/hostname: it is no directory\n$/,
      ],
      [["chat"], { HOME: "", HAROMBE_HOME: "relative" }, /^harombe: Cannot use a relative HAROMBE_HOME: relative\n$/],
    ];
    for (const [args, env, expected] of cases) {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", ...FLAGS, `${ROOT}/cli/launch.ts`, ...args],
        env,
        stdin: "null",
      }).output();
      assert.match(new TextDecoder().decode(stderr), expected);
      assert.equal(code, 1);
    }
  },
});
