/** Programs that people use, inside a run whose only way out is its proxy. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { codeOf } from "../../cli/launch/code.ts";
import type { Egress } from "../../security/egress/egress.ts";
import { DEFAULT_LIMITS, type Grant, type RunEvent } from "../../security/sandbox/grant.ts";
import { finished, grantOf, type Laboratory, laboratory, NO_RULES } from "../attacks/launch_run.ts";
import { type PackageServer, servePackages } from "../fakes/package_server.ts";

const here = new URL("../../cli/launch.ts", import.meta.url).href;
const probe = await laboratory();
const missing = probe.powers.bubblewrap.state === "ok" ? null : "bubblewrap does not work here";
await probe.close();
const title = (name: string) => missing === null ? name : `${name} (ignored: ${missing})`;

async function there(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

type House = {
  lab: Laboratory;
  server: PackageServer;
  events: RunEvent[];
  run: (grant: Partial<Grant>) => ReturnType<typeof finished>;
};

/** A launcher, and a server that the owner's configuration names. */
async function house(
  options: { page?: (request: Request) => Promise<Response> } = {},
): Promise<House & { close(): Promise<void> }> {
  const root = await Deno.makeTempDir({ prefix: "egress-" });
  await Deno.chmod(root, 0o755);
  const shell = async (line: string) => {
    const { success, stderr } = await new Deno.Command("/bin/sh", { args: ["-ec", line], cwd: root }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  };
  const as = "-c user.name=a -c user.email=a@b.test";
  await shell(`git init -q src && cd src && echo text > file && git add . && git ${as} commit -qm one && cd .. &&
    mkdir repos && git clone -q --bare src repos/demo.git && git -C repos/demo.git config http.receivepack true`);
  await shell(`/usr/bin/python3 -c '
import zipfile
z = zipfile.ZipFile("demo-1.0-py3-none-any.whl", "w")
z.writestr("demo/__init__.py", "")
z.writestr("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n")
z.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
z.writestr("demo-1.0.dist-info/RECORD", "")
z.close()' || true`);
  const server = await servePackages({
    repositories: join(root, "repos"),
    wheel: join(root, "demo-1.0-py3-none-any.whl"),
    ...options,
  });
  const certificates = join(root, "authority.pem");
  await Deno.writeTextFile(certificates, server.certificates);
  const code = await codeOf(here, Deno.env.toObject());
  const lab = await laboratory({
    written: { "authority.pem": server.certificates },
    proxy: code.proxy,
    relay: code.relay,
    named: [`localhost:${server.port}`, `127.0.0.2:${server.addressPort}`],
    certificates,
  });
  const events: RunEvent[] = [];
  return {
    lab,
    server,
    events,
    run: (grant) =>
      finished(lab.launcher.run(
        grantOf({ folder: "rw", limits: { ...DEFAULT_LIMITS, ms: 60_000, pids: 128, memoryBytes: 1 << 30 }, ...grant }),
        new AbortController().signal,
        { event: (event) => void events.push(event), question: () => Promise.reject(new Error("nobody")) },
      )),
    async close() {
      await lab.close();
      await server.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}

const open = (port: number, more: Partial<Egress> = {}): Egress => ({
  rules: [{ host: "localhost", port }],
  inspect: false,
  swaps: [],
  known: [],
  ...more,
});

/** Here the server's name is one that clients would ask without a proxy. Where TLS stays closed they must trust the server's own authority. */
const BEFORE = `export NO_PROXY= no_proxy= npm_config_noproxy=; cd /tmp
[ -n "$SSL_CERT_FILE" ] || for name in SSL_CERT_FILE GIT_SSL_CAINFO PIP_CERT npm_config_cafile DENO_CERT; do
  export $name=FOLDER/authority.pem; done\n`;

const CLIENTS: { name: string; needs: string; line: (base: string) => string; expect: RegExp }[] = [
  { name: "curl", needs: "/usr/bin/curl", line: (base) => `curl -sS ${base}/page`, expect: /^hello$/m },
  {
    name: "curl by SOCKS",
    needs: "/usr/bin/curl",
    line: (base) => `curl -sS --proxy "$ALL_PROXY" ${base}/page`,
    expect: /^hello$/m,
  },
  {
    name: "git",
    needs: "/usr/bin/git",
    line: (base) => `git clone -q ${base}/git/demo.git && cat demo/file`,
    expect: /^text$/m,
  },
  {
    name: "pip",
    needs: "/usr/lib/python3/dist-packages/pip",
    line: (base) =>
      `/usr/bin/python3 -m pip --disable-pip-version-check download -q --no-deps --index-url ${base}/simple demo && ls *.whl`,
    expect: /demo-1\.0-py3-none-any\.whl/,
  },
  {
    name: "npm",
    needs: "/usr/bin/npm",
    line: (base) =>
      `npm install --no-audit --no-fund --registry ${base}/npm/ demo && cat node_modules/demo/package.json`,
    expect: /"demo"/,
  },
];

for (const inspect of [false, true]) {
  for (const { name, needs, line, expect } of CLIENTS) {
    const ignore = missing !== null || !await there(needs);
    Deno.test({
      name: title(
        `${name} reaches the one host it was given, ${inspect ? "TLS opened" : "TLS closed"}, and it is told`,
      ),
      ignore,
      async fn() {
        const { lab, server, events, run, close } = await house();
        try {
          const source = BEFORE.replace("FOLDER", lab.folder) + line(`https://localhost:${server.port}`);
          const { stdout, stderr, outcome } = await run({ source, egress: open(server.port, { inspect }) });
          assert.match(stdout, expect, stderr);
          assert.equal(outcome.code, 0, stderr);
          assert.ok(events.length > 0);
          for (const event of events) {
            assert.ok(event.kind === "connection");
            assert.deepEqual([event.verdict, event.host, event.address], ["open", "localhost", "127.0.0.1"]);
          }
        } finally {
          await close();
        }
      },
    });
  }

  Deno.test({
    name: title(`Deno's fetch reaches the one host it was given, ${inspect ? "TLS opened" : "TLS closed"}`),
    ignore: missing !== null,
    async fn() {
      const { server, run, close } = await house();
      try {
        const source = `const ca = ${inspect} ? [] : [${JSON.stringify(server.certificates)}];
          const client = Deno.createHttpClient({ caCerts: ca });
          console.log(await (await fetch("https://127.0.0.2:${server.addressPort}/page", { client })).text());
          await fetch("https://127.0.0.2:1/", { client }).catch((error) => console.log("no"));`;
        const rules = [{ host: "127.0.0.2", port: server.addressPort }];
        for (const brokered of [undefined, NO_RULES]) {
          const egress = open(0, { rules, inspect });
          const { stdout, stderr } = await run({ program: "deno", source, egress, brokered });
          assert.match(stdout, /^hello\n\nno\n$/, stderr);
        }
      } finally {
        await close();
      }
    },
  });
}

Deno.test({
  name: title("without its relay or with a broken line a run reaches nothing, and its end leaves nothing behind"),
  ignore: missing !== null,
  async fn() {
    const { lab, server, run, events, close } = await house();
    const get = `curl -sS -m 5 --noproxy '' https://127.0.0.2:${server.addressPort}/page; echo "code $?"`;
    const egress = open(0, { rules: [{ host: "127.0.0.2", port: server.addressPort }] });
    const cases = [
      `for p in /proc/[0-9]*; do grep -qa relay_process $p/cmdline && kill -9 \${p#/proc/} 2>/dev/null; done; ${get}`,
      `head -c 100000 /dev/zero | tr '\\0' x > /run/harombe/way/up; ${get}`,
      `unset HTTPS_PROXY https_proxy ALL_PROXY all_proxy; ${get}`,
      `curl -sS -m 5 --proxy http://127.0.0.1:3128 --noproxy '' http://169.254.169.254/; ${
        get.replace("127.0.0.2", "127.0.0.3")
      }`,
    ];
    try {
      for (const source of cases) {
        const { stdout, stderr } = await run({ source, egress });
        assert.match(stdout, /code [1-9]/, stderr);
        assert.doesNotMatch(stdout, /hello/);
      }
      assert.equal(server.seen.length, 0);
      assert.ok(events.every((event) => event.kind === "connection" && event.verdict === "refused"));
      const stop = new AbortController();
      const long = lab.launcher.run(grantOf({ source: "echo on; sleep 60", egress }), stop.signal);
      for await (const _ of long.stdout) stop.abort();
      assert.equal((await long.outcome).stopped, "cancelled");
      const left = (await Array.fromAsync(Deno.readDir(lab.house.runtime))).map(({ name }) => name);
      assert.deepEqual(left.filter((name) => name.startsWith("way-")), []);
    } finally {
      await close();
    }
  },
});

Deno.test({
  name: title(
    "a run cannot fill the log by the paths that it asks for, nor hold its way out by the FIFOs that it sees",
  ),
  ignore: missing !== null || !await there("/usr/bin/curl"),
  async fn() {
    const { server, events, run, close } = await house();
    try {
      const source = `${BEFORE.replace("FOLDER", "/nowhere")}
        curl -sS -o /dev/null https://localhost:${server.port}/$(head -c 6000 /dev/zero | tr '\\0' a)
        cd /run/harombe/way; rm -f up; ln -s / link; echo gone > ready & head -c 200000 /dev/urandom > up; setsid sleep 300 & exit 0`;
      const { outcome, stderr } = await run({ source, egress: open(server.port, { inspect: true }) });
      assert.equal(outcome.code, 0, stderr);
      const reasons = events.flatMap((event) => event.kind === "connection" ? [event.reason] : []);
      assert.match(reasons.join(), /GET \/aaaa/);
      assert.ok(reasons.every((reason) => reason.length <= 501), reasons.map(({ length }) => length).join());
    } finally {
      await close();
    }
  },
});
