/**
 * What a run's proxy costs beside a bare CONNECT relay of the same runtime, in one go: a request in a tunnel of its own, and
 * 50 MB down and up one tunnel. First each by itself on loopback, then the whole way out of a run: its relay, the FIFOs
 * and the proxy, with the bare relay put in the proxy's place.
 */
import { connectionPipe, splice } from "../../security/egress/proxy/pipe.ts";
import { openLine } from "../../security/egress/proxy/line.ts";
import { openMux } from "../../security/egress/proxy/mux.ts";
import { buffered } from "../../security/egress/proxy/buffered.ts";

const [role, ...rest] = Deno.args;
const HEAD_END = new TextEncoder().encode("\r\n\r\n");
const BYTES = 50_000_000;
const COUNT = 300;

/** The least that a CONNECT relay can do: a head, a connection, bytes both ways. */
async function bareRelay(client: ReturnType<typeof connectionPipe>): Promise<void> {
  const from = buffered(client);
  const head = new TextDecoder().decode(await from.until(HEAD_END, 8192) ?? new Uint8Array());
  const [, host, port] = /^CONNECT ([^:]+):(\d+) /.exec(head)!;
  const server = connectionPipe(await Deno.connect({ hostname: host, port: Number(port) }));
  await client.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
  const ahead = from.rest();
  if (ahead.length > 0) await server.write(ahead);
  await splice(client, server, (bytes) => bytes);
}

/** The program at the one end: what it measures goes to standard output. */
async function measure(proxyPort: number, serverPort: number): Promise<Record<string, number[]>> {
  const tunnel = async () => {
    const pipe = connectionPipe(await Deno.connect({ hostname: "127.0.0.1", port: proxyPort }));
    const at = `127.0.0.1:${serverPort}`;
    await pipe.write(new TextEncoder().encode(`CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\n`));
    const from = buffered(pipe);
    const head = await from.until(HEAD_END, 8192);
    if (head === null || !new TextDecoder().decode(head).includes(" 200 ")) throw new Error("Cannot open a tunnel");
    return { pipe, from };
  };
  const answered = async (kind: string, bytes: number) => {
    const { pipe, from } = await tunnel();
    const began = performance.now();
    if (kind === "up") {
      await pipe.write(new TextEncoder().encode(`U${String(bytes).padStart(15)}`));
      const piece = new Uint8Array(65_536);
      for (let at = 0; at < bytes; at += piece.length) {
        await pipe.write(piece.subarray(0, Math.min(piece.length, bytes - at)));
      }
      await from.take(1);
    } else {
      await pipe.write(new TextEncoder().encode(`D${String(bytes).padStart(15)}`));
      for (let got = 0; got < bytes;) {
        const piece = await from.some(1 << 20);
        if (piece === null) throw new Error("Cannot measure: cut short");
        got += piece.length;
      }
    }
    const took = performance.now() - began;
    pipe.close();
    return took;
  };
  const out: Record<string, number[]> = { request: [], down: [], up: [] };
  for (let i = 0; i < COUNT + 50; i++) {
    const began = performance.now();
    await answered("down", 200);
    if (i >= 50) out.request.push(performance.now() - began);
  }
  for (let i = 0; i < 4; i++) {
    out.down.push(await answered("down", BYTES));
    out.up.push(await answered("up", BYTES));
  }
  return out;
}

/** A server that sends or takes so many bytes. */
function serveBytes(): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const one = async (connection: Deno.TcpConn) => {
    const pipe = connectionPipe(connection);
    const from = buffered(pipe);
    const head = new TextDecoder().decode(await from.take(16) ?? new Uint8Array());
    const bytes = Number(head.slice(1));
    const piece = new Uint8Array(65_536);
    if (head[0] === "D") {
      for (let at = 0; at < bytes; at += piece.length) {
        await pipe.write(piece.subarray(0, Math.min(piece.length, bytes - at)));
      }
    } else {
      for (let got = 0; got < bytes;) got += (await from.some(1 << 20))?.length ?? bytes;
      await pipe.write(Uint8Array.of(1));
    }
    await pipe.end();
    await pipe.read().catch(() => null);
    pipe.close();
  };
  void (async () => {
    for await (const connection of listener) one(connection).catch(() => {});
  })();
  return listener;
}

if (role === "measure") {
  console.log(JSON.stringify(await measure(Number(rest[0]), Number(rest[1]))));
} else if (role === "bare") {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log((listener.addr as Deno.NetAddr).port);
  for await (const connection of listener) bareRelay(connectionPipe(connection)).catch(() => {});
} else if (role === "bare-line") {
  const mux = openMux(await openLine(rest[0], "proxy"), {
    most: 128,
    accept: (pipe) => void bareRelay(pipe).catch(() => {}),
  });
  await mux.closed;
} else if (role === "proxy") {
  const { createProxy } = await import("../../security/egress/proxy/serve.ts");
  const port = Number(rest[0]);
  const serve = createProxy({
    egress: { rules: [{ host: "127.0.0.1", port }], inspect: false, swaps: [], known: rest.slice(1) },
    outside: { house: { named: ["127.0.0.1"], own: [] }, pins: [], resolve: () => Promise.resolve([]) },
    authority: null,
    tell: () => () => {},
    now: () => performance.now(),
  });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log((listener.addr as Deno.NetAddr).port);
  for await (const connection of listener) void serve(connectionPipe(connection));
} else {
  await main();
}

async function started(...args: string[]): Promise<{ port: string; end(): Promise<unknown> }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.filename!, ...args],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  return {
    port: value!.trim(),
    end: async () => {
      child.kill();
      await reader.cancel();
      await child.status;
    },
  };
}

async function measured(proxyPort: string, serverPort: number): Promise<Record<string, number[]>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.filename!, "measure", proxyPort, String(serverPort)],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The whole way of a run: relay and line, with `other` at the far end. */
async function alongLine(
  far: (directory: string) => Deno.ChildProcess,
  serverPort: number,
): Promise<Record<string, number[]>> {
  const directory = await Deno.makeTempDir();
  await new Deno.Command("mkfifo", { args: ["up", "down", "ready"].map((name) => `${directory}/${name}`) }).output();
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr as Deno.NetAddr;
  probe.close();
  const entry = new URL("../../security/egress/proxy/relay_process.ts", import.meta.url).pathname;
  const other = far(directory);
  const relay = new Deno.Command(Deno.execPath(), { args: ["run", "-A", entry, directory, String(port)] }).spawn();
  await Deno.readTextFile(`${directory}/ready`);
  try {
    return await measured(String(port), serverPort);
  } finally {
    relay.kill();
    await relay.status;
    await other.status;
    await Deno.remove(directory, { recursive: true });
  }
}

async function main(): Promise<void> {
  const server = serveBytes();
  const { port } = server.addr as Deno.NetAddr;
  const bare = await started("bare");
  const proxy = await started("proxy", String(port));
  const careful = await started("proxy", String(port), "a value that must not leave");
  const process = new URL("../../security/egress/proxy/proxy_process.ts", import.meta.url).pathname;
  const rows: [string, () => Promise<Record<string, number[]>>][] = [
    ["no proxy's work: bare CONNECT relay", () => measured(bare.port, port)],
    ["the proxy", () => measured(proxy.port, port)],
    ["the proxy, with a known value to look for", () => measured(careful.port, port)],
    [
      "relay, FIFOs, bare CONNECT relay",
      () =>
        alongLine(
          (directory) =>
            new Deno.Command(Deno.execPath(), { args: ["run", "-A", import.meta.filename!, "bare-line", directory] })
              .spawn(),
          port,
        ),
    ],
    ["relay, FIFOs, the proxy", () =>
      alongLine((directory) => {
        const child = new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", process, directory],
          stdin: "piped",
          stdout: "null",
        }).spawn();
        const egress = { rules: [{ host: "127.0.0.1", port }], inspect: false, swaps: [], known: [] };
        const writer = child.stdin.getWriter();
        void writer.write(new TextEncoder().encode(`${JSON.stringify({ egress, named: ["127.0.0.1"], own: [] })}\n`))
          .then(() => writer.close());
        return child;
      }, port)],
  ];
  const base: Record<string, number> = {};
  for (const [name, run] of rows) {
    const times = await run();
    const middle = (key: string) => times[key].toSorted((a, b) => a - b)[Math.floor(times[key].length / 2)];
    const part = name.startsWith("relay") ? "whole " : "";
    const cells = Object.keys(times).map((key) => {
      const value = middle(key);
      base[part + key] ??= value;
      const figure = key === "request" ? `${value.toFixed(2)} ms` : `${(BYTES / 1e6 / (value / 1000)).toFixed(0)} MB/s`;
      return `${key} ${figure} (${(value / base[part + key]).toFixed(2)}×)`;
    });
    console.log(`${name.padEnd(44)} ${cells.join("  ")}`);
  }
  await Promise.all([bare.end(), proxy.end(), careful.end()]);
  server.close();
}
