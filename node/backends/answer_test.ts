import assert from "node:assert/strict";
import { ChatError, type ChatEvent, type ChatRequest } from "../chat.ts";
import { ollamaFrames } from "../../tests/fakes/ollama.ts";
import { openAiFrames } from "../../tests/fakes/openai.ts";
import type { Turn } from "../../tests/fakes/turn.ts";
import { ollamaDecoder } from "../wire/ollama.ts";
import { openAiDecoder } from "../wire/openai.ts";
import { answer } from "./answer.ts";
import { lineUnits } from "./ollama.ts";
import { eventUnits } from "./openai_compatible.ts";

const EMPTY: ChatRequest = { messages: [], tools: [] };
const TURN: Turn = {
  thinking: "hm 🤔",
  text: "Größe 😀 完了",
  calls: [{ id: "c1", name: "list", arguments: { path: "ä/😀" } }, {
    id: "c2",
    name: "read",
    arguments: { n: [1, 2] },
  }],
  usage: { prompt: 1, output: 2 },
  pieceSize: 3,
};
const WIRES = {
  ollama: {
    frames: ollamaFrames(TURN, { model: "m" }),
    units: lineUnits,
    decoder: ollamaDecoder,
  },
  openai: {
    frames: openAiFrames(TURN, { model: "m", withUsage: true }),
    units: eventUnits,
    decoder: openAiDecoder,
  },
};

async function* chunks(all: Uint8Array[]): AsyncGenerator<Uint8Array, void, void> {
  for (const chunk of all) yield await Promise.resolve(chunk);
}

async function read(wire: keyof typeof WIRES, all: Uint8Array[]): Promise<ChatEvent[]> {
  const { units, decoder } = WIRES[wire];
  const events: ChatEvent[] = [];
  try {
    for await (const e of answer(chunks(all), { units: units(), decoder: decoder(EMPTY, () => "new") })) events.push(e);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    assert.deepEqual(events, []);
    return [{ type: "error", fault: error.fault, message: error.message }];
  }
  return events;
}

for (const wire of ["ollama", "openai"] as const) {
  const bytes = new TextEncoder().encode(WIRES[wire].frames.join(""));

  Deno.test(`${wire}: an answer split at any byte is the same answer`, async () => {
    const whole = await read(wire, [bytes]);
    assert.deepEqual(whole.at(-1), { type: "done", reason: "tool_calls" });
    for (let at = 1; at < bytes.length; at++) {
      assert.deepEqual(await read(wire, [bytes.subarray(0, at), bytes.subarray(at)]), whole, `split at ${at}`);
    }
    assert.deepEqual(await read(wire, Array.from(bytes, (b) => Uint8Array.of(b))), whole, "byte by byte");
  });

  Deno.test(`${wire}: an answer cut at any byte is a beginning and an error, or whole; never part of a call`, async () => {
    const whole = await read(wire, [bytes]);
    let wholes = 0;
    for (let at = 0; at < bytes.length; at++) {
      const got = await read(wire, [bytes.subarray(0, at)]);
      const last = got.at(-1);
      if (last?.type === "done") {
        assert.deepEqual(
          got.filter((e) => e.type !== "usage"),
          whole.filter((e) => e.type !== "usage"),
          `cut at ${at}`,
        );
        wholes++;
      } else {
        assert.equal(last?.type === "error" && last.fault, "cut", `cut at ${at}`);
        assert.deepEqual(got.slice(0, -1), whole.slice(0, got.length - 1), `cut at ${at}`);
      }
    }
    const mark = wire === "ollama" ? 1 : WIRES.openai.frames.slice(-2).join("").length;
    assert(wholes <= mark + 2, `whole without an end mark: ${wholes}`);
  });

  Deno.test(`${wire}: bytes that are no UTF-8 are garbage`, async () => {
    const [event] = await read(wire, [Uint8Array.of(0xff, 0xfe, 10)]);
    assert.deepEqual(event, {
      type: "error",
      fault: "garbage",
      message: "Cannot read a stream as text: it is not UTF-8",
    });
  });
}

Deno.test("openai: carriage returns, comments and fields of the event stream are borne, other lines are not", async () => {
  const encode = (text: string) => [new TextEncoder().encode(text)];
  const hi = '{"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}';
  const want: ChatEvent[] = [{ type: "text", text: "hi" }, { type: "done", reason: "stop" }];
  assert.deepEqual(
    await read("openai", encode(`: ping\r\nid: 1\r\nevent: x\r\ndata: ${hi}\r\n\r\ndata: [DONE]\r\n\r\n`)),
    want,
  );
  assert.deepEqual(await read("openai", encode(`data:${hi}\n\ndata: [DONE]`)), want);
  const [event] = await read("openai", encode(`<html>${"x".repeat(20)}</html>\ndata: ${hi}\n\n`));
  assert.equal(event.type === "error" && event.fault, "garbage");
});
