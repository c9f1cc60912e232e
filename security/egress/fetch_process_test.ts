import assert from "node:assert/strict";
import { type FetchLaboratory, fetchLaboratory, get } from "../../tests/fakes/fetch_laboratory.ts";
import { type Hub, type HubFault, type HubOptions, serveHub } from "../../tests/fakes/hub.ts";
import { FetchError, type FetchRequest } from "./request.ts";

const signal = new AbortController().signal;
const quiet = () => {};
const MODEL = crypto.getRandomValues(new Uint8Array(60_000));
const SHA = new Uint8Array(await crypto.subtle.digest("SHA-256", MODEL)).toHex();
const PATH = "/own/model/resolve/main/m.gguf";

async function withHub(
  work: (at: FetchLaboratory & { hub: Hub }) => Promise<void>,
  options: HubOptions = {},
): Promise<void> {
  await using hub = await serveHub({ files: { "own/model/m.gguf": MODEL }, ...options });
  const at = await fetchLaboratory([`127.0.0.1:${hub.port}`]);
  try {
    await work({ ...at, hub });
  } finally {
    await at.lab.close();
  }
}

/** What a fetch came to: status and text, or the fault. */
async function came({ fetch }: FetchLaboratory, request: FetchRequest): Promise<string> {
  try {
    const { status, body, cut, file } = await fetch(request, quiet, signal);
    if (file !== undefined) return `${status} ${file.bytes} ${file.sha256 === SHA ? "right" : "other"}`;
    return `${status} ${new TextDecoder().decode(Uint8Array.fromBase64(body)).slice(0, 40)}${cut ? " cut" : ""}`;
  } catch (error) {
    return error instanceof FetchError ? error.fault : String(error);
  }
}

Deno.test("a page is fetched with its headers, over a redirect of the same host, without cookies or a referer", async () => {
  await withHub(async ({ fetch, hub }) => {
    const answer = await fetch(get(`${hub.base}/start`, { headers: { accept: "text/html" } }), quiet, signal);
    assert.deepEqual({ ...answer, headers: answer.headers["content-type"] }, {
      status: 200,
      url: `${hub.base}/end?a=1`,
      headers: "text/html",
      body: btoa("hello"),
      cut: false,
    });
    assert.deepEqual(hub.asked.map(({ method, path, headers }) => ({ method, path, names: Object.keys(headers) })), [
      { method: "GET", path: "/start", names: ["host", "user-agent", "accept", "accept-encoding", "connection"] },
      { method: "GET", path: "/end?a=1", names: ["host", "user-agent", "accept", "accept-encoding", "connection"] },
    ]);
  }, {
    pages: {
      "/start": { status: 302, headers: { location: "/end?a=1#x", "set-cookie": "a=b" }, body: "" },
      "/end": { headers: { "content-type": "text/html" }, body: "hello" },
    },
  });
});

Deno.test("a body longer than asked for is cut, compressed or not, and a bomb is decoded no further", async () => {
  await withHub(async (at) => {
    at.hub.fault({ kind: "bomb" });
    const signed = `${at.hub.base}/cdn/own/model/m.gguf?Signature=s`;
    const { body, cut } = await at.fetch(get(signed, { maxBytes: 100_000 }), quiet, signal);
    assert.deepEqual([Uint8Array.fromBase64(body).length, cut], [100_000, true]);
    assert.equal(await came(at, get(`${at.hub.base}/long`, { maxBytes: 5 })), "200 01234 cut");
    assert.equal(await came(at, get(`${at.hub.base}/long`, { maxBytes: 10 })), "200 0123456789");
    assert.equal(await came(at, get(`${at.hub.base}/br`)), "garbage");
    assert.equal(await came(at, get(`${at.hub.base}/nogzip`)), "garbage");
  }, {
    pages: {
      "/long": { body: "0123456789" },
      "/br": { headers: { "content-encoding": "br" }, body: "x" },
      "/nogzip": { headers: { "content-encoding": "gzip" }, body: "x".repeat(100) },
    },
  });
});

Deno.test("redirects: only as far as asked, never to another server unasked, never in circles, never with its headers", async () => {
  await using other = await serveHub({ pages: { "/x": { body: "other" } } });
  await withHub(async ({ fetch, hub, ...at }) => {
    const elsewhere = await fetch(get(`${hub.base}/away?to=${other.base}/x`), quiet, signal);
    assert.deepEqual([elsewhere.status, elsewhere.headers.location], [302, `${other.base}/x`]);
    const rows: [string, string, FetchRequest["redirects"]][] = [
      ["302 ", "/away?to=/end", "none"],
      ["200 end", "/away?to=/end", "same-host"],
      ["refused", "/away?to=/away%3Fto%3D/circle", "same-host"],
      ["refused", `/away?to=${other.base}/x`, "any"],
      ["refused", "/away?to=file:///etc/passwd", "any"],
      ["refused", "/away?to=http://user:pw@127.0.0.1/", "any"],
      ["200 none", "/noplace", "any"],
    ];
    for (const [expected, path, redirects] of rows) {
      assert.equal(await came({ fetch, ...at }, get(`${hub.base}${path}`, { redirects })), expected, path);
    }
    assert.equal(other.asked.length, 0);
    const posted = get(`${hub.base}/away?to=/end`, { method: "POST", body: btoa("secret"), redirects: "any" });
    assert.equal(await came({ fetch, ...at }, posted), "302 ");
  }, {
    pages: {
      "/away": ({ url }) => ({ status: 302, headers: { location: url.searchParams.get("to")! }, body: "" }),
      "/circle": { status: 301, headers: { location: "/circle" }, body: "" },
      "/end": { body: "end" },
      "/noplace": { status: 200, headers: { location: "/end" }, body: "none" },
    },
  });
});

const PART = { name: "m.part", from: 0 };
const whole: [HubFault | null, string][] = [
  [null, "200 60000 right"],
  [{ kind: "cut", at: 20_000 }, "cut"],
  [{ kind: "cut", at: 0 }, "cut"],
  [{ kind: "wrong" }, "200 60000 other"],
  [{ kind: "loop" }, "refused"],
  [{ kind: "redirect", to: "http://127.0.0.1:1/x" }, "refused"],
  [{ kind: "redirect", to: "http://10.0.0.1/x" }, "refused"],
  [{ kind: "redirect", to: "http://169.254.169.254/latest" }, "refused"],
  [{ kind: "redirect", to: "ftp://127.0.0.1/x" }, "refused"],
  [{ kind: "status", status: 503, headers: { "retry-after": "1" } }, "503 try again later"],
  [{ kind: "stall", at: 20_000 }, "silent"],
  [{ kind: "longer", bytes: 1 }, "large"],
  [{ kind: "bomb" }, "garbage"],
  [{ kind: "headers", bytes: 1 << 20 }, "garbage"],
  [{ kind: "garbage" }, "garbage"],
  [{ kind: "drip", bytes: 20_000, ms: 50 }, "200 60000 right"],
];

Deno.test("a download over each fault of a hub comes to the whole file, or to what is wrong", async () => {
  await withHub(async (at) => {
    for (const [fault, expected] of whole) {
      at.hub.fault(fault);
      const ms = fault?.kind === "stall" ? 1500 : 20_000;
      const request = get(`${at.hub.base}${PATH}`, { redirects: "any", file: PART, maxBytes: 60_000, ms });
      assert.equal(await came(at, request), expected, JSON.stringify(fault));
    }
  });
});

const rest: [string, HubFault | null, Partial<typeof PART & { etag: string }>, string][] = [
  ["goes on behind the part", null, {}, "206 60000 right"],
  ["begins anew where the server ignores ranges", { kind: "ignores_range" }, {}, "200 60000 right"],
  ["begins anew where the ETag changed", { kind: "etag_changes" }, {}, "200 60000 right"],
  ["begins anew without an ETag", null, { etag: undefined }, "200 60000 right"],
  ["begins anew under a weak ETag", null, { etag: 'W/"x"' }, "200 60000 right"],
  ["refuses another range than asked for", { kind: "wrong_range" }, {}, "garbage"],
  ["begins anew where the part is gone", null, { from: 59_999 }, "200 60000 right"],
];

Deno.test("the rest of a download is asked for under its ETag, and what does not fit begins anew", async () => {
  await withHub(async (at) => {
    const etag = `"${SHA.slice(0, 32)}"`;
    for (const [name, fault, more, expected] of rest) {
      await Deno.mkdir(at.downloads, { recursive: true });
      await Deno.writeFile(`${at.downloads}/m.part`, MODEL.subarray(0, 20_000));
      at.hub.fault(fault);
      const file = { ...PART, from: 20_000, etag, ...more };
      const request = get(`${at.hub.base}${PATH}`, { redirects: "any", maxBytes: 60_000, file });
      assert.equal(await came(at, request), expected, name);
    }
    const all = { ...PART, from: 60_000, etag };
    assert.equal(await came(at, get(`${at.hub.base}${PATH}`, { redirects: "any", file: all })), "416 60000 right");
  });
});

Deno.test("a download never goes by way of a link, and nowhere but into its directory", async () => {
  await withHub(async (at) => {
    await Deno.mkdir(at.downloads, { recursive: true });
    const victim = `${at.lab.root}/victim`;
    await Deno.writeTextFile(victim, "kept");
    await Deno.symlink(victim, `${at.downloads}/link.part`);
    await Deno.link(victim, `${at.downloads}/hard.part`);
    for (const name of ["link.part", "hard.part"]) {
      const request = get(`${at.hub.base}${PATH}`, { redirects: "any", file: { name, from: 0 } });
      assert.equal(await came(at, request), "disk", name);
    }
    for (const name of ["../x", "a/b", ".hidden", "", "x\0y"]) {
      const request = get(`${at.hub.base}${PATH}`, { redirects: "any", file: { name, from: 0 } });
      assert.match(await came(at, request), /^TypeError: Cannot fetch/, name);
    }
    assert.equal(await Deno.readTextFile(victim), "kept");
  });
});

Deno.test("headers that belong to the connection cannot be set, nor broken out of", async () => {
  await withHub(async (at) => {
    const rows: Record<string, string>[] = [
      { cookie: "a=b" },
      { host: "other" },
      { referer: "x" },
      { "user-agent": "x" },
      { "accept-encoding": "br" },
      { range: "bytes=0-" },
      { "x-a": "1\r\nx-b: 2" },
      { "x-a\r\nx-b": "1" },
      { "X-Upper": "1" },
      { "x-ü": "1" },
    ];
    for (const headers of rows) {
      assert.match(await came(at, get(at.hub.base, { headers })), /^TypeError/, JSON.stringify(headers));
    }
    assert.deepEqual(at.hub.asked, []);
  });
});

Deno.test("an abort ends the process, and a server that never answers is left after its time", async () => {
  await withHub(async (at) => {
    at.hub.fault({ kind: "stall", at: 10 });
    const stop = new AbortController();
    const url = `${at.hub.base}/cdn/own/model/m.gguf?Signature=s`;
    const fetching = at.fetch(get(url), quiet, stop.signal);
    await at.hub.sent(10);
    stop.abort();
    await assert.rejects(fetching, { name: "AbortError" });
    assert.equal(await came(at, get(url, { ms: 1000 })), "silent");
  });
});

Deno.test("without bubblewrap it is a Deno process that judges the same, and writes only where it saves", async () => {
  await using hub = await serveHub({ files: { "own/model/m.gguf": MODEL }, pages: { "/page": { body: "page" } } });
  const at = await fetchLaboratory([`127.0.0.1:${hub.port}`], { withoutBubblewrap: true });
  try {
    assert.equal(await came(at, get(`${hub.base}/page`)), "200 page");
    assert.equal(await came(at, get("http://127.0.0.1:1024/")), "refused");
    const request = get(`${hub.base}${PATH}`, { redirects: "any", file: PART });
    assert.equal(await came(at, request), "200 60000 right");
  } finally {
    await at.lab.close();
  }
});

Deno.test("a process that is to save nothing has no downloads, even where a file is asked of it", async () => {
  await withHub(async ({ lab, hub, downloads }) => {
    const request = get(`${hub.base}${PATH}`, { redirects: "any", file: PART });
    const { stdout } = await lab.run({ program: "fetch" }, { input: `${JSON.stringify(request)}\n` });
    assert.equal(JSON.parse(stdout).failed.fault, "refused");
    await assert.rejects(Deno.stat(downloads), Deno.errors.NotFound);
  });
});
