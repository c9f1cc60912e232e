/** How large models are: bytes of weights by quantization, bytes of context by class. Figures of others, with their sources. */

/** Bits of one weight, measured on Llama-3.1-8B; smaller models come out a little larger, for their embeddings are kept finer. */
export const BITS_PER_WEIGHT = {
  source: "llama.cpp tools/quantize/README.md at 311c2c9 (github.com/ggml-org/llama.cpp), read 2026-11-20",
  table: {
    Q2_K: 3.1593,
    Q3_K_S: 3.6429,
    Q3_K_L: 4.2979,
    IQ4_XS: 4.4597,
    IQ4_NL: 4.6818,
    Q4_K_S: 4.6672,
    Q4_K_M: 4.8944,
    Q5_K_S: 5.5704,
    Q5_K_M: 5.7036,
    Q6_K: 6.5633,
    Q8_0: 8.5008,
    F16: 16.0005,
  } as Readonly<Record<string, number>>,
};

/** The bytes that `parameters` weights take at `quantization`; null if that is none of the table. */
export function weightBytes(parameters: number, quantization: string): number | null {
  const bits = BITS_PER_WEIGHT.table[quantization.toUpperCase()];
  return bits === undefined ? null : (parameters * bits) / 8;
}

export type Size = {
  /** As people say it: `8B`. */
  label: string;
  parameters: number;
  /** Keys and values of one token in F16: 2 × layers × key-value heads × size of a head × 2 bytes. */
  contextBytesPerToken: number;
};

function like(
  label: string,
  parameters: number,
  { layers, heads, head }: { layers: number; heads: number; head: number },
): Size {
  return { label, parameters, contextBytesPerToken: 2 * layers * heads * head * 2 };
}

/** A class for each size that models are commonly published in, smallest first, by the shape of one of them. */
export const SIZES = {
  source:
    "model cards: Qwen3 0.6B to 32B (2025-04-29), Llama 3.1 70B (2024-07-23): parameters, layers, key-value heads",
  classes: [
    like("0.6B", 0.6e9, { layers: 28, heads: 8, head: 128 }),
    like("1.7B", 1.7e9, { layers: 28, heads: 8, head: 128 }),
    like("4B", 4.0e9, { layers: 36, heads: 8, head: 128 }),
    like("8B", 8.2e9, { layers: 36, heads: 8, head: 128 }),
    like("14B", 14.8e9, { layers: 40, heads: 8, head: 128 }),
    like("32B", 32.8e9, { layers: 64, heads: 8, head: 128 }),
    like("70B", 70.6e9, { layers: 80, heads: 8, head: 128 }),
  ] as readonly Size[],
  /** Buffers of the computation beside weights and context: our estimate, for llama.cpp's grow with the model and the batch. */
  bufferBytes: 512 * 2 ** 20,
};
