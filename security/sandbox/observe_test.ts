import assert from "node:assert/strict";
import { laboratory } from "../../tests/attacks/launch_run.ts";
import { DEFAULT_LIMITS, type Grant } from "./grant.ts";
import { observeBy } from "./launched.ts";
import { commandFor, OBSERVING_PATH, Question } from "./observe.ts";

const signal = new AbortController().signal;
const linux = Deno.build.os === "linux";
const reason = linux ? "" : " (ignored: needs Linux)";

/** One question of each kind, with arguments at their widest. */
const QUESTIONS: Question[] = [
  ...[
    "nvidia",
    "rocm",
    "pci",
    "drm",
    "apple",
    "cpu",
    "cpuinfo",
    "battery",
    "disks",
    "processes",
    "sockets",
    "addresses",
  ]
    .map((about) => Question.parse({ about })),
  { about: "units", failed: false },
  { about: "units", failed: true },
  { about: "unit", name: "getty@tty1.service" },
  { about: "journal", lines: 2000, unit: "ssh.service", since: "2026-11-20 08:00:00", priority: 3 },
  { about: "journal", lines: 1 },
  ...(["docker", "podman"] as const).flatMap((engine): Question[] => [
    { about: "containers", engine, all: true },
    { about: "container", engine, name: "web_1" },
    { about: "container_logs", engine, name: "web_1", lines: 10 },
    { about: "container_stats", engine },
  ]),
];

Deno.test("each question has one command, and what a person names in it stands behind -- or inside one option", () => {
  const commands = QUESTIONS.map((question) => commandFor(question).join(" "));
  assert.equal(new Set(commands).size, commands.length);
  assert.deepEqual(commandFor({ about: "unit", name: "a.service" }).slice(-2), ["--", "a.service"]);
  assert.deepEqual(commandFor({ about: "journal", lines: 5, unit: "a", since: "2026-11-20 08:00:00", priority: 3 }), [
    "journalctl",
    "--no-pager",
    "--output=short-iso",
    "--lines=5",
    "--unit=a",
    "--since=2026-11-20 08:00:00 UTC",
    "--priority=3",
  ]);
  for (const about of ["container", "container_logs"] as const) {
    const named = { about, engine: "docker", name: "web", lines: 3 } as const;
    const question = Question.parse(about === "container" ? { about, engine: "docker", name: "web" } : named);
    assert.deepEqual(commandFor(question).slice(-2), ["--", "web"]);
  }
  const changing =
    /^(?:start|stop|restart|reload|kill|rm|run|exec|enable|disable|edit|set-property|--vacuum.*|--rotate|--flush|-f|--follow)$/;
  for (const question of QUESTIONS) {
    assert.ok(!commandFor(question).some((word) => changing.test(word)), question.about);
  }
});

/** What a bug in main, or a model through a tool, might send. Each must be refused before anything is started. */
const NAMES = [
  "--output=/tmp/planted",
  "-H",
  "--host=tcp://127.0.0.1:1",
  "-Mroot@host",
  "--machine=x",
  "--root=/",
  "--file=/etc/shadow",
  "-D/etc",
  "--",
  "-",
  "",
  " a",
  "a b",
  "a\nb",
  "a\0b",
  "a\u2028b",
  "a;id",
  "a|id",
  "a&id",
  "a$(id)",
  "a`id`",
  "a'b",
  'a"b',
  "a\\x2db",
  "*",
  "ssh*",
  "ssh?",
  "[a-z]",
  "../../etc/shadow",
  "/etc/shadow",
  "a/b",
  "~root",
  "{{json .Config.Env}}",
  "%h",
  "é",
  "ａ",
  "a".repeat(201),
  ".hidden",
  "_x",
  "@x",
];
const HOSTILE: unknown[] = [
  ...NAMES.flatMap((name) => [
    { about: "unit", name },
    { about: "container_logs", engine: "docker", name, lines: 1 },
    { about: "journal", unit: name, lines: 1 },
  ]),
  ...[0, -1, 2001, 1.5, NaN, "5", "5 --follow", null, [5]].map((lines) => ({ about: "journal", lines })),
  ...["now", "-1h", "2026-11-20", "2026-11-20 08:00:00\n--vacuum-size=1", "2026-11-20 08:00:00 ", "@1"].map((
    since,
  ) => ({
    about: "journal",
    lines: 1,
    since,
  })),
  ...[-1, 8, "0..7", "debug", 2.5].map((priority) => ({ about: "journal", lines: 1, priority })),
  ...["sh", "docker -H tcp://x", "nerdctl", "", null, "/bin/sh"].map((engine) => ({
    about: "containers",
    engine,
    all: true,
  })),
  { about: "containers", engine: "docker", all: "--format=x" },
  { about: "containers", engine: "docker" },
  { about: "container", engine: "docker", name: "web", format: "{{json .Config.Env}}" },
  { about: "drm", pattern: "/etc/*" },
  { about: "disks", argv: ["rm", "-rf", "/"] },
  { about: "units", failed: false, extra: "--root=/" },
  { about: "shell", source: "id" },
  { about: ["cpu"] },
  { about: "__proto__" },
  { about: "constructor" },
  {},
  [],
  null,
  "cpu",
  7,
];

Deno.test({
  name: `${HOSTILE.length} hostile questions are refused by the launcher before anything is started${reason}`,
  ignore: !linux,
  fn: async () => {
    const lab = await laboratory();
    try {
      const sources = [
        ...HOSTILE.map((question) => JSON.stringify(question)),
        "",
        "{",
        "cpu",
        '{"about":"cpu"} id',
        "\0",
      ];
      for (const source of sources) {
        await assert.rejects(lab.run({ program: "observe", source }), Error, source);
      }
      assert.deepEqual([...Deno.readDirSync(lab.folder)], []);
      const { outcome } = await lab.run({ program: "observe", source: '{"about":"disks"}' });
      assert.deepEqual([outcome.code, outcome.confined], [0, "nothing"]);
    } finally {
      await lab.close();
    }
  },
});

Deno.test({
  name: `a question gets nothing else of its grant: no folder, no variables, no working directory${reason}`,
  ignore: !linux,
  fn: async () => {
    const lab = await laboratory();
    const planted = `${lab.folder}/lscpu`;
    await Deno.writeTextFile(planted, "#!/bin/sh\necho BREACH\n", { mode: 0o755 });
    const library = `${lab.folder}/x.so`;
    try {
      const grants: Partial<Grant>[] = [
        { env: { PATH: lab.folder } },
        { env: { LD_PRELOAD: library, LD_LIBRARY_PATH: lab.folder } },
        { env: { BASH_ENV: planted, ENV: planted, PS4: "$(echo BREACH >&2)", SHELLOPTS: "xtrace" } },
        { folder: "rw", cwd: "" },
        { folder: "rw", cwd: "../.." },
        { withoutSecrets: false },
      ];
      const plain = await lab.run({ program: "observe", source: '{"about":"cpu"}' });
      for (const grant of grants) {
        const run = await lab.run({ program: "observe", source: '{"about":"cpu"}', ...grant });
        assert.deepEqual([run.stdout, run.stderr, run.outcome.code], [plain.stdout, plain.stderr, plain.outcome.code]);
      }
    } finally {
      await lab.close();
    }
  },
});

Deno.test({
  name: `no variable and no file of the person leads a client to another server${reason}`,
  ignore: !linux,
  fn: async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    const heard: string[] = [];
    const accepting = (async () => {
      for await (const connection of listener) {
        heard.push("a connection");
        connection.close();
      }
    })().catch(() => {});
    const lab = await laboratory();
    const before = Deno.env.toObject();
    try {
      for (const name of ["DOCKER_HOST", "CONTAINER_HOST", "SYSTEMD_HOST"]) {
        Deno.env.set(name, `tcp://127.0.0.1:${port}`);
      }
      Deno.env.set("HOME", lab.home);
      await Deno.mkdir(`${lab.home}/.docker/contexts/meta/x`, { recursive: true });
      await Deno.writeTextFile(`${lab.home}/.docker/config.json`, '{"currentContext":"x"}');
      await Deno.writeTextFile(
        `${lab.home}/.docker/contexts/meta/x/meta.json`,
        JSON.stringify({ Name: "x", Endpoints: { docker: { Host: `tcp://127.0.0.1:${port}` } } }),
      );
      const ask = observeBy(lab.launcher);
      for (const question of QUESTIONS.filter(({ about }) => /unit|journal|container/.test(about))) {
        await ask(question, signal);
      }
      assert.deepEqual(heard, []);
    } finally {
      for (const name of ["DOCKER_HOST", "CONTAINER_HOST", "SYSTEMD_HOST"]) Deno.env.delete(name);
      if (before.HOME !== undefined) Deno.env.set("HOME", before.HOME);
      await lab.close();
      listener.close();
      await accepting;
    }
  },
});

Deno.test({
  name: `an answer is bounded, ended with its call, and a missing program is said${reason}`,
  ignore: !linux,
  fn: async () => {
    const lab = await laboratory();
    try {
      const bounded = await lab.run({
        program: "observe",
        source: '{"about":"processes"}',
        limits: { ...DEFAULT_LIMITS, outputBytes: 20 },
      });
      assert.deepEqual([bounded.stdout.length, bounded.outcome.stopped], [20, "output"]);
      const ask = observeBy(lab.launcher);
      await assert.rejects(
        ask({ about: "processes" }, AbortSignal.abort(new DOMException("stop", "AbortError"))),
        /stop|Abort/,
      );
      const answers = await Promise.all(QUESTIONS.map((question) => ask(question, signal)));
      for (const [at, { missing, stdout, code }] of answers.entries()) {
        if (missing) assert.deepEqual([code, stdout], [127, ""], QUESTIONS[at].about);
      }
      const apple = answers[QUESTIONS.findIndex(({ about }) => about === "apple")];
      assert.equal(apple.missing, true);
    } finally {
      await lab.close();
    }
  },
});

Deno.test("programs are looked for where only root writes", () => {
  for (const directory of OBSERVING_PATH.split(":")) {
    assert.match(directory, /^\//);
    try {
      const { mode, uid } = Deno.statSync(directory);
      assert.ok(uid === 0 && ((mode ?? 0) & 0o002) === 0, directory);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
});
