import assert from "node:assert/strict";
import { join } from "node:path";
import { openQueue, type Queue } from "../../security/approvals/queue.ts";
import { noting } from "../fakes/noting.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { onTerminal, ptyMissing } from "../terminal/pty.ts";
import { place } from "./harombe.ts";

const none = new AbortController().signal;
const missing = ptyMissing();
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: missing === null ? name : `${name} (ignored: ${missing})`, ignore: missing !== null, fn });

/** The first request that opens in the state directory of `home`. */
async function opened(home: string): Promise<{ queue: Queue; id: string }> {
  const path = join(home, ".harombe/approvals.db");
  for (;;) {
    const there = await Deno.stat(path).then(({ size }) => size > 0, () => false);
    if (there) {
      const queue = openQueue(path, { now: Date.now });
      const [found] = await queue.list({}, none);
      if (found) return { queue, id: found.id };
      queue.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The launcher that works in `folder`: its folder's name is on no other command line. */
async function launcherIn(folder: string): Promise<number> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid=,args="] }).output();
  const rows = new TextDecoder().decode(stdout).split("\n");
  const row = rows.find((one) =>
    /^\s*\d+ \S*deno run/.test(one) && one.includes("cli/launch.ts") && one.includes(folder)
  );
  assert.ok(row, rows.join("\n"));
  return Number(row.trim().split(" ")[0]);
}

const TURN = [{ wait: "› " }, { send: "note a hello\r" }, { wait: "allow this?" }];

test("a chat whose terminal goes away leaves its question in the queue, and the turn goes on from there", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  const hangup = (async () => {
    const { queue, id } = await opened(p.home);
    Deno.kill(await launcherIn(p.folder), "SIGHUP");
    return { queue, id };
  })();
  const { output } = await onTerminal("", {
    steps: [...TURN.slice(0, 2), { wait: "waits for approval" }, { wait: "› " }, { send: "/exit\r" }],
    env: p.env,
    instead: { command: p.words(["chat"]), cwd: p.folder },
  });
  const { queue, id } = await hangup;
  const { state, expiresAt, createdAt } = await queue.find(id, none);
  assert.equal(state, "open", output);
  assert.ok(expiresAt - createdAt >= 900_000);
  queue.close();
  assert.equal((await p.run(["approvals", "approve", id])).code, 0);
  const resumed = await p.run(["ask", "--resume"]);
  assert.equal(resumed.code, 0, resumed.err);
  assert.equal(await Deno.readTextFile(join(p.folder, "notes/a.txt")), "hello");
});

test("a question at a terminal that is answered elsewhere is answered, and the terminal is told by whom", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  const answered = (async () => {
    const { queue, id } = await opened(p.home);
    queue.close();
    return await p.run(["approvals", "deny", id, "-m", "not from here"]);
  })();
  const { output } = await onTerminal("", {
    steps: [...TURN, { wait: "was answered: no, by person" }, { wait: "not from here" }, { wait: "› " }, {
      send: "/exit\r",
    }],
    env: p.env,
    instead: { command: p.words(["chat"]), cwd: p.folder },
  });
  assert.equal((await answered).code, 0, output);
  await assert.rejects(Deno.stat(join(p.folder, "notes")));
});
