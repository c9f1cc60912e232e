/** The command line as a process, with the permissions that the main process has, given everything it should not be given. */
import assert from "node:assert/strict";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

type Options = {
  env?: Record<string, string>;
  stdin?: string | null;
  state?: string;
  /** Words before the program. */
  wrap?: string[];
};

/** Runs `main.ts` with no power but its state directory and a few variables. */
async function harombe(args: string[], options: Options = {}) {
  const { env = {}, stdin = null, state = "/nonexistent/harombe", wrap = [] } = options;
  const [program, ...before] = [...wrap, Deno.execPath()];
  const process = new Deno.Command(program, {
    args: [
      ...before,
      "run",
      "--quiet",
      "--no-prompt",
      "--ignore-env",
      "--allow-env=HOME,TERM,NO_COLOR,HAROMBE_*",
      `--allow-read=${state}`,
      `--allow-write=${state}`,
      MAIN,
      ...args,
    ],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH")!, DENO_DIR: denoDirectory(), HAROMBE_HOME: state, ...env },
    stdin: stdin === null ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (stdin !== null) {
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
    await writer.close().catch(() => {});
  }
  const { code, stdout, stderr } = await process.output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

function denoDirectory(): string {
  const home = Deno.env.get("HOME") ?? "/";
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`}/deno`;
}

async function inState(run: (state: string) => Promise<void>): Promise<void> {
  const state = await Deno.makeTempDir();
  try {
    await run(state);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}

function oneLine(err: string, name: string): void {
  assert.equal(err.trimEnd().split("\n").length, 1, `${name}: ${err}`);
  assert.match(err, /^harombe: /, name);
  assert.doesNotMatch(err, /\bat .*\.ts:\d/, name);
}

Deno.test("version answers without any permission and without a library", async () => {
  const { out, code } = await harombe(["version"]);
  assert.deepEqual({ out, code }, { out: "harombe 0.1.0\n", code: 0 });
  const graph = new Deno.Command(Deno.execPath(), { args: ["info", "--json", MAIN], stdout: "piped" });
  const modules: { specifier: string; dependencies?: { specifier: string; isDynamic?: boolean }[] }[] =
    JSON.parse(new TextDecoder().decode((await graph.output()).stdout)).modules;
  const main = modules.find((one) => one.specifier.endsWith("/main.ts"))!;
  assert.ok((main.dependencies ?? []).every((one) => one.isDynamic === true), "main.ts imports nothing at its start");
  const version = modules.find((one) => one.specifier.endsWith("/cli/commands/version.ts"))!;
  assert.deepEqual((version.dependencies ?? []).map((one) => one.specifier), ["../../deno.json"]);
});

Deno.test("wrong usage as a process: exit 2, one line, nothing on standard output", async () => {
  const long = "x".repeat(120_000);
  for (const args of [["confg"], [long], ["config", "set", "model.name"], ["config", long], ["--x"], ["ask"]]) {
    const { code, out, err } = await harombe(args);
    assert.deepEqual({ code, out }, { code: 2, out: "" }, args.join(" ").slice(0, 40));
    oneLine(err, args.join(" ").slice(0, 40));
  }
});

Deno.test("without HOME and HAROMBE_HOME every command that needs state says so", async () => {
  for (const args of [["config", "show"], ["config", "validate"], ["config", "set", "model.name", "x"]]) {
    const { code, out, err } = await harombe(args, { env: { HAROMBE_HOME: "" } });
    assert.deepEqual({ code, out }, { code: 1, out: "" });
    oneLine(err, args.join(" "));
    assert.match(err, /neither HAROMBE_HOME nor HOME is set/);
  }
});

/** Why a read-only place cannot be made here, or null. Root ignores modes, so root mounts one. */
function readOnlyMissing(): string | null {
  if (Deno.uid() !== 0) return null;
  try {
    const { success } = new Deno.Command("unshare", { args: ["-m", "true"], stdout: "null", stderr: "null" })
      .outputSync();
    return success ? null : "no mount namespace can be made";
  } catch {
    return "unshare is not installed";
  }
}

const missing = readOnlyMissing();

Deno.test({
  name: `a read-only home is one line, exit 1${missing ? ` (ignored: ${missing})` : ""}`,
  ignore: missing !== null,
  fn: () =>
    inState(async (state) => {
      await Deno.chmod(state, 0o555);
      const mount = 'mount -t tmpfs -o ro none "$0" && exec "$@"';
      const wrap = Deno.uid() === 0 ? ["unshare", "-m", "sh", "-c", mount, state] : [];
      const { code, out, err } = await harombe(["config", "set", "model.name", "x"], { state: `${state}/h`, wrap });
      await Deno.chmod(state, 0o755);
      assert.deepEqual({ code, out }, { code: 1, out: "" });
      oneLine(err, "read-only");
      assert.match(err, /Cannot write config .*harombe\.yaml: (the file system is read-only|this user may not use it)/);
      assert.deepEqual(Array.from(Deno.readDirSync(state)), []);
    }),
});

Deno.test("a state directory that is a file is one line", async () => {
  await inState(async (directory) => {
    await Deno.writeTextFile(`${directory}/file`, "kept");
    for (const args of [["config", "show"], ["config", "set", "model.name", "x"]]) {
      const { code, err } = await harombe(args, { state: `${directory}/file` });
      assert.equal(code, 1);
      oneLine(err, args.join(" "));
    }
    assert.equal(await Deno.readTextFile(`${directory}/file`), "kept");
  });
});

Deno.test("every broken configuration is named with its cause and exit 1, and stays as it was", async () => {
  const anchors = Array.from(
    { length: 9 },
    (_, n) => `a${n}: &a${n} [${Array(9).fill(n ? `*a${n - 1}` : "x").join(",")}]`,
  );
  const cases: [string, string | Uint8Array | null, RegExp][] = [
    ["directory", null, /it is a directory/],
    ["binary", new Uint8Array([0x89, 0x50, 0xff, 0xfe]), /it is not UTF-8 text/],
    ["NUL", "model:\0", /NUL byte/],
    ["huge", "#".repeat(400_000), /400000 bytes, the most is 262144/],
    ["deep", "[".repeat(200_000), /nested too deeply/],
    ["bomb", anchors.join("\n"), /alias/i],
    ["duplicate", "model:\n  name: a\n  name: b\n", /:3:3: Map keys must be unique/],
    ["unknown", "modle: {}\n", /:1:1: unknown key "modle"; did you mean "model"\?/],
    ["escape", 'x\u202e"\x1b]0;t\x07": 1\n', /harombe: /],
  ];
  for (const [name, content, expected] of cases) {
    await inState(async (state) => {
      const path = `${state}/harombe.yaml`;
      if (content === null) await Deno.mkdir(path);
      else await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
      for (const args of [["config", "validate"], ["config", "show"], ["config", "set", "model.name", "y"]]) {
        const { code, out, err } = await harombe(args, { state });
        assert.deepEqual({ code, out }, { code: 1, out: "" }, `${name}: ${err}`);
        oneLine(err, name);
        assert.doesNotMatch(err, /[\x1b\x07\u202e]/, name);
        if (args[1] !== "set") assert.match(err, expected, name);
      }
      if (content !== null) {
        const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
        assert.deepEqual(await Deno.readFile(path), bytes, name);
      }
    });
  }
});

Deno.test("config set, show and validate work together, and a secret stays hidden", async () => {
  await inState(async (state) => {
    const set = await harombe(["config", "set", "inference.vllm.api_key", "-"], { state, stdin: "hunter2\n" });
    assert.deepEqual(set, { code: 0, out: "", err: `inference.vllm.api_key = [set] in ${state}/harombe.yaml\n` });
    const show = await harombe(["config", "show", "--json"], { state, env: { HAROMBE_MODEL_NAME: "m" } });
    const data = JSON.parse(show.out);
    assert.deepEqual([data.config.inference.vllm.api_key, data.config.model.name, data.sources], [
      "[set]",
      "m",
      { "inference.vllm.api_key": "file", "model.name": "HAROMBE_MODEL_NAME" },
    ]);
    const validate = await harombe(["config", "validate"], { state, env: { HAROMBE_MODEL_NAM: "m" } });
    assert.deepEqual(validate, {
      code: 0,
      out: `valid: ${state}/harombe.yaml\n`,
      err: "warning: HAROMBE_MODEL_NAM is no setting and is ignored; did you mean HAROMBE_MODEL_NAME?\n",
    });
    assert.equal((await Deno.stat(`${state}/harombe.yaml`)).mode! & 0o777, 0o600);
    assert.match(await Deno.readTextFile(`${state}/harombe.yaml`), /api_key: hunter2/);
  });
});

Deno.test("a stack is shown with --debug and only then", async () => {
  const bare = await harombe(["confg"]);
  const debug = await harombe(["confg", "--debug"]);
  assert.doesNotMatch(bare.err, /\bat .*program\.ts/);
  assert.match(debug.err, /\bat .*program\.ts/);
  assert.deepEqual([bare.code, debug.code], [2, 2]);
});

Deno.test("completions for four shells; what they ask is answered", async () => {
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { code, out, err } = await harombe(["completions", shell]);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /harombe/);
  }
  const { out } = await harombe(["complete", "--", "config", "s"]);
  assert.deepEqual(out.split("\n").map((line) => line.split("\t")[0]).slice(0, 3), ["show", "schema", "set"]);
});

Deno.test("a reader that leaves is no failure", async () => {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--ignore-env", MAIN, "config", "schema"],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await process.stdout.cancel();
  const [{ code }, err] = await Promise.all([process.status, new Response(process.stderr).text()]);
  assert.deepEqual({ code, err }, { code: 0, err: "" });
});

Deno.test("doctor with the permissions of the main process finds nothing wrong", async () => {
  await inState(async (state) => {
    const { out } = await harombe(["doctor", "--json"], { state });
    const { wrong, permissions, undefended } = JSON.parse(out);
    assert.deepEqual(wrong, []);
    assert.deepEqual(permissions.filter((one: { granted: string[] }) => one.granted.length > 0), [
      { name: "read", granted: ["state directory"] },
      { name: "write", granted: ["state directory"] },
    ]);
    assert.ok(undefended.length >= 4);
  });
});

Deno.test("doctor of a process with all powers says that this is wrong, exit 1", async () => {
  const args = ["run", "--quiet", "-A", MAIN, "doctor"];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args, env: { HAROMBE_HOME: "/nonexistent" } })
    .output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stdout), /the main process may start programs/);
});
