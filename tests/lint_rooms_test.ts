import assert from "node:assert/strict";
import { roomsPlugin } from "./lint_rooms.ts";

/** Messages of the plugin for `source` as the file at `path`, each with its rule. */
function lint(path: string, source: string, plugin = roomsPlugin("/house")): string[] {
  return Deno.lint.runPlugin(plugin, `/house/${path}`, source).map((found) =>
    `${found.id.replace("rooms/", "")}: ${found.message}`
  );
}

const CASES: { name: string; path: string; source: string; finds: string[] }[] = [
  { name: "main may import cli", path: "main.ts", source: `import { run } from "./cli/program.ts"; run();`, finds: [] },
  {
    name: "main may not import a deeper room",
    path: "main.ts",
    source: `import { a } from "./agent/loop.ts"; a();`,
    finds: ["imports: main.ts may not import agent/loop.ts"],
  },
  {
    name: "node imports nothing of ours, not even a type",
    path: "node/wire/openai.ts",
    source: `import type { A } from "../../security/tool.ts"; export const a: A = 1;`,
    finds: ["imports: node may not import security/tool.ts"],
  },
  {
    name: "node imports its own",
    path: "node/wire/openai.ts",
    source: `import { A } from "../chat.ts"; export const a = A;`,
    finds: [],
  },
  {
    name: "security may import the vocabulary, values too",
    path: "security/gateway.ts",
    source: `import { text } from "../node/chat.ts"; export const a = text("");`,
    finds: [],
  },
  {
    name: "security may not import another file of node",
    path: "security/gateway.ts",
    source: `import type { B } from "../node/backends/ollama.ts"; export const a: B = 1;`,
    finds: ["imports: security may not import node/backends/ollama.ts"],
  },
  {
    name: "agent may import types of node",
    path: "agent/context.ts",
    source: `import type { B } from "../node/models.ts"; export const a: B = 1;`,
    finds: [],
  },
  {
    name: "agent may not import values of node",
    path: "agent/context.ts",
    source: `import { B } from "../node/models.ts"; export const a = B;`,
    finds: ["imports: agent may not import node/models.ts other than by `import type`"],
  },
  {
    name: "an inline type is not import type: the module would still be loaded",
    path: "agent/context.ts",
    source: `import { type B } from "../node/models.ts"; export type A = B;`,
    finds: ["imports: agent may not import node/models.ts other than by `import type`"],
  },
  {
    name: "an import() is an import",
    path: "security/policy.ts",
    source: `export const a = await import("../agent/loop.ts");`,
    finds: ["imports: security may not import agent/loop.ts"],
  },
  {
    name: "an export from is an import",
    path: "agent/a.ts",
    source: `export const b = 1; export { a } from "../coordinator/fleet.ts";`,
    finds: ["imports: agent may not import coordinator/fleet.ts"],
  },
  {
    name: "a type's import() is an import",
    path: "voice/turn.ts",
    source: `export type A = import("../agent/loop.ts").A;`,
    finds: ["imports: voice may not import agent/loop.ts"],
  },
  {
    name: "no room imports main",
    path: "cli/program.ts",
    source: `import "../main.ts"; export const a = 1;`,
    finds: ["imports: cli may not import main.ts"],
  },
  {
    name: "a room's code may not import tests",
    path: "agent/loop.ts",
    source: `import { a } from "../tests/fakes/ollama.ts"; export const b = a;`,
    finds: ["imports: agent may not import tests/fakes/ollama.ts"],
  },
  {
    name: "a room's test may import tests",
    path: "agent/loop_test.ts",
    source: `import { a } from "../tests/fakes/ollama.ts"; export const b = a;`,
    finds: [],
  },
  {
    name: "a room's test keeps to the room's directions",
    path: "node/chat_test.ts",
    source: `import { a } from "../agent/loop.ts"; export const b = a;`,
    finds: ["imports: node may not import agent/loop.ts"],
  },
  {
    name: "tests import anything",
    path: "tests/attacks/door_test.ts",
    source: `import { a } from "../../agent/loop.ts"; import "../../main.ts"; export const b = a;`,
    finds: [],
  },
  {
    name: "console belongs to cli",
    path: "agent/loop.ts",
    source: `export const a = () => console.log(1);`,
    finds: ["powers: console belongs to cli/"],
  },
  { name: "cli may print", path: "cli/chat.ts", source: `export const a = () => console.log(1);`, finds: [] },
  { name: "a test may print", path: "node/chat_test.ts", source: `console.log(Deno.env.get("A"));`, finds: [] },
  {
    name: "console by another name",
    path: "agent/context.ts",
    source: `const c = console; export const a = () => c;`,
    finds: ["powers: console belongs to cli/"],
  },
  {
    name: "console by globalThis",
    path: "agent/context.ts",
    source: `export const a = () => globalThis.console.log(1);`,
    finds: ["powers: console belongs to cli/"],
  },
  {
    name: "the environment belongs to cli, by any spelling",
    path: "security/policy.ts",
    source: `export const a = [Deno.env.get("A"), Deno["env"], process.env];`,
    finds: Array(3).fill("powers: environment belongs to cli/"),
  },
  {
    name: "Deno by globalThis",
    path: "security/policy.ts",
    source: `export const a = globalThis.Deno.env;`,
    finds: ["powers: environment belongs to cli/", "deno: Name the member: Deno.<member>"],
  },
  {
    name: "only the launcher starts programs",
    path: "security/policy.ts",
    source: `import { spawn } from "node:child_process"; export const a = [spawn, new Deno.Command("true")];`,
    finds: Array(2).fill(
      "powers: starting a program belongs to security/sandbox/spawn.ts, security/sandbox/launcher.ts, " +
        "security/sandbox/probe.ts, cli/launch.ts",
    ),
  },
  {
    name: "the launcher may",
    path: "security/sandbox/spawn.ts",
    source: `export const a = new Deno.Command("true");`,
    finds: [],
  },
  {
    name: "nobody loads native code",
    path: "security/sandbox/spawn.ts",
    source: `export const a = Deno.dlopen("x", {});`,
    finds: ["powers: native code belongs to node/embedded/llama.ts"],
  },
  {
    name: "fetch belongs to the backends",
    path: "agent/context.ts",
    source: `export const a = () => fetch("http://127.0.0.1"); export const b = { get: fetch }; globalThis.fetch("");`,
    finds: Array(3).fill("powers: fetch belongs to node/backends/"),
  },
  {
    name: "a member called fetch is not fetch",
    path: "agent/context.ts",
    source: `export const a = (app: { fetch(): void }) => app.fetch(); export const b = { fetch: 1 };`,
    finds: [],
  },
  { name: "a backend may", path: "node/backends/ollama.ts", source: `export const a = () => fetch("");`, finds: [] },
  {
    name: "the loop may not name Deno",
    path: "agent/loop.ts",
    source: `export const a = () => Deno.cwd();`,
    finds: ["deno: agent/loop.ts may not name Deno: use what it was handed"],
  },
  {
    name: "a tool may not name Deno, by any spelling",
    path: "agent/tools/read_file.ts",
    source: `export type A = Deno.FsFile; export const a = globalThis["Deno"]; export const b = typeof Deno;`,
    finds: Array(3).fill("deno: agent/tools/read_file.ts may not name Deno: use what it was handed"),
  },
  {
    name: "Deno is not handed on whole, where its powers could not be seen",
    path: "security/policy.ts",
    source: `const d = Deno; const { cwd } = Deno; export const a = [d, cwd, Deno["c" + "wd"]];`,
    finds: Array(3).fill("deno: Name the member: Deno.<member>"),
  },
  {
    name: "Deno by its member",
    path: "security/audit/log.ts",
    source: `export type A = Deno.FsFile; export const a = () => typeof Deno === "undefined" ? "" : Deno.cwd();`,
    finds: [],
  },
  {
    name: "a second barrel",
    path: "agent/all.ts",
    source:
      `import { a } from "./loop.ts"; export { a }; export * from "./context.ts"; export type { C } from "./c.ts";`,
    finds: ["barrel: Only cli/library.ts may do nothing but re-export"],
  },
  { name: "the barrel", path: "cli/library.ts", source: `export * from "../agent/loop.ts";`, finds: [] },
  {
    name: "a file that also does something is no barrel",
    path: "agent/a.ts",
    source: `export * from "./loop.ts"; export const b = 1;`,
    finds: [],
  },
  { name: "400 lines", path: "agent/a.ts", source: "export const a = [\n" + "  1,\n".repeat(398) + "];\n", finds: [] },
  {
    name: "401 lines",
    path: "agent/a.ts",
    source: "export const a = [\n" + "  1,\n".repeat(399) + "];\n",
    finds: ["lines: A file has at most 400 lines: 401"],
  },
  {
    name: "an empty file name",
    path: "agent/context_utils.ts",
    source: `export const a = 1;`,
    finds: [`names: "utils" in agent/context_utils.ts does not say what this is`],
  },
  {
    name: "an empty folder name",
    path: "agent/common/context.ts",
    source: `export const a = 1;`,
    finds: [`names: "common" in agent/common/context.ts does not say what this is`],
  },
  {
    name: "an index",
    path: "agent/index.ts",
    source: `export const a = 1;`,
    finds: [`names: "index" in agent/index.ts does not say what this is`],
  },
  {
    name: "empty type names",
    path: "agent/a.ts",
    source:
      `export class SessionManager {} export interface UtilBag {} export type Types = 1; export enum ToolFactory { A }`,
    finds: [
      `names: "manager" does not say what this is`,
      `names: "util" does not say what this is`,
      `names: "Types" does not say what this is`,
      `names: "factory" does not say what this is`,
    ],
  },
  {
    name: "nouns of the field",
    path: "agent/search_index.ts",
    source: `export class SearchIndex {} export type Managed = 1; export interface Serviceable {}`,
    finds: [],
  },
  {
    name: "zod by its names",
    path: "agent/a.ts",
    source:
      `import { z } from "zod"; import * as y from "zod"; import type { ZodType } from "zod"; export const a: ZodType[] = [y.string(), z.string()];`,
    finds: ['whole: Import zod as a whole: import * as z from "zod"'],
  },
  {
    name: "state of a module",
    path: "agent/a.ts",
    source: `let a = 1; export let b = a; var c = b; export const d = () => { let e = c; return e++; };`,
    finds: Array(3).fill("state: A module keeps no variable: no top-level let"),
  },
];

for (const { name, path, source, finds } of CASES) {
  Deno.test(`lint: ${name}`, () => {
    assert.deepEqual(lint(path, source), finds);
  });
}

Deno.test("lint: an outside package has one file, tests apart; zod and hono have any number", () => {
  const plugin = roomsPlugin("/house");
  const source =
    `import "zod/mini"; import "hono"; import "commander"; import "@bomb.sh/tab/commander"; import "node:fs";`;
  assert.deepEqual(
    [
      lint("cli/program.ts", source, plugin),
      lint("cli/program_test.ts", source, plugin),
      lint("cli/program.ts", source, plugin),
      lint("cli/chat.ts", `export const a = [await import("npm:commander@15"), await import("@bomb.sh/tab")];`, plugin),
    ],
    [[], [], [], [
      "packages: @bomb.sh/tab already has its one file: cli/program.ts",
    ]],
  );
});
