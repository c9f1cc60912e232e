/** A connection that a client asked for by CONNECT or SOCKS: what comes through it decides how it is carried. */
import { TLSSocket } from "node:tls";
import { Duplex } from "node:stream";
import type { Authority } from "./authority.ts";
import { type Buffered, buffered } from "./buffered.ts";
import { CloseUp } from "./close_up.ts";
import type { Destination } from "./destination.ts";
import { HANDSHAKE, type Hello, MOST_HELLO, readHello } from "./hello.ts";
import { type Pipe, streamPipe, withFirst } from "./pipe.ts";
import { ipVersion } from "../address.ts";

/** `tls` keeps its words to itself; `http` can be read; `other` is neither. */
export type Speech = { kind: "tls"; hello: Hello } | { kind: "http" } | { kind: "other" };

const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|PRI) /;

/** What the client begins with, left unread in `from`; null if it says nothing at all. Throws `CloseUp` for a broken hello. */
export async function listenIn(from: Buffered): Promise<Speech | null> {
  const first = await from.peek(1);
  if (first.length === 0) return null;
  if (first[0] === HANDSHAKE) {
    for (let wanted = 6;; wanted++) {
      const bytes = await from.peek(wanted);
      const hello = readHello(bytes);
      if (hello === null) throw new CloseUp(400, "the TLS greeting cannot be read");
      if (hello !== "more") return { kind: "tls", hello };
      if (bytes.length < wanted || bytes.length > 2 * MOST_HELLO) {
        throw new CloseUp(400, "the TLS greeting does not end");
      }
      wanted = bytes.length;
    }
  }
  if (isTlsOtherwise(await from.peek(3))) throw new CloseUp(400, "TLS begins with something else than a greeting");
  // The longest method and its space. Fewer bytes that could become one are waited for.
  for (let wanted = 1; wanted <= 8; wanted++) {
    const bytes = await from.peek(wanted);
    const text = String.fromCharCode(...bytes.subarray(0, 8));
    if (METHOD.test(text)) return { kind: "http" };
    if (bytes.length < wanted || !/^[A-Z]+$/.test(text)) return { kind: "other" };
  }
  return { kind: "other" };
}

/** TLS that begins with an alert or the like, which some servers read over, or with a greeting of SSL 2 (RFC 5246 E.2). */
function isTlsOtherwise([first, second, third]: Uint8Array): boolean {
  return (first >= 0x14 && first <= 0x18 && second === 3) || ((first & 0x80) !== 0 && third === 1);
}

/** Why a TLS session with this greeting is not carried to `to`; null if it may. */
export function whyNotHello({ name, hidden }: Hello, to: Destination): string | null {
  if (hidden) return "its TLS greeting may hide another name (Encrypted Client Hello)";
  if (name === null) {
    return ipVersion(to.host) === 0 ? `its TLS greeting names no host, and ${to.host} was asked for` : null;
  }
  return name.replace(/\.$/, "") === to.host
    ? null
    : `its TLS greeting names ${name.slice(0, 100)}, and ${to.host} was asked for`;
}

/** Speaks TLS to the client in the place of `host`. Rejects if the client does not accept it. */
export async function impersonate(
  client: Pipe,
  { first, host, authority }: { first: Uint8Array; host: string; authority: Authority },
): Promise<Pipe> {
  const shown = await authority.shownFor(host);
  const socket = new TLSSocket(duplexOver(withFirst(first, client)) as never, {
    isServer: true,
    ...shown,
    ALPNProtocols: ["http/1.1"],
  });
  const ready = Promise.withResolvers<void>();
  socket.once("secure", ready.resolve);
  socket.on("error", ready.reject);
  socket.once("close", () => ready.reject(new CloseUp(400, "the client does not accept the certificate of this run")));
  await ready.promise;
  return streamPipe(socket);
}

function duplexOver(pipe: Pipe): Duplex {
  return new Duplex({
    read() {
      pipe.read().then((bytes) => this.push(bytes), (error) => this.destroy(error));
    },
    write(chunk: Uint8Array, _encoding, done) {
      pipe.write(chunk).then(() => done(), done);
    },
    final(done) {
      pipe.end().then(() => done(), done);
    },
    destroy(error, done) {
      pipe.close();
      done(error);
    },
  });
}

/** `pipe` read by measure, and written as before. */
export function readable(pipe: Pipe): { from: Buffered; to: Pipe } {
  return { from: buffered(pipe), to: pipe };
}
