/** A way for bytes in both directions: a connection, a channel of a relay, a TLS session. */
import type { Duplex } from "node:stream";

export type Pipe = {
  /** The next bytes; null after the other end's last. Rejects if it broke off. One reader at a time. */
  read(): Promise<Uint8Array | null>;
  /** Resolves when more may be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing more will be written. */
  end(): Promise<void>;
  /** Both directions are over; harmless when repeated. */
  close(): void;
};

const CHUNK = 65_536;

/** A TCP connection. */
export function connectionPipe(connection: Deno.TcpConn): Pipe {
  connection.setNoDelay(true);
  return {
    async read() {
      const buffer = new Uint8Array(CHUNK);
      const got = await connection.read(buffer);
      return got === null ? null : buffer.subarray(0, got);
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    },
    end: () => connection.closeWrite(),
    close() {
      try {
        connection.close();
      } catch {
        // It was closed already.
      }
    },
  };
}

/** A stream of `node:tls`. */
export function streamPipe(stream: Duplex): Pipe {
  const incoming = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  stream.on("error", () => {});
  return {
    async read() {
      const { done, value } = await incoming.next();
      return done ? null : value;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error?: Error | null) => error ? reject(error) : resolve());
      }),
    end: () => new Promise((resolve) => void stream.end(() => resolve())),
    close: () => void stream.destroy(),
  };
}

/** What is in `first`, then what comes from `pipe`. */
export function withFirst(first: Uint8Array, pipe: Pipe): Pipe {
  const held = { bytes: first };
  return {
    ...pipe,
    read() {
      if (held.bytes.length === 0) return pipe.read();
      const { bytes } = held;
      held.bytes = new Uint8Array();
      return Promise.resolve(bytes);
    },
  };
}

/**
 * Carries bytes both ways until both ends are done or one breaks, then closes both. `passing` sees every piece before it is
 * passed on, and by throwing ends it all.
 */
export async function splice(
  near: Pipe,
  far: Pipe,
  passing: (bytes: Uint8Array, towards: "far" | "near") => Uint8Array,
): Promise<void> {
  const carry = async (from: Pipe, to: Pipe, towards: "far" | "near") => {
    for (let bytes = await from.read(); bytes !== null; bytes = await from.read()) {
      await to.write(passing(bytes, towards));
    }
    await to.end();
  };
  try {
    await Promise.all([carry(near, far, "far"), carry(far, near, "near")]);
  } finally {
    near.close();
    far.close();
  }
}
