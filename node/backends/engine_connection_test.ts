import assert from "node:assert/strict";
import { ChatError, type ChatEvent, text } from "../chat.ts";
import { connectEngine, type EngineRun } from "./engine_connection.ts";

const never = new AbortController().signal;
const LOAD = { model: "m.gguf", engine: "e", contextLength: 512, gpu: "off", threads: 1 } as const;
const request = { messages: [{ role: "user" as const, content: text("hello") }], tools: [] };

/** A real process that runs `source` in the engine's place. */
function processOf(source: string): EngineRun {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-config",
      `const say = (v) => Deno.stdout.writeSync(new TextEncoder().encode(typeof v === "string" ? v : JSON.stringify(v) + "\\n"));
const loaded = { op: "loaded", loaded: { contextLength: 512, threads: 1, device: "cpu", ms: 1 } };
const hold = () => new Promise((r) => setTimeout(r, 3600_000));
let input = ""; const decoder = new TextDecoder();
const until = async (word) => { while (!input.includes(word)) { const { value, done } = await reader.read(); if (done) return; input += decoder.decode(value); } };
const reader = Deno.stdin.readable.getReader();
${source}`,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  writer.closed.catch(() => {});
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    write: (bytes) => writer.write(bytes),
    kill: () => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
    },
    outcome: child.status.then(async ({ code }) => {
      await writer.close().catch(() => {});
      return { code };
    }),
  };
}

async function talk(source: string): Promise<ChatEvent[]> {
  const connection = connectEngine(processOf(source), LOAD);
  try {
    await connection.ready;
    return await Array.fromAsync(connection.chat(request, never));
  } catch (error) {
    assert.ok(error instanceof ChatError, String(error));
    return [{ type: "error", fault: error.fault, message: error.message }];
  } finally {
    await connection.end();
  }
}

const event = (value: unknown) => `say({ op: "event", id: 1, event: ${JSON.stringify(value)} });`;
const done = event({ type: "done", reason: "stop" });
const answering = (body: string) => `say(loaded); await until('"chat"'); ${body} await hold();`;

Deno.test("whatever stands in the engine's place says, an answer ends with done or a typed error", async () => {
  const rows: [string, RegExp][] = [
    [answering(event({ type: "text", text: "hi" }) + done), /^text hi,done stop$/],
    [
      answering(event({ type: "text", text: "hi" }) + "Deno.exit(3);"),
      /^text hi,error cut Cannot go on: the engine ended \(status 3\)$/,
    ],
    [
      answering(`say('{"op":"event","id":1,'); Deno.exit(0);`),
      /^error cut Cannot go on: the engine ended \(status 0\)$/,
    ],
    [answering(`say("llama: hello\\n");`), /^error garbage Cannot understand the engine: /],
    [answering(event({ type: "text", text: 1 })), /^error garbage Cannot understand the engine: /],
    [answering(event({ type: "run", command: "rm" })), /^error garbage Cannot understand the engine: /],
    [answering(`say({ op: "event", id: 7, event: { type: "text", text: "other" } });` + done), /^done stop$/],
    [
      answering(`Deno.stdout.writeSync(new Uint8Array([0xff, 0xfe, 10]));`),
      /^error garbage Cannot understand the engine: /,
    ],
    [`say("x".repeat(33 << 20)); await hold();`, /^error garbage Cannot understand the engine: Cannot read a line/],
    [
      `say({ op: "failed", fault: "refused", message: "no such model" }); await hold();`,
      /^error refused Cannot load the model m.gguf: no such model$/,
    ],
    [
      `console.error("out of luck"); Deno.exit(9);`,
      /^error refused Cannot go on: the engine ended \(status 9: out of luck\)$/,
    ],
    [`say(loaded); Deno.exit(0);`, /^error cut Cannot go on: the engine ended/],
  ];
  for (const [source, expected] of rows) {
    const events = await talk(source);
    const told = events.map((e) =>
      e.type === "error"
        ? `error ${e.fault} ${e.message}`
        : e.type === "text"
        ? `text ${e.text}`
        : e.type === "done"
        ? `done ${e.reason}`
        : e.type
    );
    assert.match(told.join(), expected, source);
  }
});

Deno.test("an answer that has come whole and is not read to its end costs the engine nothing", async () => {
  const both =
    `say(["text", "done"].map((type) => JSON.stringify({ op: "event", id: 1, event: { type, text: "hi", reason: "stop" } }) + "\\n").join(""));`;
  const run = processOf(
    answering(`${both} await until('"id":2'); say({ op: "event", id: 2, event: { type: "done", reason: "stop" } });`),
  );
  const connection = connectEngine(run, LOAD, { graceMs: 0 });
  await connection.ready;
  for await (const _ of connection.chat(request, never)) break;
  assert.deepEqual(await Array.fromAsync(connection.chat(request, never)), [{ type: "done", reason: "stop" }]);
  await connection.end();
});

Deno.test("an engine that says more than is read is ended", async () => {
  const flood =
    `const big = JSON.stringify({ op: "event", id: 1, event: { type: "text", text: "x".repeat(16 << 20) } }) + "\\n"; for (;;) say(big);`;
  const run = processOf(answering(flood));
  const connection = connectEngine(run, LOAD);
  await connection.ready;
  const events = connection.chat(request, never);
  await events.next();
  // Nothing more is read until it is over.
  assert.equal((await run.outcome).code, 137);
  await connection.end();
  await events.return();
});

Deno.test("progress of loading is told, and what is loaded known", async () => {
  const shares: number[] = [];
  const source = `say({ op: "progress", share: 0.5 }); say({ op: "progress", share: 1 }); say(loaded); await hold();`;
  const connection = connectEngine(processOf(source), LOAD, { onProgress: (share) => shares.push(share) });
  const loaded = await connection.ready;
  assert.deepEqual([shares, loaded, connection.loaded()], [[0.5, 1], loaded, loaded]);
  await connection.end();
  assert.equal(connection.over(), true);
});

Deno.test("an engine that does not stop when it is cancelled is killed", async () => {
  const run = processOf(answering(""));
  const connection = connectEngine(run, LOAD, { graceMs: 1 });
  await connection.ready;
  const stop = new AbortController();
  const asked = Array.fromAsync(connection.chat(request, stop.signal));
  stop.abort(new Error("enough"));
  await assert.rejects(asked, /enough/);
  // It does not stop when it is told to, so it is killed.
  assert.equal((await run.outcome).code, 137);
  await connection.end();
});
