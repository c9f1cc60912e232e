/**
 * A small GGUF file made at test time: llama architecture, 300 byte-level tokens, random weights. It loads and runs in
 * llama.cpp like any model; what it says is noise. Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (2026-11).
 */

/** A metadata value with its GGUF type. Arrays are of one type. */
export type GgufValue =
  | { type: "u32" | "i32" | "f32"; value: number }
  | { type: "u64"; value: bigint }
  | { type: "bool"; value: boolean }
  | { type: "string"; value: string }
  | { type: "strings"; value: readonly string[] }
  | { type: "f32s" | "i32s"; value: readonly number[] };

export type GgufTensor = { name: string; shape: readonly number[]; type: "F32" | "Q8_0"; data: Float32Array };

const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10 } as const;
const TENSOR_TYPE = { F32: 0, Q8_0: 8 } as const;
const ALIGNMENT = 32;
/** Values of a block of Q8_0, which share one scale. */
const BLOCK = 32;

/** The bytes of a GGUF file, version 3. */
export function ggufFile(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): Uint8Array {
  const out = writer();
  out.raw(new TextEncoder().encode("GGUF"));
  out.u32(3);
  out.u64(BigInt(tensors.length));
  out.u64(BigInt(Object.keys(metadata).length));
  for (const [key, entry] of Object.entries(metadata)) {
    out.string(key);
    writeValue(out, entry);
  }
  const datas = tensors.map(tensorBytes);
  tensors.reduce((offset, tensor, i) => {
    out.string(tensor.name);
    out.u32(tensor.shape.length);
    for (const size of tensor.shape) out.u64(BigInt(size));
    out.u32(TENSOR_TYPE[tensor.type]);
    out.u64(BigInt(offset));
    return aligned(offset + datas[i].length);
  }, 0);
  for (const data of datas) {
    out.pad();
    out.raw(data);
  }
  out.pad();
  return out.bytes();
}

function writeValue(out: ReturnType<typeof writer>, entry: GgufValue): void {
  switch (entry.type) {
    case "u32":
    case "i32":
    case "f32":
      out.u32(TYPE[entry.type]);
      return out[entry.type](entry.value);
    case "u64":
      out.u32(TYPE.u64);
      return out.u64(entry.value);
    case "bool":
      out.u32(TYPE.bool);
      return out.raw(Uint8Array.of(entry.value ? 1 : 0));
    case "string":
      out.u32(TYPE.string);
      return out.string(entry.value);
    case "strings":
      out.u32(TYPE.array);
      out.u32(TYPE.string);
      out.u64(BigInt(entry.value.length));
      return entry.value.forEach((text) => out.string(text));
    case "f32s":
    case "i32s": {
      const of = entry.type === "f32s" ? "f32" : "i32";
      out.u32(TYPE.array);
      out.u32(TYPE[of]);
      out.u64(BigInt(entry.value.length));
      return entry.value.forEach((value) => out[of](value));
    }
  }
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function writer() {
  const parts: Uint8Array[] = [];
  const state = { length: 0 };
  const raw = (bytes: Uint8Array) => {
    parts.push(bytes);
    state.length += bytes.length;
  };
  const number = (bytes: number, set: (view: DataView) => void) => {
    const view = new DataView(new ArrayBuffer(bytes));
    set(view);
    raw(new Uint8Array(view.buffer));
  };
  const u64 = (value: bigint) => number(8, (view) => view.setBigUint64(0, value, true));
  return {
    raw,
    u64,
    u32: (value: number) => number(4, (view) => view.setUint32(0, value, true)),
    i32: (value: number) => number(4, (view) => view.setInt32(0, value, true)),
    f32: (value: number) => number(4, (view) => view.setFloat32(0, value, true)),
    string(text: string) {
      const bytes = new TextEncoder().encode(text);
      u64(BigInt(bytes.length));
      raw(bytes);
    },
    pad: () => raw(new Uint8Array(aligned(state.length) - state.length)),
    bytes() {
      const all = new Uint8Array(state.length);
      parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
      return all;
    },
  };
}

function tensorBytes({ type, data }: GgufTensor): Uint8Array {
  if (type === "F32") return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const blocks = data.length / BLOCK;
  const out = new Uint8Array(blocks * (2 + BLOCK));
  const view = new DataView(out.buffer);
  for (let block = 0; block < blocks; block++) {
    const values = data.subarray(block * BLOCK, (block + 1) * BLOCK);
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    view.setFloat16(block * (2 + BLOCK), scale, true);
    values.forEach((value, i) =>
      view.setInt8(block * (2 + BLOCK) + 2 + i, scale === 0 ? 0 : Math.round(value / scale))
    );
  }
  return out;
}

/** ChatML, as many models have it. */
export const CHAT_TEMPLATE = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + " +
  "message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}" +
  "{{ '<|im_start|>assistant\\n' }}{% endif %}";

export type TinyModel = {
  seed: number;
  weights?: "F32" | "Q8_0";
  contextLength?: number;
  /** True: it never ends an answer by itself. */
  endless?: boolean;
  /** Single characters that it says far more often than others where it may. */
  favours?: string;
  /** null = the file has none. */
  template?: string | null;
  name?: string;
  /** What it says of being a part of several files; what is in it stays whole. */
  split?: { at: number; of: number };
  layers?: number;
  /** Width; a multiple of 32. */
  width?: number;
};

const SIZES = { unknown: 2, control: 3, byte: 6, normal: 1 };
const [VOCABULARY, HEADS] = [300, 4];
const FIRST_BYTE = 5;
/** What the file holds in the channel that no layer changes; see `tinyModel`. */
const CONSTANT = 8;

/** The tokens: unknown, begin, end, two of the chat, 256 bytes, the rest pieces of text. */
function tokens(): { text: string; kind: number }[] {
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, "0")}>`);
  const pieces = [
    "▁",
    ..."etaoinshrdlucmfwygpbvk",
    "th",
    "he",
    "in",
    "er",
    "an",
    "re",
    "on",
    "at",
    "en",
    "nd",
    "ti",
    "es",
  ];
  const list = [
    { text: "<unk>", kind: SIZES.unknown },
    ...["<s>", "</s>", "<|im_start|>", "<|im_end|>"].map((text) => ({ text, kind: SIZES.control })),
    ...bytes.map((text) => ({ text, kind: SIZES.byte })),
    ...pieces.map((text) => ({ text, kind: SIZES.normal })),
  ];
  while (list.length < VOCABULARY) list.push({ text: `<unused${list.length}>`, kind: SIZES.control });
  return list;
}

/** The character of a token that is a byte of ASCII. */
function byteOf(token: number): string | null {
  return token >= FIRST_BYTE && token < FIRST_BYTE + 128 ? String.fromCharCode(token - FIRST_BYTE) : null;
}

/**
 * A model whose weights come from `seed`. Bytes from 0x80 on are never sampled, so that its noise is UTF-8: one channel
 * of every embedding is a constant that no layer writes to, and the output rows of those bytes weigh only that channel,
 * negatively. The same goes for control tokens except the two that end an answer.
 */
export function tinyModel(options: TinyModel): Uint8Array {
  const { seed, weights = "F32", contextLength = 8192, template = CHAT_TEMPLATE, layers = 2, width = 64 } = options;
  const next = gaussian(seed);
  const vocabulary = tokens();
  const inner = width * 2;
  const matrix = (columns: number, rows: number, scale: number) =>
    Float32Array.from({ length: columns * rows }, () => next() * scale);
  const silentFirst = (data: Float32Array, columns: number) => data.fill(0, 0, columns);
  const embedding = matrix(width, VOCABULARY, 1);
  const output = matrix(width, VOCABULARY, 0.25);
  for (let token = 0; token < VOCABULARY; token++) {
    embedding[token * width] = CONSTANT;
    const at = token * width;
    const banned = token < 2 || token === 3 || token >= FIRST_BYTE + 128 && token < FIRST_BYTE + 256 ||
      vocabulary[token].text.startsWith("<unused");
    if (banned) output.fill(0, at, at + width);
    const favoured = !banned && options.favours !== undefined && options.favours.includes(byteOf(token) ?? "none");
    output[at] = favoured ? 1 : banned || options.endless && token < FIRST_BYTE ? -10 : token < FIRST_BYTE ? -0.5 : 0;
  }
  const f32 = (name: string, data: Float32Array): GgufTensor => ({ name, shape: [data.length], type: "F32", data });
  const of = (name: string, columns: number, data: Float32Array): GgufTensor => ({
    name,
    shape: [columns, data.length / columns],
    type: weights,
    data,
  });
  const ones = () => new Float32Array(width).fill(1);
  const scale = 1 / Math.sqrt(width);
  const tensors = [
    of("token_embd.weight", width, embedding),
    f32("output_norm.weight", ones()),
    of("output.weight", width, output),
    ...Array.from({ length: layers }, (_, i) => [
      f32(`blk.${i}.attn_norm.weight`, ones()),
      of(`blk.${i}.attn_q.weight`, width, matrix(width, width, scale)),
      of(`blk.${i}.attn_k.weight`, width, matrix(width, width, scale)),
      of(`blk.${i}.attn_v.weight`, width, matrix(width, width, scale)),
      of(`blk.${i}.attn_output.weight`, width, silentFirst(matrix(width, width, scale), width)),
      f32(`blk.${i}.ffn_norm.weight`, ones()),
      of(`blk.${i}.ffn_gate.weight`, width, matrix(width, inner, scale)),
      of(`blk.${i}.ffn_up.weight`, width, matrix(width, inner, scale)),
      of(`blk.${i}.ffn_down.weight`, inner, silentFirst(matrix(inner, width, scale), inner)),
    ]).flat(),
  ];
  return ggufFile({
    "general.architecture": { type: "string", value: "llama" },
    "general.name": { type: "string", value: options.name ?? "tiny" },
    "general.file_type": { type: "u32", value: weights === "F32" ? 0 : 7 },
    ...(options.split === undefined ? {} : {
      "split.no": { type: "u32" as const, value: options.split.at },
      "split.count": { type: "u32" as const, value: options.split.of },
    }),
    "llama.block_count": { type: "u32", value: layers },
    "llama.context_length": { type: "u32", value: contextLength },
    "llama.embedding_length": { type: "u32", value: width },
    "llama.feed_forward_length": { type: "u32", value: inner },
    "llama.attention.head_count": { type: "u32", value: HEADS },
    "llama.attention.head_count_kv": { type: "u32", value: HEADS },
    "llama.attention.layer_norm_rms_epsilon": { type: "f32", value: 1e-5 },
    "llama.rope.dimension_count": { type: "u32", value: width / HEADS },
    "llama.vocab_size": { type: "u32", value: VOCABULARY },
    "tokenizer.ggml.model": { type: "string", value: "llama" },
    "tokenizer.ggml.tokens": { type: "strings", value: vocabulary.map(({ text }) => text) },
    "tokenizer.ggml.scores": { type: "f32s", value: vocabulary.map(({ text }) => text.length > 1 ? -1 : -2) },
    "tokenizer.ggml.token_type": { type: "i32s", value: vocabulary.map(({ kind }) => kind) },
    "tokenizer.ggml.bos_token_id": { type: "u32", value: 1 },
    "tokenizer.ggml.eos_token_id": { type: "u32", value: 4 },
    "tokenizer.ggml.unknown_token_id": { type: "u32", value: 0 },
    "tokenizer.ggml.add_bos_token": { type: "bool", value: true },
    ...(template === null ? {} : { "tokenizer.chat_template": { type: "string" as const, value: template } }),
  }, tensors);
}

/** Standard normal numbers, the same for the same seed (mulberry32, Box–Muller). */
function gaussian(seed: number): () => number {
  const state = { at: seed >>> 0 };
  const uniform = () => {
    state.at = (state.at + 0x6d2b79f5) >>> 0;
    let t = state.at;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
