/**
 * Many connections over one pair of FIFOs: between the relay inside a run and the proxy outside of it. No socket crosses the
 * wall, so the run's filter can go on forbidding sockets that lie in the file system as files.
 *
 * A frame is a channel (u32), a type (u8), a length (u24), all big endian, and so many bytes. Only one side opens channels.
 * Each direction of a channel carries at most a window of bytes that the other side has not asked on for. Whatever breaks
 * these rules ends everything.
 */
import type { Pipe } from "./pipe.ts";

/** One end of the pair. */
export type Line = {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
};

export type Mux = {
  /** A new channel. Throws if the line is closed. */
  open(): Pipe;
  /** Resolves when the line is over, for whatever reason. */
  closed: Promise<void>;
  close(): void;
};

const OPEN = 0, DATA = 1, END = 2, RESET = 3, CREDIT = 4;
const HEADER = 8;
/** With its header it is what a pipe of Linux holds (pipe(7)). */
const MOST_DATA = 65_536 - HEADER;
/** Bytes of one direction of a channel on their way. */
const WINDOW = 512 * 1024;

/** Frames that wait for the other side to read; whoever lets more of them wait never reads. */
const MOST_WAITING = 1 << 18;

type Channel = {
  arrived: Uint8Array[];
  /** Bytes that may still come, and that were read since it was last said so. */
  allowed: number;
  taken: number;
  /** Bytes that may still be sent. */
  credit: number;
  heardEnd: boolean;
  saidEnd: boolean;
  dead: boolean;
  wakeReader(): void;
  wakeWriter(): void;
};

const nothing = () => {};

/** The mux over `line`. `accept` gets each channel that the other side opens, at most `most` at once; without it none may. */
export function openMux(line: Line, { most, accept }: { most: number; accept?: (pipe: Pipe) => void }): Mux {
  const channels = new Map<number, Channel>();
  const outgoing: Uint8Array[] = [];
  const state = { next: 1, heard: 0, over: false, writing: false };
  const closed = Promise.withResolvers<void>();

  function close(): void {
    if (state.over) return;
    state.over = true;
    for (const channel of channels.values()) kill(channel);
    channels.clear();
    line.close();
    closed.resolve();
  }

  function kill(channel: Channel): void {
    channel.dead = true;
    channel.wakeReader();
    channel.wakeWriter();
  }

  function send(id: number, type: number, payload: Uint8Array = new Uint8Array()): void {
    if (state.over) return;
    const frame = new Uint8Array(HEADER + payload.length);
    const view = new DataView(frame.buffer);
    view.setUint32(0, id);
    view.setUint32(4, payload.length);
    view.setUint8(4, type);
    frame.set(payload, HEADER);
    if (outgoing.length >= MOST_WAITING) return close();
    outgoing.push(frame);
    if (!state.writing) void drain();
  }

  async function drain(): Promise<void> {
    state.writing = true;
    try {
      while (outgoing.length > 0 && !state.over) {
        const bytes = gathered(outgoing);
        for (let at = 0; at < bytes.length;) at += await line.write(bytes.subarray(at));
      }
    } catch {
      close();
    }
    state.writing = false;
  }

  function channel(id: number): Pipe {
    const own: Channel = {
      arrived: [],
      allowed: WINDOW,
      taken: 0,
      credit: WINDOW,
      heardEnd: false,
      saidEnd: false,
      dead: state.over,
      wakeReader: nothing,
      wakeWriter: nothing,
    };
    channels.set(id, own);
    const settle = () => {
      if (own.heardEnd && own.saidEnd && own.arrived.length === 0) channels.delete(id);
    };
    return {
      async read() {
        while (own.arrived.length === 0) {
          if (own.dead) throw new Error("Cannot read on: the connection broke off");
          if (own.heardEnd) return null;
          await new Promise<void>((resolve) => own.wakeReader = resolve);
        }
        const bytes = own.arrived.shift()!;
        own.taken += bytes.length;
        if (own.taken >= WINDOW / 2 && !own.heardEnd) {
          own.allowed += own.taken;
          send(id, CREDIT, u32(own.taken));
          own.taken = 0;
        }
        settle();
        return bytes;
      },
      async write(bytes) {
        for (let at = 0; at < bytes.length;) {
          while (own.credit === 0 && !own.dead) await new Promise<void>((resolve) => own.wakeWriter = resolve);
          if (own.dead || own.saidEnd) throw new Error("Cannot write: the connection broke off");
          const size = Math.min(bytes.length - at, own.credit, MOST_DATA);
          own.credit -= size;
          send(id, DATA, bytes.subarray(at, at + size));
          at += size;
        }
      },
      end() {
        if (!own.saidEnd && !own.dead) send(id, END);
        own.saidEnd = true;
        settle();
        return Promise.resolve();
      },
      close() {
        if (channels.get(id) === own && !own.dead) send(id, RESET);
        channels.delete(id);
        kill(own);
      },
    };
  }

  function hear(id: number, type: number, payload: Uint8Array): void {
    if (type === OPEN) {
      if (accept === undefined || id !== state.heard + 1 || payload.length > 0) throw new TypeError("a false opening");
      state.heard = id;
      if (channels.size >= most) return send(id, RESET);
      return accept(channel(id));
    }
    const known = channels.get(id);
    if (known === undefined) {
      // The other side may not have heard yet that it is over.
      if (id === 0 || id > Math.max(state.heard, state.next - 1)) throw new TypeError("no such channel");
      return;
    }
    switch (type) {
      case DATA:
        known.allowed -= payload.length;
        if (known.allowed < 0 || known.heardEnd || payload.length === 0) throw new TypeError("more than was asked for");
        known.arrived.push(payload);
        return known.wakeReader();
      case END:
        known.heardEnd = true;
        if (known.saidEnd && known.arrived.length === 0) channels.delete(id);
        return known.wakeReader();
      case RESET:
        channels.delete(id);
        return kill(known);
      case CREDIT: {
        if (payload.length !== 4) throw new TypeError("no credit");
        known.credit += new DataView(payload.buffer, payload.byteOffset).getUint32(0);
        if (known.credit > WINDOW) throw new TypeError("more credit than there is");
        return known.wakeWriter();
      }
      default:
        throw new TypeError("no such type");
    }
  }

  async function listen(): Promise<void> {
    let held = new Uint8Array();
    try {
      for (;;) {
        const buffer = new Uint8Array(held.length + 65_536);
        buffer.set(held);
        const got = await line.read(buffer.subarray(held.length));
        if (got === null) break;
        const bytes = buffer.subarray(0, held.length + got);
        const view = new DataView(bytes.buffer);
        let at = 0;
        while (bytes.length - at >= HEADER) {
          const length = view.getUint32(at + 4) & 0xffffff;
          if (length > MOST_DATA) throw new TypeError("too long a frame");
          if (bytes.length - at < HEADER + length) break;
          const begins = at + HEADER;
          hear(view.getUint32(at), view.getUint8(at + 4), bytes.subarray(begins, begins + length));
          at = begins + length;
        }
        held = bytes.subarray(at);
      }
    } catch {
      // A line that breaks or lies is over.
    }
    close();
  }

  void listen();
  return {
    open() {
      if (state.over) throw new Error("Cannot open a connection: the proxy has ended");
      const id = state.next++;
      send(id, OPEN);
      return channel(id);
    },
    closed: closed.promise,
    close,
  };
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Takes frames off the front of `frames`, as many as fit one write. */
function gathered(frames: Uint8Array[]): Uint8Array {
  let [count, size] = [1, frames[0].length];
  while (count < frames.length && size + frames[count].length <= 65_536) size += frames[count++].length;
  const taken = frames.splice(0, count);
  if (count === 1) return taken[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const frame of taken) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}
