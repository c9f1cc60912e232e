import assert from "node:assert/strict";
import { narrow } from "./narrow.ts";
import type { FetchRequest } from "./egress/request.ts";
import type { Grant } from "./sandbox/grant.ts";
import type { Needs, Sandbox } from "./sandbox/sandbox.ts";

const none = new AbortController().signal;

/** A sandbox that lets everything happen and writes down what it was asked. */
function open() {
  const asked: string[] = [];
  const did = <T>(what: string, value: T) => {
    asked.push(what);
    return Promise.resolve(value);
  };
  const sandbox = {
    files: {
      stat: (path: string) => did(`stat ${path}`, null),
      list: (path: string) => did(`list ${path}`, { entries: [{ path: "a" }, { path: "secret" }] }),
      read: (path: string) => did(`read ${path}`, null),
      write: (path: string) => did(`write ${path}`, null),
      search: (path: string) => did(`search ${path}`, { matches: [{ path: "a" }, { path: "secret" }] }),
    },
    run: (grant: Grant) => did(`run ${grant.program} ${grant.folder}`, { confined: "c" }),
    powers: () => did("powers", null),
    fetch: (request: FetchRequest) => did(`fetch ${request.url}`, null),
    observe: ({ about }: { about: string }) => did(`observe ${about}`, null),
  } as unknown as Sandbox;
  return { sandbox, asked };
}

const USES: Record<string, (sandbox: Sandbox) => Promise<unknown>> = {
  stat: ({ files }) => files.stat("a", none),
  list: ({ files }) => files.list("", { depth: 1, hidden: false, limit: 1 }, none),
  read: ({ files }) => files.read("a", { offset: 0, length: 1 }, none),
  write: ({ files }) => files.write("a", new Uint8Array(), { expect: null, createDirectories: false }, none),
  search: ({ files }) =>
    files.search("", { pattern: "", literal: false, ignoreCase: false, hidden: false, limit: 1 }, none),
  "shell none": ({ run }) => run({ program: "shell", folder: "none" } as Grant, () => {}, none),
  "shell ro": ({ run }) => run({ program: "shell", folder: "ro" } as Grant, () => {}, none),
  "shell rw": ({ run }) => run({ program: "shell", folder: "rw" } as Grant, () => {}, none),
  "deno none": ({ run }) => run({ program: "deno", folder: "none" } as Grant, () => {}, none),
  "python none": ({ run }) => run({ program: "python", folder: "none" } as Grant, () => {}, none),
  "engine none": ({ run }) => run({ program: "engine", folder: "none" } as Grant, () => {}, none),
  "fetch none": ({ run }) => run({ program: "fetch", folder: "none" } as Grant, () => {}, none),
  "files none": ({ run }) => run({ program: "files", folder: "none" } as Grant, () => {}, none),
  powers: ({ powers }) => powers(none),
  fetch: ({ fetch }) => fetch({ url: "http://a/" } as FetchRequest, () => {}, none),
  "fetch into a file": ({ fetch }) => fetch({ url: "http://a/", file: {} } as FetchRequest, () => {}, none),
  observe: ({ observe }) => observe({ about: "gpu" } as unknown as Parameters<Sandbox["observe"]>[0], none),
};

Deno.test("a tool can use of the sandbox what it declared, and nothing else reaches it", async (t) => {
  const cases: [needs: Needs, can: string[]][] = [
    [{ files: "none", run: "none" }, ["powers"]],
    [{ files: "none", run: "none", net: false, observe: false }, ["powers"]],
    [{ files: "read", run: "none" }, ["stat", "list", "read", "search", "powers"]],
    [{ files: "write", run: "none" }, ["stat", "list", "read", "write", "search", "powers"]],
    [{ files: "none", run: "shell" }, ["shell none", "powers"]],
    [{ files: "read", run: "shell" }, ["stat", "list", "read", "search", "shell none", "shell ro", "powers"]],
    [{ files: "none", run: "code" }, ["deno none", "python none", "powers"]],
    [{ files: "none", run: "none", net: true }, ["powers", "fetch"]],
    [{ files: "none", run: "none", observe: true }, ["powers", "observe"]],
  ];
  for (const [needs, can] of cases) {
    await t.step(JSON.stringify(needs), async () => {
      const { sandbox, asked } = open();
      const narrowed = narrow(sandbox, { tool: "t", needs, denied: () => null });
      const worked: string[] = [];
      for (const [name, use] of Object.entries(USES)) {
        const before = asked.length;
        const ended = await use(narrowed.sandbox).then(() => true, (error) => {
          assert.match(String(error), /^Error: Cannot /);
          return false;
        });
        assert.equal(asked.length - before, ended ? 1 : 0, name);
        if (ended) worked.push(name);
      }
      assert.deepEqual(worked, can);
    });
  }
});

Deno.test("after its call a tool can use nothing, and what a rule denies is neither used nor listed", async () => {
  const { sandbox, asked } = open();
  const needs: Needs = { files: "write", run: "shell", net: true, observe: true };
  const denied = (path: string) => path === "secret" ? "the rule says so" : null;
  const { sandbox: given, revoke, confined } = narrow(sandbox, { tool: "t", needs, denied });
  assert.deepEqual((await given.files.list("", { depth: 1, hidden: false, limit: 1 }, none)).entries, [{ path: "a" }]);
  const options = { pattern: "", literal: false, ignoreCase: false, hidden: false, limit: 1 };
  assert.deepEqual((await given.files.search("", options, none)).matches, [{ path: "a" }]);
  await assert.rejects(given.files.stat("secret", none), /Cannot stat secret: the rule says so/);
  await assert.rejects(given.files.read("secret", { offset: 0, length: 1 }, none), /the rule says so/);
  assert.equal(confined(), undefined);
  await USES["shell rw"](given);
  assert.equal(confined(), "c");
  const before = asked.length;
  revoke();
  for (const [name, use] of Object.entries(USES)) {
    await assert.rejects(async () => await use(given), /Cannot use the sandbox of t: its call is over/, name);
  }
  assert.equal(asked.length, before);
});
