/** Somebody of this machine, without the token, against the server of approvals. */
import assert from "node:assert/strict";

const FIXTURE = new URL("../fixtures/serve_here.ts", import.meta.url).pathname;

async function open(port: number, count: number): Promise<Deno.Conn[]> {
  const held: Deno.Conn[] = [];
  for (let i = 0; i < count; i++) {
    const one = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => null);
    if (one !== null) held.push(one);
  }
  return held;
}

Deno.test({
  name: "a server that was flooded with connections answers again when they are gone",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const directory = await Deno.makeTempDir();
    // Few files may be open, so that few connections are a flood.
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", 'ulimit -n 120; exec "$@"', "sh", Deno.execPath(), "run", "-A", FIXTURE, directory],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    try {
      const address = (await lines.read()).value!.trim();
      const port = Number(new URL(address).port);
      const ask = async () => {
        const response = await fetch(`${address}/api/approvals`, { signal: AbortSignal.timeout(1000) });
        await response.body?.cancel();
        return response.status;
      };
      assert.equal(await ask(), 401);
      for (const one of await open(port, 300)) one.close();
      for (let tries = 0;; tries++) {
        const status = await ask().catch(() => null);
        if (status === 401) break;
        assert.ok(tries < 40, "it never answers again");
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    } finally {
      await child.stdin.close().catch(() => {});
      for (let rest = await lines.read(); !rest.done; rest = await lines.read());
      assert.equal((await child.status).code, 0);
      await Deno.remove(directory, { recursive: true });
    }
  },
});
