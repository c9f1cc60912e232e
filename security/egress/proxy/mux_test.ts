import assert from "node:assert/strict";
import { type Line, type Mux, openMux } from "./mux.ts";
import { type Pipe, splice } from "./pipe.ts";

/** Two ends of a line in memory, with what a hostile writer may put on it. */
function lines(): { relay: Line; proxy: Line; write(bytes: number[]): void } {
  const side = () => {
    const queue: Uint8Array[] = [];
    const state = { open: true, wake: () => {} };
    return {
      push(bytes: Uint8Array) {
        queue.push(bytes);
        state.wake();
      },
      close() {
        state.open = false;
        state.wake();
      },
      async read(into: Uint8Array): Promise<number | null> {
        while (queue.length === 0) {
          if (!state.open) return null;
          await new Promise<void>((resolve) => state.wake = resolve);
        }
        const first = queue[0];
        const size = Math.min(first.length, into.length);
        into.set(first.subarray(0, size));
        if (size === first.length) queue.shift();
        else queue[0] = first.subarray(size);
        return size;
      },
    };
  };
  const [up, down] = [side(), side()];
  const end = (from: typeof up, to: typeof up): Line => ({
    read: from.read,
    write: (bytes) => {
      to.push(bytes.slice());
      return Promise.resolve(bytes.length);
    },
    close: () => (from.close(), to.close()),
  });
  return { relay: end(down, up), proxy: end(up, down), write: (bytes) => up.push(Uint8Array.from(bytes)) };
}

async function all(pipe: Pipe): Promise<Uint8Array> {
  const out: number[] = [];
  for (let bytes = await pipe.read(); bytes !== null; bytes = await pipe.read()) {
    for (const byte of bytes) out.push(byte);
  }
  return Uint8Array.from(out);
}

function echoing(line: Line, most = 8): Mux {
  const accept = async (pipe: Pipe) => {
    for (let bytes = await pipe.read(); bytes !== null; bytes = await pipe.read()) await pipe.write(bytes);
    await pipe.end();
  };
  return openMux(line, { most, accept: (pipe) => void accept(pipe).catch(() => {}) });
}

Deno.test("many channels carry much more than a window both ways, each its own bytes, and end", async () => {
  const { relay, proxy } = lines();
  const [far, near] = [echoing(proxy), openMux(relay, { most: 0 })];
  await Promise.all(Array.from({ length: 5 }, async (_, i) => {
    const pipe = near.open();
    const sent = new Uint8Array(1_500_000 + i).fill(i + 1);
    const [got] = await Promise.all([all(pipe), pipe.write(sent).then(() => pipe.end())]);
    assert.ok(got.length === sent.length && got.every((byte) => byte === i + 1));
  }));
  near.close();
  await Promise.all([near.closed, far.closed]);
});

Deno.test("who does not read holds its own channel up and no other", async () => {
  const { relay, proxy } = lines();
  const [far, near] = [echoing(proxy), openMux(relay, { most: 0 })];
  const slow = near.open();
  const stuck = slow.write(new Uint8Array(4_000_000));
  stuck.catch(() => {});
  const quick = near.open();
  await quick.write(Uint8Array.of(1, 2, 3));
  await quick.end();
  assert.deepEqual(await all(quick), Uint8Array.of(1, 2, 3));
  slow.close();
  await assert.rejects(stuck, /broke off/);
  near.close();
  await far.closed;
});

Deno.test("more channels than there may be are closed at once", async () => {
  const { relay, proxy } = lines();
  const [far, near] = [echoing(proxy, 1), openMux(relay, { most: 0 })];
  const [first, second] = [near.open(), near.open()];
  await assert.rejects(all(second), /broke off/);
  await first.write(Uint8Array.of(7));
  assert.deepEqual(await first.read(), Uint8Array.of(7));
  near.close();
  await far.closed;
});

Deno.test("whoever breaks the rules of the line ends it, and every channel with it", async () => {
  const frame = (id: number, type: number, body: number[] = []) => [0, 0, 0, id, type, 0, 0, body.length, ...body];
  const forms: Record<string, number[]> = {
    "an opening that skips a number": frame(2, 0),
    "an opening with a body": frame(1, 0, [1]),
    "an opening twice": [...frame(1, 0), ...frame(1, 0)],
    "bytes for a channel that never was": frame(9, 1, [1]),
    "channel nought": frame(0, 1, [1]),
    "bytes after the end": [...frame(1, 0), ...frame(1, 2), ...frame(1, 1, [1])],
    "no bytes": [...frame(1, 0), ...frame(1, 1)],
    "an unknown type": [...frame(1, 0), ...frame(1, 99)],
    "credit from nowhere": [...frame(1, 0), ...frame(1, 4, [0, 0, 1, 0])],
    "half a credit": [...frame(1, 0), ...frame(1, 4, [1])],
    "too long a frame": [0, 0, 0, 1, 1, 255, 255, 255],
    "more than the window": [
      ...frame(1, 0),
      ...Array.from({ length: 20 }, () => [0, 0, 0, 1, 1, 0, 0xff, 0x00, ...Array(0xff00).fill(0)]).flat(),
    ],
  };
  for (const [name, bytes] of Object.entries(forms)) {
    const { proxy, write } = lines();
    const read: Pipe[] = [];
    const far = openMux(proxy, { most: 4, accept: (pipe) => void read.push(pipe) });
    write(bytes);
    await far.closed;
    for (const pipe of read) {
      await assert.rejects(
        (async () => {
          while (await pipe.read() !== null);
          await pipe.write(Uint8Array.of(1));
        })(),
        /broke off/,
        name,
      );
    }
    assert.throws(() => far.open(), /has ended/);
  }
});

Deno.test("a splice ends both pipes when one breaks, and what is forbidden ends it before it is passed on", async () => {
  const { relay, proxy } = lines();
  const arrived: Pipe[] = [];
  const both = Promise.withResolvers<void>();
  const accept = (pipe: Pipe) => {
    if (arrived.push(pipe) === 2) both.resolve();
  };
  const far = openMux(proxy, { most: 4, accept });
  const near = openMux(relay, { most: 0 });
  const [a, b] = [near.open(), near.open()];
  await a.write(new TextEncoder().encode("secret"));
  await b.write(Uint8Array.of(1));
  await both.promise;
  await assert.rejects(
    splice(arrived[0], arrived[1], (bytes, towards) => {
      if (towards === "far") throw new RangeError("forbidden");
      return bytes;
    }),
    /forbidden/,
  );
  await assert.rejects(all(a), /broke off/);
  await assert.rejects(all(b), /broke off/);
  near.close();
  await far.closed;
});

Deno.test("who opens without end and never reads ends the line, and does not fill the proxy's memory", async () => {
  const { proxy } = lines();
  const state = { id: 0, written: 0, open: true };
  const opening: Line = {
    ...proxy,
    close: () => void (state.open = false),
    read(into) {
      if (!state.open) return Promise.resolve(null);
      const bytes = new DataView(into.buffer, into.byteOffset, into.byteLength);
      const count = Math.floor(into.length / 8);
      for (let i = 0; i < count; i++) bytes.setUint32(i * 8, ++state.id), bytes.setUint32(i * 8 + 4, 0);
      return Promise.resolve(count * 8);
    },
    write(bytes) {
      // The first frames fit the pipe; then nobody reads.
      return ++state.written > 4 ? new Promise(() => {}) : Promise.resolve(bytes.length);
    },
  };
  const far = openMux(opening, { most: 4, accept: () => {} });
  await far.closed;
  assert.ok(state.id < 1_000_000, `${state.id} openings`);
});
