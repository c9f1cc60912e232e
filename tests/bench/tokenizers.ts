/** Real tokenizers to measure the estimate against; for tests and benchmarks only, they weigh megabytes. */
import { encode as cl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { encode as o200k } from "gpt-tokenizer/encoding/o200k_base";
import llama3 from "llama3-tokenizer-js";

/** Tokens of `text` by each tokenizer. */
export function realCounts(text: string): { o200k: number; cl100k: number; llama3: number } {
  return {
    o200k: o200k(text).length,
    cl100k: cl100k(text).length,
    llama3: llama3.encode(text, { bos: false, eos: false }).length,
  };
}
