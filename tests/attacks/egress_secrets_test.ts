/** A secret goes by itself to one header of one host's bound requests, and nowhere else; what is known does not leave. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { Egress } from "../../security/egress/egress.ts";
import { createAuthority } from "../../security/egress/proxy/authority.ts";
import { none, proxyWith } from "./egress_laboratory.ts";

const VALUE = "tok-7hQ2/xY+zK9mW4vB";
const PLACEHOLDER = "SECRET_forge_0123456789";
const KNOWN = "correct horse battery 9 staple";

type Seen = { method: string; path: string; headers: Record<string, string>; body: string };

/** A TLS server that tells what it heard, and answers with what `answer` makes of it; a run's proxy and a client of it. */
async function laboratory(more: Partial<Egress>, answer: (seen: Seen) => Response = () => new Response("ok")) {
  const [outer, inner] = [await createAuthority(Date.now()), await createAuthority(Date.now())];
  const seen: Seen[] = [];
  const serve = async (request: Request) => {
    const url = new URL(request.url);
    const headers = Object.fromEntries(request.headers);
    seen.push({ method: request.method, path: url.pathname + url.search, headers, body: await request.text() });
    return answer(seen.at(-1)!);
  };
  const where = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const secure = Deno.serve({ ...where, ...await outer.shownFor("forge.test") }, serve);
  const plain = Deno.serve(where, serve);
  const [tls, http] = [secure.addr.port, plain.addr.port];
  const hosts = ["forge.test", "other.test"];
  const proxy = proxyWith({
    ...none,
    inspect: true,
    rules: hosts.flatMap((host) => [{ host, port: tls }, { host, port: http }]),
    ...more,
  }, {
    named: ["127.0.0.1"],
    names: { "forge.test": ["127.0.0.1"], "other.test": ["127.0.0.1"] },
    authority: inner,
    ca: outer.certificate,
  });
  const client = Deno.createHttpClient({
    proxy: { url: `http://127.0.0.1:${proxy.port}` },
    caCerts: [inner.certificate],
    poolMaxIdlePerHost: 0,
  });
  return {
    tls: `https://forge.test:${tls}`,
    http: `http://forge.test:${http}`,
    other: `https://other.test:${tls}`,
    seen,
    told: proxy.told,
    fetch: (url: string, init: RequestInit = {}) => fetch(url, { ...init, client }),
    async close() {
      client.close();
      await proxy.close();
      await Promise.all([secure.shutdown(), plain.shutdown()]);
    },
  };
}

/** A laboratory whose rules need its ports. */
async function laboratoryWith(rules: (tls: number, http: number) => Egress["rules"]) {
  const made: Egress["rules"] = [];
  const lab = await laboratory({ rules: made });
  made.push(...rules(Number(new URL(lab.tls).port), Number(new URL(lab.http).port)));
  return lab;
}

const swaps: Egress["swaps"] = [{
  placeholder: PLACEHOLDER,
  value: VALUE,
  host: "forge.test",
  header: "authorization",
  methods: ["GET", "POST"],
  path: "/api/*",
}];

Deno.test("a placeholder becomes its value in the bound header, method and path of the bound host, over proven TLS alone", async () => {
  const lab = await laboratory({ swaps });
  const auth = { authorization: `Bearer ${PLACEHOLDER}` };
  const cases: [string, RequestInit, string][] = [
    [`${lab.tls}/api/repos`, { headers: auth }, `Bearer ${VALUE}`],
    [`${lab.tls}/api/`, { headers: auth, method: "POST", body: "x" }, `Bearer ${VALUE}`],
    [`${lab.tls}/api/repos`, { headers: auth, method: "DELETE" }, `Bearer ${PLACEHOLDER}`],
    [`${lab.tls}/other`, { headers: auth }, `Bearer ${PLACEHOLDER}`],
    [`${lab.tls}/apis`, { headers: auth }, `Bearer ${PLACEHOLDER}`],
    [`${lab.tls}/api/%2e%2e/other`, { headers: auth }, `Bearer ${PLACEHOLDER}`],
    [`${lab.tls}/api//x`, { headers: auth }, `Bearer ${PLACEHOLDER}`],
    [`${lab.http}/api/repos`, { headers: auth }, `Bearer ${PLACEHOLDER}`],
    [`${lab.tls}/api/repos`, { headers: { "x-token": PLACEHOLDER } }, ""],
  ];
  try {
    for (const [url, init, expected] of cases) {
      const response = await lab.fetch(url, init);
      assert.equal(await response.text(), "ok");
      assert.equal(lab.seen.at(-1)!.headers.authorization ?? "", expected, `${init.method} ${url}`);
    }
    assert.equal(lab.seen.at(-1)!.headers["x-token"], PLACEHOLDER);
  } finally {
    await lab.close();
  }
});

Deno.test("a placeholder in a body, a query or for another host stays a placeholder", async () => {
  const lab = await laboratory({ swaps });
  try {
    await (await lab.fetch(`${lab.tls}/api/x?token=${PLACEHOLDER}`, { method: "POST", body: `{"t":"${PLACEHOLDER}"}` }))
      .text();
    assert.deepEqual([lab.seen[0].path, lab.seen[0].body], [`/api/x?token=${PLACEHOLDER}`, `{"t":"${PLACEHOLDER}"}`]);
    // The server proves itself as forge.test alone: other.test is not even spoken to.
    const refused = await lab.fetch(`${lab.other}/api/x`, { headers: { authorization: PLACEHOLDER } });
    assert.deepEqual([refused.status, lab.seen.length], [403, 1]);
    assert.match(await refused.text(), /the TLS handshake with other.test failed/);
  } finally {
    await lab.close();
  }
});

Deno.test("a value that comes back is a placeholder again, in whatever header, spelling and pieces", async () => {
  const forms: [string, string][] = [
    ["plain", VALUE],
    ["base64", btoa(`user:${VALUE}`)],
    ["percent", encodeURIComponent(VALUE)],
    ["hex", new TextEncoder().encode(VALUE).toHex()],
    ["json", JSON.stringify({ a: VALUE }).replaceAll("/", "\\/")],
  ];
  const lab = await laboratory({ swaps }, ({ path }) => {
    const text = `${"a".repeat(70_001)}${forms.find(([name]) => path.endsWith(name))![1]}${"b".repeat(70_001)}`;
    const bytes = new TextEncoder().encode(text);
    const at = [0, 70_003, 70_005, 70_010, bytes.length];
    const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
    return new Response(ReadableStream.from(pieces), { headers: { "x-echo": forms[0][1] } });
  });
  try {
    for (const [name] of forms) {
      const response = await lab.fetch(`${lab.tls}/api/${name}`);
      const text = await response.text();
      assert.equal(response.headers.get("x-echo"), PLACEHOLDER);
      assert.ok(text.includes("SECRET_forge") && !text.includes(VALUE), `${name}: ${text.slice(69_990, 70_080)}`);
      const kept = text.replaceAll(/^a*|b*$/g, "");
      assert.ok(forms.every(([, form]) => !kept.includes(form.slice(4, -4))), kept);
    }
  } finally {
    await lab.close();
  }
});

Deno.test("an answer that is packed though it was not asked for is not passed on where values are taken out", async () => {
  const packed = new Uint8Array(gzipSync(VALUE));
  const lab = await laboratory({ swaps }, () => new Response(packed, { headers: { "content-encoding": "gzip" } }));
  try {
    const response = await lab.fetch(`${lab.tls}/api/x`, { headers: { "accept-encoding": "gzip" } });
    assert.equal(response.status, 502);
    assert.doesNotMatch(await response.text(), /tok-/);
    assert.equal(lab.seen[0].headers["accept-encoding"], "identity");
  } finally {
    await lab.close();
  }
});

Deno.test("what is known, and what looks like a secret, does not leave by URL, header or body", async () => {
  const lab = await laboratory({ known: [KNOWN], swaps });
  const key = `ghp_${"aB3dE5gH7jK9mN1pQ3sT5vX7zA9cD1eF3gH5".slice(0, 36)}`;
  const long = "lorem ipsum dolor sit amet. ".repeat(5000);
  const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({
    method: "POST",
    body,
    headers,
  });
  const gzip = (text: string) => post(new Uint8Array(gzipSync(text)), { "content-encoding": "gzip" });
  const pieces = (text: string, at: number) =>
    ReadableStream.from([text.slice(0, at), text.slice(at)].map((piece) => new TextEncoder().encode(piece)));
  const cases: [string, string, RequestInit?][] = [
    ["a query", `/?q=${encodeURIComponent(KNOWN)}`],
    ["a query, escaped twice", `/?q=${encodeURIComponent(encodeURIComponent(KNOWN))}`],
    ["a path", `/${KNOWN.replaceAll(" ", "%20")}`],
    ["base64 in a path", `/${btoa(KNOWN)}`],
    ["hex in a query", `/?x=${new TextEncoder().encode(KNOWN).toHex()}`],
    ["upper case", `/?q=${encodeURIComponent(KNOWN.toUpperCase())}`],
    ["a header", "/", { headers: { "x-note": KNOWN } }],
    ["the value of a swap", "/", { headers: { "x-note": VALUE } }],
    ["a body", "/", post(`note=${KNOWN}`)],
    ["a body in base64", "/", post(btoa(`xx${KNOWN}`))],
    ["deep in a long body", "/", post(long + KNOWN + long)],
    ["across two pieces", "/", post(pieces(long + KNOWN + long, long.length + 7))],
    ["at the very end", "/", post(long + KNOWN)],
    ["a packed body", "/", gzip(long + KNOWN)],
    ["a key of a forge", "/", post(`here: ${key}`)],
    ["a key in a query", `/?x=${key}`],
    ["a key in a header", "/", { headers: { "x-y": key } }],
    ["a private key", "/", post(`-----BEGIN PRIVATE KEY-----\n${"A".repeat(64)}\n-----END PRIVATE KEY-----\n`)],
    ["a login", "/", { headers: { authorization: `Bearer ${key}` } }],
  ];
  try {
    for (const base of [lab.tls, lab.http]) {
      for (const [name, path, init] of cases) {
        // A stream can be read once.
        const fresh = init?.body instanceof ReadableStream ? post(pieces(long + KNOWN + long, long.length + 7)) : init;
        const response = await lab.fetch(base + path, fresh).catch((error: unknown) => error as Error);
        const got = response instanceof Response ? [response.status, await response.text()] : [403, String(response)];
        assert.equal(got[0], 403, `${name}: ${got}`);
        const heard = lab.seen.map(({ path, headers, body }) => path + JSON.stringify(headers) + body).join();
        assert.ok(!heard.includes(KNOWN) && !heard.includes(VALUE) && !heard.includes(key), name);
      }
    }
    assert.ok(lab.told.every(({ reason }) => !reason.includes(KNOWN) && !reason.includes(VALUE)));
    const honest = await lab.fetch(`${lab.tls}/`, post(long));
    assert.deepEqual([honest.status, await honest.text(), lab.seen.at(-1)!.body], [200, "ok", long]);
    const packed = await lab.fetch(`${lab.tls}/`, gzip("honest"));
    assert.deepEqual([packed.status, await packed.text()], [200, "ok"]);
  } finally {
    await lab.close();
  }
});

Deno.test("methods and paths hold where words can be read, and refuse where they cannot", async () => {
  const rules = (port: number) => [{ host: "forge.test", port, methods: ["GET" as const], paths: ["/docs"] }];
  const lab = await laboratoryWith((tls, http) => [...rules(tls), ...rules(http)]);
  const cases: [string, string, number][] = [
    ["GET", "/docs", 200],
    ["GET", "/docs/", 200],
    ["GET", "/docs/a/b?c=d", 200],
    ["GET", "/docsx", 403],
    ["GET", "/", 403],
    ["POST", "/docs", 403],
    ["HEAD", "/docs", 403],
    ["GET", "/docs/%2e%2e/secret", 403],
    ["GET", "/docs/..%2fsecret", 403],
    ["GET", "/docs//secret", 403],
    ["GET", "/docs;x/secret", 403],
    ["GET", "/docs%00", 403],
    ["GET", "/DOCS", 403],
  ];
  try {
    for (const base of [lab.tls, lab.http]) {
      for (const [method, path, status] of cases) {
        const response = await lab.fetch(base + path, { method });
        await response.body?.cancel();
        assert.equal(response.status, status, `${method} ${base}${path}`);
      }
    }
  } finally {
    await lab.close();
  }
});
