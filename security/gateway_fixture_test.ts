/** A door over a folder of its own, with real tools, for the tests of the gateway. It holds no tests. */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { ToolResult } from "../node/chat.ts";
import { text, textOf } from "../node/chat.ts";
import type { ApprovalAnswer, ApprovalRequest } from "./approval.ts";
import type { AuditEntry } from "./audit/record.ts";
import type { RuleTexts } from "./config.ts";
import { createGateway, type GatewayParts } from "./gateway.ts";
import { createLedger } from "./provenance/ledger.ts";
import type { Heard } from "./provenance/origin.ts";
import { compileRules, toolKinds } from "./rules.ts";
import { assessShell } from "./risk/shell.ts";
import { secretPath } from "./risk/secret_path.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { createScrub } from "./secrets/scrub.ts";
import { createSessionGrants } from "./session_grants.ts";
import type { AnyTool, Tool, ToolProgress } from "./tool.ts";
import { CLOSED } from "../tests/fakes/closed.ts";

export const SECRET = ["gh", "p_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fLxRaa"].join("");
export const LIMITS = { ms: 1000, outputBytes: 1000, memoryBytes: 1000, pids: 1, cpuPercent: 1 };
export const never = new AbortController().signal;

export function sha(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The files of a folder by Deno itself, and a `run` that says what it was asked. */
function folderSandbox(root: string): Sandbox {
  const at = (path: string) => `${root}/${path}`;
  return {
    ...CLOSED,
    files: {
      async stat(path) {
        const s = await Deno.lstat(at(path));
        const kind = s.isSymlink ? "symlink" : s.isDirectory ? "directory" : "file";
        return {
          path,
          kind,
          size: s.size,
          mtime: 0,
          ...(s.isSymlink ? { target: await Deno.readLink(at(path)) } : {}),
        };
      },
      async list(path) {
        const names = [];
        for await (const e of Deno.readDir(at(path))) names.push(e.name);
        return {
          entries: names.sort().map((n) => ({ path: n, kind: "file" as const, size: 0, mtime: 0 })),
          truncated: false,
        };
      },
      async read(path) {
        const bytes = await Deno.readFile(at(path));
        return { bytes, size: bytes.length, sha256: sha(bytes) };
      },
      async write(path, bytes) {
        await Deno.writeFile(at(path), bytes);
        return { sha256: sha(bytes), created: true };
      },
      async search(path, { pattern }) {
        const matches = [];
        for await (const e of Deno.readDir(at(path))) {
          if (e.isFile && (await Deno.readTextFile(at(e.name))).includes(pattern)) {
            matches.push({ path: e.name, line: 1, text: pattern });
          }
        }
        return { matches, truncated: false, filesRead: 1, filesSkipped: 0 };
      },
    },
    run(grant, onOutput) {
      onOutput({ stream: "stdout", text: `ran ${grant.program} ${grant.source}` });
      return Promise.resolve({ code: 0, ms: 1, confined: "bubblewrap" });
    },
    powers: () => Promise.reject(new Error("not asked here")),
  };
}

export const writeFile: Tool<{ path: string; content: string }> = {
  name: "write_file",
  description: "Writes a file.",
  parameters: z.object({ path: z.string(), content: z.string() }),
  needs: { files: "write", run: "none" },
  readOnly: false,
  assess: ({ path }) => ({ risk: secretPath(path) ? "HIGH" : "MEDIUM", reasons: ["writes a file"] }),
  targets: ({ path }) => [path],
  effects: () => ["change"],
  decisive: ["path"],
  yields: () => null,
  preview: ({ content }) => Promise.resolve({ kind: "diff", text: `+${content}` }),
  bind: (args, sandbox, signal) =>
    sandbox.files.read(args.path, { offset: 0, length: 0 }, signal).then((r) => r.sha256!, () => null),
  async run({ path, content }, { sandbox }, signal) {
    await sandbox.files.write(
      path,
      new TextEncoder().encode(content),
      { expect: null, createDirectories: false },
      signal,
    );
    return { content: text(`wrote ${path}`) };
  },
};

export const readFile: Tool<{ path: string }> = {
  name: "read_file",
  description: "Reads a file.",
  parameters: z.object({ path: z.string() }),
  needs: { files: "read", run: "none" },
  readOnly: true,
  assess: ({ path }) => ({ risk: secretPath(path) ? "HIGH" : "LOW", reasons: [] }),
  targets: ({ path }) => [path],
  effects: () => [],
  decisive: ["path"],
  yields: ({ path }) => ({ kind: "file", name: path }),
  async run({ path }, { sandbox }, signal) {
    const { bytes } = await sandbox.files.read(path, { offset: 0, length: 1e6 }, signal);
    const found = await sandbox.files.search("", {
      pattern: "find me",
      literal: true,
      ignoreCase: false,
      hidden: true,
      limit: 9,
    }, signal);
    return { content: text(new TextDecoder().decode(bytes)), data: { found: found.matches.map((m) => m.path).sort() } };
  },
};

export const shell: Tool<{ line: string }> = {
  name: "shell",
  description: "Runs a line.",
  parameters: z.object({ line: z.string() }),
  needs: { files: "write", run: "shell" },
  readOnly: false,
  assess: ({ line }) => assessShell(line),
  targets: ({ line }) => [line],
  effects: ({ line }) => assessShell(line).risk === "LOW" ? [] : ["run"],
  decisive: ["line"],
  yields: () => ({ kind: "tool", name: "shell" }),
  async run({ line }, { sandbox, emit }, signal) {
    const grant = { program: "shell" as const, source: line, folder: "rw" as const, cwd: "", env: {}, limits: LIMITS };
    const { code } = await sandbox.run(grant, (o) => emit({ type: "output", ...o }), signal);
    return { content: text(`exit ${code}`) };
  },
};

export function tool(name: string, run: AnyTool["run"], more: Partial<AnyTool> = {}): AnyTool {
  return {
    name,
    description: name,
    parameters: z.object({ x: z.string().optional() }),
    needs: { files: "none", run: "none" },
    readOnly: false,
    assess: () => ({ risk: "LOW", reasons: [] }),
    targets: ({ x }: { x?: string }) => [x ?? name],
    effects: () => [],
    yields: () => null,
    run,
    ...more,
  };
}

export type Answer = ApprovalAnswer | null | ((request: ApprovalRequest) => Promise<ApprovalAnswer | null>);

export async function door(
  { rules = {}, answers = [], tools = [], heard = [], parts = {} }: {
    rules?: Partial<RuleTexts>;
    answers?: Answer[];
    tools?: AnyTool[];
    /** What was heard before the first call. */
    heard?: Heard[];
    parts?: Partial<GatewayParts>;
  } = {},
) {
  const root = await Deno.makeTempDir();
  const log: AuditEntry[] = [];
  const asked: ApprovalRequest[] = [];
  const live: ToolProgress[] = [];
  const all = [writeFile, readFile, shell, ...tools] as AnyTool[];
  const kinds = toolKinds(all);
  const grants = createSessionGrants(kinds);
  const callTool = createGateway({
    tools: all,
    rules: compileRules({ allow: [], ask: [], deny: [], ...rules }, kinds),
    grants,
    approvalMs: 60_000,
    approve: async (request) => {
      asked.push(request);
      const next = answers.shift() ?? null;
      return typeof next === "function" ? await next(request) : next;
    },
    ledger: createLedger(() => Promise.resolve([...heard])),
    askUser: () => Promise.resolve(null),
    audit: {
      append: (entry) => {
        log.push(structuredClone(entry));
        return Promise.resolve({ seq: log.length, at: 0, entry, hash: "" });
      },
    },
    scrub: createScrub({ known: ["known-value-1"], stand: (kind) => `[secret: ${kind}]` }),
    sandbox: folderSandbox(root),
    now: () => performance.now(),
    ...parts,
  });
  return {
    root,
    log,
    asked,
    live,
    grants,
    kinds: () => log.map((e) => e.kind),
    async call(name: string, args: unknown, { agent = "main", signal = never } = {}): Promise<ToolResult> {
      const call = { id: "c1", name, arguments: typeof args === "string" ? args : JSON.stringify(args) };
      return await callTool(call, { session: "s1", agent, emit: (p) => void live.push(p) }, signal);
    },
    /** The calls of one step of the model, one after the other or `atOnce`; true for those that ran. */
    async step(calls: [string, unknown][], { atOnce = false } = {}): Promise<boolean[]> {
      const together = calls.map(([name, args], i) => ({ id: `c${i}`, name, arguments: JSON.stringify(args) }));
      const context = { session: "s1", agent: "main", emit: () => {}, together };
      const results: Promise<ToolResult>[] = [];
      for (const call of together) {
        results.push(callTool(call, context, never));
        if (!atOnce) await results.at(-1);
      }
      return (await Promise.all(results)).map((r) => !r.isError);
    },
    exists: (path: string) => Deno.stat(`${root}/${path}`).then(() => true, () => false),
    write: (path: string, content: string) => Deno.writeTextFile(`${root}/${path}`, content),
    read: (path: string) => Deno.readTextFile(`${root}/${path}`),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

export const said = (result: ToolResult) => textOf(result.content);
export const A = { path: "a.txt", content: "new" };
