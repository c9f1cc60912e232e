/** 10,000 seeded messages of a mad main process through the channel that the program really uses. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { ipcChannel, type IpcEnd } from "../../security/sandbox/channel.ts";
import { serveLauncher } from "../../security/sandbox/launcher.ts";
import { scene } from "./scene.ts";

const MESSAGES = 10_000;
const SEED = Number(Deno.env.get("HAROMBE_SEED") ?? 20261120);
const path = (relative: string) => new URL(relative, import.meta.url).pathname;

Deno.test(`the launcher outlives ${MESSAGES} messages of a mad main process (seed ${SEED}), and nothing outside is touched`, async () => {
  const here = await scene();
  const stop = new AbortController();
  try {
    // By a shell and a variable: node:child_process adds `-A` to a command that names Deno's own path before `run`.
    const words = ["run", "--no-prompt", "--allow-env", "--allow-read", `--config=${path("../../deno.json")}`];
    const given = [...words, path("../fixtures/fuzz_main.ts"), String(SEED), String(MESSAGES), here.canaries[0]];
    const child = spawn("/bin/sh", ["-c", 'd=$PROGRAM; unset PROGRAM; exec "$d" "$@"', "main", ...given], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
      env: { ...Deno.env.toObject(), PROGRAM: Deno.execPath() },
    });
    const said: string[] = [];
    child.stdout!.on("data", (bytes: Uint8Array) => said.push(new TextDecoder().decode(bytes)));
    const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
    const serving = serveLauncher(ipcChannel(child as unknown as IpcEnd), here.lab.house, stop.signal);
    const code = await exited;
    stop.abort();
    await serving;
    assert.equal(code, 0, said.join(""));
    const { sent, heard } = JSON.parse(said.join(""));
    assert.equal(sent, MESSAGES);
    assert.ok(heard.refused > MESSAGES / 4 && heard.powers > 1, JSON.stringify(heard));
    assert.deepEqual(await here.touches(), []);
    console.log(JSON.stringify(heard));
  } finally {
    await here.close();
  }
});
