import assert from "node:assert/strict";
import fc from "fast-check";
import { CHAT_TEMPLATE, ggufFile, tinyModel } from "../../tests/fakes/gguf.ts";
import { readGguf } from "./gguf.ts";

const over = (bytes: Uint8Array) => (offset: number, length: number) => bytes.subarray(offset, offset + length);
const read = (bytes: Uint8Array) => readGguf(over(bytes), bytes.length);

Deno.test("a model file tells what it holds", () => {
  assert.deepEqual(read(tinyModel({ seed: 1, weights: "Q8_0", contextLength: 2048, name: "Small one" })), {
    architecture: "llama",
    name: "Small one",
    parameters: 300 * 64 * 2 + 64 + 2 * (64 * 2 + 64 * 64 * 4 + 64 * 128 * 3),
    quantization: "Q8_0",
    contextLength: 2048,
    template: CHAT_TEMPLATE,
    bytesPerToken: 2 * 4 * (16 + 16) * 2,
    embeddingsOnly: false,
  });
});

Deno.test("heads that differ by layer, a split, and an embedder are understood", () => {
  const bytes = ggufFile({
    "general.architecture": { type: "string", value: "nomic-bert" },
    "nomic-bert.block_count": { type: "u32", value: 3 },
    "nomic-bert.embedding_length": { type: "u32", value: 64 },
    "nomic-bert.attention.head_count": { type: "u32", value: 4 },
    "nomic-bert.attention.head_count_kv": { type: "i32s", value: [4, 0, 2] },
    "general.file_type": { type: "u32", value: 15 },
    "split.no": { type: "u32", value: 1 },
    "split.count": { type: "u32", value: 3 },
  }, []);
  assert.deepEqual(read(bytes), {
    architecture: "nomic-bert",
    parameters: 0,
    quantization: "Q4_K_M",
    bytesPerToken: 6 * 32 * 2,
    embeddingsOnly: true,
    split: { at: 1, of: 3 },
  });
});

Deno.test("what is no whole model file is refused in words", () => {
  const whole = tinyModel({ seed: 1 });
  const rows: [Uint8Array, RegExp][] = [
    [new Uint8Array(), /its header is cut off/],
    [new TextEncoder().encode("GGML and more"), /it is no GGUF file/],
    [whole.with(4, 9), /GGUF version 9/],
    [whole.with(12, 255), /its header is cut off|\d+ tensors/],
    [whole.with(15, 255), /\d+ tensors/],
    [whole.with(21, 255), /\d+ entries/],
    [whole.with(31, 255), /bytes of text/],
    [whole.slice(0, 5000), /its header is cut off/],
    [whole.slice(0, whole.length / 2), /the file is cut off, \d+ bytes and more are missing/],
    [ggufFile({}, []), /it names no architecture/],
  ];
  for (const [bytes, message] of rows) assert.throws(() => read(bytes), { name: "TypeError", message });
});

Deno.test("a file damaged anywhere is read or refused, never more", () => {
  const whole = tinyModel({ seed: 1 }).slice(0, 12_000);
  const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(damage, fc.nat(whole.length), (changes, length) => {
    const bytes = whole.slice(0, length);
    for (const [at, value] of changes) if (at < length) bytes[at] = value;
    try {
      readGguf(over(bytes), 500_000);
    } catch (error) {
      assert.ok(error instanceof TypeError && error.message.startsWith("Cannot read the model"), String(error));
    }
  }));
});

Deno.test("a header that promises endless lists is given up without being followed", () => {
  const lists = (count: bigint) => {
    const head = ggufFile({ "general.architecture": { type: "string", value: "x" } }, []);
    const view = new DataView(head.buffer);
    view.setBigUint64(16, count, true);
    return head;
  };
  const zeros = (offset: number, length: number) => {
    const out = new Uint8Array(length);
    out.set(over(lists(60_000n))(offset, length));
    return out;
  };
  const asked = { bytes: 0 };
  const counting = (offset: number, length: number) => (asked.bytes += length, zeros(offset, length));
  readGguf(counting, 2 ** 40);
  assert.ok(asked.bytes <= 3 << 20, `${asked.bytes}`);
});
