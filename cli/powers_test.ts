import assert from "node:assert/strict";
import {
  alone,
  aloneFlags,
  complement,
  excessPowers,
  fetchHosts,
  hostOf,
  mainEnvironment,
  mainFlags,
  type MainPowers,
  namedHosts,
  privacyOf,
  PRIVATE_IPV4,
  updateFrom,
} from "./powers.ts";

const POWERS: MainPowers = {
  home: "/home/ada",
  state: "/home/ada/.harombe",
  code: ["/opt/harombe"],
  folder: { path: "/home/ada/ab", access: "rw" },
  confined: true,
  hosts: ["box.lan:11434"],
  privacy: "local-only",
};
const flag = (flags: string[], name: string) => flags.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);

Deno.test("the public ranges are exactly what the private ones leave", () => {
  assert.deepEqual(complement(["0.0.0.0/1"]), ["128.0.0.0/1"]);
  assert.deepEqual(complement(["128.0.0.0/1"]), ["0.0.0.0/1"]);
  assert.deepEqual(complement([]), ["0.0.0.0/0"]);
  assert.deepEqual(complement(["0.0.0.1/32", "0.0.0.0/32"]).slice(0, 2), ["0.0.0.2/31", "0.0.0.4/30"]);
  const size = (ranges: readonly string[]) =>
    ranges.reduce((sum, range) => sum + 2 ** (32 - Number(range.split("/")[1])), 0);
  assert.equal(size(complement(PRIVATE_IPV4)) + size(PRIVATE_IPV4), 2 ** 32);
  assert.deepEqual(complement(complement(PRIVATE_IPV4)), complement(complement(complement(complement(PRIVATE_IPV4)))));
});

Deno.test("the main process has no run, no ffi, and all of nothing", () => {
  for (const confined of [true, false]) {
    for (const access of ["none", "ro", "rw"] as const) {
      for (const privacy of ["local-only", "hybrid", "cloud-assisted"] as const) {
        const flags = mainFlags({ ...POWERS, confined, privacy, folder: { ...POWERS.folder, access } });
        assert.deepEqual(flags.filter((one) => /^(-A|--allow-all|--allow-(run|ffi).*|--allow-\w+)$/.test(one)), []);
        assert.ok(flags.includes("--deny-run") && flags.includes("--deny-ffi") && flags.includes("--no-prompt"));
        assert.equal(flag(flags, "--deny-net") !== undefined, privacy === "local-only");
      }
    }
  }
});

Deno.test("the workspace is in the main process's reach only where nothing else confines", () => {
  const seen = (powers: Partial<MainPowers>) => {
    const flags = mainFlags({ ...POWERS, ...powers });
    return [flag(flags, "--allow-read"), flag(flags, "--allow-write")];
  };
  const folder = POWERS.folder;
  assert.deepEqual(seen({}), ["/home/ada/.harombe,/opt/harombe", "/home/ada/.harombe"]);
  assert.deepEqual(seen({ confined: false }), [
    "/home/ada/.harombe,/opt/harombe,/home/ada/ab",
    "/home/ada/.harombe,/home/ada/ab",
  ]);
  assert.deepEqual(seen({ confined: false, folder: { ...folder, access: "ro" } }), [
    "/home/ada/.harombe,/opt/harombe,/home/ada/ab",
    "/home/ada/.harombe",
  ]);
  assert.deepEqual(seen({ confined: false, folder: { ...folder, access: "none" } }), [
    "/home/ada/.harombe,/opt/harombe",
    "/home/ada/.harombe",
  ]);
});

Deno.test("a directory that flags would read as two is refused", () => {
  for (
    const powers of [{ state: "/x,/etc" }, { code: ["/x,/etc"] }, {
      confined: false,
      folder: { path: "/x,/etc", access: "ro" as const },
    }]
  ) {
    assert.throws(() => mainFlags({ ...POWERS, ...powers }), /comma in its name: \/x,\/etc/);
  }
  assert.ok(mainFlags({ ...POWERS, folder: { path: "/x,/etc", access: "rw" } }).every((one) => !one.includes("/etc")));
});

Deno.test("a host is a literal name or address, or nothing", () => {
  const cases: [string, string | null][] = [
    ["http://box:11434/v1", "box:11434"],
    ["https://box.lan", "box.lan"],
    ["box", "box"],
    ["192.168.1.9:8080", "192.168.1.9:8080"],
    ["http://[fd00::1]:11434", "[fd00::1]:11434"],
    ["http://user:pass@box", null],
    ["*", null],
    ["0.0.0.0/0", "0.0.0.0"],
    ["a,b", null],
    ["box:port", null],
    ["box:", "box"],
    ["http://box:0", null],
    ["http://box:65535/v1", "box:65535"],
    ["http://box:65536/v1", null],
    ["http://[fd00::1]:99999", null],
    ["", null],
    ["http://", null],
    ["-x", null],
  ];
  assert.deepEqual(cases.map(([value]) => [value, hostOf(value)]), cases);
});

Deno.test("hosts are read from the configuration's text and two variables, and in no other place", () => {
  const config = [
    "ollama:",
    "  host: http://box.lan:11434 # mine",
    "backends:",
    "  - name: big",
    '    base_url: "https://10.0.0.7:8000/v1"',
    "  - host: 'http://[fd00::2]:1'",
    "  # host: http://commented.example",
    "note: see host: http://not.example",
    "host: *",
  ].join("\n");
  assert.deepEqual(namedHosts(config, { OLLAMA_HOST: "gpu:11434", HAROMBE_OLLAMA_HOST: "0.0.0.0:11434" }), [
    "box.lan:11434",
    "10.0.0.7:8000",
    "[fd00::2]:1",
    "gpu:11434",
  ]);
  assert.deepEqual(namedHosts("", {}), []);
});

Deno.test("the hosts to fetch from are those of two settings and their variables, with their ports, and no other", () => {
  const config = [
    "ollama:",
    "  host: http://box.lan:11434",
    "models:",
    "  # hub: http://commented.example",
    "  hub: 'http://mirror.lan/x' # mine",
    "model:",
    "  hub: http://other.example",
    "tools:",
    "  fetch: true",
    "  web_search:",
    "    engine: searxng",
    '    url: "https://10.0.0.7"',
    "  url: http://shallow.example",
    "inference:",
    "  models:",
    "    hub: http://deep.example",
    "hub: http://top.example",
    "url: http://top.example",
  ].join("\n");
  const environment = {
    HAROMBE_MODELS_HUB: "http://[fd00::2]:1/",
    NPM_CONFIG_REGISTRY: "http://npm.lan:4873/",
    OLLAMA_HOST: "gpu",
  };
  assert.deepEqual(fetchHosts(config, environment), ["[fd00::2]:1", "npm.lan:4873", "mirror.lan:80", "10.0.0.7:443"]);
  const odd = ["models: {hub: http://flow.example}", "models:\n\thub: http://tab.example", "models:\n  hub: file:///x"];
  assert.deepEqual(odd.map((text) => fetchHosts(text, { HAROMBE_MODELS_HUB: "mirror" })), [[], [], []]);
  assert.deepEqual(fetchHosts(`${" ".repeat(500_000)}hub: http://x\n${"a:\n".repeat(100_000)}`, {}), []);
});

Deno.test("releases are asked for where update.url says, a variable before the file, and nowhere by default", () => {
  const file = "update:\n  url: https://releases.lan:8443/harombe/ # ours\nurl: https://top.example\n";
  const none = { url: null, hosts: [] };
  const rows: [string, Record<string, string>, ReturnType<typeof updateFrom>][] = [
    ["", {}, none],
    [file, {}, { url: "https://releases.lan:8443/harombe/", hosts: ["releases.lan:8443"] }],
    [file, { HAROMBE_UPDATE_URL: "http://box.lan/" }, { url: "http://box.lan/", hosts: ["box.lan:80"] }],
    ["update: {url: https://flow.example}", {}, none],
    ["update:\n  url: null\n", {}, none],
    [file, { HAROMBE_UPDATE_URL: "ftp://box.lan/" }, none],
  ];
  for (const [config, environment, expected] of rows) assert.deepEqual(updateFrom(config, environment), expected);
  assert.deepEqual(fetchHosts(file, { HAROMBE_UPDATE_URL: "http://box.lan/" }), []);
});

Deno.test("an enormous configuration is read in linear time", () => {
  assert.deepEqual(namedHosts(`${" -".repeat(200_000)}\n${"host: ".repeat(100_000)}`, {}), []);
  assert.equal(privacyOf(`privacy:\n${" \n".repeat(100_000)}`, {}), "local-only");
});

Deno.test("everything but the owner's clear word means local-only", () => {
  const cases: [config: string, environment: Record<string, string>, mode: string][] = [
    ["", {}, "local-only"],
    ["privacy:\n  mode: hybrid\n", {}, "hybrid"],
    ["privacy: # note\n\n  audit_routing: true\n  mode: 'cloud-assisted' # yes\n", {}, "cloud-assisted"],
    ["privacy:\n  mode: everything\n", {}, "local-only"],
    ["other:\n  mode: hybrid\n", {}, "local-only"],
    ["privacy:\nmode: hybrid\n", {}, "local-only"],
    ["privacy:\n  mode: local-only\n", { HAROMBE_PRIVACY_MODE: "hybrid" }, "hybrid"],
    ["privacy:\n  mode: hybrid\n", { HAROMBE_PRIVACY_MODE: "nonsense" }, "local-only"],
  ];
  assert.deepEqual(
    cases.map(([config, environment]) => privacyOf(config, environment)),
    cases.map(([, , mode]) => mode),
  );
});

Deno.test("only known variables reach the main process", () => {
  assert.deepEqual(
    mainEnvironment({
      HOME: "/h",
      TERM: "xterm",
      HAROMBE_X: "1",
      AWS_SECRET_ACCESS_KEY: "s",
      LD_PRELOAD: "/x",
      DENO_DIR: "/d",
      ANTHROPIC_API_KEY: "k",
    }),
    { HOME: "/h", TERM: "xterm", HAROMBE_X: "1", DENO_DIR: "/d" },
  );
});

Deno.test("a process with more than the main process's powers is told apart", () => {
  const with_ = (granted: Record<string, "granted" | "partial">) =>
    excessPowers(({ name }) => ({
      state: granted[name] === "granted" ? "granted" : "prompt",
      partial: granted[name] === "partial",
    }));
  assert.deepEqual(with_({ read: "partial", write: "partial", net: "partial", sys: "partial", env: "partial" }), []);
  assert.deepEqual(with_({ run: "partial" }), ["run"]);
  assert.deepEqual(with_({ ffi: "granted", read: "granted" }), ["ffi", "all of read"]);
  assert.deepEqual(excessPowers(), [
    "run",
    "ffi",
    "all of read",
    "all of write",
    "all of net",
    "all of sys",
    "all of env",
  ]);
});

Deno.test("a file that a command names is granted beside the state directory, and one with a comma in its name is not", () => {
  const files = { read: ["/here/x.md"], write: ["/here/x.md"] };
  assert.ok(aloneFlags("/s", { files }).includes("--allow-write=/s,/here/x.md"));
  assert.throws(() => aloneFlags("/s", { files: { read: ["/here/a,/etc"], write: [] } }), /comma/);
});

Deno.test("scoring and replaying need no launcher, other verbs of rules do", () => {
  const cases: [string[], boolean][] = [
    [["rules", "score", "runs"], true],
    [["rules", "replay", "1120"], true],
    [["rules", "list"], false],
    [["rules", "list", "score"], false],
    [["score"], false],
    [["ask", "rules", "score"], false],
  ];
  for (const [args, expected] of cases) assert.equal(alone(args), expected, args.join(" "));
});
