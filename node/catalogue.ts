/**
 * A few models that call tools well, from half a gigabyte to twenty. What is `null` is not known here and is asked
 * of the hub when a model is fetched. Nothing in this file was measured by us.
 */
import * as z from "zod";

export const CatalogueModel = z.object({
  /** As `models pull` takes it. */
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  /** The hub's repository, and the file in it. */
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  file: z.string().regex(/^[\w.-]+\.gguf$/),
  /** Of the file, hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive().nullable(),
  /** SPDX identifier, in lower case as the hub writes it. */
  licence: z.string(),
  /** All of them, and of a mixture of experts those that work on one token. */
  parameters: z.number(),
  active: z.number().nullable(),
  quantization: z.string(),
  /** Tokens that it was trained for, without stretching. */
  contextLength: z.number().nullable(),
  /** Where these figures were read, and when that was written. */
  source: z.string(),
  date: z.iso.date(),
});
export type CatalogueModel = z.infer<typeof CatalogueModel>;

/** Hashes, licences, parameters and context lengths as that commit's `gallery/index.yaml` has them; read on 2026-11-20. */
const GALLERY = {
  source: "github.com/mudler/LocalAI gallery/index.yaml at 259de8739e253cb942fbd32ac58a332e7aafb460",
  date: "2026-11-20",
};

function q4(
  name: string,
  [repo, file]: [repo: string, file: string],
  known: Pick<CatalogueModel, "sha256" | "parameters"> & Partial<Pick<CatalogueModel, "active" | "contextLength">>,
): CatalogueModel {
  return {
    name,
    repo,
    file,
    bytes: null,
    licence: "apache-2.0",
    active: null,
    quantization: "Q4_K_M",
    contextLength: null,
    ...known,
    ...GALLERY,
  };
}

/** Smallest first. */
export const CATALOGUE: readonly CatalogueModel[] = [
  q4("qwen3-0.6b", ["MaziyarPanahi/Qwen3-0.6B-GGUF", "Qwen3-0.6B.Q4_K_M.gguf"], {
    sha256: "dc4503da5d7cc7254055a86cd90e1a8c9d16c6ac71eb3a32b34bf48a1f4e0999",
    parameters: 0.6e9,
    contextLength: 32_768,
  }),
  q4("qwen3-1.7b", ["MaziyarPanahi/Qwen3-1.7B-GGUF", "Qwen3-1.7B.Q4_K_M.gguf"], {
    sha256: "ea2aa5f1cce3c8df81ae5fd292a6ed265b8393cc89534dc21fc5327cc974116a",
    parameters: 1.7e9,
    contextLength: 32_768,
  }),
  q4(
    "granite-4.0-micro",
    ["bartowski/ibm-granite_granite-4.0-micro-GGUF", "ibm-granite_granite-4.0-micro-Q4_K_M.gguf"],
    {
      sha256: "bd9d7b4795b9dc44e3e81aeae93bb5d8e6b891b7e823be5bf9910ed3ac060baf",
      parameters: 3e9,
    },
  ),
  q4("smollm3-3b", ["bartowski/HuggingFaceTB_SmolLM3-3B-GGUF", "HuggingFaceTB_SmolLM3-3B-Q4_K_M.gguf"], {
    sha256: "519732558d5fa7420ab058e1b776dcfe73da78013c2fe59c7ca43c325ef89132",
    parameters: 3e9,
  }),
  q4("qwen3-4b", ["MaziyarPanahi/Qwen3-4B-GGUF", "Qwen3-4B.Q4_K_M.gguf"], {
    sha256: "a37931937683a723ae737a0c6fc67dab7782fd8a1b9dea2ca445b7a1dbd5ca3a",
    parameters: 4e9,
    contextLength: 32_768,
  }),
  q4("granite-4.0-h-tiny", [
    "bartowski/ibm-granite_granite-4.0-h-tiny-GGUF",
    "ibm-granite_granite-4.0-h-tiny-Q4_K_M.gguf",
  ], {
    sha256: "33a689fe7f35b14ebab3ae599b65aaa3ed8548c393373b1b0eebee36c653146f",
    parameters: 7e9,
  }),
  q4("qwen3-8b", ["MaziyarPanahi/Qwen3-8B-GGUF", "Qwen3-8B.Q4_K_M.gguf"], {
    sha256: "376902d50612ecfc5bd8b268f376c04d10ad7e480f99a1483b833f04344a549e",
    parameters: 8.2e9,
    contextLength: 32_768,
  }),
  q4("qwen3-14b", ["MaziyarPanahi/Qwen3-14B-GGUF", "Qwen3-14B.Q4_K_M.gguf"], {
    sha256: "ee624d4be12433277bb9a340d3e5aabf5eb68fc788a7048ee99917edaa46494a",
    parameters: 14.8e9,
    contextLength: 32_768,
  }),
  {
    ...q4("gpt-oss-20b", ["ggml-org/gpt-oss-20b-GGUF", "gpt-oss-20b-mxfp4.gguf"], {
      sha256: "be37a636aca0fc1aae0d32325f82f6b4d21495f06823b5fbc1898ae0303e9935",
      parameters: 21e9,
      active: 3.6e9,
    }),
    quantization: "MXFP4",
  },
  q4("qwen3-30b-a3b", ["bartowski/Qwen_Qwen3-30B-A3B-GGUF", "Qwen_Qwen3-30B-A3B-Q4_K_M.gguf"], {
    sha256: "a015794bfb1d69cb03dbb86b185fb2b9b339f757df5f8f9dd9ebdab8f6ed5d32",
    parameters: 30.5e9,
    active: 3.3e9,
    contextLength: 32_768,
  }),
];

/** The model of that name, upper and lower case alike. */
export function catalogueModel(name: string): CatalogueModel | undefined {
  return CATALOGUE.find((one) => one.name === name.toLowerCase());
}
