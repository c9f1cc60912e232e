/**
 * What a GGUF file says of the model in it, read without believing a number in it. Layout:
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; file types: `enum llama_ftype` of llama.cpp's `llama.h` (both 2026-11).
 */

/** Bytes of a file from `offset` on, `length` of them or, at its end, fewer. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** What is known of the model; absent = the file does not say, or says what cannot be. */
export type GgufHeader = {
  architecture: string;
  name?: string;
  /** Sum over its tensors. */
  parameters: number;
  quantization?: string;
  /** Tokens that it was trained for. */
  contextLength?: number;
  template?: string;
  licence?: string;
  /** Bytes of keys and values for one token of context, in 16-bit floats. */
  bytesPerToken?: number;
  /** It gives vectors and no text. */
  embeddingsOnly: boolean;
  /** Of how many files the model is; this is number `at`, from 0. */
  split?: { at: number; of: number };
};

/** Ceilings, far above the largest model known in 2026: beyond them a file is no model. */
const MOST = { header: 64 << 20, pairs: 65_536, tensors: 1 << 20, string: 16 << 20, elements: 1 << 22, dimensions: 8 };
/** Longest text that is kept, and longest key that is looked at, in bytes. */
const [MOST_TEXT, MOST_KEY] = [1 << 20, 512];
const WINDOW = 1 << 20;

const FILE_TYPES: Readonly<Record<number, string>> = Object.fromEntries(
  ("0 F32,1 F16,2 Q4_0,3 Q4_1,7 Q8_0,8 Q5_0,9 Q5_1,10 Q2_K,11 Q3_K_S,12 Q3_K_M,13 Q3_K_L,14 Q4_K_S,15 Q4_K_M,16 Q5_K_S," +
    "17 Q5_K_M,18 Q6_K,19 IQ2_XXS,20 IQ2_XS,21 Q2_K_S,22 IQ3_XS,23 IQ3_XXS,24 IQ1_S,25 IQ4_NL,26 IQ3_S,27 IQ3_M,28 IQ2_S," +
    "29 IQ2_M,30 IQ4_XS,31 IQ1_M,32 BF16,36 TQ1_0,37 TQ2_0,38 MXFP4").split(",").map((pair) => pair.split(" ")),
);

/** Sizes of GGUF's fixed types by number; 8 is a string and 9 an array. */
const SIZES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const [STRING, ARRAY] = [8, 9];

type Value = number | string | number[];

/**
 * Reads the header of a file of `size` bytes by `readAt`. Throws `TypeError` for what is no GGUF file of version 2 or 3,
 * is cut off, or names sizes beyond all bounds. Work and memory are bounded by constants, whatever the file says.
 */
export function readGguf(readAt: ReadAt, size: number): GgufHeader {
  const cursor = cursorOver(readAt, Math.min(size, MOST.header));
  if (cursor.ascii(4) !== "GGUF") throw new TypeError("Cannot read the model: it is no GGUF file");
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw new TypeError(`Cannot read the model: GGUF version ${version}`);
  const tensors = cursor.count("tensors", MOST.tensors);
  const pairs = cursor.count("entries", MOST.pairs);
  const values = new Map<string, Value>();
  for (let i = 0; i < pairs; i++) {
    const key = cursor.string(MOST_KEY);
    const value = readValue(cursor, cursor.u32(), key !== null && isWanted(key));
    if (key !== null && value !== null && isWanted(key) && !values.has(key)) values.set(key, value);
  }
  const last = { parameters: 0, offset: 0 };
  for (let i = 0; i < tensors; i++) {
    cursor.string(MOST_KEY);
    const dimensions = cursor.u32();
    if (dimensions > MOST.dimensions) {
      throw new TypeError(`Cannot read the model: a tensor of ${dimensions} dimensions`);
    }
    const elements = Array.from({ length: dimensions }, () => cursor.u64()).reduce((product, one) => product * one, 1);
    last.parameters += elements;
    cursor.u32();
    last.offset = Math.max(last.offset, cursor.u64());
  }
  const missing = cursor.at + last.offset - size;
  if (missing > 0) {
    throw new TypeError(`Cannot read the model: the file is cut off, ${missing} bytes and more are missing`);
  }
  return headerOf(values, last.parameters);
}

function headerOf(values: ReadonlyMap<string, Value>, parameters: number): GgufHeader {
  const text = (key: string) => {
    const value = values.get(key);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const whole = (key: string) => {
    const value = values.get(key);
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
  };
  const architecture = text("general.architecture");
  if (architecture === undefined) throw new TypeError("Cannot read the model: it names no architecture");
  const own = (key: string) => whole(`${architecture}.${key}`);
  const type = values.get("general.file_type");
  const split = { at: values.get("split.no"), of: values.get("split.count") };
  return present({
    architecture,
    name: text("general.name"),
    parameters: Number.isFinite(parameters) ? parameters : 0,
    quantization: typeof type === "number" ? FILE_TYPES[type] : undefined,
    contextLength: own("context_length"),
    template: text("tokenizer.chat_template"),
    licence: text("general.license"),
    bytesPerToken: perToken(values, architecture),
    embeddingsOnly: /bert|t5encoder/.test(architecture),
    split: typeof split.at === "number" && typeof split.of === "number" && split.of > 1
      ? { at: split.at, of: split.of }
      : undefined,
  });
}

/** Keys and values of every layer, at 2 bytes a number. */
function perToken(values: ReadonlyMap<string, Value>, architecture: string): number | undefined {
  const one = (key: string) => {
    const value = values.get(`${architecture}.${key}`);
    return typeof value === "number" && value > 0 ? value : undefined;
  };
  const layers = one("block_count");
  const heads = one("attention.head_count");
  const width = one("embedding_length");
  const shared = values.get(`${architecture}.attention.head_count_kv`);
  if (layers === undefined || width === undefined) return undefined;
  const size = heads === undefined ? undefined : width / heads;
  const keys = one("attention.key_length") ?? size;
  const vectors = one("attention.value_length") ?? size;
  const total = Array.isArray(shared)
    ? shared.reduce((sum, count) => sum + count, 0)
    : layers * (shared as number ?? heads);
  const bytes = keys === undefined || vectors === undefined ? layers * width * 4 : total * (keys + vectors) * 2;
  return Number.isFinite(bytes) && bytes > 0 ? Math.ceil(bytes) : undefined;
}

const WANTED =
  /^(?:general\.(?:architecture|name|file_type|license)|tokenizer\.chat_template|split\.(?:no|count)|[a-z0-9_-]{1,64}\.(?:context_length|block_count|embedding_length|attention\.(?:head_count|head_count_kv|key_length|value_length)))$/;

function isWanted(key: string): boolean {
  return WANTED.test(key);
}

/** The value if it is wanted and short enough to keep; either way the cursor stands behind it. */
function readValue(cursor: Cursor, type: number, wanted: boolean): Value | null {
  if (type === STRING) return cursor.string(wanted ? MOST_TEXT : 0);
  if (type !== ARRAY) return number(cursor, type);
  const of = cursor.u32();
  const count = cursor.count("elements", MOST.elements);
  if (of === ARRAY) throw new TypeError("Cannot read the model: a list of lists");
  if (of === STRING) {
    for (let i = 0; i < count; i++) cursor.string(0);
    return null;
  }
  if (!wanted || count > 1024) {
    cursor.skip(count * sizeOf(of));
    return null;
  }
  return Array.from({ length: count }, () => number(cursor, of) as number);
}

function sizeOf(type: number): number {
  const size = SIZES[type];
  if (size === undefined) throw new TypeError(`Cannot read the model: a value of type ${type}`);
  return size;
}

/** A number of any fixed type. */
function number(cursor: Cursor, type: number): number {
  const view = cursor.view(sizeOf(type));
  switch (type) {
    case 0:
    case 7:
      return view.getUint8(0);
    case 1:
      return view.getInt8(0);
    case 2:
      return view.getUint16(0, true);
    case 3:
      return view.getInt16(0, true);
    case 4:
      return view.getUint32(0, true);
    case 5:
      return view.getInt32(0, true);
    case 6:
      return view.getFloat32(0, true);
    case 10:
      return Number(view.getBigUint64(0, true));
    case 11:
      return Number(view.getBigInt64(0, true));
    default:
      return view.getFloat64(0, true);
  }
}

type Cursor = ReturnType<typeof cursorOver>;

function cursorOver(readAt: ReadAt, end: number) {
  const state: { at: number; from: number; bytes: Uint8Array } = { at: 0, from: 0, bytes: new Uint8Array() };
  const need = (length: number): Uint8Array => {
    if (state.at + length > end) throw new TypeError("Cannot read the model: its header is cut off");
    if (state.at < state.from || state.at + length > state.from + state.bytes.length) {
      state.from = state.at;
      state.bytes = readAt(state.at, Math.min(Math.max(length, WINDOW), end - state.at));
      if (state.bytes.length < length) throw new TypeError("Cannot read the model: its header is cut off");
    }
    const bytes = state.bytes.subarray(state.at - state.from, state.at - state.from + length);
    state.at += length;
    return bytes;
  };
  const view = (length: number) => {
    const bytes = need(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  };
  const u64 = () => Number(view(8).getBigUint64(0, true));
  const skip = (length: number) => {
    if (!(length >= 0) || state.at + length > end) throw new TypeError("Cannot read the model: its header is cut off");
    state.at += length;
  };
  const count = (what: string, most: number) => {
    const value = u64();
    if (value > most) throw new TypeError(`Cannot read the model: ${value} ${what}`);
    return value;
  };
  return {
    get at() {
      return state.at;
    },
    view,
    u64,
    skip,
    count,
    u32: () => view(4).getUint32(0, true),
    ascii: (length: number) => String.fromCharCode(...need(length)),
    /** A string of up to `kept` bytes; a longer one is passed over and null. */
    string(kept: number): string | null {
      const length = count("bytes of text", MOST.string);
      if (length > kept) {
        skip(length);
        return null;
      }
      return new TextDecoder().decode(need(length));
    },
  };
}

/** `header` without what is undefined. */
function present(header: GgufHeader): GgufHeader {
  return Object.fromEntries(Object.entries(header).filter(([, value]) => value !== undefined)) as GgufHeader;
}
