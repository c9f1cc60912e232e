import assert from "node:assert/strict";
import { join } from "node:path";
import { build, canMount, portableTest, READY, said, type Start, start, versions } from "./testing/fixture_file.ts";

const MOUNTS = await canMount();
const ROOT_USER = Deno.build.os === "linux" && Deno.uid() === 0;
const NOBODY = 65534;

/** Runs `script` (its $1… are `args`) in a mount namespace of its own, with no variables but these. */
function mounted(script: string, args: string[], env: Record<string, string> = {}) {
  return start("unshare", ["-m", "sh", "-c", script, "sh", ...args], { env });
}

portableTest("a damaged file, a bad place, a kill", async (test, work) => {
  const runtime = (name: string) => join(work, "runtime", name);
  const file = await build(work);
  const bytes = await Deno.readFile(file);
  await start(file, ["version"], { runtime: runtime("good") });
  const refused = async (at: string, message: string, options: Start = {}) => {
    const { code, stdout, stderr } = await start(file, ["version"], { runtime: at, ...options });
    assert.deepEqual([code, stdout, stderr], [126, "", `harombe: ${message}\n`]);
  };

  const half = bytes.length >> 1;
  const broken: Record<string, Uint8Array> = {
    truncated: bytes.slice(0, half),
    corrupt: bytes.with(half, bytes[half] ^ 1),
    "corrupt at its end": bytes.with(bytes.length - 6, bytes[bytes.length - 6] ^ 1),
    "without its payload": bytes.slice(0, bytes.indexOf(0x1f)),
    "with more at its end": appended(bytes),
  };
  for (const [name, content] of Object.entries(broken)) {
    await test.step(`a file ${name} says so and leaves nothing`, async () => {
      const bad = join(work, "bad");
      await Deno.writeFile(bad, content, { mode: 0o755 });
      const { code, stdout, stderr } = await start(bad, ["version"], { runtime: runtime(name) });
      assert.deepEqual([code, stdout, stderr], [126, "", `harombe: ${bad} is damaged\n`]);
      assert.deepEqual(versions(runtime(name)), []);
    });
  }

  for (
    const [name, mount, message] of [
      ["on a full disk", "size=20m", "cannot unpack to MOUNT: is the disk full?"],
      [
        "on a disk without a free inode",
        "nr_inodes=1",
        "cannot write to MOUNT: is the disk full? Else set HAROMBE_RUNTIME_DIR",
      ],
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
          'mount -t tmpfs -o "mode=700,$1" tmpfs "$2" && { HAROMBE_RUNTIME_DIR=$2 "$3" version; c=$?; ls -A "$2"; exit $c; }';
        const { code, stdout, stderr } = await mounted(script, [mount, at, file]);
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
    const [name] = versions(runtime("good"));
    await Deno.remove(join(runtime("good"), name, ".ok"));
    await Deno.truncate(join(runtime("good"), name, "main.js"));
    assert.deepEqual(said(await start(file, ["version"], { runtime: runtime("good") })), READY);
  });

  await test.step("a symbolic link instead of the cache, or of the version in it, is refused", async () => {
    const link = runtime("link");
    await Deno.symlink(runtime("good"), link);
    const refusal = (path: string) => `${path} is a symbolic link: remove it, or set HAROMBE_RUNTIME_DIR`;
    await refused(link, refusal(link));
    await refused(`${link}/`, refusal(link));
    const [name] = versions(runtime("good"));
    await Deno.mkdir(runtime("linked"), { mode: 0o700 });
    await Deno.symlink(join(runtime("good"), name), join(runtime("linked"), name));
    await refused(runtime("linked"), refusal(join(runtime("linked"), name)));
  });

  await test.step("a cache, or a version in it, that others can write is refused", async () => {
    const [name] = versions(runtime("good"));
    for (const [path, mode] of [[runtime("good"), 0o770], [join(runtime("good"), name), 0o707]] as const) {
      const before = (await Deno.stat(path)).mode! & 0o777;
      await Deno.chmod(path, mode);
      await refused(runtime("good"), `${runtime("good")} can be written by others: chmod go-w it`);
      await Deno.chmod(path, before);
    }
    assert.deepEqual(said(await start(file, ["version"], { runtime: runtime("good") })), READY);
  });

  await test.step({
    name: `someone else's cache is refused, also in /tmp${ROOT_USER ? "" : " (the tests do not run as root)"}`,
    ignore: !ROOT_USER,
    async fn() {
      await Deno.mkdir(runtime("foreign"), { recursive: true });
      await Deno.chown(runtime("foreign"), NOBODY, NOBODY);
      await refused(runtime("foreign"), `${runtime("foreign")} belongs to someone else`);
      const squatted = "/tmp/harombe-54321";
      await Deno.mkdir(squatted, { mode: 0o755 });
      try {
        const { code, stderr } = await start(file, ["version"], { uid: 54321 });
        assert.deepEqual([code, stderr], [126, `harombe: ${squatted} belongs to someone else\n`]);
      } finally {
        await Deno.remove(squatted);
      }
    },
  });

  await test.step({
    name: `no HOME, a HOME that cannot be written, a HOME that is read-only: it runs from /tmp${
      ROOT_USER && MOUNTS ? "" : " (the tests do not run as root)"
    }`,
    ignore: !ROOT_USER || !MOUNTS,
    async fn() {
      const script =
        'mount -t tmpfs tmpfs /mnt && cp "$1" /mnt/harombe && mkdir /mnt/home && mount -t tmpfs tmpfs /mnt/home && ' +
        "chown 65534 /mnt/home && mount -o remount,ro /mnt/home && mount -t tmpfs -o mode=1777 tmpfs /tmp && cd / && " +
        "exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c '/mnt/harombe version && ls -A /tmp/harombe-65534'";
      const places: Record<string, string>[] = [{}, { HOME: "/mnt/home" }, { HOME: "/root" }, { HOME: "/nonexistent" }];
      for (const env of places) {
        const { code, stdout, stderr } = await mounted(script, [file], env);
        assert.deepEqual([code, stderr], [0, ""]);
        assert.match(stdout, /^fixture\n[0-9a-f]{16}\n$/);
      }
    },
  });

  await test.step("without HOME the state directory is not granted", async () => {
    const { code, stdout } = await start(file, ["config"], { runtime: runtime("good") });
    assert.deepEqual([code, JSON.parse(stdout).home], [7, "prompt"]);
  });

  await test.step("on another kind of machine it says for which it was built", async () => {
    await Deno.mkdir(join(work, "bin"));
    await Deno.writeTextFile(join(work, "bin/uname"), "#!/bin/sh\necho Plan9 mips\n", { mode: 0o755 });
    const { code, stderr } = await start(file, ["version"], { env: { PATH: `${work}/bin:/usr/bin:/bin` } });
    assert.deepEqual([code, /^harombe: built for Linux \w+, this is Plan9 mips\n$/.test(stderr)], [126, true], stderr);
  });
});

function appended(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + 3);
  longer.set(bytes);
  return longer;
}

/** Resolves once a start has begun to write Deno's binary under `runtime`. */
async function unpacking(runtime: string): Promise<void> {
  for (;;) {
    for (const name of await Array.fromAsync(Deno.readDir(runtime)).catch(() => [])) {
      if ((await Deno.stat(join(runtime, name.name, "deno")).catch(() => null))?.size) return;
    }
    await Promise.resolve();
  }
}
