/** Models, recipes, memory, backups, logs, updates: arguments and settings that must be refused, and kept files that are damaged. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { oneLine, type Otherwise, type Place, place } from "./harombe.ts";

/** Words, exit code, what the one line says. */
type Row = [args: string[], code: number, line: RegExp, other?: Otherwise];

/** Nothing listens there: no row may wait for a hub. */
const NO_HUB = { env: { HAROMBE_MODELS_HUB: "http://127.0.0.1:9" } };

const ARGUMENTS: Row[] = [
  [["models", "lsit"], 2, /unknown verb 'lsit' for models; did you mean 'list'\?/],
  [["models", "pull", "nosuch"], 2, /Cannot pull nosuch: it is no name of the catalogue \(harombe models show/],
  [["models", "pull", "a/b/c"], 2, /Cannot pull a\/b\/c: /],
  [["models", "pull", "http://"], 2, /it is no URL/],
  [["models", "pull", "own/x", "--sha256"], 2, /argument missing/],
  [["models", "pull", "own/x", "--as"], 2, /argument missing/],
  [["models", "pull", "qwen3-0.6b"], 1, /127\.0\.0\.1/, NO_HUB],
  [["models", "pull", "fake:latest"], 3, /nothing was downloaded: say yes to this offer by --yes/],
  [["models", "show", "nosuch"], 1, /was not fetched and is not in the catalogue; harombe models show lists both/],
  [["models", "show", "../x"], 1, /Cannot show \.\.\/x/],
  [["models", "rm", "../x"], 2, /it is no model's name/],
  [["models", "rm", "fake:latest"], 2, /its server keeps it; with Ollama run: ollama rm fake:latest/],
  [["models", "rm", "nosuch"], 1, /Cannot remove nosuch: it is not installed/],
  [["models", "list"], 4, /The configured model server does not answer/],
  [["models", "ps"], 4, /Cannot connect to the model server: http:\/\/127\.0\.0\.1:9/],
  [["models", "test"], 2, /missing required argument 'model'/, { folder: [] }],
  [["models", "test", "nosuch"], 4, /The configured model server does not answer/, { folder: [] }],
  [["models", "test", "nosuch"], 2, /Cannot use --folder here: models test has a folder of its own/],
  [["connect"], 2, /missing required argument 'address'/],
  [["connect", "ftp://x"], 2, /it must begin with http:\/\/ or https:\/\//],
  [["connect", "a b"], 2, /it has spaces/],
  [["connect", "http://u:p@h"], 2, /it holds a name or password/],
  [["connect", "http://127.0.0.1:99999"], 2, /Cannot use the address http:\/\/127\.0\.0\.1:99999/],
  [
    ["connect", "http://8.8.8.8"],
    1,
    /^harombe: Cannot use the server http:\/\/8\.8\.8\.8: 8\.8\.8\.8 is a public address/,
  ],
  [
    ["connect", "127.0.0.1:9"],
    4,
    /^harombe: Cannot use the server 127\.0\.0\.1:9: it cannot be reached \(connect ECONNREFUSED/,
  ],
  [["init"], 2, /this is no terminal; use -y/],
  [["init", "--model"], 2, /argument missing/],
  [["init", "x"], 2, /too many arguments/],
  [["status", "--hardwear"], 2, /did you mean --hardware\?/],
  [["status", "x"], 2, /too many arguments/],
  [["recipes"], 2, /needs a verb: list, show, save, run, rm/],
  [["recipes", "save"], 2, /required option '--name <name>' not specified/],
  [["recipes", "save", "nosuch", "--name", "x"], 1, /Cannot find session "nosuch"/],
  [["recipes", "show", "../x"], 2, /Cannot use as the name of a recipe: \.\.\/x/],
  [["recipes", "show", "nosuch"], 1, /there is none; harombe recipes list/],
  [["recipes", "run", "nosuch"], 1, /there is none; harombe recipes list/],
  [["recipes", "run", "nosuch", "a"], 2, /give key=value/],
  [["recipes", "rm", "nosuch"], 1, /there is none/],
  [["memory"], 2, /needs a verb: list, show, add, rm, search/],
  [["memory", "add", ""], 1, /it is empty/],
  [["memory", "show", "99"], 1, /Cannot find fact 99/],
  [["memory", "rm", "abc"], 2, /Cannot use as the number of a fact: abc/],
  [["memory", "list", "-n", "x"], 2, /Cannot use as a count: x/],
  [["sessions", "branch", "nosuch"], 1, /Cannot find session "nosuch"/],
  [["sessions", "cost", "nosuch"], 1, /Cannot find session "nosuch"/],
  [["sessions", "export", "nosuch"], 1, /Cannot find session "nosuch"/],
  [["sessions", "export", "nosuch", "--format", "xml"], 2, /format/],
  [["backup"], 2, /missing required argument 'file'/],
  [["backup", "/tmp"], 1, /Cannot write \/tmp: something that is no plain file is there/],
  [["restore", "/nonexistent/x"], 1, /Cannot restore \/nonexistent\/x: it is not there/],
  [["logs", "--level", "loud"], 2, /Cannot use the level loud: error, warning, info/],
  [["logs", "-n", "x"], 2, /Cannot use as a count: x/],
  [["logs", "x"], 2, /too many arguments/],
  [["uninstall", "x"], 2, /too many arguments/],
  [["update"], 2, /no address of releases is built in/, { folder: [] }],
  [["update", "a", "b"], 2, /one release at a time/, { folder: [] }],
  [["update", "x", "--sha256", "abc"], 2, /--sha256 needs 64 hexadecimal digits/, { folder: [] }],
  [["update", "--rollback"], 4, /unavailable: this harombe was not started from its portable file/, { folder: [] }],
  [["version", "--licenses"], 4, /unavailable: install the portable file/],
  [["ask", "hi", "--image"], 2, /argument missing/],
  [["ask", "hi", "--image", "nosuch.png"], 2, /Cannot attach an image: commands without a model read none/],
];

const SETTINGS: [name: string, value: string, says: RegExp][] = [
  ["models.hub", "ftp://x", /it must be an address such as https:\/\/huggingface\.co/],
  ["ollama.host", "x y", /it must be an address such as http:\/\/localhost:11434/],
  ["ollama.host", "http://x:99999", /it must be an address/],
  ["inference.vllm.base_url", "http://", /it must be an address/],
  ["inference.backend", "x", /expected one of/],
  ["inference.embedded.threads", "0", /threads/],
  ["inference.embedded.gpu", "on", /expected one of/],
  ["inference.embedded.idle_s", "soon", /idle_s/],
  ["model.think", "much", /it must be true, false, null, low, medium or high/],
  ["model.keep_alive", "-2", /keep_alive/],
  ["model.seed", "1.5", /seed/],
  ["tools.web_search.engine", "x", /expected one of/],
  ["tools.web_search.url", "x", /it must be an address such as http:\/\/searx\.lan:8080/],
];

/** A file or folder of the state directory, what becomes of it, and what then says so; a command that is not named works. */
const DAMAGES: [path: string, text: string | null, rows: Row[]][] = [
  ["measures.db", "{{{", []],
  ["memory.db", "{{{", [
    [["memory", "list"], 1, /Cannot open the memory at .*: the file is damaged/],
    [["ask", "help"], 1, /Cannot open the memory at .*: the file is damaged/],
  ]],
  ["logs", "x", [[["logs"], 1, /Cannot read .*logs/]]],
  ["recipes", "x", [
    [["recipes", "list"], 1, /Cannot list the recipes in .*: a part of it is no directory/],
    [["recipes", "show", "x"], 1, /Cannot use the recipe x: a part of it is no directory/],
  ]],
  ["models", "x", [
    [["models", "show"], 1, /Cannot show the models in .*: it cannot be listed: Not a directory/],
  ]],
  ["engines", "x", []],
  ["sandbox.last", "x", []],
  ["first-offer", null, []],
  ["recipes/daily.yaml", "{", [
    [["recipes", "show", "daily"], 1, /Cannot use the recipe daily: line \d+: /],
    [["recipes", "run", "daily"], 1, /Cannot use the recipe daily: line \d+: /],
  ]],
  ["models/one.json", "{", []],
  ["models/one.gguf", "no model", []],
  ["logs/harombe.log", "\x00\x1b[2J not a line\n", []],
];

/** Every command that reads what `DAMAGES` damages. */
const READERS = [
  ["ask", "help"],
  ["status"],
  ["logs"],
  ["memory", "list"],
  ["models", "show"],
  ["recipes", "list"],
  ["sessions", "list"],
];

async function each<T>(rows: readonly T[], work: (row: T) => Promise<void>): Promise<void> {
  const queue = rows.values();
  const one = async () => {
    for (const row of queue) await work(row);
  };
  await Promise.all(Array.from({ length: Math.max(2, navigator.hardwareConcurrency) }, one));
}

async function table(p: Place, rows: readonly Row[]): Promise<void> {
  await each(rows, async ([args, code, line, other]) => {
    const ran = await p.run(args, undefined, other);
    // What is offered stands on standard output, where the offer alone is.
    oneLine(code === 3 ? { ...ran, out: "" } : ran, code, line, args.join(" "));
  });
}

Deno.test(`arguments of the daily commands that must be refused are one line and the right exit code (${ARGUMENTS.length} rows)`, async () => {
  await using p = await place();
  await table(p, ARGUMENTS);
});

Deno.test(`a setting of the daily parts that cannot be is refused, in the file and in its variable (${SETTINGS.length} rows)`, async () => {
  await using p = await place();
  await each(SETTINGS, async ([name, value, says]) => {
    oneLine(await p.run(["config", "set", name, value]), 2, says, name);
    const variable = `HAROMBE_${name.toUpperCase().replaceAll(".", "_")}`;
    const ran = await p.run(["models", "list"], undefined, { env: { [variable]: value } });
    oneLine(ran, 1, new RegExp(`^harombe: Cannot use the variable ${variable}: `), variable);
  });
  assert.match((await p.run(["config", "validate"])).out, /harombe\.yaml is not there, so all defaults hold/);
});

Deno.test(`a damaged file of the daily parts is one line where it is needed, and nothing elsewhere (${DAMAGES.length} rows)`, async () => {
  for (const [path, text, rows] of DAMAGES) {
    await using p = await place();
    const state = join(p.home, ".harombe");
    assert.equal((await p.run(["memory", "add", "a fact"])).code, 0);
    const at = join(state, path);
    await Deno.mkdir(join(at, ".."), { recursive: true, mode: 0o700 });
    if (text === null) await Deno.mkdir(at);
    else {
      await Deno.remove(at, { recursive: true }).catch(() => {});
      await Deno.writeTextFile(at, text, { mode: 0o600 });
    }
    await table(p, rows);
    const said = new Set(rows.map(([args]) => args.join(" ")));
    await each(READERS.filter((args) => !said.has(args.join(" "))), async (args) => {
      const { code, out, err } = await p.run(args);
      assert.deepEqual(
        [code, /[\x00-\x09\x0b-\x1f]| at file:/.test(out + err)],
        [0, false],
        `${path}: ${args}: ${err}`,
      );
    });
  }
});

Deno.test("after all of it uninstall knows everything that was put on the machine", async () => {
  await using p = await place();
  const state = join(p.home, ".harombe");
  for (
    const args of [["init", "-y"], ["init", "-y", "--force"], ["memory", "add", "x"], ["ask", "list the files here"]]
  ) {
    const { code, err } = await p.run(args);
    assert.equal(code, 0, err);
  }
  await p.run(["recipes", "save", "--name", "daily"]);
  await p.run(["models", "rm", "nosuch"]);
  await p.run(["backup", join(p.folder, "backup")]);
  assert.equal((await p.run(["uninstall", "--yes"])).code, 0);
  assert.deepEqual(await Deno.stat(state).then(() => [...Deno.readDirSync(state)], () => "gone"), "gone");
});
