import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type HubFault, type Page, serveHub } from "../../tests/fakes/hub.ts";
import { exists } from "../exists.ts";
import { codeOf } from "../launch/code.ts";
import { openDownloads } from "./fetching.ts";
import { targetOf } from "./release.ts";
import { update } from "./update.ts";

const never = new AbortController().signal;
const TARGET = targetOf(Deno.build.os, Deno.build.arch);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const program = (version: string) =>
  new TextEncoder().encode(
    `#!/bin/sh\n# harombe ${version} for this test\necho "harombe ${version}"\n${"#".repeat(5000)}\n`,
  );
const NEW = program("1.1.0");
const ENTRY = { target: TARGET, name: "new", bytes: NEW.length, sha256: sha256(NEW) };

type Served = {
  release?: object;
  page?: Page;
  /** Where the file lies on the server; by default in the hub's signed place, which faults reach. */
  file?: Page;
  fault?: HubFault;
};

/** `update URL` of a program of 1.0.0 against a server that has `served`; what came of it, and what was asked. */
async function updated(served: Served, args: string[] = []) {
  const root = await Deno.makeTempDir({ prefix: "harombe-update-test-" });
  const manifest = new TextEncoder().encode(JSON.stringify({ version: "1.1.0", files: [ENTRY], ...served.release }));
  const pages: Record<string, Page> = {
    "/rel/manifest.json": served.page ?? { body: manifest },
    "/rel/new": served.file ?? { status: 302, headers: { location: "/cdn/a/b/new?Signature=s" }, body: "" },
  };
  await using hub = await serveHub({ files: { "a/b/new": NEW }, pages });
  hub.fault(served.fault ?? null);
  const [file, state] = [`${root}/harombe`, `${root}/home/.harombe`];
  await Deno.mkdir(state, { recursive: true, mode: 0o700 });
  await Deno.writeFile(file, program("1.0.0"), { mode: 0o755 });
  const { fetch } = await codeOf(new URL("../launch.ts", import.meta.url).href, Deno.env.toObject());
  const said: string[] = [];
  const out = { isTerminal: false, write: () => {} };
  const hosts = [`127.0.0.1:${hub.port}`];
  try {
    const failed = await update([`${hub.base}/rel/`, "--sha256", sha256(manifest), ...args], {
      file,
      version: "1.0.0",
      cwd: root,
      configured: null,
      tellVersion: async (path, signal) =>
        new TextDecoder().decode((await new Deno.Command(path, { args: ["version"], signal }).output()).stdout),
      openDownloads: (signal) =>
        openDownloads({ state, home: `${root}/home`, module: fetch ?? null, hosts, out }, signal),
      print: (text) => void said.push(text),
      note: () => {},
    }, never).then(() => null, (error: Error) => error.message);
    return {
      failed,
      now: (await Deno.readTextFile(file)).split("\n")[1],
      beside: Array.from(Deno.readDirSync(root), ({ name }) => name).sort(),
      left: ["downloads", "pulls"].flatMap((name) => {
        const path = `${state}/${name}`;
        const names = exists(path) ? Array.from(Deno.readDirSync(path), (entry) => entry.name) : [];
        return names.filter((one) => !one.endsWith(".lock"));
      }),
      asked: hub.asked.map(({ path }) => path),
    };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("a release comes through the fetching process, a cut is gone on with, and nothing of it stays", async () => {
  const whole = await updated({});
  assert.deepEqual(whole, {
    failed: null,
    now: "# harombe 1.1.0 for this test",
    beside: ["harombe", "harombe.previous", "home"],
    left: [],
    asked: ["/rel/manifest.json", "/rel/new", "/cdn/a/b/new?Signature=s"],
  });
  const cut = await updated({ fault: { kind: "cut", at: 1000, times: 1 } });
  assert.deepEqual([cut.failed, cut.now, cut.left], [null, whole.now, []]);
});

Deno.test("a hostile server of releases changes nothing: the program is as it was, and nothing is left that is used later", async () => {
  const rows: [string, Served, RegExp][] = [
    ["other bytes", { fault: { kind: "wrong" } }, /SHA-256 is .* was expected\. It was removed/],
    ["more bytes", { fault: { kind: "longer", bytes: 100_000 } }, /Cannot/],
    ["a redirect into the house", { file: redirect("http://10.0.0.1/new") }, /10\.0\.0\.1/],
    ["a redirect to another port", { file: redirect("http://127.0.0.1:1024/new") }, /loopback/],
    ["a redirect to a file", { file: redirect("file:///etc/passwd") }, /only http and https/],
    ["a login", { file: { status: 401, body: "" } }, /login/],
    ["a manifest without end", { page: { body: "x".repeat(100_000) } }, /more than 65536 bytes/],
    ["another manifest", { page: { body: "{}" } }, /has not the checksum/],
    ["a manifest elsewhere in the house", { page: redirect("http://10.0.0.1/manifest.json") }, /10\.0\.0\.1/],
    ["a name that climbs", { release: { files: [{ ...ENTRY, name: "../../etc/passwd" }] } }, /files\.0\.name/],
    ["a name that is an address", { release: { files: [{ ...ENTRY, name: "http://10.0.0.1/" }] } }, /files\.0\.name/],
    ["another machine's", { release: { files: [{ ...ENTRY, target: "plan9-x64" }] } }, /^unavailable/],
    ["no program", { release: { files: [{ ...ENTRY, bytes: 2, sha256: sha256(new Uint8Array([1, 2])) }] } }, /Cannot/],
    ["the version of another", { release: { version: "2.0.0" } }, /says "harombe 1\.1\.0", not harombe 2\.0\.0/],
    ["an older one", { release: { version: "0.9.0" } }, /is older than 1\.0\.0/],
  ];
  for (const [name, served, why] of rows) {
    const { failed, now, beside, left } = await updated(served);
    assert.match(failed ?? "it was taken", why, name);
    assert.deepEqual([now, beside], ["# harombe 1.0.0 for this test", ["harombe", "home"]], name);
    assert.deepEqual(left.filter((one) => !/\.part(\.json)?$/.test(one)), [], name);
  }
});

function redirect(location: string): Page {
  return { status: 302, headers: { location }, body: "" };
}
