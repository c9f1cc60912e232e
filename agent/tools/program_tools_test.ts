import assert from "node:assert/strict";
import { textOf } from "../../node/chat.ts";
import { connectFiles } from "../../security/sandbox/files/files_client.ts";
import type { Grant, RunOutcome } from "../../security/sandbox/grant.ts";
import type { Sandbox } from "../../security/sandbox/sandbox.ts";
import { toolsIn } from "../../tests/fakes/tools.ts";
import { CLOSED } from "../../tests/fakes/closed.ts";

const never = new AbortController().signal;
const SERVER = new URL("../../security/sandbox/files/files_server.ts", import.meta.url).pathname;
const noBash = await new Deno.Command("bash", { args: ["-c", "true"] }).output().then(() => false, () => true);

/** A sandbox whose runs are plain bash and whose files are the files program: unconfined, for these tests alone. */
async function withTools(
  test: (call: (name: string, args: unknown, reply?: string) => Promise<Said>, grants: Grant[]) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--cached-only", `--allow-read=${root}`, `--allow-write=${root}`, SERVER, root, "rw"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = server.stdin.getWriter();
  const { files } = connectFiles({
    stdout: server.stdout,
    stderr: server.stderr,
    write: (bytes) => input.write(bytes),
    closeInput: () => input.close(),
    outcome: server.status.then(({ code }) => ({ code, ms: 0, confined: "deno only" })),
  });
  const grants: Grant[] = [];
  const sandbox: Sandbox = {
    ...CLOSED,
    files,
    run: async (grant, onOutput) => {
      grants.push(grant);
      const { code, stdout, stderr } = await new Deno.Command("bash", { args: ["-c", grant.source], cwd: root })
        .output();
      onOutput({ stream: "stdout", text: new TextDecoder().decode(stdout) });
      onOutput({ stream: "stderr", text: new TextDecoder().decode(stderr) });
      return { code, ms: 1, confined: "deno only" } satisfies RunOutcome;
    },
    powers: () => Promise.reject(new Error("Cannot tell powers")),
  };
  const tools = toolsIn(root);
  const call = async (name: string, args: unknown, reply?: string): Promise<Said> => {
    const tool = tools.find((tool) => tool.name === name)!;
    const parsed = tool.parameters.parse(args);
    const bound = await tool.bind?.(parsed, sandbox, never) ?? null;
    const emitted: string[] = [];
    const output = await tool.run(parsed, {
      sandbox,
      bound,
      emit: ({ stream, text }) => void emitted.push(`${stream}: ${text}`),
      askUser: () => Promise.resolve(reply ?? null),
    }, never);
    return { text: textOf(output.content), isError: output.isError ?? false, data: output.data, emitted };
  };
  try {
    await test(call, grants);
  } finally {
    await input.close();
    await server.status;
    await Deno.remove(root, { recursive: true });
  }
}

type Said = { text: string; isError: boolean; data: unknown; emitted: string[] };

Deno.test({
  name: `shell tells exit status and output, streams it, and bounds what is long${
    noBash ? " (unavailable: install bash)" : ""
  }`,
  ignore: noBash,
  fn: () =>
    withTools(async (call, grants) => {
      const said = await call("shell", { line: "echo hi; echo no >&2; exit 3", timeout_s: 7 });
      assert.deepEqual([said.text, said.isError, said.emitted], ["exit 3\nhi\nno", true, [
        "stdout: hi\n",
        "stderr: no\n",
      ]]);
      assert.deepEqual([grants[0].program, grants[0].folder, grants[0].limits.ms], ["shell", "rw", 7000]);
      assert.deepEqual((await call("shell", { line: "true" })).text, "exit 0, no output");
      const long =
        (await call("shell", { line: "echo start; head -c 99999 /dev/zero | tr '\\0' x; echo; echo end" })).text;
      assert.ok(long.length < 20_200 && long.startsWith("exit 0\nstart") && long.endsWith("end"), String(long.length));
      assert.match(long, /characters left out/);
      const code = await call("run_code", { language: "bash", code: "echo $((6*7))", folder: "ro" });
      assert.deepEqual([code.text, grants.at(-1)!.program, grants.at(-1)!.folder], ["exit 0\n42", "bash", "ro"]);
    }),
});

Deno.test("the file tools do their work over the files program", () =>
  withTools(async (call) => {
    assert.equal((await call("write_file", { path: "d/a.txt", content: "one\n" })).text, "Created d/a.txt, 4 B.");
    const edit = await call("edit_file", { path: "d/a.txt", old_text: "one", new_text: "two" });
    assert.equal(edit.text, "Edited d/a.txt at line 1.");
    assert.equal((await call("read_file", { path: "d/a.txt" })).text, "d/a.txt, 1 lines:\ntwo");
    assert.equal(
      (await call("search_text", { pattern: "TWO", ignore_case: true })).text.split("\n")[0],
      "d/a.txt:1: two",
    );
    assert.equal((await call("list_files", {})).text, "d/");
  }));

Deno.test("ask_user gives the reply, and says so where nobody is there", () =>
  withTools(async (call) => {
    assert.equal((await call("ask_user", { question: "Which?" }, "that one")).text, "The person says: that one");
    assert.deepEqual((await call("ask_user", { question: "Which?" })).isError, true);
  }));
