import assert from "node:assert/strict";
import { textOf } from "../../node/chat.ts";
import { Looked } from "../../node/hardware/look.ts";
import { launchedSandbox } from "../../security/sandbox/launched.ts";
import { laboratory } from "../attacks/launch_run.ts";
import { CLOSED } from "../fakes/closed.ts";
import { toolsIn } from "../fakes/tools.ts";
import { Overview } from "../../agent/tools/machine/system_info.ts";

const signal = new AbortController().signal;
const linux = Deno.build.os === "linux";
const reason = linux ? "" : " (ignored: the questions asked here are Linux's)";

/** Calls `system_info` over a real launcher. */
async function asking(test: (ask: (about?: string) => Promise<{ text: string; data: unknown }>) => Promise<void>) {
  const lab = await laboratory();
  const files = new Proxy({}, { get: () => () => Promise.reject(new Error("Cannot use files")) });
  const sandbox = launchedSandbox(lab.launcher, { files: files as never, fetching: CLOSED.fetch });
  const tool = toolsIn("/ws").find(({ name }) => name === "system_info")!;
  try {
    await test(async (about) => {
      const context = { sandbox, bound: null, emit: () => {}, askUser: () => Promise.resolve(null) };
      const { content, data } = await tool.run(tool.parameters.parse({ about }), context, signal);
      return { text: textOf(content), data };
    });
  } finally {
    await lab.close();
  }
}

Deno.test({
  name: `system_info tells what the process knows and the disk of the folder${reason}`,
  ignore: !linux,
  fn: () =>
    asking(async (ask) => {
      const { text, data } = await ask();
      assert.match(text, /^time: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+\nos: Linux/);
      assert.doesNotMatch(text, /unavailable/);
      const overview = Overview.parse(data);
      assert.ok(overview.diskBytes! >= overview.diskFreeBytes! && overview.diskFreeBytes! > 0);
    }),
});

Deno.test({
  name: `every part of the machine answers in its own form, or says what to install${reason}`,
  ignore: !linux,
  fn: () =>
    asking(async (ask) => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      try {
        for (const about of ["gpu", "cpu", "battery", "disks", "processes", "ports", "network"]) {
          const { text, data } = await ask(about);
          const looked = Looked.parse(data);
          assert.equal(looked.about, about);
          assert.notEqual(text, "", about);
          const known = Object.entries(looked).some(([key, value]) =>
            key !== "about" && key !== "why" && value !== null
          );
          assert.ok(known || /^unavailable: install /.test(looked.why ?? ""), `${about}: ${looked.why}`);
          if (looked.about === "processes" && looked.processes !== null) {
            const own = looked.processes.find(({ pid }) => pid === Deno.pid)!;
            assert.ok(own.memoryBytes > 1e7 && own.name.length > 0);
          }
          if (looked.about === "ports" && looked.ports !== null) {
            const { port } = listener.addr as Deno.NetAddr;
            const { protocol, address, loopback } = looked.ports.find((one) => one.port === port)!;
            assert.deepEqual({ protocol, address, loopback }, {
              protocol: "tcp",
              address: "127.0.0.1",
              loopback: true,
            });
          }
          if (looked.about === "network" && looked.interfaces !== null) {
            const lo = looked.interfaces.find(({ loopback }) => loopback)!;
            assert.ok(lo.addresses.some(({ address }) => address === "127.0.0.1"));
          }
        }
      } finally {
        listener.close();
      }
    }),
});
