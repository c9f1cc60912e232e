/**
 * The proxy of one run: HTTP (CONNECT and absolute URLs) and SOCKS 5 over channels of its relay. Every wish is judged
 * before anything is dialled, what was judged is what is dialled, and each is told as an event. Whatever goes wrong ends
 * the connection that it went wrong on.
 */
import type { Egress } from "../egress.ts";
import type { Authority } from "./authority.ts";
import { type Buffered, buffered } from "./buffered.ts";
import { carry } from "./carry.ts";
import { CloseUp } from "./close_up.ts";
import { type Destination, readAuthority } from "./destination.ts";
import { dialPlain, dialSecure, type Outside } from "./dial.ts";
import { all, type Header, MOST_HEAD, readRequestHead, type RequestHead } from "./head.ts";
import { createLeaks } from "./leak.ts";
import { type Pipe, splice } from "./pipe.ts";
import { Refused } from "./place.ts";
import { ANSWER, readGreeting, readSocksRequest, SOCKS_VERSION, socksReply } from "./socks.ts";
import { createMask, swapped } from "./swap.ts";
import { bucket, counted, patience, type Tally } from "./tally.ts";
import { impersonate, listenIn, readable, whyNotHello } from "./tunnel.ts";
import { judgeHost, judgeUnread, judgeWish, type Verdict, type Wish } from "./verdict.ts";

type Protocol = "connect" | "http" | "socks5";

/** A connection as it is told: at its opening, with `closed` when it is over, or once if it was refused. */
export type Told = {
  protocol: Protocol;
  host: string;
  port: number;
  address?: string;
  verdict: "open" | "refused";
  reason: string;
  /** Placeholders whose values are put into what goes out on it. */
  swapped?: string[];
};

export type ProxyParts = {
  egress: Egress;
  outside: Outside;
  /** Null where TLS is not opened. */
  authority: Authority | null;
  /** Tells what happened; an opened one is told again, with its bytes, by what is returned. */
  tell(told: Told): (tally: Tally) => void;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Milliseconds without a byte after which a connection is closed; 120,000 if absent. */
  idleMs?: number;
};

/** Connections that one run may open: at once, and then each second. */
const RATE = { burst: 1000, perSecond: 50 };
/** Refusals that are told one by one. */
const TOLD = { burst: 200, perSecond: 2 };
/** Bytes that one run may send and get in all. */
const MOST_BYTES: Tally = { up: 2 * 2 ** 30, down: 32 * 2 ** 30 };
const HEAD_END = new TextEncoder().encode("\r\n\r\n");
const IDLE_MS = 120_000;

type Way = { protocol: Protocol; to: Destination };

/** Serves each channel that is handed to the function it returns, which never rejects. */
export function createProxy(parts: ProxyParts): (client: Pipe) => Promise<void> {
  const { egress, outside, authority } = parts;
  const leaks = createLeaks([...egress.known, ...egress.swaps.map(({ value }) => value)]);
  const mask = createMask(egress.swaps);
  const mayOpen = bucket(RATE, parts.now);
  const spent: Tally = { up: 0, down: 0 };
  const mayTell = bucket(TOLD, parts.now);
  const untold = { count: 0 };

  return async (client) => {
    const idle = patience(parts.idleMs ?? IDLE_MS, () => client.close());
    const seen = counted(client, { up: 0, down: 0 }, idle.touch);
    const from = buffered(seen);
    try {
      const [first] = await from.peek(1);
      if (first === undefined) return;
      await (first === SOCKS_VERSION ? socks(seen, from, idle.touch) : http(seen, from, idle.touch));
    } catch (error) {
      if (error instanceof CloseUp) {
        if (!error.told) tell({ protocol: "http", host: "", port: 0, verdict: "refused", reason: error.message });
        await seen.write(answerFor(error)).catch(() => {});
      }
    } finally {
      idle.stop();
      await seen.end().catch(() => {});
      client.close();
    }
  };

  /** A flood of refusals is told in few events. */
  function tell(told: Told): void {
    if (!mayTell()) return void untold.count++;
    const more = untold.count === 0 ? "" : `; and ${untold.count} others were refused`;
    untold.count = 0;
    parts.tell({ ...told, reason: told.reason + more });
  }

  /** A connection to the outside, told and counted. */
  function opened(
    way: Way,
    { address, pipe }: { address: string; pipe: Pipe },
    reason: string,
    { touch, swapped }: { touch(): void; swapped?: string[] },
  ): Pipe {
    const tally: Tally = { up: 0, down: 0 };
    const used = swapped === undefined || swapped.length === 0 ? {} : { swapped };
    const told = parts.tell({ protocol: way.protocol, ...way.to, address, verdict: "open", reason, ...used });
    const state = { open: true };
    const whole = counted(pipe, tally, (bytes, direction) => {
      touch();
      spent[direction] += bytes;
      if (spent[direction] > MOST_BYTES[direction]) throw new CloseUp(403, "the run has used up what it may transfer");
    });
    return {
      ...whole,
      close() {
        if (state.open) told(tally);
        state.open = false;
        pipe.close();
      },
    };
  }

  function refuse({ protocol, to }: Way, reason: string, status = 403): CloseUp {
    tell({ protocol, ...to, verdict: "refused", reason });
    return new CloseUp(status, reason, true);
  }

  async function dialled(
    way: Way,
    reason: string,
    options: { secure: boolean; touch(): void; swapped?: string[] },
  ): Promise<Pipe> {
    if (!mayOpen()) throw refuse(way, "the run opens connections too fast", 429);
    try {
      const dial = options.secure ? dialSecure : dialPlain;
      return opened(way, await dial(way.to, outside), reason, options);
    } catch (error) {
      if (error instanceof Refused) throw refuse(way, error.message);
      throw error;
    }
  }

  function allowed(way: Way, verdict: Verdict): string {
    if (!verdict.open) throw refuse(way, verdict.reason);
    return verdict.reason;
  }

  async function http(client: Pipe, from: Buffered, touch: () => void): Promise<void> {
    for (;;) {
      const head = await nextHead(from);
      if (head === null) return;
      if (head.method === "CONNECT") return await connect(client, { from, head }, touch);
      const { to, path } = absolute(head);
      if (!await request({ protocol: "http", to }, { client, from, head, path, secure: false }, touch)) return;
    }
  }

  async function connect(
    client: Pipe,
    { from, head }: { from: Buffered; head: RequestHead },
    touch: () => void,
  ): Promise<void> {
    if (head.framing.kind !== "none") throw new CloseUp(400, "CONNECT has no body");
    const to = readAuthority(head.target, null);
    if (to === null) throw new CloseUp(400, "it names no host and port that can be read in one way");
    const host = readAuthority(all(head.headers, "host")[0] ?? head.target, 443);
    if (host === null || host.host !== to.host) throw new CloseUp(400, "its Host is another than it asks for");
    leaks.head(head.target, []);
    const way: Way = { protocol: "connect", to };
    await tunnel(way, { client, from }, {
      grant: () => client.write(new TextEncoder().encode("HTTP/1.1 200 Connection established\r\n\r\n")),
      touch,
    });
  }

  async function socks(client: Pipe, from: Buffered, touch: () => void): Promise<void> {
    const plain = await readGreeting(from);
    if (plain === null) return;
    await client.write(Uint8Array.of(SOCKS_VERSION, plain ? 0 : 0xff));
    if (!plain) return;
    const to = await readSocksRequest(from);
    if (to === null) return;
    if ("answer" in to) return await client.write(socksReply(to.answer));
    const state = { granted: false };
    const grant = async () => {
      state.granted = true;
      await client.write(socksReply(ANSWER.granted));
    };
    try {
      leaks.head(to.host, []);
      await tunnel({ protocol: "socks5", to }, { client, from }, { grant, touch });
    } catch (error) {
      if (!(error instanceof CloseUp)) throw error;
      if (!state.granted) await client.write(socksReply(ANSWER.refused));
    }
  }

  /** Judged and dialled before it is granted; then carried as what it turns out to be. */
  async function tunnel(
    way: Way,
    { client, from }: { client: Pipe; from: Buffered },
    { grant, touch }: { grant(): Promise<void>; touch(): void },
  ): Promise<void> {
    const reason = allowed(way, judgeHost(way.to, egress));
    if (authority === null && way.to.port === 443) allowed(way, judgeUnread(way.to, egress));
    const spare: { pipe: Pipe | null } = { pipe: await dialled(way, reason, { secure: false, touch }) };
    try {
      await grant();
      const speech = await listenIn(from).catch((error) => {
        throw error instanceof CloseUp ? closed(way, error.message) : error;
      });
      if (speech === null) return;
      if (speech.kind === "http") {
        const first = spare;
        await requests(way, { client, from, secure: false, first }, touch);
      } else if (speech.kind === "tls") {
        const why = whyNotHello(speech.hello, way.to);
        if (why !== null) throw closed(way, why);
        if (authority === null) {
          if (!judgeUnread(way.to, egress).open) {
            throw closed(way, "its rules name methods or paths, and TLS is not opened");
          }
          await passOn(client, from, spare.pipe!);
        } else {
          spare.pipe!.close();
          const inner = await impersonate(client, { first: from.rest(), host: way.to.host, authority });
          try {
            await requests(way, { ...sides(inner, touch), secure: true, first: { pipe: null } }, touch);
          } finally {
            await inner.end().catch(() => {});
          }
        }
      } else {
        const verdict = judgeUnread(way.to, egress);
        if (!verdict.open) throw closed(way, verdict.reason);
        if (verdict.rule.port === undefined) {
          throw closed(way, "it speaks neither HTTP nor TLS, and its rule names no port");
        }
        const look = leaks.stream();
        await passOn(client, from, spare.pipe!, look);
      }
    } finally {
      spare.pipe?.close();
    }
  }

  /** What the client learns of it after its tunnel stands: nothing, the connection ends. */
  function closed(way: Way, reason: string): Error {
    refuse(way, reason);
    return new Error(reason);
  }

  async function requests(
    way: Way,
    { client, from, secure, first }: { client: Pipe; from: Buffered; secure: boolean; first: { pipe: Pipe | null } },
    touch: () => void,
  ): Promise<void> {
    try {
      while (await another(way, { client, from, secure, first }, touch));
    } catch (error) {
      if (!(error instanceof CloseUp)) throw error;
      if (!error.told) refuse(way, error.message);
      await client.write(answerFor(error)).catch(() => {});
    }
  }

  async function another(
    way: Way,
    { client, from, secure, first }: { client: Pipe; from: Buffered; secure: boolean; first: { pipe: Pipe | null } },
    touch: () => void,
  ): Promise<boolean> {
    const head = await nextHead(from);
    if (head === null) return false;
    const named = readAuthority(all(head.headers, "host")[0], secure ? 443 : 80);
    if (!head.target.startsWith("/") || named === null) {
      throw new CloseUp(400, "inside a tunnel only its own host is asked");
    }
    if (named.host !== way.to.host || (named.port !== way.to.port && all(head.headers, "host")[0].includes(":"))) {
      throw refuse(way, `its Host names ${named.host}, and ${way.to.host} was asked for`);
    }
    const spare = first.pipe;
    first.pipe = null;
    return await request(way, { client, from, head, path: head.target, secure, spare }, touch);
  }

  async function request(
    way: Way,
    { client, from, head, path, secure, spare }: {
      client: Pipe;
      from: Buffered;
      head: RequestHead;
      path: string;
      secure: boolean;
      spare?: Pipe | null;
    },
    touch: () => void,
  ): Promise<boolean> {
    const used: string[] = [];
    const outgoing = (headers: Header[]) => {
      if (!secure) return headers;
      const filled = swapped(headers, { host: way.to.host, wish, swaps: egress.swaps });
      used.push(...filled.used);
      return filled.headers;
    };
    const wish: Wish = { method: head.method, path };
    try {
      const reason = allowed(way, judgeWish(way.to, wish, egress));
      return await carry({ from, to: client }, head, {
        to: way.to,
        usual: secure ? 443 : 80,
        path,
        leaks,
        mask,
        masking: egress.swaps.length > 0,
        outgoing,
        dial: async () =>
          spare ?? await dialled(way, `${reason}: ${head.method} ${path}`, { secure, touch, swapped: used }),
      });
    } catch (error) {
      spare?.close();
      throw error instanceof CloseUp && !error.told ? refuse(way, error.message, error.status) : error;
    }
  }

  async function passOn(client: Pipe, from: Buffered, server: Pipe, look?: (bytes: Uint8Array) => Uint8Array) {
    const first = from.rest();
    await server.write(look === undefined ? first : look(first));
    await splice(client, server, (bytes, towards) => look !== undefined && towards === "far" ? look(bytes) : bytes);
  }
}

function sides(pipe: Pipe, touch: () => void): { client: Pipe; from: Buffered } {
  const seen = counted(pipe, { up: 0, down: 0 }, touch);
  const { from, to } = readable(seen);
  return { client: to, from };
}

async function nextHead(from: Buffered): Promise<RequestHead | null> {
  const bytes = await from.until(HEAD_END, MOST_HEAD).catch((error) => {
    throw error instanceof RangeError ? new CloseUp(431, "its head is too long") : error;
  });
  if (bytes !== null) return readRequestHead(bytes);
  if (from.rest().length > 0) throw new CloseUp(400, "its head does not end");
  return null;
}

/** The host and path of a request to a plain server, which a client of a proxy names in full (RFC 9112 3.2.2). */
function absolute({ target, headers }: RequestHead): { to: Destination; path: string } {
  const found = /^http:\/\/([^/?]*)([/?].*)?$/i.exec(target);
  const to = found && readAuthority(found[1], 80);
  if (!found || to === null) throw new CloseUp(400, "it names no http URL that can be read in one way");
  const host = readAuthority(all(headers, "host")[0], 80);
  if (host === null || host.host !== to.host || host.port !== to.port) {
    throw new CloseUp(400, "its Host is another than its URL");
  }
  const path = found[2] ?? "/";
  return { to, path: path.startsWith("?") ? `/${path}` : path };
}

function answerFor({ status, message }: CloseUp): Uint8Array {
  const body = `harombe: ${message}\n`;
  const bytes = new TextEncoder().encode(body);
  const head =
    `HTTP/1.1 ${status} ${status === 403 ? "Forbidden" : "Refused"}\r\ncontent-type: text/plain; charset=utf-8\r\n` +
    `content-length: ${bytes.length}\r\nconnection: close\r\nx-harombe: refused\r\n\r\n`;
  return Uint8Array.from([...new TextEncoder().encode(head), ...bytes]);
}
