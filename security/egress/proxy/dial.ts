/** Connections to the outside: resolved once, judged, and dialled as judged. */
import { lookup } from "node:dns/promises";
import { createHash, X509Certificate } from "node:crypto";
import tls from "node:tls";
import { ipVersion } from "../address.ts";
import type { Pin } from "../egress.ts";
import type { Destination } from "./destination.ts";
import { connectionPipe, type Pipe, streamPipe } from "./pipe.ts";
import { type House, placesOf, Refused, type Resolve } from "./place.ts";
import { meansHost } from "./verdict.ts";

export type Dialled = { pipe: Pipe; address: string };

export type Outside = {
  house: House;
  pins: readonly Pin[];
  resolve: Resolve;
  /** PEM of authorities that alone are trusted; absent: those of the system and of harombe's runtime. */
  ca?: string;
};

/** Milliseconds for a connection, with its handshake, to stand. */
const CONNECT_MS = 20_000;
/** Addresses of one name that are tried. */
const MOST_TRIED = 4;

/** Every address of a name, as the system's resolver answers. */
export const systemResolve: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** A TCP connection to `to`. Throws `Refused` where it may not or cannot be. */
export async function dialPlain(to: Destination, { house, resolve }: Outside): Promise<Dialled> {
  return await firstOf(to, await placesOf(to, house, resolve), async (address) => {
    const pending = Deno.connect({ hostname: address, port: to.port });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no answer in ${CONNECT_MS} ms`)), CONNECT_MS);
    try {
      return connectionPipe(await Promise.race([pending, late.promise]));
    } catch (error) {
      void pending.then((connection) => connection.close(), () => {});
      throw error;
    } finally {
      clearTimeout(timer);
    }
  });
}

/**
 * A TLS session with `to`, its certificate proven for that name and, where there are pins, its key among them. Throws
 * `Refused`.
 */
export async function dialSecure(to: Destination, { house, pins, resolve, ca }: Outside): Promise<Dialled> {
  const keys = pins.filter((pin) => meansHost(pin.host, to.host)).map(({ keys }) => keys);
  return await firstOf(to, await placesOf(to, house, resolve), async (address) => {
    const socket = tls.connect({
      host: address,
      port: to.port,
      ALPNProtocols: ["http/1.1"],
      ...(ca === undefined ? {} : { ca }),
      ...(ipVersion(to.host) === 0 ? { servername: to.host } : {}),
    });
    const ready = Promise.withResolvers<void>();
    const state = { joined: false };
    const timer = setTimeout(() => ready.reject(new Error(`no answer in ${CONNECT_MS} ms`)), CONNECT_MS);
    socket.once("connect", () => void (state.joined = true));
    socket.once("secureConnect", ready.resolve);
    socket.on("error", ready.reject);
    try {
      await ready.promise;
      if (!socket.authorized) throw new Refused(`the certificate of ${to.host} is not trusted`);
      const key = keyOf(socket);
      if (keys.some((allowed) => !allowed.includes(key))) {
        throw new Refused(`the key of ${to.host} (${key}) is none of those that are pinned`);
      }
      return streamPipe(socket);
    } catch (error) {
      socket.destroy();
      if (!state.joined || error instanceof Refused) throw error;
      throw new Refused(`the TLS handshake with ${to.host} failed: ${messageOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
  });
}

function keyOf(socket: tls.TLSSocket): string {
  const { raw } = socket.getPeerCertificate();
  const spki = new X509Certificate(raw).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("base64");
}

async function firstOf(
  to: Destination,
  addresses: readonly string[],
  connect: (address: string) => Promise<Pipe>,
): Promise<Dialled> {
  const failed: string[] = [];
  for (const address of addresses.slice(0, MOST_TRIED)) {
    try {
      return { pipe: await connect(address), address };
    } catch (error) {
      if (error instanceof Refused) throw error;
      failed.push(messageOf(error));
    }
  }
  throw new Refused(`${to.host} cannot be reached: ${failed[0]}`);
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
