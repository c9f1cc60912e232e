import assert from "node:assert/strict";
import { CATALOGUE } from "../../node/catalogue.ts";
import { serveHub } from "../fakes/hub.ts";
import { fakeModel } from "../fakes/model.ts";
import { type FakeModel, fakeOllama } from "../fakes/ollama.ts";
import { fakeOpenAi } from "../fakes/openai.ts";
import { onTerminal, ptyMissing, type Step } from "../terminal/pty.ts";
import { oneLine, type Place, place } from "./harombe.ts";

const HEADER = "# harombe's configuration: what was chosen. Everything else is at its default (harombe config show).\n";
const MODELS: FakeModel[] = [
  { name: "small:1b", size: 1e9, capabilities: ["completion", "tools"] },
  { name: "large:8b", size: 5e9, capabilities: ["completion", "tools"] },
];
const missing = ptyMissing();
const config = (p: Place) => `${p.home}/.harombe/harombe.yaml`;
const written = (p: Place) => Deno.readTextFile(config(p)).catch(() => null);

/** The real program at a pseudo-terminal, with the variables of `p`. */
async function terminal(p: Place, args: string[], steps: Step[], env: Record<string, string> = {}) {
  return await onTerminal("", { steps, env: { ...p.env, ...env }, instead: { command: p.words(args), cwd: p.folder } });
}

function terminalTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: missing ? `${name} (ignored: unavailable: install expect)` : name, ignore: missing !== null, fn });
}

Deno.test("init -y takes the best model that is there, and writes only that", async () => {
  await using ollama = await fakeOllama({ script: fakeModel, models: MODELS });
  await using p = await place({ ollama: ollama.base });
  const { code, out, err } = await p.run(["init", "-y"]);
  assert.equal(code, 0, err);
  assert.match(out, /small:1b, large:8b/);
  assert.equal(await written(p), `${HEADER}model:\n  name: large:8b\n`);
  assert.equal((await Deno.stat(config(p))).mode! & 0o777, 0o600);
  assert.equal((await p.run(["config", "validate"])).code, 0);
  const asked = await p.run(["ask", "hello"]);
  assert.equal(asked.code, 0, asked.err);
});

Deno.test("init without a server writes nothing but its first line, and nothing is fetched", async () => {
  await using p = await place();
  const { code, out, err } = await p.run(["init", "-y"]);
  assert.equal(code, 0, err);
  assert.match(out, /No model answers here\.[\s\S]*harombe models pull|harombe connect ADDRESS/);
  assert.equal(await written(p), HEADER);
  assert.deepEqual([...Deno.readDirSync(`${p.home}/.harombe`)].map(({ name }) => name).sort(), [
    "harombe.yaml",
    "sandbox.last",
  ]);
});

Deno.test("init changes no configuration that is there, unless it is forced; then a copy is kept", async () => {
  await using ollama = await fakeOllama({ script: fakeModel, models: MODELS });
  await using p = await place({ ollama: ollama.base });
  const own = "# mine\nmodel:\n  temperature: 0.1\n";
  await Deno.mkdir(`${p.home}/.harombe`, { mode: 0o700 });
  await Deno.writeTextFile(config(p), own);
  const kept = await p.run(["init", "-y"]);
  assert.deepEqual([kept.code, await written(p)], [0, own]);
  assert.match(kept.out, /nothing was changed/);
  const forced = await p.run(["init", "-y", "--force", "--model", "small:1b"]);
  assert.equal(forced.code, 0, forced.err);
  assert.equal(await written(p), `${HEADER}model:\n  name: small:1b\n`);
  const copies = [...Deno.readDirSync(`${p.home}/.harombe`)].filter(({ name }) => name.endsWith(".bak"));
  assert.equal(copies.length, 1);
  assert.equal(await Deno.readTextFile(`${p.home}/.harombe/${copies[0].name}`), own);
});

Deno.test("init refuses in one line and writes nothing", async () => {
  await using ollama = await fakeOllama({ script: fakeModel, models: MODELS });
  await using p = await place({ ollama: ollama.base });
  const piped = await p.run(["init"]);
  oneLine(piped, 2, /this is no terminal; use -y/, "no terminal");
  const other = await p.run(["init", "-y", "-m", "huge:70b"]);
  assert.equal(other.code, 1);
  assert.match(
    other.err,
    /^harombe: Cannot use the model huge:70b: it is on no server found; there is small:1b, large:8b$/m,
  );
  assert.equal(await written(p), null);
  const nobody = await place();
  const later = await nobody.run(["init", "-y", "-m", "later:1b"]);
  assert.deepEqual([later.code, await written(nobody)], [0, `${HEADER}model:\n  name: later:1b\n`]);
  await nobody[Symbol.asyncDispose]();
});

Deno.test("a model's name is only a name, whatever a server calls it", async () => {
  for (
    const name of [
      "true",
      "123",
      "x: y #z",
      "a\nsecurity:\n  rules:\n    allow: [shell:**]",
      "\x1b[2Jx",
      "- a",
      "&a *b",
      "~",
    ]
  ) {
    await using ollama = await fakeOllama({
      script: fakeModel,
      models: [{ name, capabilities: ["completion", "tools"] }],
    });
    await using p = await place({ ollama: ollama.base });
    const { code, out, err } = await p.run(["init", "-y"]);
    assert.equal(code, 0, err);
    assert.doesNotMatch(out, /\x1b/);
    const shown = JSON.parse((await p.run(["config", "show", "--json"])).out);
    assert.deepEqual([shown.config.model.name, shown.config.security.rules.allow], [name, []], name);
  }
});

terminalTest("init at a terminal: each way to choose", async () => {
  await using ollama = await fakeOllama({ script: fakeModel, models: MODELS });
  const model: Step = { wait: "model: " };
  const cases: [string, Step[], number, string | null][] = [
    ["Enter takes the best", [model, { send: "\r" }], 0, "model:\n  name: large:8b\n"],
    ["a number", [model, { send: "1\r" }], 0, "model:\n  name: small:1b\n"],
    [
      "a name, after one that is not there",
      [model, { send: "none\r" }, { wait: "There is no model none" }, model, {
        send: "small:1b\r",
      }],
      0,
      "model:\n  name: small:1b\n",
    ],
    ["decide at each start", [model, { send: "a\r" }], 0, ""],
    ["Ctrl-C writes nothing", [model, { send: "\x03" }], 130, null],
    ["Ctrl-D writes nothing", [model, { send: "\x04" }], 130, null],
  ];
  for (const [name, steps, code, expected] of cases) {
    await using p = await place({ ollama: ollama.base });
    const ran = await terminal(p, ["init"], steps);
    assert.equal(ran.code, code, `${name}: ${ran.output}`);
    assert.equal(await written(p), expected === null ? null : HEADER + expected, name);
  }
});

terminalTest("init without a model makes the three offers", async () => {
  await using openai = await fakeOpenAi({ script: fakeModel, models: [{ id: "served" }] });
  const offer: Step = { wait: "1, 2 or 3: " };
  const connected = `inference:\n  backend: llamacpp\n  llamacpp:\n    base_url: ${openai.base}\n`;
  const cases: [string, Step[], string][] = [
    ["Enter stays with commands", [offer, { send: "\r" }], ""],
    ["a model that the hub has otherwise than the catalogue knows is not fetched", [
      { wait: "1) fetch " },
      offer,
      { send: "1\r" },
      { wait: "Cannot pull" },
      offer,
      { send: "3\r" },
    ], ""],
    ["an address that nobody answers, then one that answers", [
      offer,
      { send: "2\r" },
      { wait: "address" },
      { send: "127.0.0.1:9\r" },
      { wait: "Cannot use the server" },
      offer,
      { send: "2\r" },
      { wait: "address" },
      { send: `${openai.base}/v1/\r` },
      { wait: "served" },
    ], connected],
    ["a public address is a cloud", [
      offer,
      { send: "2\r" },
      { wait: "address" },
      { send: "http://192.0.2.1\r" },
      {
        wait: "public address",
      },
      offer,
      { send: "\r" },
    ], ""],
  ];
  const files = Object.fromEntries(CATALOGUE.map(({ repo, file }) => [`${repo}/${file}`, new Uint8Array(1000)]));
  await using hub = await serveHub({ files });
  for (const [name, steps, expected] of cases) {
    await using p = await place({ env: { HAROMBE_MODELS_HUB: hub.base } });
    const ran = await terminal(p, ["init"], steps);
    assert.equal(ran.code, 0, `${name}: ${ran.output}`);
    assert.equal(await written(p), HEADER + expected, name);
  }
});

terminalTest("an address that is a name is resolved only from the command line, and the offer says how", async () => {
  await using p = await place();
  const ran = await terminal(p, ["init"], [
    { wait: "1, 2 or 3: " },
    { send: "2\r" },
    { wait: "address" },
    {
      send: "http://box.invalid:11434\r",
    },
    { wait: "harombe connect http://box" },
    { wait: "1, 2 or 3: " },
    { send: "\r" },
  ]);
  assert.equal(ran.code, 0, ran.output);
});

terminalTest("the first conversation without a model makes the offer once, and goes on with the answer", async () => {
  await using ollama = await fakeOllama({ script: fakeModel, models: MODELS });
  await using p = await place();
  const leave: Step[] = [{ wait: "› " }, { send: "/exit\r" }];
  const first = await terminal(p, [], [{ wait: "1, 2 or 3: " }, { send: "\r" }, { wait: "harombe init" }, {
    wait: "commands ",
  }, ...leave]);
  assert.equal(first.code, 0, first.output);
  assert.equal(await written(p), null);
  const second = await terminal(p, [], leave);
  assert.doesNotMatch(second.output, /1, 2 or 3/);
  await Deno.remove(`${p.home}/.harombe/first-offer`);
  // The variable of the tests would overrule what is written, as it would a person's.
  const { HAROMBE_OLLAMA_HOST: _, ...env } = p.env;
  const third = await onTerminal("", {
    steps: [
      { wait: "1, 2 or 3: " },
      { send: "2\r" },
      { wait: "address" },
      { send: `${ollama.base}\r` },
      { wait: "large:8b was chosen" },
      ...leave,
    ],
    env,
    instead: { command: p.words([]), cwd: p.folder },
  });
  assert.equal(third.code, 0, third.output);
  assert.equal(await written(p), `${HEADER}inference:\n  backend: ollama\nollama:\n  host: ${ollama.base}\n`);
});

Deno.test("a pipe is never asked", async () => {
  await using p = await place();
  const { code, out, err } = await p.run(["chat"], "what time is it\n");
  assert.equal(code, 0, err);
  assert.doesNotMatch(out + err, /1, 2 or 3/);
  assert.equal([...Deno.readDirSync(`${p.home}/.harombe`)].some(({ name }) => name === "first-offer"), false);
});

Deno.test("connect asks the server first, keeps the rest of the file, and says what it has", async () => {
  await using ollama = await fakeOllama({ script: fakeModel, models: MODELS });
  await using openai = await fakeOpenAi({ script: fakeModel, models: [{ id: "served" }] });
  await using p = await place({ env: { HAROMBE_OLLAMA_HOST: "" } });
  await Deno.mkdir(`${p.home}/.harombe`, { mode: 0o700 });
  const own = "# mine\nmodel:\n  name: small:1b # this one\n";
  await Deno.writeTextFile(config(p), own);
  const there = await p.run(["connect", ollama.base.replace("http://", ""), "--json"], undefined, {
    env: { HAROMBE_OLLAMA_HOST: null },
  });
  assert.equal(there.code, 0, there.err);
  const said = JSON.parse(there.out);
  assert.deepEqual([said.kind, said.base, said.models.length], ["ollama", ollama.base, 2]);
  const after = `${own}inference:\n  backend: ollama\nollama:\n  host: ${ollama.base}\n`;
  assert.equal(await written(p), after);
  const cases: [string, string, number, RegExp][] = [
    ["nobody answers", "127.0.0.1:9", 4, /Cannot use the server 127\.0\.0\.1:9: /],
    ["a public address", "http://192.0.2.1:11434", 1, /public address/],
    ["no address", "http://", 2, /Cannot/],
    ["another scheme", "ftp://127.0.0.1", 2, /Cannot/],
    ["an escape sequence", "127.0.0.1:9\x1b[2J", 2, /Cannot/],
    ["a second line", "127.0.0.1:9\nollama: {}", 2, /Cannot/],
    ["a password", "http://me:secret@127.0.0.1:9", 2, /a key belongs/],
    ["a name that nobody knows", "no-such-host.invalid", 4, /its name cannot be resolved/],
  ];
  for (const [name, address, code, pattern] of cases) {
    const ran = await p.run(["connect", address], undefined, { env: { HAROMBE_OLLAMA_HOST: null } });
    assert.match(ran.err, pattern, name);
    assert.equal(ran.code, code, `${name}: ${ran.err}`);
    assert.doesNotMatch(ran.err, /\x1b|EPERM/, name);
  }
  assert.equal(await written(p), after);
  const named = await p.run(["connect", ollama.base.replace("127.0.0.1", "localhost")], undefined, {
    env: { HAROMBE_OLLAMA_HOST: null },
  });
  assert.equal(named.code, 0, named.err);
  const other = await p.run(["connect", openai.base], undefined, {
    env: { HAROMBE_OLLAMA_HOST: "http://127.0.0.1:9" },
  });
  assert.equal(other.code, 0, other.err);
  assert.match(other.err, /model\.name is small:1b, which this server does not have/);
});
