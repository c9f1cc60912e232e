import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeModel } from "../fakes/model.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { pack } from "./portable.ts";
import { fetchRuntime } from "./runtime.ts";
import { buildTree, PROGRAMS } from "./tree.ts";
import { ROOT } from "./testing/fixture_file.ts";
import { busyboxImage, fetchPackages, imageMissing, inImage, installPackages, minimalDebian } from "./testing/image.ts";

const MISSING = await imageMissing();
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

Deno.test({
  name: `image: the file alone, in empty machine images${MISSING === null ? "" : ` (${MISSING})`}`,
  ignore: MISSING !== null,
  async fn(test) {
    const work = await Deno.makeTempDir({ prefix: "harombe-image-" });
    const model = await fakeOllama({ script: fakeModel });
    const env = { HAROMBE_OLLAMA_HOST: model.base };
    try {
      await Deno.chmod(work, 0o755);
      const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
      const file = join(work, "harombe");
      const signal = AbortSignal.timeout(300_000);
      await buildTree(join(work, "tree"), { root: ROOT, programs: PROGRAMS }, signal);
      const deno = await fetchRuntime("linux-x64", join(work, "runtime"), signal);
      const { sha256 } = await pack(file, {
        tree: join(work, "tree"),
        target: "linux-x64",
        deno,
        version,
        level: 1,
      }, signal);
      const packages = await fetchPackages(
        ["bubblewrap", "busybox-static", "libc6", "libgcc-s1", "musl"],
        join(work, "packages"),
      );
      const named = (...names: string[]) =>
        packages.filter((path) => names.some((name) => path.includes(`/packages/${name}_`)));

      const image = join(work, "debian");
      await minimalDebian(image);
      await Deno.copyFile(file, join(image, "harombe"));
      await Deno.mkdir(join(image, "work"));
      await Deno.chmod(join(image, "work"), 0o777);
      await Deno.writeTextFile(join(image, "work/notes.txt"), "milk\n");
      const harombe = (args: string[], before: string[] = [], more: Record<string, string> = {}) =>
        inImage(image, [...before, "/harombe", ...args], { ...env, ...more });
      const ask = (question: string, line: string, before: string[] = [], more: Record<string, string> = {}) =>
        harombe(
          ["ask", "--folder", "/work", ...(line ? ["--allow", `shell:${line}`] : []), question + line],
          before,
          more,
        );

      await test.step("version", async () => {
        assert.deepEqual(await harombe(["version"]), { code: 0, stdout: `harombe ${version}\n`, stderr: "" });
        const { stdout } = await harombe(["version", "--json"]);
        const { form, target, payload, deno } = JSON.parse(stdout);
        assert.deepEqual({ form, target, deno }, { form: "portable", target: "linux-x64", deno: "2.9.5" });
        assert.match(payload, /^[0-9a-f]{64}$/);
        assert.notEqual(payload, sha256);
      });

      await test.step("doctor says that bubblewrap has to be installed", async () => {
        const { code, stdout } = await harombe(["doctor", "--folder", "/work"]);
        assert.match(stdout, /unavailable: bubblewrap is not installed; install bubblewrap/);
        assert.match(stdout, /unavailable: [^\n]*\bshell\b[^\n]*; install bubblewrap/);
        assert.equal(code, 4);
      });

      await test.step("a chat: files are listed; a shell line is unavailable and says so", async () => {
        const listed = await ask("list the files here", "");
        assert.deepEqual([listed.code, /notes\.txt/.test(listed.stdout)], [0, true], listed.stderr);
        const ran = await ask("run the command ", "echo milk > made.txt");
        assert.match(ran.stdout + ran.stderr, /not given it|unavailable/, JSON.stringify(ran));
        await assert.rejects(Deno.stat(join(image, "work/made.txt")), Deno.errors.NotFound);
      });

      await test.step("with bubblewrap in the image: a real tool call, confined", async () => {
        await installPackages(image, named("bubblewrap"));
        const ran = await ask("run the command ", "cat notes.txt > made.txt; ls /harombe /root; true");
        assert.equal(ran.code, 0, ran.stderr);
        assert.equal(await Deno.readTextFile(join(image, "work/made.txt")), "milk\n");
        assert.match(ran.stdout, /'\/harombe': No such file/);
        assert.match(ran.stdout, /'\/root': No such file/);
      });

      await test.step("the same as an ordinary user without a home", async () => {
        await Deno.remove(join(image, "work/made.txt"));
        const more = { HOME: "/nonexistent", HAROMBE_HOME: "/tmp/state" };
        const ran = await ask("run the command ", "cat notes.txt > made.txt", NOBODY, more);
        assert.equal(ran.code, 0, ran.stderr);
        assert.equal(await Deno.readTextFile(join(image, "work/made.txt")), "milk\n");
      });

      await test.step("an image of busybox and musl, like Alpine: it says that it needs glibc", async () => {
        const alpine = join(work, "musl");
        await busyboxImage(alpine, named("busybox-static", "musl"));
        await Deno.copyFile(file, join(alpine, "harombe"));
        assert.deepEqual(await inImage(alpine, ["/harombe", "version"]), {
          code: 126,
          stdout: "",
          stderr: "harombe: needs glibc, and /lib64/ld-linux-x86-64.so.2 is not here: " +
            "systems with musl (Alpine) are not supported\n",
        });
      });

      await test.step("an image of busybox and glibc: it unpacks with busybox's programs", async () => {
        const tiny = join(work, "busybox");
        await busyboxImage(tiny, named("busybox-static", "libc6", "libgcc-s1"));
        await Deno.copyFile(file, join(tiny, "harombe"));
        const { code, stdout, stderr } = await inImage(tiny, ["/harombe", "version"]);
        assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `harombe ${version}\n`, stderr: "" });
        const [cache] = Array.from(Deno.readDirSync(join(tiny, "var/cache/harombe")), ({ name }) => name);
        await Deno.chmod(join(tiny, "var/cache/harombe", cache), 0o777);
        assert.equal((await inImage(tiny, ["/harombe", "version"])).code, 126);
      });
    } finally {
      await model.close();
      await Deno.remove(work, { recursive: true });
    }
  },
});
