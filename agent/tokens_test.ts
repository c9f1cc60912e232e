import assert from "node:assert/strict";
import { type ChatRequest, text } from "../node/chat.ts";
import { calibrate, countTokens, tokensOfMessage, tokensOfRequest } from "./tokens.ts";

Deno.test("nothing is 0 tokens, anything is at least 1, and twice the text is about twice the tokens", () => {
  assert.equal(countTokens(""), 0);
  for (const one of ["a", " ", "\n", "é", "字", "😀", "\u0000", "\ud800"]) {
    assert(countTokens(one) >= 1, JSON.stringify(one));
  }
  const line = "one line of text, number 42\n";
  assert(Math.abs(countTokens(line.repeat(100)) - 100 * countTokens(line)) <= 200);
});

Deno.test("a request counts its messages, calls, results, pictures and tools", () => {
  const words = text("hello there");
  const hello = countTokens("hello there");
  const request: ChatRequest = {
    tools: [{ name: "t", description: "d", parameters: {} }],
    messages: [
      { role: "user", content: [...words, { type: "image", mime: "image/png", data: "AAAA" }] },
      { role: "assistant", content: words, toolCalls: [{ id: "1", name: "t", arguments: "{}" }] },
      { role: "tool", result: { callId: "1", name: "t", content: words, isError: false, data: "x".repeat(9999) } },
    ],
  };
  assert.deepEqual(request.messages.map(tokensOfMessage), [
    5 + hello + 1600,
    5 + hello + 5 + countTokens("t") + countTokens("{}"),
    5 + countTokens("t") + hello,
  ]);
  const tool = 5 + countTokens('{"name":"t","description":"d","parameters":{}}');
  assert.equal(tokensOfRequest(request), tool + request.messages.reduce((sum, m) => sum + tokensOfMessage(m), 0));
});

Deno.test("calibration moves a quarter of the way, within bounds, and not by counts that tell nothing", () => {
  const cases: [number, number, number, number][] = [
    [1, 1000, 1400, 1.1],
    [1, 1000, 600, 0.9],
    [1.9, 1000, 9000, 2],
    [0.5, 1000, 500, 0.5],
    [1, 1000, 30, 1],
    [1, 1000, 450, 1],
    [1, 0, 500, 1],
  ];
  for (const [ratio, estimated, actual, want] of cases) {
    assert.equal(calibrate(ratio, { estimated, actual }).toFixed(3), want.toFixed(3));
  }
});
