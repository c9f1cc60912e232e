import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { packName, packsFor } from "../../node/embedded/pack.ts";
import { type Hub, type HubFault, serveHub } from "../fakes/hub.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { type Place, place } from "./harombe.ts";

/** A GGUF file's beginning and then noise. */
function weights(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  bytes.set(new TextEncoder().encode("GGUF"));
  return bytes;
}

const MODEL = weights(3_000_000);
const SHA = createHash("sha256").update(MODEL).digest("hex");
const FILES = {
  "own/tiny-GGUF/tiny-Q4_K_M.gguf": MODEL,
  "own/tiny-GGUF/tiny-Q8_0.gguf": MODEL,
  "own/fake-GGUF/fake-Q4_K_M.gguf": new TextEncoder().encode("<html>no model</html>"),
};
const PULL = ["models", "pull", "own/tiny-GGUF", "--yes"];

async function withHub(work: (at: { hub: Hub; p: Place; state: string }) => Promise<void>): Promise<void> {
  await using hub = await serveHub({ files: FILES, licence: "apache-2.0" });
  await using p = await place({ env: { HAROMBE_MODELS_HUB: hub.base } });
  const state = join(p.home, ".harombe");
  // As if the engine were installed: that this tree has a built llama.js must not add to what is offered.
  for (const pack of packsFor(Deno.build)) {
    await Deno.mkdir(join(state, "engines", packName(pack)), { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(join(state, "engines", packName(pack), "llama.js"), "");
  }
  await work({ hub, p, state });
}

/** What of a model lies in the state directory: files below `models`, `downloads`, `pulls`, without locks. */
async function lying(state: string): Promise<string[]> {
  const found: string[] = [];
  for (const directory of ["models", "downloads", "pulls"]) {
    for await (
      const { name } of await Deno.stat(join(state, directory)).then(
        () => Deno.readDir(join(state, directory)),
        () => [],
      )
    ) {
      if (!/\.lock$|^speed$/.test(name)) found.push(`${directory}/${name}`);
    }
  }
  return found.sort();
}

const INSTALLED = ["models/tiny-Q4_K_M.gguf", "models/tiny-Q4_K_M.json"];

Deno.test("a pull shows what it is, asks, fetches, records and removes", async () => {
  await withHub(async ({ hub, p, state }) => {
    const offered = await p.run(["models", "pull", "own/tiny-GGUF"]);
    assert.equal(offered.code, 3, offered.err);
    for (
      const line of [
        /^model tiny-Q4_K_M$/m,
        /licence +apache-2\.0/,
        /size +3\.0 MB/,
        new RegExp(`${SHA} \\(as the hub says\\)`),
        /free disk/,
        /time +unknown/,
        /tokens\/s +unknown/,
      ]
    ) {
      assert.match(offered.out, line);
    }
    assert.deepEqual(hub.asked.filter(({ path }) => path.startsWith("/cdn/")), []);
    assert.deepEqual(await lying(state), []);

    const pulled = await p.run(PULL);
    assert.equal(pulled.code, 0, pulled.err);
    assert.match(pulled.err, /100 %/);
    assert.deepEqual(await lying(state), INSTALLED);
    assert.deepEqual(await Deno.readFile(join(state, INSTALLED[0])), MODEL);
    const { fetchedAt: _, ...record } = JSON.parse(await Deno.readTextFile(join(state, INSTALLED[1])));
    assert.deepEqual(record, {
      name: "tiny-Q4_K_M",
      file: "tiny-Q4_K_M.gguf",
      url: `${hub.base}/own/tiny-GGUF/resolve/main/tiny-Q4_K_M.gguf`,
      bytes: MODEL.length,
      sha256: SHA,
      checked: "hub",
      licence: "apache-2.0",
      parameters: null,
      quantization: "Q4_K_M",
      contextLength: null,
    });
    const audit = JSON.parse((await p.run(["audit", "list", "--json"])).out) as { entry: Record<string, unknown> }[];
    assert.deepEqual(audit.map(({ entry }) => [entry.kind, entry.tool, entry.by ?? entry.ok]), [
      ["intent", "models_pull", "--yes on the command line"],
      ["outcome", "models_pull", true],
    ]);
    assert.match((await p.run(PULL)).err, /is there already/);
    assert.match((await p.run(["models", "show", "tiny-Q4_K_M"])).out, /checked against what the hub said/);
    assert.equal((await p.run(["models", "rm", "tiny-Q4_K_M"])).code, 0);
    assert.deepEqual(await lying(state), []);
  });
});

Deno.test("nothing is installed that is not what it must be", async () => {
  await withHub(async ({ hub, p, state }) => {
    const rows: [string, HubFault | null, string[], number, RegExp][] = [
      ["wrong bytes", { kind: "wrong" }, PULL, 1, /SHA-256 is .* was expected\. It was removed/],
      ["another size", { kind: "size_lie", bytes: 2_000_000 }, PULL, 1, /another file/],
      ["to a private address", { kind: "redirect", to: "http://10.0.0.1/x" }, PULL, 1, /10\.0\.0\.1/],
      ["to a port beside", { kind: "redirect", to: "http://127.0.0.1:1024/x" }, PULL, 1, /loopback address/],
      ["in circles", { kind: "loop" }, PULL, 1, /more than 10 redirects/],
      ["no model", null, ["models", "pull", "own/fake-GGUF", "--yes"], 1, /no GGUF file/],
      ["another hash than given", null, [...PULL, "--sha256", "a".repeat(64)], 1, /its source says SHA-256/],
      ["a hash that is none", null, [...PULL, "--sha256", "abc"], 2, /64 hexadecimal digits/],
      ["no such repository", null, ["models", "pull", "own/none", "--yes"], 1, /no such repository/],
      [
        "no such quantization",
        null,
        ["models", "pull", "own/tiny-GGUF:Q5_K_M", "--yes"],
        2,
        /choose one of: tiny-Q4_K_M\.gguf, tiny-Q8_0\.gguf/,
      ],
      [
        "a URL without a hash",
        null,
        ["models", "pull", "http://127.0.0.1:1024/a.gguf", "--yes"],
        2,
        /--sha256, or take whatever comes by --unverified/,
      ],
      [
        "a private URL that nobody named",
        null,
        ["models", "pull", "http://127.0.0.1:1024/a.gguf", "--yes", "--unverified"],
        1,
        /does not name this host/,
      ],
      ["a name for another directory", null, [...PULL, "--as", "../x"], 2, /Cannot name/],
      ["the catalogue's, where the hub has another", null, ["models", "pull", "qwen3-0.6b", "--yes"], 1, /404/],
      ["a login", { kind: "status", status: 401 }, PULL, 1, /wants a login/],
      [
        "too late",
        { kind: "status", status: 429, headers: { "retry-after": "9999" } },
        PULL,
        1,
        /come back in 9999 seconds/,
      ],
    ];
    for (const [name, fault, args, code, expected] of rows) {
      hub.fault(fault);
      const ran = await p.run(args);
      assert.equal(ran.code, code, `${name}: ${ran.err}`);
      assert.match(ran.err, expected, name);
      assert.deepEqual((await lying(state)).filter((path) => !path.includes(".part")), [], name);
    }
  });
});

Deno.test("breaks are gone on with: cut, busy, silent servers and changed ones come to the same file", async () => {
  await withHub(async ({ hub, p, state }) => {
    const faults: HubFault[] = [
      { kind: "cut", at: 1_000_000, times: 1 },
      { kind: "status", status: 503, headers: { "retry-after": "0" }, times: 2 },
      { kind: "ignores_range" },
      { kind: "etag_changes" },
    ];
    for (const fault of faults) {
      hub.fault(fault);
      const { code, err } = await p.run(PULL);
      assert.equal(code, 0, `${fault.kind}: ${err}`);
      assert.deepEqual(await Deno.readFile(join(state, INSTALLED[0])), MODEL);
      await p.run(["models", "rm", "tiny-Q4_K_M"]);
    }
    const ranges = hub.asked.flatMap(({ headers }) => headers.range ?? []);
    // The redirect and what it leads to, once: only the cut file was gone on with.
    assert.deepEqual([ranges.length, ranges[0] === ranges[1], /^bytes=[1-9]\d+-$/.test(ranges[0])], [2, true, true]);
  });
});

Deno.test("kill -9 in the middle of a download, then the same command fetches only the rest", async () => {
  await withHub(async ({ hub, p, state }) => {
    hub.fault({ kind: "drip", bytes: 100_000, ms: 100 });
    const { child } = p.start(PULL);
    const err = new Response(child.stderr).text();
    await hub.sent(1_000_000);
    await Deno.stat(join(state, "pulls/tiny-Q4_K_M.gguf.part.json"));
    child.kill("SIGKILL");
    await child.status;
    await err;
    const part = join(state, "downloads/tiny-Q4_K_M.gguf.part");
    const { size } = await Deno.stat(part);
    assert.ok(size > 0 && size < MODEL.length, `${size} bytes`);
    hub.fault(null);
    const before = hub.asked.length;
    const again = await p.run(PULL);
    assert.equal(again.code, 0, again.err);
    assert.match(again.out, /of it here already/);
    const asked = hub.asked.slice(before).find(({ path }) => path.startsWith("/cdn/"));
    assert.match(asked!.headers.range, /^bytes=[1-9]\d+-$/);
    assert.deepEqual(await lying(state), INSTALLED);
    assert.deepEqual(await Deno.readFile(join(state, INSTALLED[0])), MODEL);
    assert.equal((await p.run(["audit", "verify"])).code, 0);
  });
});

Deno.test("Ctrl-C keeps the part, says how to go on, and exits with 130", async () => {
  await withHub(async ({ hub, p, state }) => {
    hub.fault({ kind: "drip", bytes: 100_000, ms: 100 });
    const { child, lines } = p.start(PULL);
    const err = new Response(child.stderr).text();
    await hub.sent(500_000);
    child.kill("SIGTERM");
    await Array.fromAsync(lines);
    const { code } = await child.status;
    assert.equal(code, 130);
    assert.match(await err, /stopped\. \d.* are kept; go on with: harombe models pull own\/tiny-GGUF/);
    assert.deepEqual(await lying(state), ["downloads/tiny-Q4_K_M.gguf.part", "pulls/tiny-Q4_K_M.gguf.part.json"]);
    const audit = JSON.parse((await p.run(["audit", "list", "--json"])).out) as {
      entry: { kind: string; ok?: boolean };
    }[];
    assert.deepEqual(audit.map(({ entry }) => [entry.kind, entry.ok]), [["intent", undefined], ["outcome", false]]);
  });
});

Deno.test("two pulls of one model: the second says so and touches nothing", async () => {
  await withHub(async ({ hub, p, state }) => {
    hub.fault({ kind: "stall", at: 200_000 });
    const { child, lines } = p.start(PULL);
    const err = new Response(child.stderr).text();
    await hub.sent(200_000);
    const second = await p.run(PULL);
    assert.equal(second.code, 1, second.err);
    assert.match(second.err, /another harombe is downloading it/);
    assert.equal((await Deno.stat(join(state, "downloads/tiny-Q4_K_M.gguf.part"))).size, 200_000);
    child.kill("SIGTERM");
    await Array.fromAsync(lines);
    assert.deepEqual([(await child.status).code, /stopped/.test(await err)], [130, true]);
  });
});

const mount = await new Deno.Command("unshare", { args: ["-m", "mount", "-t", "tmpfs", "none", "/mnt"] }).output()
  .then(({ success }) => success, () => false);

Deno.test({
  name: `a full disk is said before, or in the middle, and the part stays${
    mount ? "" : " (ignored: mounting a small file system needs root)"
  }`,
  ignore: !mount,
  fn: async () => {
    await withHub(async ({ hub, p, state }) => {
      await Deno.mkdir(state, { mode: 0o700, recursive: true });
      const small = (script: string) => ({
        wrap: [
          "unshare",
          "-m",
          "sh",
          "-c",
          `cp -R ${state}/engines ${p.folder} && mount -t tmpfs -o size=4m,mode=700 none ${state} && ` +
          `cp -R ${p.folder}/engines ${state} && ${script}`,
          "sh",
        ],
      });
      const told = await p.run(PULL, undefined, small('exec "$@"'));
      assert.equal(told.code, 1, told.err);
      assert.match(told.err, /it needs 3\.0 MB and .* to spare, and .* are free on that disk/);
      // A URL of which nobody knows the size is stopped by the disk itself.
      const url = `${hub.base}/cdn/own/tiny-GGUF/tiny-Q4_K_M.gguf?Signature=s`;
      const full = await p.run(
        ["models", "pull", url, "--yes", "--unverified", "--as", "x"],
        undefined,
        small(`dd if=/dev/zero of=${state}/ballast bs=1M count=2 2>/dev/null; "$@"; s=$?; ls -R ${state} >&2; exit $s`),
      );
      assert.equal(full.code, 1, full.err);
      assert.match(full.err, /the disk is full\. Free some space\. .* are kept; go on with: harombe models pull/);
      assert.match(full.err, /x\.gguf\.part$/m);
      assert.doesNotMatch(full.err, /x\.json/);
    });
  },
});

Deno.test("a name with Ollama's tag is Ollama's to fetch: offered, agreed to, watched, recorded, removed", async () => {
  const pull = [
    { status: "pulling manifest" },
    { status: "pulling abc", total: 100, completed: 40 },
    { status: "pulling abc", total: 100, completed: 100 },
    { status: "success" },
  ];
  await using ollama = await fakeOllama({ script: [{ text: "hi" }], pull });
  await using p = await place({ ollama: ollama.base });
  const offered = await p.run(["models", "pull", "qwen3:4b"]);
  assert.equal(offered.code, 3, offered.err);
  assert.match(offered.out, /^model qwen3:4b\n +source +Ollama at http:\/\/127\.0\.0\.1:\d+, from its own library$/m);
  const pulled = await p.run(["models", "pull", "ollama:qwen3:4b", "--yes"]);
  assert.equal(pulled.code, 0, pulled.err);
  assert.match(pulled.err, /pulling manifest\n.*40 %.*\n.*100 %.*\n.*success\nOllama has qwen3:4b\n$/s);
  const audit = JSON.parse((await p.run(["audit", "list", "--json"])).out) as {
    entry: { kind: string; ok?: boolean };
  }[];
  assert.deepEqual(audit.map(({ entry }) => [entry.kind, entry.ok]), [["intent", undefined], ["outcome", true]]);
  assert.equal((await p.run(["models", "rm", "ollama:fake:latest"])).code, 0);
  const gone = await p.run(["models", "rm", "ollama:fake:latest"]);
  assert.equal(gone.code, 1);
  assert.match(gone.err, /^harombe: .*fake:latest/);
});
