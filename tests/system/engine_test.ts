import assert from "node:assert/strict";
import * as z from "zod";
import { ChatError, type ChatEvent, type ChatRequest, text, type ToolSpec } from "../../node/chat.ts";
import { tinyModel } from "../fakes/gguf.ts";
import { bundle } from "../build/bundle.ts";
import { engineMissing, engineRun, engineScene, ROOT, type Scene } from "./engine_scene.ts";

const missing = await engineMissing();
const never = new AbortController().signal;
const ENDLESS = { model: "endless.gguf", contextLength: 4096, gpu: "off", threads: 1 } as const;

function test(name: string, fn: (scene: Scene) => Promise<void>): void {
  Deno.test({
    name: missing === null ? name : `${name} (ignored: ${missing})`,
    ignore: missing !== null,
    fn: async () => {
      const scene = await engineScene({ "tiny.gguf": { seed: 1 }, "endless.gguf": { seed: 2, endless: true } });
      try {
        await fn(scene);
      } finally {
        await scene.close();
      }
    },
  });
}

function ask(question: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { messages: [{ role: "user", content: text(question) }], tools: [], temperature: 1, seed: 1, ...more };
}

const said = (events: readonly ChatEvent[]) =>
  events.flatMap((event) => event.type === "text" ? [event.text] : []).join("");
const without = (events: readonly ChatEvent[]) => events.filter((event) => event.type !== "text");

test("a model in a file answers: the same seed the same text, and no more than it was allowed", async (scene) => {
  const { chat, loaded } = scene.open({ load: { ...ENDLESS, engine: scene.engine } });
  const [first, again, other] = [
    await Array.fromAsync(chat(ask("hello", { maxTokens: 40 }), never)),
    await Array.fromAsync(chat(ask("hello", { maxTokens: 40 }), never)),
    await Array.fromAsync(chat(ask("hello", { maxTokens: 40, seed: 2 }), never)),
  ];
  assert.deepEqual(without(first), [
    { type: "usage", promptTokens: 25, outputTokens: 40 },
    { type: "done", reason: "length" },
  ]);
  assert.equal(said(again), said(first));
  assert.notEqual(said(other), said(first));
  assert.deepEqual({ ...loaded(), ms: 0 }, { contextLength: 4096, threads: 1, device: "cpu", ms: 0 });
  assert.equal(scene.runs.length, 1);
});

test("a stop string ends the answer before it", async (scene) => {
  const { chat } = scene.open({ load: { ...ENDLESS, engine: scene.engine } });
  const whole = said(await Array.fromAsync(chat(ask("hello", { maxTokens: 60 }), never)));
  const stop = whole.slice(20, 23);
  const events = await Array.fromAsync(chat(ask("hello", { maxTokens: 60, stop: [stop] }), never));
  assert.equal(said(events), whole.slice(0, whole.indexOf(stop)));
  assert.deepEqual(events.at(-1), { type: "done", reason: "stop" });
});

const Depth = z.object({ depth: z.int().min(1).max(3), tags: z.array(z.enum(["a", "b b", 'c"c'])).min(1).max(2) });
/** Tools as ours are written, and one with all that a schema may say. */
const TOOLS = {
  read_file: z.object({
    path: z.string().min(1).max(200),
    offset: z.int().min(0).optional(),
    limit: z.int().min(1).max(2000).optional(),
  }),
  write_file: z.strictObject({ path: z.string(), content: z.string().max(600), mode: z.enum(["create", "replace"]) }),
  odd: z.strictObject({
    ratio: z.number().min(-1).max(1),
    when: z.union([z.literal("now"), z.int().gt(1900).lt(2100), z.null()]),
    nested: Depth,
    more: z.array(Depth).max(2).optional(),
    flags: z.record(z.string(), z.boolean()).optional(),
    exact: z.literal(true),
  }),
  nothing: z.strictObject({}),
};
const SPECS: ToolSpec[] = Object.entries(TOOLS).map(([name, schema]) => ({
  name,
  description: `The tool ${name}`,
  parameters: z.toJSONSchema(schema),
}));

test("of a hundred calls that a model of random weights makes, a hundred are valid", async (scene) => {
  const { chat } = scene.open({
    load: { model: "tiny.gguf", engine: scene.engine, contextLength: 8192, gpu: "off", threads: 1 },
  });
  const told = { calls: 0, answers: 0 };
  for (let seed = 1; told.calls < 100 && seed <= 400; seed++) {
    const tools = seed % 5 === 0 ? SPECS.slice(0, 2) : [SPECS[seed % SPECS.length]];
    const events: ChatEvent[] = [];
    for await (const event of chat(ask(`Question ${seed}`, { tools, seed, temperature: 1.5 }), never)) {
      events.push(event);
      // It chose to answer in text; how long that gets says nothing here.
      if (event.type === "text") break;
    }
    const last = events.at(-1);
    if (last?.type === "text" || last?.type === "done" && last.reason === "stop") {
      told.answers++;
      continue;
    }
    // What is no answer is a call, whole and valid: one that was cut would be none.
    const [{ call }, usage, end] = events as [Extract<ChatEvent, { type: "tool_call" }>, ChatEvent, ChatEvent];
    assert.deepEqual([usage.type, end], ["usage", { type: "done", reason: "tool_calls" }]);
    assert.ok(tools.some(({ name }) => name === call.name), call.name);
    TOOLS[call.name as keyof typeof TOOLS].parse(JSON.parse(call.arguments));
    told.calls++;
  }
  assert.equal(told.calls, 100);
  assert.notEqual(told.answers, 0);
});

test("an answer in text comes out of its envelope as it is written", async (scene) => {
  const { chat } = scene.open();
  const nothing = SPECS.slice(3);
  for (let seed = 1; seed <= 40; seed++) {
    const events = await Array.fromAsync(
      chat(ask("hello", { tools: nothing, seed, temperature: 2, maxTokens: 200 }), never),
    );
    if (events.some((event) => event.type === "tool_call")) continue;
    const pieces = events.filter((event) => event.type === "text");
    if (pieces.length < 2) continue;
    assert.doesNotMatch(said(events), /^\{"answer/);
    return;
  }
  assert.fail("no answer in text of forty");
});

test("an answer is held to a schema; with tools beside it, it is refused", async (scene) => {
  const { chat } = scene.open();
  const Answer = z.strictObject({
    name: z.string().max(12),
    age: z.int().min(0).max(150),
    tags: z.array(z.string().max(5)).max(3),
  });
  for (let seed = 1; seed <= 10; seed++) {
    Answer.parse(
      JSON.parse(said(await Array.fromAsync(chat(ask("who", { format: z.toJSONSchema(Answer), seed }), never)))),
    );
  }
  await assert.rejects(
    Array.fromAsync(chat(ask("who", { format: z.toJSONSchema(Answer), tools: SPECS }), never)),
    (error) => error instanceof ChatError && error.fault === "refused",
  );
});

test("a tool that no grammar can hold is not offered, and the person is told", async (scene) => {
  const { chat } = scene.open();
  const tools = [{ name: "loop", description: "", parameters: { $ref: "#" } }];
  const events = await Array.fromAsync(chat(ask("hello", { tools, maxTokens: 5 }), never));
  assert.deepEqual(events[0], {
    type: "notice",
    text: "The tool loop is not offered to this model: the value: nested deeper than 12 levels",
  });
  assert.equal(events.at(-1)?.type, "done");
});

test("an engine that is killed in mid-answer is a typed error, and the next question works", async (scene) => {
  const { chat } = scene.open({ load: { ...ENDLESS, engine: scene.engine } });
  const events: ChatEvent[] = [];
  for await (const event of chat(ask("hello", { maxTokens: 4000 }), never)) {
    events.push(event);
    if (event.type === "text") scene.runs[0].kill();
  }
  const last = events.at(-1);
  assert.deepEqual(last, { type: "error", fault: "cut", message: last?.type === "error" ? last.message : "" });
  assert.match(last.message, /^Cannot go on: the engine ended \(status 137\)$/);
  const next = await Array.fromAsync(chat(ask("hello", { maxTokens: 5 }), never));
  assert.deepEqual([next.at(-1), scene.runs.length], [{ type: "done", reason: "length" }, 2]);
});

test("an engine that died while nobody asked it is replaced unseen", async (scene) => {
  const { chat } = scene.open();
  await Array.fromAsync(chat(ask("hello", { maxTokens: 3 }), never));
  scene.runs[0].kill();
  // Asked at once: that it is gone is not known here yet.
  const next = await Array.fromAsync(chat(ask("hello", { maxTokens: 3 }), never));
  assert.deepEqual([next.at(-1), scene.runs.length], [{ type: "done", reason: "length" }, 2]);
});

test("a model that is slow to load is announced", async (scene) => {
  const { chat } = scene.open({ slowMs: 0 });
  const [first] = await Array.fromAsync(chat(ask("hello", { maxTokens: 3 }), never));
  assert.deepEqual(first, { type: "notice", text: "Loading the model tiny …" });
});

test("a cancelled answer stops at once and leaves the engine for the next question", async (scene) => {
  const { chat } = scene.open({ load: { ...ENDLESS, engine: scene.engine } });
  const stop = new AbortController();
  await assert.rejects(async () => {
    for await (const event of chat(ask("hello", { maxTokens: 4000 }), stop.signal)) {
      if (event.type === "text") stop.abort(new Error("enough"));
    }
  }, /enough/);
  const next = await Array.fromAsync(chat(ask("hello", { maxTokens: 5 }), never));
  // Had the first gone on to its end, this one would have waited for 4000 tokens; it was stopped: nothing of it is counted.
  assert.deepEqual(without(next), [
    { type: "usage", promptTokens: 25, outputTokens: 5 },
    { type: "done", reason: "length" },
  ]);
  assert.equal(scene.runs.length, 1);
});

test("whoever stops reading an answer does not hold up the next", async (scene) => {
  const { chat } = scene.open({ load: { ...ENDLESS, engine: scene.engine } });
  for await (const _ of chat(ask("hello", { maxTokens: 4000 }), never)) break;
  const next = await Array.fromAsync(chat(ask("hello", { maxTokens: 5 }), never));
  assert.deepEqual([next.at(-1), scene.runs.length], [{ type: "done", reason: "length" }, 1]);
});

test("questions at once are answered one after the other by one engine", async (scene) => {
  const { chat } = scene.open({ load: { ...ENDLESS, engine: scene.engine } });
  const answers = await Promise.all(
    [1, 2, 3].map((seed) => Array.fromAsync(chat(ask("hello", { seed, maxTokens: 30 }), never))),
  );
  assert.deepEqual(answers.map((events) => events.at(-1)), [1, 2, 3].map(() => ({ type: "done", reason: "length" })));
  assert.equal(new Set(answers.map(said)).size, 3);
  assert.equal(scene.runs.length, 1);
});

test("the engine ends when it is idle, or as the request says", async (scene) => {
  const rows = [
    { idleMs: 1, keepAlive: undefined, ends: true },
    { idleMs: 3_600_000, keepAlive: 0, ends: true },
    { idleMs: 1, keepAlive: -1, ends: false },
  ];
  for (const { idleMs, keepAlive, ends } of rows) {
    const { chat, loaded, end } = scene.open({ idleMs });
    await Array.fromAsync(chat(ask("hello", { maxTokens: 3, keepAlive }), never));
    const run = scene.runs.at(-1)!;
    if (ends) assert.equal((await run.outcome).stopped, "cancelled");
    else assert.notEqual(loaded(), null);
    await end();
    assert.equal(loaded(), null);
  }
});

test("a prompt beyond the context is refused and says by how much", async (scene) => {
  const { chat } = scene.open({
    load: { model: "tiny.gguf", engine: scene.engine, contextLength: 256, gpu: "off", threads: 1 },
  });
  await assert.rejects(Array.fromAsync(chat(ask("long ".repeat(400)), never)), {
    name: "ChatError",
    fault: "refused",
    message: /^Cannot answer: the prompt has \d{3,5} tokens, the context 256$/,
  });
});

test("what stands in a message is never one of the model's own marks", async (scene) => {
  const { chat } = scene.open();
  const tokens = async (question: string) => {
    const usage = (await Array.fromAsync(chat(ask(question, { maxTokens: 1 }), never))).find((e) => e.type === "usage");
    return usage!.promptTokens;
  };
  const marks = "<|im_end|></s><|im_start|>";
  // As marks they would be three tokens; as text each character is one.
  assert.ok(await tokens(`a${marks}`) - await tokens("a") >= marks.length - 4);
});

test("a file that is no model is refused in words, and so is one that is not there", async (scene) => {
  const state = `${scene.lab.home}/.harombe/models`;
  const whole = await Deno.readFile(`${state}/tiny.gguf`);
  const damaged = {
    "empty.gguf": new Uint8Array(),
    "text.gguf": new TextEncoder().encode("this is no model"),
    "cut.gguf": whole.slice(0, whole.length / 2),
    "tensors.gguf": whole.with(8, 255),
    "keys.gguf": whole.with(20, 255),
  };
  for (const [file, bytes] of Object.entries(damaged)) await Deno.writeFile(`${state}/${file}`, bytes);
  for (const model of [...Object.keys(damaged), "absent.gguf"]) {
    const { chat } = scene.open({ load: { model, engine: scene.engine, contextLength: 512, gpu: "off", threads: 1 } });
    await assert.rejects(Array.fromAsync(chat(ask("hello"), never)), (error) => {
      assert.ok(error instanceof ChatError);
      assert.deepEqual([model, error.fault], [model, "refused"]);
      assert.match(error.message, /^Cannot (load the model|go on)/);
      return true;
    });
  }
});

test("an engine that needs more memory than it was given is a typed error", async (scene) => {
  const { chat } = scene.open({ open: () => engineRun(scene.lab.launcher, 40 << 20) });
  await assert.rejects(Array.fromAsync(chat(ask("hello"), never)), (error) => {
    assert.ok(error instanceof ChatError);
    assert.equal(error.fault, "refused");
    assert.match(
      error.message,
      /^Cannot go on: the engine ended \((it needed more memory than it may have|status \d+)/,
    );
    return true;
  });
});

test("a file whose template never ends, or eats all memory, is given up", async (scene) => {
  const loop = (template: string, body = "") => `{% for i in range(${template}) %}${body}{% endfor %}`;
  const write = async (file: string, template: string) =>
    await Deno.writeFile(`${scene.lab.home}/.harombe/models/${file}`, tinyModel({ seed: 1, template }));
  await write("long.gguf", loop("90000", loop("90000", loop("90000"))));
  await write("large.gguf", loop("99999999999"));
  const load = { engine: scene.engine, contextLength: 512, gpu: "off", threads: 1 } as const;
  const stop = new AbortController();
  const long = scene.open({ load: { model: "long.gguf", ...load }, onProgress: () => stop.abort(new Error("enough")) });
  await assert.rejects(Array.fromAsync(long.chat(ask("hello"), stop.signal)), /enough/);
  assert.equal((await scene.runs[0].outcome).stopped, "cancelled");
  const large = scene.open({ load: { model: "large.gguf", ...load } });
  await assert.rejects(Array.fromAsync(large.chat(ask("hello"), never)), { name: "ChatError", fault: "refused" });
});

test("a name that is a path loads nothing", async (scene) => {
  for (const model of ["../engines", "a/b.gguf", "..", "/etc/passwd"]) {
    const { chat } = scene.open({ load: { model, engine: scene.engine, contextLength: 512, gpu: "off", threads: 1 } });
    await assert.rejects(Array.fromAsync(chat(ask("hello"), never)), { name: "ChatError", fault: "refused" });
  }
});

test("the bundle that a release has in place of the sources answers as well", async (scene) => {
  const directory = await Deno.makeTempDir({ prefix: "bundle-" });
  const { name } = await bundle(
    `${ROOT}/node/embedded/engine_process.ts`,
    directory,
    { split: false, cwd: ROOT },
    never,
  );
  const bundled = await engineScene({ "tiny.gguf": { seed: 1 } }, { entry: `${directory}/${name}` });
  try {
    const [there, here] = [
      await Array.fromAsync(bundled.open().chat(ask("hello", { tools: SPECS }), never)),
      await Array.fromAsync(scene.open().chat(ask("hello", { tools: SPECS }), never)),
    ];
    assert.equal(said(there), said(here));
    assert.equal(there.at(-1)?.type, "done");
  } finally {
    await bundled.close();
    await Deno.remove(directory, { recursive: true });
  }
});
