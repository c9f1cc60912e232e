import assert from "node:assert/strict";
import { chooseModel, type Model, modelNamed, modelRow } from "./models.ts";

function model(name: string, facts: Partial<Model> = {}): Model {
  return { name, kind: "ollama", base: "http://127.0.0.1:11434", embeddingsOnly: false, ...facts };
}

Deno.test("the model chosen is one that can answer here, with tools, that fits, and is largest", () => {
  const embed = model("embed", { bytes: 9e9, embeddingsOnly: true });
  const cloud = model("big:cloud", { tools: true, remote: "https://ollama.com" });
  const plain = model("plain:7b", { bytes: 5e9, tools: false });
  const unknown = model("unknown:7b", { bytes: 5e9 });
  const small = model("small:1b", { bytes: 1e9, tools: true });
  const large = model("large:8b", { bytes: 6e9, tools: true });
  const huge = model("huge:70b", { bytes: 40e9, tools: true });
  const cases: [string, Model[], number | undefined, string | null, string][] = [
    ["tools before size", [plain, unknown, small], undefined, "small:1b", "largest that supports tools"],
    ["the largest with tools", [small, large, embed], undefined, "large:8b", "largest that supports tools"],
    ["unknown before none", [plain, unknown], undefined, "unknown:7b", "largest, tool support unknown"],
    ["what fits before what is larger", [huge, large, small], 16e9, "large:8b", "largest that supports tools"],
    [
      "nothing fits",
      [huge, model("huge2", { bytes: 50e9, tools: true })],
      16e9,
      "huge:70b",
      "the smallest, for none fits this machine's memory, supports tools",
    ],
    ["one alone", [plain, embed], undefined, "plain:7b", "the only one that answers, without tool support"],
    [
      "sizes unknown",
      [model("b"), model("a")],
      undefined,
      "a",
      "first by name, for sizes are unknown, tool support unknown",
    ],
    ["never an embedder", [embed], undefined, null, "its models give only embeddings"],
    ["never a cloud", [cloud], undefined, null, "its models all run at another host, a cloud"],
    ["nothing", [], undefined, null, "it has no models"],
  ];
  for (const [name, models, memoryBytes, want, why] of cases) {
    const choice = chooseModel(models, { memoryBytes });
    assert.deepEqual({ name: choice.model?.name ?? null, why: choice.why }, { name: want, why }, name);
  }
});

Deno.test("a model is named as its server lists it, or without the tag latest", () => {
  const models = [model("a:latest"), model("b:1b")];
  const cases: [string, string | undefined][] = [["a", "a:latest"], ["a:latest", "a:latest"], ["b:1b", "b:1b"], [
    "b",
    undefined,
  ], ["", undefined]];
  for (const [name, want] of cases) assert.equal(modelNamed(models, name)?.name, want);
});

Deno.test("a row says unknown where the server says nothing", () => {
  assert.deepEqual(modelRow(model("a")), {
    name: "a",
    size: "unknown",
    parameters: "unknown",
    quantization: "unknown",
    context: "unknown",
    tools: "unknown",
    images: "unknown",
    loaded: "unknown",
  });
  assert.deepEqual(
    modelRow(
      model("a", {
        bytes: 5.2e9,
        parameters: 8.2e9,
        quantization: "Q4_K_M",
        contextLength: 40960,
        tools: true,
        images: false,
        loaded: true,
      }),
    ),
    {
      name: "a",
      size: "5.2 GB",
      parameters: "8.2 B",
      quantization: "Q4_K_M",
      context: "40960",
      tools: "yes",
      images: "no",
      loaded: "yes",
    },
  );
});
