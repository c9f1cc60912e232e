/** Secrets as a person uses them: the whole program, its files, its audit log, its terminal. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeOllama } from "../fakes/ollama.ts";
import { fakeVault } from "../fakes/vault.ts";
import { onTerminal, ptyMissing } from "../terminal/pty.ts";
import { type Place, place } from "./harombe.ts";

const VALUE = "hunter2-the-real-value";

/** Writes the settings and says what is wrong with them. */
function configure(p: Place, yaml: string): void {
  Deno.mkdirSync(join(p.home, ".harombe"), { recursive: true, mode: 0o700 });
  Deno.writeTextFileSync(join(p.home, ".harombe/harombe.yaml"), yaml, { mode: 0o600 });
}

/** Every byte below the state directory as text. */
function everything(p: Place): string {
  const state = join(p.home, ".harombe");
  const below = (folder: string): string[] =>
    Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) =>
      isDirectory
        ? below(join(folder, name))
        : [new TextDecoder("latin1").decode(Deno.readFileSync(join(folder, name)))]
    );
  return below(state).join("\n");
}

async function ran(p: Place, args: string[], stdin?: string, env?: Record<string, string>) {
  const { code, out, err } = await p.run(args, stdin, env === undefined ? {} : { env });
  return { code, out, err };
}

Deno.test("add, list, get, rotate, rm: the value is on standard output only where it was asked for, and nowhere on disk", async () => {
  await using p = await place();
  const added = await ran(
    p,
    ["secrets", "add", "github_token", "--bind", "host=api.github.com,header=authorization"],
    `${VALUE}\n`,
  );
  assert.deepEqual([added.code, added.out], [0, ""], added.err);
  assert.match(
    added.err,
    /Kept github_token in local, to be replaced by \d{4}-\d\d-\d\d\. It may go to api\.github\.com\./,
  );
  const listed = await ran(p, ["secrets", "list"]);
  assert.match(
    listed.out,
    /^github_token {2}local; set .*; due .*; host=api\.github\.com,header=authorization,method=GET,path=\/\*\n$/,
  );
  assert.equal((await ran(p, ["secrets", "get", "github_token", "--show"])).out, VALUE);
  assert.equal((await ran(p, ["secrets", "add", "github_token"], "another")).code, 1);
  const rotated = await ran(p, ["secrets", "rotate", "github_token", "--generate", "hex"]);
  assert.match(rotated.err, /Whoever issued it does not know: change it there too, harombe cannot/);
  const now = (await ran(p, ["secrets", "get", "github_token", "--show"])).out;
  assert.match(now, /^[0-9a-f]{64}$/);
  assert.equal((await ran(p, ["secrets", "get", "github_token", "--show", "--previous"])).out, VALUE);
  const json = JSON.parse((await ran(p, ["secrets", "list", "--json"])).out);
  assert.deepEqual([json.secrets[0].name, json.secrets[0].previous, json.warnings], ["github_token", true, []]);
  for (const text of [JSON.stringify(json), added.err, listed.out, rotated.err]) assert.doesNotMatch(text, /hunter2/);
  assert.doesNotMatch(everything(p), new RegExp(`${VALUE}|${now}`));
  const audit = JSON.parse((await ran(p, ["audit", "list", "--kind", "secret", "--json"])).out) as {
    entry: { action: string; name: string; generation?: number };
  }[];
  assert.deepEqual(audit.map(({ entry }) => [entry.action, entry.name, entry.generation]), [
    ["add", "github_token", 1],
    ["read", "github_token", undefined],
    ["rotate", "github_token", 2],
    ["read", "github_token", undefined],
    ["read", "github_token", undefined],
  ]);
  assert.equal((await ran(p, ["secrets", "rm", "github_token"])).code, 0);
  assert.equal((await ran(p, ["secrets", "get", "github_token", "--show"])).code, 1);
  assert.equal((await ran(p, ["audit", "verify"])).code, 0);
});

Deno.test("a value on the command line is refused and not repeated; so is one that cannot be kept", async () => {
  await using p = await place();
  for (const words of [["k", VALUE], [`k=${VALUE}`], ["k", "a", VALUE], [`${VALUE} x`]]) {
    const { code, out, err } = await ran(p, ["secrets", "add", ...words], "");
    assert.deepEqual([code, out], [2, ""], words.join(" "));
    assert.match(err, /Cannot take a value from the command line/);
    assert.doesNotMatch(err, /hunter2/);
  }
  const cases: [string[], string, RegExp][] = [
    [["add", "../x"], VALUE, /Cannot use that name/],
    [["add", "k"], "", /it is empty/],
    [["add", "k"], `${VALUE}\0`, /NUL/],
    [["add", "k"], "hunter2".repeat(10_000), /longer than 65536/],
    [["add", "k", "--bind", "host=*.x.com,header=authorization"], VALUE, /host is one exact name/],
    [["add", "k", "--bind", "host=x.com,header=authorization"], `${VALUE}\nsecond`, /line ends/],
    [["add", "k", "--store", "env"], VALUE, /only reads it/],
    [["add", "k", "--store", "nowhere"], VALUE, /there are local, env/],
    [["add", "k", "--generate", "password"], VALUE, /it is random, uuid, hex/],
    [["get", "k", "--show"], "", /Cannot find the secret/],
    [["rm", "k"], "", /there is none/],
    [["rotate", "k"], VALUE, /there is none/],
    [["import", "file.env"], `K=${VALUE}`, /give it on standard input/],
    [["import"], `{"k": "${VALUE}"`, /it is no object/],
  ];
  for (const [args, stdin, reason] of cases) {
    const { code, err } = await ran(p, ["secrets", ...args], stdin);
    assert.ok(code === 1 || code === 2, args.join(" "));
    assert.match(err, reason, args.join(" "));
    assert.doesNotMatch(err, /hunter2/, args.join(" "));
  }
  assert.equal((await ran(p, ["secrets", "list"])).out, "There are no secrets.\n");
});

Deno.test("import: dotenv, JSON, variables; what is taken is kept unless told otherwise", async () => {
  await using p = await place();
  const env = await ran(
    p,
    ["secrets", "import"],
    `# note\nexport API_KEY="a b"\nPEM="line 1\nline 2"\nbad name=${VALUE}\n`,
  );
  assert.match(env.err, /2 secrets taken over into local\nleft out bad name: /);
  assert.doesNotMatch(env.err, /hunter2/);
  const json = await ran(
    p,
    ["secrets", "import"],
    JSON.stringify({ API_KEY: "other", db: { password: "p", port: 5432 } }),
  );
  assert.match(json.err, /2 secrets taken over into local\nleft out API_KEY: local has it/);
  const names = async () =>
    JSON.parse((await ran(p, ["secrets", "list", "--json"])).out).secrets.map((one: { name: string }) => one.name);
  assert.deepEqual(await names(), ["API_KEY", "PEM", "db.password", "db.port"]);
  assert.equal((await ran(p, ["secrets", "get", "PEM", "--show"])).out, "line 1\nline 2");
  const variable = { HAROMBE_SECRET_FROM_ENV: VALUE };
  assert.equal((await ran(p, ["secrets", "import", "--from", "env"], undefined, variable)).code, 0);
  assert.equal((await ran(p, ["secrets", "get", "from_env", "--show"])).out, VALUE);
});

Deno.test("a file that was put back to an older one is told by the audit log", async () => {
  await using p = await place();
  const file = join(p.home, ".harombe/secrets.age");
  await ran(p, ["secrets", "add", "a"], "first");
  const old = Deno.readFileSync(file);
  await ran(p, ["secrets", "add", "b"], "second");
  Deno.writeFileSync(file, old);
  const { code, err } = await ran(p, ["secrets", "list"]);
  assert.equal(code, 0);
  assert.match(err, /put back to an older state: the audit log knows change 2, the file is at 1/);
});

Deno.test("`secret:NAME` in the settings reaches the server and neither the model nor a record; without it nothing starts", async () => {
  await using ollama = await fakeOllama({
    script: (heard: { messages: { role: string; content?: string }[] }) =>
      heard.messages.at(-1)!.role === "tool"
        ? { text: `I saw: ${heard.messages.at(-1)!.content}` }
        : { calls: [{ name: "read_file", arguments: { path: "notes.txt" } }] },
  });
  await using p = await place({ ollama: ollama.base });
  configure(p, "tools:\n  web_search:\n    engine: brave\n    brave_api_key: secret:brave\n");
  const without = await ran(p, ["ask", "hello"]);
  assert.equal(without.code, 1);
  assert.match(without.err, /tools\.web_search\.brave_api_key: Cannot find the secret "brave"/);
  await ran(p, ["secrets", "add", "brave"], VALUE);
  await ran(p, ["secrets", "add", "other"], "another-value-of-mine");
  // What the owner keeps is known to the scrub, whatever its shape.
  Deno.writeTextFileSync(join(p.folder, "notes.txt"), `it is ${VALUE} and another-value-of-mine`);
  const asked = await ran(p, ["ask", "read notes.txt"]);
  assert.equal(asked.code, 0, asked.err);
  const leak = /hunter2|another-value-of-mine/;
  assert.doesNotMatch(asked.out + asked.err, leak);
  assert.doesNotMatch(everything(p), leak);
  const shown = await ran(p, ["config", "show"]);
  assert.match(shown.out, /brave_api_key: "?\[set\]/);
  const audit = (await ran(p, ["audit", "list", "--kind", "secret"])).out;
  assert.match(audit, /use brave in local by configuration tools\.web_search\.brave_api_key/);
});

Deno.test("Vault by the whole program: through the process that alone dials, its token kept in the local store", async () => {
  await using vault = await fakeVault();
  vault.tokens.set("hvs.mine", { endsAt: Infinity, ttl: 0, renewable: false, writes: true });
  await using p = await place();
  configure(
    p,
    `security:\n  credentials:\n    method: vault\n    vault_addr: ${vault.base}\n    vault_token: secret:vault\n`,
  );
  assert.equal((await ran(p, ["secrets", "add", "vault", "--store", "local"], "hvs.mine")).code, 0);
  const added = await ran(p, ["secrets", "add", "github"], VALUE);
  assert.match(added.err, /Kept github in vault/);
  assert.deepEqual(vault.entries.get("harombe/github")!.versions.map(({ data }) => data), [{ value: VALUE }]);
  assert.equal((await ran(p, ["secrets", "get", "github", "--show"])).out, VALUE);
  const listed = await ran(p, ["secrets", "list"]);
  assert.match(listed.out, /^github {2}vault; .*\nvault {2}local; /);
  vault.fault = { kind: "sealed" };
  const sealed = await ran(p, ["secrets", "list"]);
  assert.deepEqual([sealed.code, sealed.out.startsWith("vault  local")], [1, true]);
  assert.match(sealed.err, /it is sealed or down \(503\)/);
  assert.equal((await ran(p, ["secrets", "get", "vault", "--show"])).code, 1);
});

Deno.test("SOPS by the whole program: main may read the two named files and no other", async () => {
  await using p = await place();
  const from = new URL("../fixtures/secrets/sops/", import.meta.url).pathname;
  for (const name of ["plain.yaml", "key.txt"]) Deno.copyFileSync(from + name, join(p.home, name));
  Deno.chmodSync(join(p.home, "key.txt"), 0o600);
  configure(
    p,
    "security:\n  credentials:\n    method: sops\n    sops_file: ~/plain.yaml\n    sops_age_key_file: ~/key.txt\n",
  );
  assert.equal((await ran(p, ["secrets", "get", "database.password", "--show"])).out, "pä$$ word");
  assert.match((await ran(p, ["secrets", "rm", "database.password"])).err, /harombe may not write to sops/);
  Deno.chmodSync(join(p.home, "key.txt"), 0o644);
  assert.match((await ran(p, ["secrets", "list"])).err, /its mode is 0644/);
});

Deno.test("systemd hands the key over by a credential", async () => {
  await using p = await place();
  configure(p, "security:\n  credentials:\n    unlock: systemd\n");
  assert.match((await ran(p, ["secrets", "list"])).err, /unavailable: no systemd credential/);
  const { newIdentity } = await import("../../security/secrets/age.ts");
  const credentials = join(p.home, "credentials");
  Deno.mkdirSync(credentials, { mode: 0o700 });
  Deno.writeTextFileSync(join(credentials, "harombe.key"), `${await newIdentity()}\n`, { mode: 0o400 });
  const env = { CREDENTIALS_DIRECTORY: credentials };
  assert.equal((await ran(p, ["secrets", "add", "k"], VALUE, env)).code, 0);
  assert.equal((await ran(p, ["secrets", "get", "k", "--show"], undefined, env)).out, VALUE);
  assert.deepEqual(
    Array.from(Deno.readDirSync(join(p.home, ".harombe")), ({ name }) => name).includes("secrets.key"),
    false,
  );
});

const missing = ptyMissing();
Deno.test({
  name: `at a terminal the value and the passphrase are not echoed, and a key in the open is replaced${
    missing ? ` (${missing})` : ""
  }`,
  ignore: missing !== null,
  async fn() {
    await using p = await place();
    const typed = async (args: string[], steps: ({ wait: string } | { send: string })[]) =>
      await onTerminal("", { steps, env: p.env, waitS: 40, instead: { command: p.words(args), cwd: p.folder } });
    const added = await typed(["secrets", "add", "k"], [
      { wait: "Value of k (it is not shown): " },
      { send: `${VALUE}\r` },
      { wait: "Kept k in local" },
    ]);
    assert.equal(added.code, 0);
    assert.doesNotMatch(added.output, /hunter2/);
    const open = Deno.readTextFileSync(join(p.home, ".harombe/secrets.key"));
    configure(p, "security:\n  credentials:\n    unlock: passphrase\n");
    const PASSPHRASE = "correct horse battery";
    const locked = await typed(["secrets", "list"], [
      { wait: "New passphrase of the secrets: " },
      { send: `${PASSPHRASE}\r` },
      { wait: "Once more: " },
      { send: `${PASSPHRASE}\r` },
      { wait: "k  local" },
    ]);
    assert.doesNotMatch(locked.output, /correct horse/);
    const key = Deno.readTextFileSync(join(p.home, ".harombe/secrets.key"));
    assert.match(key, /^-----BEGIN AGE ENCRYPTED FILE-----/);
    assert.notEqual(key, open);
    assert.match((await ran(p, ["secrets", "get", "k", "--show"])).err, /nobody sits at a terminal to type it/);
    const shown = await typed(["secrets", "get", "k", "--show"], [
      { wait: "Passphrase of the secrets: " },
      { send: `${PASSPHRASE}\r` },
      { wait: VALUE },
    ]);
    assert.doesNotMatch(shown.output, /correct horse/);
    const wrong = await typed(["secrets", "get", "k", "--show"], [
      { wait: "Passphrase of the secrets: " },
      { send: "wrong horse battery\r" },
      { wait: "the passphrase is wrong" },
    ]);
    assert.equal(wrong.code, 1);
  },
});

Deno.test({
  name: `a conversation that needs a locked secret asks for its passphrase, unseen; Ctrl-C leaves${
    missing ? ` (${missing})` : ""
  }`,
  ignore: missing !== null,
  async fn() {
    await using ollama = await fakeOllama({ script: () => ({ text: "the answer is here" }) });
    await using p = await place({ ollama: ollama.base });
    const locked = "security:\n  credentials:\n    unlock: passphrase\n";
    configure(p, `${locked}tools:\n  web_search:\n    engine: brave\n    brave_api_key: secret:brave\n`);
    const typed = async (args: string[], steps: ({ wait: string } | { send: string })[]) =>
      await onTerminal("", { steps, env: p.env, waitS: 40, instead: { command: p.words(args), cwd: p.folder } });
    const PASSPHRASE = "correct horse battery";
    const value = [{ wait: "Value of brave" }, { send: `${VALUE}\r` }];
    const twice = ["New passphrase of", "Once more"].flatMap((wait) => [{ wait }, { send: `${PASSPHRASE}\r` }]);
    await typed(["secrets", "add", "brave"], [...value, ...twice, { wait: "Kept brave" }]);
    const question = { wait: "Passphrase of the secrets: " };
    const talked = await typed(["chat"], [
      question,
      { send: `${PASSPHRASE}x\x7f\r` },
      { send: "hello\r" },
      { wait: "the answer is here" },
      { send: "\x04" },
    ]);
    assert.equal(talked.code, 0);
    assert.doesNotMatch(talked.output, /correct horse|hunter2/);
    const left = await typed(["chat"], [question, { send: "\x03" }]);
    assert.equal(left.code, 130);
    const wrong = await typed(["chat"], [question, { send: "wrong horse battery\r" }, {
      wait: "the passphrase is wrong",
    }]);
    assert.equal(wrong.code, 1);
    assert.match((await ran(p, ["ask", "hello"])).err, /nobody sits at a terminal to type it/);
  },
});

Deno.test({
  name: `no process of harombe shows a value in its arguments, and main leaves no core file${
    Deno.build.os === "linux" ? "" : " (no /proc)"
  }`,
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using p = await place();
    const { child } = p.start(["secrets", "add", "k"], { stdin: "piped" });
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(VALUE));
    const below = (
      pid: number,
    ): number[] => [
      pid,
      ...Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean).flatMap((one) =>
        below(Number(one))
      ),
    ];
    const seen = { main: "" };
    // Main waits for the end of the value: it is there until the pipe is closed.
    while (seen.main === "") {
      for (const pid of below(child.pid)) {
        const read = (name: string) => {
          try {
            return Deno.readTextFileSync(`/proc/${pid}/${name}`);
          } catch {
            return "";
          }
        };
        assert.doesNotMatch(read("cmdline") + read("environ"), /hunter2/);
        if (/main\.ts/.test(read("cmdline"))) seen.main = read("limits");
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.match(seen.main, /Max core file size +0 /);
    await writer.close();
    assert.equal((await child.status).code, 0);
    await Promise.all([child.stdout.cancel().catch(() => {}), child.stderr.cancel()]);
  },
});
