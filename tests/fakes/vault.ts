/**
 * A Vault with its key-value engine (version 2), tokens and AppRole, on the real wire: paths, fields and statuses as Vault's HTTP API
 * documentation has them (developer.hashicorp.com/vault/api-docs, read on 2026-11-20). Its clock is the test's.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";

export type FakeToken = { endsAt: number; ttl: number; renewable: boolean; writes: boolean };

type Version = { data: Record<string, unknown>; created_time: string; deletion_time: string; destroyed: boolean };
type Entry = { versions: Version[]; custom_metadata: Record<string, string> | null };

export type FakeVault = {
  base: string;
  tokens: Map<string, FakeToken>;
  /** By the path below `data/`. */
  entries: Map<string, Entry>;
  roles: Map<string, string>;
  /** Milliseconds since 1970 UTC. */
  clock: { now: number };
  /** What it is asked to do wrong from now on. */
  fault: { kind: "none" | "sealed" | "garbage" | "giant" | "redirect" | "silent" | "echo"; to?: string };
  /** Method, path and token of each request. */
  seen: { method: string; path: string; token: string | null; namespace: string | null }[];
  /** Seconds that a login and a renewal give. */
  lease: number;
  [Symbol.asyncDispose](): Promise<void>;
};

type Answer = { status: number; body?: unknown };

export async function fakeVault(): Promise<FakeVault> {
  const vault: FakeVault = {
    base: "",
    tokens: new Map(),
    entries: new Map(),
    roles: new Map(),
    clock: { now: Date.parse("2026-11-20T08:00:00Z") },
    fault: { kind: "none" },
    seen: [],
    lease: 3600,
    [Symbol.asyncDispose]: () => closed(server),
  };
  const server = http.createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = new TextDecoder().decode(await new Blob(chunks as BlobPart[]).bytes());
    const url = new URL(request.url ?? "/", "http://vault");
    const header = (name: string) => request.headers[name]?.toString() ?? null;
    const token = header("x-vault-token");
    vault.seen.push({ method: request.method!, path: url.pathname, token, namespace: header("x-vault-namespace") });
    if (misbehaved(vault, response, token)) return;
    const body = text === "" ? {} : JSON.parse(text);
    const { status, body: said } = answer(vault, { method: request.method!, url, token, body });
    response.writeHead(status, { "content-type": "application/json" });
    response.end(said === undefined ? "" : JSON.stringify(said));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  vault.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return vault;
}

function closed(server: http.Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}

function misbehaved({ fault }: FakeVault, response: http.ServerResponse, token: string | null): boolean {
  switch (fault.kind) {
    case "none":
      return false;
    case "sealed":
      response.writeHead(503).end('{"errors":["Vault is sealed"]}');
      return true;
    case "garbage":
      response.writeHead(200).end("<html>not a vault</html>");
      return true;
    case "giant":
      response.writeHead(200).end(`{"data":{"keys":["${"x".repeat(4 << 20)}"]}}`);
      return true;
    case "redirect":
      response.writeHead(307, { location: `${fault.to}/v1/stolen` }).end();
      return true;
    case "echo":
      response.writeHead(500).end(JSON.stringify({ errors: [`your token is ${token}`] }));
      return true;
    case "silent":
      return true;
  }
}

const refused: Answer = { status: 403, body: { errors: ["permission denied"] } };
const nothing: Answer = { status: 404, body: { errors: [] } };

type Asked = { method: string; url: URL; token: string | null; body: Record<string, unknown> };

function answer(vault: FakeVault, asked: Asked): Answer {
  const { method, url, token, body } = asked;
  const path = decodeURIComponent(url.pathname.replace("/v1/", ""));
  if (path === "auth/approle/login" && method === "POST") return login(vault, body);
  const held = token === null ? undefined : vault.tokens.get(token);
  if (held === undefined || held.endsAt <= vault.clock.now) return refused;
  const seconds = held.endsAt === Infinity ? 0 : Math.round((held.endsAt - vault.clock.now) / 1000);
  if (path === "auth/token/lookup-self") {
    return { status: 200, body: { data: { ttl: seconds, renewable: held.renewable } } };
  }
  if (path === "auth/token/renew-self") {
    if (!held.renewable) return { status: 400, body: { errors: ["lease is not renewable"] } };
    held.endsAt = vault.clock.now + vault.lease * 1000;
    const auth = { client_token: token, lease_duration: vault.lease, renewable: true, policies: ["default"] };
    return { status: 200, body: { auth } };
  }
  const [, what, name] = /^secret\/(data|metadata|delete|destroy)\/(.+)$/.exec(path) ?? [];
  if (what === undefined) return nothing;
  if (method === "POST" && !held.writes) return refused;
  if (what === "metadata" && url.searchParams.get("list") === "true") return listed(vault, name);
  return method === "GET" ? read(vault, { what, name, url }) : written(vault, { what, name, body });
}

function login(vault: FakeVault, { role_id, secret_id }: Record<string, unknown>): Answer {
  if (vault.roles.get(String(role_id)) !== secret_id) {
    return { status: 400, body: { errors: ["invalid role or secret ID"] } };
  }
  const client_token = `hvs.${crypto.randomUUID()}`;
  vault.tokens.set(client_token, {
    endsAt: vault.clock.now + vault.lease * 1000,
    ttl: vault.lease,
    renewable: true,
    writes: true,
  });
  return {
    status: 200,
    body: { auth: { client_token, lease_duration: vault.lease, renewable: true, metadata: null }, data: null },
  };
}

function listed({ entries }: FakeVault, folder: string): Answer {
  const below = [...entries.keys()].filter((name) => name.startsWith(`${folder}/`)).map((name) =>
    name.slice(folder.length + 1)
  );
  const keys = [...new Set(below.map((name) => name.includes("/") ? name.slice(0, name.indexOf("/") + 1) : name))];
  return keys.length === 0 ? nothing : { status: 200, body: { data: { keys } } };
}

function read({ entries }: FakeVault, { what, name, url }: { what: string; name: string; url: URL }): Answer {
  const entry = entries.get(name);
  if (entry === undefined) return nothing;
  if (what === "metadata") {
    const versions = Object.fromEntries(entry.versions.map(({ data: _, ...one }, i) => [i + 1, one]));
    const { custom_metadata } = entry;
    return { status: 200, body: { data: { current_version: entry.versions.length, custom_metadata, versions } } };
  }
  const number = Number(url.searchParams.get("version") ?? 0) || entry.versions.length;
  const found = entry.versions[number - 1];
  if (found === undefined) return nothing;
  const { data, ...metadata } = found;
  const gone = found.destroyed || found.deletion_time !== "";
  const body = {
    data: {
      data: gone ? null : data,
      metadata: { ...metadata, version: number, custom_metadata: entry.custom_metadata },
    },
  };
  return { status: gone ? 404 : 200, body };
}

function written(
  { entries, clock }: FakeVault,
  { what, name, body }: { what: string; name: string; body: Record<string, unknown> },
): Answer {
  const entry = entries.get(name) ?? { versions: [], custom_metadata: null };
  const time = new Date(clock.now).toISOString();
  if (what === "data") {
    const cas = (body.options as { cas?: number } | undefined)?.cas;
    if (cas !== undefined && cas !== entry.versions.length) {
      return { status: 400, body: { errors: ["check-and-set parameter did not match the current version"] } };
    }
    entry.versions.push({
      data: body.data as Record<string, unknown>,
      created_time: time,
      deletion_time: "",
      destroyed: false,
    });
    entries.set(name, entry);
    return { status: 200, body: { data: { created_time: time, version: entry.versions.length } } };
  }
  if (what === "metadata") entry.custom_metadata = body.custom_metadata as Record<string, string>;
  for (const number of (body.versions as number[] | undefined) ?? []) {
    const version = entry.versions[number - 1];
    if (version && what === "delete") version.deletion_time = time;
    if (version && what === "destroy") version.destroyed = true;
  }
  entries.set(name, entry);
  return { status: 204 };
}
