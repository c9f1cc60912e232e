import assert from "node:assert/strict";
import { finished, grantOf, type Laboratory, laboratory } from "../../tests/attacks/launch_run.ts";
import { DEFAULT_LIMITS } from "./grant.ts";

const signal = new AbortController().signal;
const probe = await laboratory();
const { bubblewrap, limits, observed, programs } = probe.powers;
await probe.close();
const missing = bubblewrap.state === "ok" ? null : `${bubblewrap.cause} ${bubblewrap.cure}`;

/** A test with a laboratory of its own, ignored with its reason where bubblewrap does not work. */
function test(
  name: string,
  fn: (lab: Laboratory) => Promise<void>,
  options: Parameters<typeof laboratory>[0] = {},
): void {
  Deno.test({
    name: missing === null ? name : `${name} (ignored: ${missing})`,
    ignore: missing !== null,
    fn: async () => {
      const lab = await laboratory(options);
      try {
        await fn(lab);
      } finally {
        await lab.close();
      }
    },
  });
}

const groupsOf = (lab: Laboratory) =>
  lab.house.places.flatMap(({ parent }) => {
    try {
      return [...Deno.readDirSync(parent)].filter(({ name }) => name.startsWith(lab.house.name)).map(({ name }) =>
        name
      );
    } catch {
      return [];
    }
  });

test("a run answers with what it wrote, its status and what confined it", async (lab) => {
  const { outcome, ...said } = await lab.run({ source: "cat; echo more >&2; exit 3", folder: "ro" }, { input: "in" });
  assert.deepEqual({ ...said, outcome: { ...outcome, ms: 0 } }, {
    stdout: "in",
    stderr: "more\n",
    outcome: { code: 3, ms: 0, confined: "bubblewrap" },
  });
  assert.deepEqual(groupsOf(lab), []);
});

test("each program runs its source", async (lab) => {
  const rows: [Parameters<Laboratory["run"]>[0], string][] = [
    [{ program: "shell", source: "echo $((1+1)); pwd", folder: "ro" }, `2\n${lab.folder}\n`],
    [{ program: "bash", source: "a=(1 2); echo ${#a[@]}" }, "2\n"],
    [{ program: "deno", source: "const a: number = 1 + 1; console.log(a)" }, "2\n"],
    [{
      program: "deno",
      source: "console.log(Deno.readTextFileSync('a.txt')); Deno.writeTextFileSync('b.txt', 'b')",
      folder: "rw",
    }, "a\n"],
    ...(programs.python === "ok"
      ? [[{ program: "python", source: "print(1+1)" }, "2\n"] as [Parameters<Laboratory["run"]>[0], string]]
      : []),
  ];
  for (const [grant, expected] of rows) {
    const { stdout, stderr, outcome } = await lab.run(grant);
    assert.deepEqual({ stdout, stderr, code: outcome.code }, { stdout: expected, stderr: "", code: 0 });
  }
  assert.equal(await Deno.readTextFile(`${lab.folder}/b.txt`), "b");
}, { written: { "a.txt": "a" } });

test("a workspace of any name is only itself", async (lab) => {
  for (const name of ["with space", "a,/etc", "o'dd\"$(touch planted)`x`", "-n", "*", "ünï"]) {
    const folder = `${lab.root}/${name}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/here.txt`, name);
    await Deno.mkdir(`${folder}/.git`);
    const at = await laboratory({ folder });
    try {
      const shell = await at.run({ source: "cat here.txt; touch new; echo x > .git/config", folder: "rw" });
      const code = await at.run({
        program: "deno",
        source: "console.log(Deno.readTextFileSync('here.txt')); console.log(Deno.readTextFileSync('/etc/passwd'))",
        folder: "rw",
      });
      assert.deepEqual([name, shell.stdout, code.stdout], [name, name, `${name}\n`]);
      assert.match(code.stderr, /NotCapable: Requires read access to "\/etc\/passwd"/);
      await assert.rejects(Deno.lstat(`${folder}/.git/config`), Deno.errors.NotFound);
    } finally {
      await at.close();
    }
  }
});

test("a named toolchain is found by name and cannot be written", async (lab) => {
  const tools = `${lab.root}/tools`;
  await Deno.mkdir(`${tools}/bin`, { recursive: true });
  await Deno.writeTextFile(`${tools}/bin/greet`, "#!/bin/sh\necho hi\n", { mode: 0o755 });
  const at = await laboratory({ toolchains: [tools, `${lab.root}/absent`] });
  try {
    const { stdout } = await at.run({ source: `greet; echo x > ${tools}/bin/greet` });
    assert.deepEqual([stdout, await Deno.readTextFile(`${tools}/bin/greet`)], ["hi\n", "#!/bin/sh\necho hi\n"]);
  } finally {
    await at.close();
  }
});

test("a program that ends by a signal has the status of one", async (lab) => {
  const { outcome } = await lab.run({ program: "bash", source: "kill -TERM $$" });
  assert.deepEqual([outcome.code, outcome.stopped], [143, undefined]);
});

test("bytes pass unchanged, also many, also binary", async (lab) => {
  const input = new Uint8Array(3_000_000).map((_, i) => (i * 2654435761) >>> 13);
  const run = lab.launcher.run(grantOf({ source: "cat", limits: { ...DEFAULT_LIMITS, outputBytes: 8 << 20 } }), signal);
  const writing = run.write(input).then(() => run.closeInput());
  const bytes = new Uint8Array(await new Response(run.stdout).arrayBuffer());
  await writing;
  assert.equal((await run.outcome).code, 0);
  assert.ok(bytes.length === input.length && bytes.every((byte, i) => byte === input[i]));
});

test("an abort kills the whole tree, and says so", async (lab) => {
  const stop = new AbortController();
  const run = lab.launcher.run(
    grantOf({ source: "setsid sh -c 'sleep 600' & echo up; sleep 600", folder: "rw" }),
    stop.signal,
  );
  const reader = run.stdout.getReader();
  await reader.read();
  stop.abort();
  assert.deepEqual((await run.outcome).stopped, "cancelled");
  assert.deepEqual(groupsOf(lab), []);
});

test("when the main process is gone every run dies and leaves nothing", async (lab) => {
  const run = lab.launcher.run(grantOf({ source: "echo up; sleep 600", folder: "rw" }), signal);
  await run.stdout.getReader().read();
  const waiting = lab.launcher.run(grantOf({ source: "echo BREACH > later.txt", folder: "rw" }), signal);
  await lab.cut();
  await assert.rejects(run.outcome, /Cannot reach the launcher/);
  await assert.rejects(waiting.outcome, /Cannot reach the launcher/);
  await assert.rejects(lab.launcher.powers(signal), /Cannot reach the launcher/);
  assert.deepEqual(groupsOf(lab), []);
  await assert.rejects(Deno.stat(`${lab.folder}/later.txt`), Deno.errors.NotFound);
});

test("what is not in the schema is refused and answered", async (lab) => {
  const grant = grantOf({ source: "echo BREACH" });
  const bad: unknown[] = [
    null,
    "run",
    [],
    { op: "exec", id: 1 },
    { op: "run", id: 2 },
    { op: "run", id: 3, grant: { ...grant, program: "node" } },
    { op: "run", id: 4, grant: { ...grant, argv: ["/bin/sh"] } },
    { op: "run", id: 5, grant: { ...grant, folder: "/etc" } },
    { op: "run", id: 6, grant: { ...grant, limits: { ...DEFAULT_LIMITS, pids: 1e9 } } },
    { op: "run", id: 7, grant: { ...grant, limits: { ...DEFAULT_LIMITS, ms: -1 } } },
    { op: "run", id: 8, grant: { ...grant, env: { "lower": "x" } } },
    { op: "run", id: 9, grant: { ...grant, source: "x".repeat((1 << 20) + 1) } },
    { op: "run", id: 10, grant, extra: true },
    { op: "run", id: 1.5, grant },
    { op: "stdin", id: 11, data: 7 },
    { op: "stdin", id: 12 },
  ];
  const answers = await lab.raw(bad, (all) => all.length >= bad.length);
  assert.deepEqual(answers.map(({ op, id }) => [op, id]), [
    ...[["refused", -1], ["refused", -1], ["refused", -1]],
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((id) => ["refused", id]),
    ...[["refused", -1], ["refused", 11], ["refused", 12]],
  ]);
  assert.equal((await lab.run({ source: "echo fine" })).stdout, "fine\n");
});

test("a grant that asks for what cannot be is refused with a sentence", async (lab) => {
  const refused: [Parameters<Laboratory["run"]>[0], RegExp][] = [
    [{ cwd: "../.." }, /outside the workspace: "\.\.\/\.\."/],
    [{ cwd: "/etc" }, /outside the workspace/],
    [{ cwd: "a\0b" }, /outside the workspace/],
    [{ program: "files" }, /Cannot run files: unavailable/],
    ...["LD_PRELOAD", "BASH_ENV", "DENO_V8_FLAGS", "PATH", "PYTHONPATH", "NODE_OPTIONS"].map((
      name,
    ): [Parameters<Laboratory["run"]>[0], RegExp] => [{ env: { [name]: "x" } }, new RegExp(name)]),
    [{ env: { A: "a\0b" } }, /NUL/],
  ];
  for (const [grant, message] of refused) await assert.rejects(lab.run({ source: "echo BREACH", ...grant }), message);
  const absent = await lab.run({ source: "echo BREACH", cwd: "no/such", folder: "ro" });
  assert.deepEqual([absent.stdout, absent.outcome.code === 0], ["", false]);
});

test("the launcher's ceiling holds whatever a grant asks for", async (lab) => {
  const run = await lab.run({ source: "yes", limits: { ...DEFAULT_LIMITS, ms: 3_600_000, outputBytes: 64 << 20 } });
  assert.deepEqual([run.stdout.length, run.outcome.stopped], [5000, "output"]);
}, { ceiling: { ...DEFAULT_LIMITS, outputBytes: 5000 } });

test("a workspace that is a home is read-only whatever a grant asks for, and its secrets are covered", async (lab) => {
  await Deno.mkdir(`${lab.home}/.ssh`);
  await Deno.writeTextFile(`${lab.home}/.ssh/id`, "secret");
  await Deno.writeTextFile(`${lab.home}/.harombe/token`, "secret");
  await Deno.writeTextFile(`${lab.home}/note.txt`, "note");
  const at = await laboratory({ folder: lab.home, homeOf: lab.home });
  try {
    const { stdout } = await at.run({
      source: "cat note.txt; cat .ssh/id .harombe/token; touch x && echo BREACH",
      folder: "rw",
    });
    assert.equal(stdout, "note");
  } finally {
    await at.close();
  }
});

test("no more runs at once than the launcher allows, and each gets its turn", async (lab) => {
  const runs = Array.from({ length: 5 }, (_, i) => lab.launcher.run(grantOf({ source: `echo ${i}` }), signal));
  const results = await Promise.all(runs.map(finished));
  assert.deepEqual(results.map(({ stdout }) => stdout), ["0\n", "1\n", "2\n", "3\n", "4\n"]);
  const order: string[] = [];
  const held = ["first", "second", "third"].map((name) => {
    const run = lab.launcher.run(grantOf({ source: "echo up; cat" }), signal);
    const up = run.stdout.getReader().read().then(() => void order.push(`${name} up`));
    return { run, up, ended: run.outcome.then(() => void order.push(`${name} ended`)) };
  });
  await Promise.all([held[0].up, held[1].up]);
  await lab.launcher.powers(signal);
  await held[0].run.closeInput();
  await held[2].up;
  await Promise.all([held[1], held[2]].map(({ run, ended }) => run.closeInput().then(() => ended)));
  assert.ok(order.indexOf("third up") > order.indexOf("first ended"), order.join());
  const flood = Array.from({ length: 20 }, () => lab.launcher.run(grantOf({ source: "sleep 0.1" }), signal));
  const ends = await Promise.allSettled(flood.map(finished));
  assert.ok(ends.some(({ status }) => status === "rejected") && ends.some(({ status }) => status === "fulfilled"));
}, { most: 2 });

test("what a run planted is moved to quarantine, said, and kept", async (lab) => {
  const { stderr, outcome } = await lab.run({ source: "mkdir .vscode; echo '{}' > .vscode/tasks.json", folder: "rw" });
  const place = /moved to (\S+)/.exec(stderr)?.[1] ?? "";
  assert.equal(outcome.stopped, "launcher");
  assert.ok(place.startsWith(`${lab.home}/.harombe/quarantine/`));
  assert.equal(await Deno.readTextFile(`${place}${lab.folder}/.vscode/tasks.json`), "{}\n");
});

test("git works in a run, but for its configuration and hooks", async (lab) => {
  const { stdout, outcome } = await lab.run({
    source:
      "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m one 2>&1; git log --format=%s; git config a.b c 2>&1 | head -1",
    folder: "rw",
  });
  assert.match(stdout, /^one\nerror: could not (lock|write) config file .*\n$/);
  assert.equal(outcome.stopped, undefined);
}, {
  written: {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/config": "[core]\n\trepositoryformatversion = 0\n",
    ".git/objects/.k": "",
    ".git/refs/.k": "",
  },
});

Deno.test("without bubblewrap only TypeScript runs, sees nothing of the disk, and says what confines it", async () => {
  const lab = await laboratory({ withoutBubblewrap: true, written: { "a.txt": "a" } });
  try {
    for (const program of ["shell", "bash", "python", "files"] as const) {
      await assert.rejects(lab.run({ program, source: "echo BREACH" }), /unavailable: install bubblewrap/);
    }
    const secret = `${lab.root}/secret.txt`;
    await Deno.writeTextFile(secret, "secret");
    const attempts: [source: string, stdout: RegExp][] = [
      ["const a: number = 1 + 1; console.log(a)", /^2\n$/],
      [`console.log(Deno.readTextFileSync("${secret}"))`, /^$/],
      [`console.log(Deno.readTextFileSync("${lab.folder}/a.txt"))`, /^$/],
      [`import s from "file://${secret}" with { type: "text" }; console.log(s)`, /^$/],
      [`const s = await import("file://${secret}", { with: { type: "text" } }); console.log(s)`, /^$/],
      [
        `const w = new Worker("data:text/javascript,import%20s%20from%20'file://${secret}'%20with%20%7Btype:'text'%7D;console.log(s)", { type: "module" }); await new Promise((r) => w.onerror = r)`,
        /^$/,
      ],
      [`console.log(new Deno.Command("/bin/true").outputSync().code)`, /^$/],
      [`await Deno.connect({ hostname: "127.0.0.1", port: 1 }).catch((e) => console.log(e.name))`, /^NotCapable\n$/],
      [`import { execSync } from "node:child_process"; console.log(String(execSync("echo BREACH")))`, /^$/],
      [`Deno.dlopen("libc.so.6", {}); console.log("BREACH")`, /^$/],
      [`Deno.writeTextFileSync("/tmp/planted", "x"); console.log("BREACH")`, /^$/],
    ];
    for (const [source, stdout] of attempts) {
      const run = await lab.run({ program: "deno", source, folder: "rw" });
      assert.match(run.stdout, stdout, source);
      assert.ok(!run.stderr.includes("secret\n"));
      assert.equal(run.outcome.confined, "deno only");
    }
    assert.deepEqual(
      [...Deno.readDirSync(lab.house.runtime)].map(({ name }) => name).filter((name) => name.endsWith(".ts")),
      [],
    );
  } finally {
    await lab.close();
  }
});

test("the powers say what was measured", async (lab) => {
  const powers = await lab.launcher.powers(signal);
  assert.deepEqual(powers, {
    os: "linux",
    bubblewrap,
    seccomp: true,
    limits,
    programs: { ...programs, files: "unavailable: install harombe again: files_server is missing" },
    observed,
    brokered: true,
    executor: "bubblewrap",
    folder: { path: lab.folder, access: "rw" },
  });
});
