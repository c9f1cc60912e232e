import assert from "node:assert/strict";
import { textOf } from "../../node/chat.ts";
import { openFolder } from "../../security/sandbox/files/open_folder.ts";
import { PROTECTED_PATHS } from "../../security/sandbox/protected.ts";
import { CLOSED } from "../../tests/fakes/closed.ts";
import type { Sandbox } from "../../security/sandbox/sandbox.ts";
import { findFiles } from "./find_files.ts";

const never = new AbortController().signal;
const at = (day: number) => new Date(Date.UTC(2026, 10, day));

async function workspace() {
  const root = await Deno.makeTempDir();
  for (const folder of ["src/deep", ".git", "node_modules/x"]) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
  }
  const files: [string, number, number][] = [
    ["a.log", 5, 1],
    ["src/b.log", 2000, 10],
    ["src/deep/c.log", 30_000, 20],
    ["src/deep/c.txt", 10, 15],
    [".hidden.log", 1, 5],
    [".git/d.log", 1, 5],
    ["node_modules/x/e.log", 1, 5],
  ];
  for (const [path, size, day] of files) {
    await Deno.writeFile(`${root}/${path}`, new Uint8Array(size));
    await Deno.utime(`${root}/${path}`, at(day), at(day));
  }
  await Deno.symlink("/etc", `${root}/out`);
  const sandbox: Sandbox = {
    ...CLOSED,
    files: openFolder(root, { writable: false, protectedPaths: PROTECTED_PATHS }),
    run: () => Promise.reject(new Error("Cannot run: nothing was granted")),
    powers: () => Promise.reject(new Error("Cannot tell powers: nothing was granted")),
  };
  const tool = findFiles(root);
  const context = { sandbox, bound: null, emit: () => {}, askUser: () => Promise.resolve(null) };
  return {
    root,
    tool,
    async find(args: unknown) {
      const { content, data } = await tool.run(tool.parameters.parse(args), context, never);
      const { entries, ...rest } = data as { entries: { path: string }[]; total: number; truncated: boolean };
      return { text: textOf(content), paths: entries.map(({ path }) => path), ...rest };
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("find_files finds by name, size and time, in the order of what was asked", async () => {
  await using here = await workspace();
  const cases: [object, string[]][] = [
    [{ name: "*.log" }, ["a.log", "src/b.log", "src/deep/c.log"]],
    [{ name: "*.log", path: "src" }, ["src/b.log", "src/deep/c.log"]],
    [{ name: "*.{log,txt}", size: ">1k" }, ["src/deep/c.log", "src/b.log"]],
    [{ size: "<10" }, ["a.log"]],
    [{ size: "< 1.5 KiB", name: "c*" }, ["src/deep/c.txt"]],
    [{ modified: ">2026-11-09" }, ["src/deep/c.log", "src/deep/c.txt", "src/b.log"]],
    [{ modified: "<2026-11-10T00:00Z" }, ["a.log"]],
    [{ name: ".*.log" }, [".hidden.log"]],
    [{ folders: true }, ["node_modules", "src", "src/deep"]],
    [{ name: "src/**/*.txt" }, ["src/deep/c.txt"]],
    [{ name: "nothing" }, []],
  ];
  for (const [args, expected] of cases) {
    const { paths, total, truncated } = await here.find(args);
    assert.deepEqual({ paths, total, truncated }, { paths: expected, total: expected.length, truncated: false });
  }
  assert.equal((await here.find({ name: "c.log" })).text, "src/deep/c.log  30.0 kB  2026-11-20 00:00");
  assert.equal((await here.find({ name: "nothing" })).text, "Nothing below . matches.");
  const first = await here.find({ name: "*.log", limit: 1 });
  assert.deepEqual(first, {
    text: "a.log  5 B  2026-11-01 00:00\n… 2 more; raise limit or narrow",
    paths: ["a.log"],
    total: 3,
    truncated: true,
  });
});

Deno.test("find_files follows no link, leaves the workspace by no path, and takes no bound that it cannot read", async () => {
  await using here = await workspace();
  assert.deepEqual((await here.find({ name: "passwd" })).paths, []);
  for (const path of ["..", "/etc", "out", "src/../../etc"]) {
    await assert.rejects(here.find({ path }), Error, path);
  }
  for (const args of [{ size: "big" }, { size: "10" }, { modified: ">yesterday" }, { modified: ">2026-99-99" }]) {
    assert.equal(here.tool.parameters.safeParse(args).success, false, JSON.stringify(args));
  }
  assert.equal(here.tool.assess({ path: "../x" }).risk, "HIGH");
  assert.equal(here.tool.assess({ path: ".ssh" }).risk, "HIGH");
  assert.equal(here.tool.assess({}).risk, "LOW");
});
