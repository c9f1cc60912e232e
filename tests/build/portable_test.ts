import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { LAUNCHER_FLAGS } from "./portable.ts";
import { build, portableTest, READY, ROOT, said, start, versions } from "./testing/fixture_file.ts";

portableTest("builds the same bytes and starts", async (test, work) => {
  const runtime = (name: string) => join(work, "runtime", name);
  const file = await build(work);

  await test.step("the same sources give the same bytes, under another umask too", async () => {
    const before = Deno.umask(0o077);
    try {
      const again = await build(join(work, "again"));
      assert.ok(Buffer.from(await Deno.readFile(file)).equals(await Deno.readFile(again)));
    } finally {
      Deno.umask(before);
    }
  });

  await test.step("six cold starts at once all answer and leave one version", async () => {
    const starts = await Promise.all(
      Array.from({ length: 6 }, () => start(file, ["version"], { runtime: runtime("cold") })),
    );
    assert.deepEqual(starts.map(said), Array(6).fill(READY));
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

  await test.step("version --licenses prints the texts, which name what is inside", async () => {
    const { code, stdout } = await start(file, ["version", "--licenses"], { runtime: runtime("cold") });
    assert.equal(code, 0);
    assert.deepEqual([...stdout.matchAll(/^={80}\n(.+)\n={80}$/gm)].map((found) => found[1]), [
      "Deno 2.9.5 (MIT)",
      "zod 4.6.7 (MIT)",
    ]);
  });

  await test.step("the V8 code cache of a start is there for the next", () => {
    const [name] = versions(runtime("cold"));
    const caches = Array.from(Deno.readDirSync(join(runtime("cold"), name, "cache")), (entry) => entry.name);
    assert.ok(caches.some((cache) => cache.startsWith("v8_code_cache")), caches.join());
  });

  for (
    const name of ["with spaces", `quote's "and" $more \`x\``, "two\nlines", "ends in a newline\n", "-n", "100%20#?;&"]
  ) {
    await test.step(`in a path named ${JSON.stringify(name)}, from another folder and by bash`, async () => {
      const place = join(work, name);
      await Deno.mkdir(place);
      const link = join(place, "ha rombe");
      await Deno.symlink(file, link);
      const at = join(place, "cache");
      assert.deepEqual(said(await start(link, ["version"], { runtime: at, cwd: place })), READY);
      assert.deepEqual(said(await start("bash", [link, "version"], { runtime: at })), READY);
      const { stdout, stderr } = await start(link, ["chat"], { runtime: at, env: { HAROMBE_HOME: place } });
      assert.equal(JSON.parse(stdout || "null")?.main.answer, 42, stderr);
      await Deno.remove(place, { recursive: true });
    });
  }

  await test.step("a runtime directory relative to the folder, and one with slashes at its end", async () => {
    assert.deepEqual(said(await start(file, ["version"], { runtime: "here", cwd: work })), READY);
    assert.deepEqual(said(await start(file, ["version"], { runtime: `${work}/here///` })), READY);
    assert.equal(versions(join(work, "here")).length, 1);
  });
});

Deno.test("portable: chat, node and serve start from sources with the launcher's flags and no others", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))) as { tasks: Record<string, string> };
  for (const name of ["chat", "node", "serve"]) {
    assert.equal(tasks[name], `deno run --no-prompt ${LAUNCHER_FLAGS.join(" ")} cli/launch.ts ${name}`);
  }
});
