/** A proxy in this process and servers that know who came, for attacks on the way out of a run. */
import { Buffer } from "node:buffer";
import { connectionPipe } from "../../security/egress/proxy/pipe.ts";
import { createProxy, type Told } from "../../security/egress/proxy/serve.ts";
import type { Authority } from "../../security/egress/proxy/authority.ts";
import type { Egress } from "../../security/egress/egress.ts";

export const none: Egress = { rules: [], inspect: false, swaps: [], known: [] };

/** A server that answers whoever comes, and knows how often somebody came. */
export function listening(hostname: string, port = 0, answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi") {
  const listener = Deno.listen({ hostname, port });
  const seen = { touches: 0, text: "" };
  const open = new Set<Deno.Conn>();
  const one = async (connection: Deno.Conn) => {
    open.add(connection);
    try {
      const buffer = new Uint8Array(65_536);
      for (let got = await connection.read(buffer); got !== null; got = await connection.read(buffer)) {
        seen.text += new TextDecoder().decode(buffer.subarray(0, got));
        await connection.write(new TextEncoder().encode(answer));
      }
    } catch {
      // The proxy hung up.
    } finally {
      open.delete(connection);
      try {
        connection.close();
      } catch { /* closed */ }
    }
  };
  const serving = (async () => {
    for await (const connection of listener) {
      seen.touches++;
      void one(connection);
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    seen,
    async close() {
      listener.close();
      for (const connection of open) {
        try {
          connection.close();
        } catch { /* closed */ }
      }
      await serving;
    },
  };
}

/** A proxy with these rules on a port of its own. */
export function proxyWith(egress: Egress, options: {
  named?: string[];
  own?: string[];
  names?: Record<string, string[]>;
  authority?: Authority;
  /** Whom servers' certificates must be from. */
  ca?: string;
} = {}) {
  const told: Told[] = [];
  const asked: string[] = [];
  const serve = createProxy({
    egress,
    outside: {
      house: { named: options.named ?? [], own: options.own ?? [] },
      pins: egress.pins ?? [],
      ca: options.ca,
      resolve: (host) => {
        asked.push(host);
        const found = options.names?.[host] ?? options.names?.["*"];
        return found === undefined ? Promise.reject(new Error("unknown")) : Promise.resolve(found);
      },
    },
    authority: options.authority ?? null,
    tell: (one) => {
      told.push(one);
      return () => {};
    },
    now: () => 0,
  });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served: Promise<void>[] = [];
  const serving = (async () => {
    for await (const connection of listener) served.push(serve(connectionPipe(connection)));
  })();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    port,
    told,
    asked,
    /** Sends `pieces` and reads until the proxy hangs up, or it has answered `until`. */
    async say(pieces: (string | Uint8Array)[], until = 1): Promise<string> {
      const connection = await Deno.connect({ port });
      const out: string[] = [];
      const reading = (async () => {
        const buffer = new Uint8Array(65_536);
        for (let got = await connection.read(buffer); got !== null; got = await connection.read(buffer)) {
          out.push(Buffer.from(buffer.subarray(0, got)).toString("latin1"));
          if (out.join("").split("HTTP/1.1").length > until + 1) break;
        }
      })().catch(() => {});
      try {
        for (const piece of pieces) {
          await connection.write(typeof piece === "string" ? new Uint8Array(Buffer.from(piece, "latin1")) : piece);
        }
        await connection.closeWrite();
      } catch {
        // It was refused before all was said.
      }
      await reading;
      connection.close();
      return out.join("");
    },
    async close() {
      listener.close();
      await serving;
      await Promise.all(served);
    },
  };
}
