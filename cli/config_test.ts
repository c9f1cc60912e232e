import assert from "node:assert/strict";
import { complain, Config, configPath, leaves, loadConfig, stateDirectory } from "./config.ts";
import { readConfig } from "./config/read.ts";
import { Exit } from "./failure.ts";

const never = new AbortController().signal;

/** Every complaint about `text` as lines. */
function complaints(text: string, variables: Record<string, string> = {}): string[] {
  const read = readConfig(text, variables);
  return "complaints" in read ? complain("f", read.complaints).split("\n") : [];
}

Deno.test("an empty file, a comment and empty sections are all defaults", () => {
  const defaults = Config.parse({});
  for (const text of ["", "# nothing\n", "---\n", "model:\n", "model: {}\nsecurity:\n", "security:\n  rules:\n"]) {
    assert.deepEqual(readConfig(text, {}), { config: defaults, sources: {}, warnings: [] }, text);
  }
});

Deno.test("a complaint names line, column, place and the nearest key", () => {
  const cases: [string, string[]][] = [
    ["model:\n  nme: x\n", ['f:2:3: unknown key "nme" in model; did you mean "name"?']],
    ["modle:\n  name: x\n", ['f:1:1: unknown key "modle"; did you mean "model"?']],
    ["tools:\n  temperature: 1\n", ['f:2:3: unknown key "temperature" in tools; did you mean "model.temperature"?']],
    ["model:\n  temperature: hot\n", ["f:2:16: model.temperature: expected number, received string"]],
    ["model:\n  name: 3\n", ["f:2:9: model.name: expected string, received number"]],
    ["model:\n  name: null\n", ["f:2:9: model.name: expected string, received null"]],
    ["model: text\n", ["f:1:8: model: expected object, received string"]],
    ["agent:\n  max_steps: 51\n", ["f:2:14: agent.max_steps: Too big: expected number to be <=50"]],
    ["security:\n  rules:\n    deny: [a, 3]\n", ["f:3:15: security.rules.deny.1: expected string, received number"]],
    ["privacy:\n  mode: open\n", [
      'f:2:9: privacy.mode: expected one of "local-only"|"hybrid"|"cloud-assisted"',
    ]],
    ["a: 1\na: 2\n", ["f:2:1: Map keys must be unique"]],
    ["model:\n  name: a\n  name: b\n", ["f:3:3: Map keys must be unique"]],
    ["- model\n", ["f:1:1: it must be a list of `section:` entries"]],
    ["just text\n", ["f:1:1: it must be a list of `section:` entries"]],
    ["42\n", ["f:1:1: it must be a list of `section:` entries"]],
    ["model: [\n", ["f:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]"]],
    ["model: !!js/function x\n", ["f:1:8: Unresolved tag: tag:yaml.org,2002:js/function"]],
    ["a\0b", ["f: it holds a NUL byte, so it is not a text file"]],
    ["__proto__:\n  x: 1\n", [
      'f:1:1: unknown key "__proto__"; known: model, models, ollama, inference, security, privacy, server, agent, tools, update',
    ]],
    ["tools:\n  confirm_dangerous: false\n", [
      "f:2:22: tools.confirm_dangerous: cannot be switched off; allow single calls under security.rules.allow",
    ]],
  ];
  for (const [text, expected] of cases) assert.deepEqual(complaints(text), expected, text);
});

Deno.test("several complaints come at once, in the order of the file", () => {
  const text = "model:\n  nme: x\n  temperature: hot\nfoo: 1\nagent:\n  max_steps: 0\n";
  assert.deepEqual(complaints(text).map((line) => line.split(":")[1]), ["2", "3", "4", "6"]);
});

Deno.test("no file is slow, deep or large: bombs are complaints", () => {
  const bomb = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
  for (let n = 1; n < 9; n++) bomb.push(`a${n}: &a${n} [${Array(10).fill(`*a${n - 1}`).join(",")}]`);
  const cases: [string, RegExp][] = [
    [bomb.join("\n"), /alias|nested/i],
    ["[".repeat(100_000), /nested too deeply/],
    ["{a: ".repeat(50_000), /nested too deeply/],
    ["- ".repeat(100_000), /nested too deeply/],
    ["? ".repeat(100_000), /nested too deeply/],
    [Array.from({ length: 3000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"), /nested too deeply/],
    ["model: &m\n  name: *m\n", /./],
  ];
  for (const [text, expected] of cases) assert.match(complaints(text)[0] ?? "valid", expected, text.slice(0, 40));
});

Deno.test("variables override the file, each with its type, and say so", () => {
  const read = readConfig("model:\n  name: a\n  temperature: 0.5\n", {
    HAROMBE_MODEL_NAME: "b",
    HAROMBE_OLLAMA_HOST: "http://127.0.0.1:1",
    HAROMBE_AGENT_MAX_STEPS: "7",
    HAROMBE_TOOLS_SHELL: "false",
    HAROMBE_MODEL_QUANTIZATION: "",
    HAROMBE_HOME: "/x",
    HAROMBE_MODEL_NAM: "c",
    HAROMBE_BANANA: "d",
  });
  assert.ok("config" in read);
  const { config, sources, warnings } = read;
  assert.deepEqual([config.model.name, config.model.temperature, config.ollama.host, config.agent.max_steps], [
    "b",
    0.5,
    "http://127.0.0.1:1",
    7,
  ]);
  assert.equal(config.tools.shell, false);
  assert.deepEqual(sources, {
    "model.name": "HAROMBE_MODEL_NAME",
    "model.temperature": "file",
    "ollama.host": "HAROMBE_OLLAMA_HOST",
    "agent.max_steps": "HAROMBE_AGENT_MAX_STEPS",
    "tools.shell": "HAROMBE_TOOLS_SHELL",
  });
  assert.deepEqual(warnings, [
    "HAROMBE_MODEL_NAM is no setting and is ignored; did you mean HAROMBE_MODEL_NAME?",
    "HAROMBE_BANANA is no setting and is ignored",
  ]);
});

Deno.test("a wrong variable is an error; none can replace a list of rules or set a secret", () => {
  const cases: [Record<string, string>, string[]][] = [
    [{ HAROMBE_MODEL_TEMPERATURE: "hot" }, [
      "Cannot use the variable HAROMBE_MODEL_TEMPERATURE: expected number, received string",
    ]],
    [{ HAROMBE_TOOLS_SHELL: "maybe" }, [
      "Cannot use the variable HAROMBE_TOOLS_SHELL: expected boolean, received string",
    ]],
    [{ HAROMBE_SECURITY_RULES_DENY: "shell:*" }, [
      "Cannot use the variable HAROMBE_SECURITY_RULES_DENY: security.rules.deny is a list; set it in the file",
    ]],
    [{ HAROMBE_INFERENCE_VLLM_API_KEY: "hunter2" }, [
      "Cannot use the variable HAROMBE_INFERENCE_VLLM_API_KEY: inference.vllm.api_key is a secret and is never read from a variable; set it in the file",
    ]],
  ];
  for (const [variables, expected] of cases) assert.deepEqual(complaints("", variables), expected);
});

Deno.test("every setting has one variable of its own", () => {
  const names = leaves().map((leaf) => leaf.path.join("_").toUpperCase());
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.includes("MODEL_NAME") && names.includes("OLLAMA_HOST"));
});

Deno.test("the state directory is HAROMBE_HOME, else below HOME, else an error", () => {
  const of = (env: Record<string, string>) => stateDirectory((name) => env[name]);
  assert.equal(of({ HAROMBE_HOME: "/h", HOME: "/u" }), "/h");
  assert.equal(of({ HOME: "/u" }), "/u/.harombe");
  assert.throws(() => of({}), /neither HAROMBE_HOME nor HOME is set/);
});

Deno.test("what is no plain small text file that only its owner changes is refused by name", async () => {
  const cases: [string, (path: string) => Promise<void> | void, RegExp][] = [
    ["a directory", (path) => Deno.mkdir(path), /it is a directory/],
    ["too large", (path) => Deno.writeFile(path, new Uint8Array(300_000)), /300000 bytes/],
    ["binary", (path) => Deno.writeFile(path, new Uint8Array([0xff, 0xfe, 0, 1])), /not UTF-8/],
    ["NUL", (path) => Deno.writeFile(path, new Uint8Array([97, 0])), /NUL byte/],
    ["writable by all", async (path) => {
      await Deno.writeTextFile(path, "");
      await Deno.chmod(path, 0o666);
    }, /everybody may change it/],
  ];
  for (const [name, make, expected] of cases) {
    const directory = await Deno.makeTempDir();
    await make(configPath(directory));
    await assert.rejects(loadConfig(directory, {}, never), (error) => {
      assert.ok(error instanceof Exit, name);
      assert.match(error.message, expected, name);
      return error.code === 1;
    });
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a missing file is no error", async () => {
  const { exists, config } = await loadConfig("/nonexistent/harombe", {}, never);
  assert.deepEqual({ exists, config }, { exists: false, config: Config.parse({}) });
});
