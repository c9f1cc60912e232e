import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join, resolve } from "node:path";
import { buildPortable, LAUNCHER_FLAGS, PROGRAMS } from "./portable.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
const FIXTURES = "tests/fixtures/portable/";
const MISSING = await missing();
const ignore = MISSING !== null;
const MOUNTS = await canMount();

type Started = { code: number; stdout: string; stderr: string };

/** Why the file cannot be built or started here; null if it can. */
async function missing(): Promise<string | null> {
  if (Deno.build.os !== "linux") return "unverified on this OS";
  for (const name of ["tar", "gzip", "sha256sum"]) {
    const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${name}`], stdout: "null" }).output();
    if (!success) return `unavailable: install ${name}`;
  }
  return null;
}

/** True if this process may mount a file system of its own. */
async function canMount(): Promise<boolean> {
  const script = "mount -t tmpfs tmpfs /mnt";
  const command = new Deno.Command("sh", { args: ["-c", `unshare -m sh -c '${script}'`], stderr: "null" });
  return (await command.output()).success;
}

/** Builds the fixtures' file in `directory`; two versions differ in their payload. */
async function build(directory: string, programs = FIXTURES): Promise<string> {
  const { path } = await buildPortable(join(directory, "harombe"), {
    root: ROOT,
    programs: {
      main: `${programs}main.ts`,
      launch: `${programs}launch.ts`,
      filesServer: `${programs}files_server.ts`,
    },
    version: "0.0.0",
    level: 1,
  }, AbortSignal.timeout(120_000));
  return path;
}

async function start(
  file: string,
  args: string[],
  options: { runtime?: string; stdin?: string; env?: Record<string, string>; uid?: number } = {},
): Promise<Started> {
  const child = new Deno.Command(file, {
    args,
    clearEnv: true,
    env: {
      PATH: "/usr/bin:/bin",
      ...(options.runtime === undefined ? {} : { HAROMBE_RUNTIME_DIR: options.runtime }),
      ...options.env,
    },
    uid: options.uid,
    gid: options.uid,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(options.stdin ?? "")).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Names in the runtime directory; a start that ended well leaves one version and nothing else. */
function versions(runtime: string): string[] {
  return Array.from(Deno.readDirSync(runtime), (entry) => entry.name).sort();
}

const READY = ["fixture\n", "", 0];
const said = ({ stdout, stderr, code }: Started) => [stdout, stderr, code];

Deno.test({
  name: `portable: builds, starts, survives${ignore ? ` (${MISSING})` : ""}`,
  ignore,
  async fn(test) {
    const work = await Deno.makeTempDir({ prefix: "harombe-portable-" });
    const runtime = (name: string) => join(work, "runtime", name);
    try {
      const file = await build(work);
      const bytes = await Deno.readFile(file);

      await test.step("the same sources give the same bytes", async () => {
        const again = await build(join(work, "again"));
        assert.equal(bytes.length, (await Deno.stat(again)).size);
        assert.ok(Buffer.from(bytes).equals(await Deno.readFile(again)));
      });

      await test.step("four cold starts at once all answer and leave one version", async () => {
        const starts = await Promise.all(
          Array.from({ length: 4 }, () => start(file, ["version"], { runtime: runtime("cold") })),
        );
        assert.deepEqual(starts.map(said), Array(4).fill(READY));
        const left = versions(runtime("cold"));
        assert.equal(left.length, 1);
        assert.match(left[0], /^[0-9a-f]{16}$/);
        assert.equal((await Deno.stat(runtime("cold"))).mode! & 0o777, 0o700);
      });

      await test.step("config runs main alone, with its state directory and nothing more; stdin and exit code pass", async () => {
        const { code, stdout } = await start(file, ["config", "a b", ""], {
          runtime: runtime("cold"),
          stdin: "hello",
          env: { HAROMBE_HOME: join(work, "state of mine") },
        });
        assert.equal(code, 7);
        assert.deepEqual(JSON.parse(stdout), {
          program: "main",
          args: ["config", "a b", ""],
          stdin: "hello",
          granted: [],
          home: "granted",
          path: null,
          runtime: null,
          answer: 42,
        });
      });

      for (const args of [["chat", "x"], ["ask"], [], ["what is this"], ["--folder", "/"]]) {
        await test.step(`\`harombe ${args.join(" ")}\` goes through the launcher, which finds the others beside it`, async () => {
          const { code, stdout } = await start(file, args, { runtime: runtime("cold"), stdin: "hello" });
          assert.equal(code, 7);
          assert.deepEqual(JSON.parse(stdout), {
            program: "launch",
            granted: ["run", "read", "write", "env", "sys"],
            file,
            filesServer: true,
            main: {
              program: "main",
              args,
              stdin: "hello",
              granted: [],
              home: "prompt",
              path: "/usr/bin:/bin",
              runtime: null,
              answer: 42,
            },
          });
        });
      }

      await test.step("the launcher is told the absolute path of the file, however it was started", async () => {
        const folder = file.slice(0, file.lastIndexOf("/"));
        for (const line of ["./harombe chat", "sh harombe chat", `PATH=${folder}:$PATH; harombe chat`]) {
          const child = new Deno.Command("sh", {
            args: ["-c", line],
            cwd: folder,
            clearEnv: true,
            env: { PATH: "/usr/bin:/bin", HAROMBE_RUNTIME_DIR: runtime("cold"), HAROMBE_FILE: "/planted" },
          });
          const told = JSON.parse(new TextDecoder().decode((await child.output()).stdout)).file;
          assert.equal(await Deno.realPath(told), file, line);
          assert.ok(told.startsWith("/"), line);
        }
      });

      await test.step("a comma in the state directory grants no second directory", async () => {
        const { stdout } = await start(file, ["config"], {
          runtime: runtime("cold"),
          env: { HAROMBE_HOME: `${work}/a,/` },
        });
        assert.equal(JSON.parse(stdout).program, "launch");
      });

      await test.step("through a symbolic link in a path with spaces, and started by bash", async () => {
        await Deno.mkdir(join(work, "my programs"));
        const link = join(work, "my programs", "ha rombe");
        await Deno.symlink(file, link);
        assert.deepEqual(said(await start(link, ["version"], { runtime: runtime("with spaces") })), READY);
        assert.deepEqual(said(await start("bash", [link, "version"], { runtime: runtime("by bash") })), READY);
      });

      await test.step("no HOME", async () => {
        if (Deno.uid() === 0) {
          await Deno.chmod(work, 0o755);
          const uid = 65534;
          const cache = `/tmp/harombe-${uid}`;
          const before = await Deno.stat(cache).catch(() => null);
          try {
            assert.deepEqual(said(await start(file, ["version"], { uid })), READY);
          } finally {
            if (before === null) await Deno.remove(cache, { recursive: true });
          }
        }
        const { code, stdout } = await start(file, ["config"], { runtime: runtime("cold") });
        assert.deepEqual([code, JSON.parse(stdout).home], [7, "prompt"]);
      });

      await test.step("a runtime directory of someone else is refused", async () => {
        if (Deno.uid() !== 0) return;
        await Deno.mkdir(runtime("foreign"), { recursive: true });
        await Deno.chown(runtime("foreign"), 65534, 65534);
        const { code, stderr } = await start(file, ["version"], { runtime: runtime("foreign") });
        assert.deepEqual([code, stderr], [126, `harombe: ${runtime("foreign")} belongs to someone else\n`]);
      });

      const half = bytes.length >> 1;
      const broken: Record<string, Uint8Array> = {
        truncated: bytes.slice(0, half),
        corrupt: bytes.with(half, bytes[half] ^ 1),
        "corrupt at its end": bytes.with(bytes.length - 6, bytes[bytes.length - 6] ^ 1),
        "without its payload": bytes.slice(0, bytes.indexOf(0x1f)),
      };
      for (const [name, content] of Object.entries(broken)) {
        await test.step(`a file ${name} says so and leaves nothing`, async () => {
          const bad = join(work, "bad");
          await Deno.writeFile(bad, content, { mode: 0o755 });
          const { code, stdout, stderr } = await start(bad, ["version"], { runtime: runtime(name) });
          assert.deepEqual([code, stdout, stderr], [
            126,
            "",
            `harombe: ${bad} is damaged\n`,
          ]);
          assert.deepEqual(versions(runtime(name)), []);
        });
      }

      for (
        const [name, mount, message] of [
          ["on a full disk", "size=20m", "cannot unpack to MOUNT: is the disk full?"],
          ["where programs may not start", "noexec", "cannot start programs in MOUNT: set HAROMBE_RUNTIME_DIR"],
        ]
      ) {
        await test.step({
          name: `${name} it says so and leaves nothing${MOUNTS ? "" : " (unavailable here: mounting a tmpfs)"}`,
          ignore: !MOUNTS,
          async fn() {
            const at = join(work, name);
            await Deno.mkdir(at);
            const script =
              'mount -t tmpfs -o "$1" tmpfs "$2" && { HAROMBE_RUNTIME_DIR=$2 "$3" version; c=$?; ls -A "$2"; exit $c; }';
            const { code, stdout, stderr } = await start("unshare", ["-m", "sh", "-c", script, "sh", mount, at, file]);
            assert.deepEqual([code, stdout, stderr], [126, "", `harombe: ${message.replace("MOUNT", at)}\n`]);
          },
        });
      }

      await test.step("SIGKILL while it unpacks, then a good start", async () => {
        const child = new Deno.Command("setsid", {
          args: [file, "version"],
          clearEnv: true,
          env: { PATH: "/usr/bin:/bin", HAROMBE_RUNTIME_DIR: runtime("killed") },
          stdin: "null",
          stdout: "null",
          stderr: "null",
        }).spawn();
        await unpacking(runtime("killed"));
        Deno.kill(-child.pid, "SIGKILL");
        await child.status;
        assert.deepEqual(said(await start(file, ["version"], { runtime: runtime("killed") })), READY);
        assert.equal(versions(runtime("killed")).filter((name) => !name.startsWith(".x.")).length, 1);
      });

      await test.step("a torn version without its mark is replaced", async () => {
        const [name] = versions(runtime("cold"));
        await Deno.remove(join(runtime("cold"), name, ".ok"));
        await Deno.truncate(join(runtime("cold"), name, "main.js"));
        assert.deepEqual(said(await start(file, ["version"], { runtime: runtime("cold") })), READY);
      });

      await test.step("an upgrade removes the old version, but not while it runs", async () => {
        const changed = join(work, "fixtures");
        await Deno.mkdir(changed);
        for (const name of ["main.ts", "later.ts", "launch.ts", "files_server.ts"]) {
          const source = await Deno.readTextFile(join(ROOT, FIXTURES, name));
          await Deno.writeTextFile(join(changed, name), source.replace('"fixture"', '"newer"'));
        }
        await Deno.copyFile(join(ROOT, "deno.json"), join(changed, "deno.json"));
        const newer = await build(join(work, "newer"), `${changed}/`);
        const [old] = versions(runtime("cold"));

        const running = new Deno.Command(file, {
          args: ["config"],
          clearEnv: true,
          env: { PATH: "/usr/bin:/bin", HAROMBE_RUNTIME_DIR: runtime("cold") },
          stdin: "piped",
          stdout: "piped",
        }).spawn();
        await runs(join(runtime("cold"), old, "deno"));
        assert.deepEqual(said(await start(newer, ["version"], { runtime: runtime("cold") })), ["newer\n", "", 0]);
        assert.equal(versions(runtime("cold")).length, 2);
        await running.stdin.close();
        assert.equal((await running.output()).code, 7);

        const [other] = versions(runtime("cold")).filter((name) => name !== old);
        await Deno.remove(join(runtime("cold"), other), { recursive: true });
        assert.deepEqual(said(await start(newer, ["version"], { runtime: runtime("cold") })), ["newer\n", "", 0]);
        assert.deepEqual(versions(runtime("cold")), [other]);
      });
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  },
});

/** Resolves once a start has begun to write Deno's binary under `runtime`. */
async function unpacking(runtime: string): Promise<void> {
  for (;;) {
    for (const name of await Array.fromAsync(Deno.readDir(runtime)).catch(() => [])) {
      if ((await Deno.stat(join(runtime, name.name, "deno")).catch(() => null))?.size) return;
    }
    await Promise.resolve();
  }
}

/** Resolves once some process runs `program`. */
async function runs(program: string): Promise<void> {
  for (;;) {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (/^\d+$/.test(name) && (await Deno.readLink(`/proc/${name}/exe`).catch(() => "")) === program) return;
    }
  }
}

Deno.test({
  name: `portable: the programs of this tree build, and version, help and config answer${
    ignore ? ` (${MISSING})` : ""
  }`,
  ignore,
  async fn() {
    const work = await Deno.makeTempDir({ prefix: "harombe-portable-" });
    try {
      const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
      const { path } = await buildPortable(
        join(work, "harombe"),
        { root: ROOT, programs: PROGRAMS, version, level: 1 },
        AbortSignal.timeout(120_000),
      );
      const options = { runtime: join(work, "runtime"), env: { HAROMBE_HOME: join(work, "home"), NO_COLOR: "1" } };
      const about = await start(path, ["version"], options);
      assert.deepEqual([about.code, about.stderr, about.stdout.includes(version)], [0, "", true]);
      for (const args of [["--help"], ["config", "validate"], ["config", "show"], ["completions", "bash"]]) {
        const { code, stderr } = await start(path, args, options);
        assert.deepEqual([code, stderr], [0, ""], `harombe ${args.join(" ")}`);
      }
      const doctor = await start(path, ["doctor"], options);
      assert.match(doctor.stdout, /bubblewrap/, doctor.stderr);
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  },
});

Deno.test("portable: chat, node and serve start from sources with the launcher's flags and no others", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))) as { tasks: Record<string, string> };
  for (const name of ["chat", "node", "serve"]) {
    assert.equal(tasks[name], `deno run --no-prompt ${LAUNCHER_FLAGS.join(" ")} ${PROGRAMS.launch} ${name}`);
  }
});
