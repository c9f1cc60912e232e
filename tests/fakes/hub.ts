/**
 * A real server on 127.0.0.1 that speaks the model hub's wire: `HEAD|GET /OWNER/REPO/resolve/main/FILE` answers 302 to a
 * signed path with `X-Linked-Size`, `X-Linked-Etag` (the SHA-256 of a file in LFS) and `X-Repo-Commit`; the signed path
 * knows ranges; `GET /api/models/OWNER/REPO?blobs=true` lists files and licence. Anything else comes from `pages`.
 */
import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** What goes wrong. `times` = for so many answers of the signed path, then no more; absent = always. */
export type HubFault =
  | { kind: "cut"; at: number; times?: number }
  | { kind: "wrong"; times?: number }
  | { kind: "loop" }
  | { kind: "redirect"; to: string }
  | { kind: "ignores_range" }
  | { kind: "etag_changes" }
  | { kind: "status"; status: number; headers?: Record<string, string>; times?: number }
  | { kind: "drip"; bytes: number; ms: number }
  | { kind: "stall"; at: number; times?: number }
  | { kind: "size_lie"; bytes: number }
  | { kind: "longer"; bytes: number }
  | { kind: "bomb" }
  | { kind: "headers"; bytes: number }
  | { kind: "wrong_range" }
  | { kind: "garbage" };

export type Page = { status?: number; headers?: Record<string, string>; body: string | Uint8Array };

export type Hub = {
  /** `http://127.0.0.1:PORT` */
  base: string;
  port: number;
  /** Method, path with query, and headers of each request, in order. */
  asked: { method: string; path: string; headers: Record<string, string>; body: string }[];
  /** What goes wrong from now on. */
  fault(fault: HubFault | null): void;
  /** Resolves once the signed path has sent this many bytes of bodies in all. */
  sent(bytes: number): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type HubOptions = {
  /** `OWNER/REPO/FILE` → its bytes. */
  files?: Record<string, Uint8Array>;
  licence?: string;
  /** Path (without query) → what it answers. */
  pages?: Record<string, Page | ((request: { url: URL; headers: Record<string, string> }) => Page)>;
};

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

export async function serveHub({ files = {}, licence = "apache-2.0", pages = {} }: HubOptions): Promise<Hub> {
  const asked: Hub["asked"] = [];
  const state = { fault: null as HubFault | null, left: Infinity, sent: 0, changes: 0 };
  const waiting: { bytes: number; tell(): void }[] = [];
  const count = (bytes: number) => {
    state.sent += bytes;
    for (const one of waiting) if (state.sent >= one.bytes) one.tell();
  };
  const active = () => (state.left > 0 ? state.fault : null);

  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://hub");
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = new TextDecoder().decode(await new Blob(chunks as BlobPart[]).bytes());
    asked.push({ method: request.method ?? "", path: `${url.pathname}${url.search}`, headers, body });
    const page = pages[url.pathname];
    if (page !== undefined) {
      const { status = 200, headers: more = {}, body } = typeof page === "function" ? page({ url, headers }) : page;
      response.writeHead(status, more);
      return void response.end(request.method === "HEAD" ? undefined : body);
    }
    const api = /^\/api\/models\/([^/]+\/[^/]+)$/.exec(url.pathname)?.[1];
    if (api !== undefined) return listing(response, api);
    const named = /^\/([^/]+\/[^/]+)\/resolve\/main\/(.+)$/.exec(url.pathname);
    if (named !== null) return resolved(response, `${named[1]}/${named[2]}`);
    const signed = /^\/cdn\/(.+)$/.exec(url.pathname)?.[1];
    const bytes = signed === undefined ? undefined : files[signed];
    if (bytes === undefined || url.searchParams.get("Signature") !== "s") {
      response.writeHead(404, { "content-type": "text/plain" });
      return void response.end("Entry not found");
    }
    await deliver(bytes, request, response);
  });

  function listing(response: http.ServerResponse, repo: string): void {
    const siblings = Object.entries(files).filter(([path]) => path.startsWith(`${repo}/`)).map(([path, bytes]) => ({
      rfilename: path.slice(repo.length + 1),
      size: bytes.length,
      lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 135 },
    }));
    response.writeHead(siblings.length === 0 ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: repo, cardData: { license: licence }, siblings }));
  }

  function resolved(response: http.ServerResponse, path: string): void {
    const bytes = files[path];
    if (bytes === undefined) {
      response.writeHead(404, { "x-error-code": "EntryNotFound" });
      return void response.end();
    }
    const fault = active();
    const location = fault?.kind === "loop"
      ? `/${path.replace(/\/([^/]+)$/, "/resolve/main/$1")}`
      : fault?.kind === "redirect"
      ? fault.to
      : `/cdn/${path}?Expires=1&Signature=s`;
    response.writeHead(302, {
      location,
      "x-repo-commit": "c".repeat(40),
      "x-linked-size": String(fault?.kind === "size_lie" ? fault.bytes : bytes.length),
      "x-linked-etag": `"${sha256(bytes)}"`,
      "accept-ranges": "bytes",
    });
    response.end();
  }

  async function deliver(whole: Uint8Array, request: http.IncomingMessage, response: http.ServerResponse) {
    const fault = active();
    state.left--;
    const changed = fault?.kind === "etag_changes" ? `-${state.changes++}` : "";
    const etag = `"${sha256(whole).slice(0, 32)}${changed}"`;
    const bytes = fault?.kind === "wrong" ? whole.map((byte) => byte ^ 1) : whole;
    if (fault?.kind === "garbage") return void response.socket?.end("this is no HTTP at all\r\n\r\n");
    if (fault?.kind === "status") {
      response.writeHead(fault.status, fault.headers);
      return void response.end("try again later");
    }
    if (fault?.kind === "bomb") {
      response.writeHead(200, { "content-encoding": "gzip", "content-type": "text/html", etag });
      return void response.end(gzipSync(new Uint8Array(64 << 20)));
    }
    const range = /^bytes=(\d+)-$/.exec(String(request.headers.range ?? ""))?.[1];
    const fresh = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
    const from = range === undefined || !fresh || fault?.kind === "ignores_range" ? 0 : Number(range);
    if (from >= bytes.length && from > 0) {
      response.writeHead(416, { "content-range": `bytes */${bytes.length}` });
      return void response.end();
    }
    const said = fault?.kind === "wrong_range" ? Math.max(0, from - 1) : from;
    const extra = fault?.kind === "longer" ? fault.bytes : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
      ...(extra > 0 ? {} : { "content-length": String(bytes.length - from) }),
      ...(from > 0 ? { "content-range": `bytes ${said}-${bytes.length - 1}/${bytes.length}` } : {}),
      ...(fault?.kind === "headers" ? { "x-much": "x".repeat(fault.bytes) } : {}),
    });
    const write = (piece: Uint8Array) =>
      new Promise<void>((done) => response.write(piece, () => (count(piece.length), done())));
    const end = fault?.kind === "cut" || fault?.kind === "stall" ? Math.max(from, fault.at) : bytes.length;
    const step = fault?.kind === "drip" ? fault.bytes : 256 << 10;
    for (let at = from; at < end && !response.destroyed; at += step) {
      await write(bytes.subarray(at, Math.min(end, at + step)));
      if (fault?.kind === "drip") await pause(fault.ms, response);
    }
    if (extra > 0) await write(new Uint8Array(extra));
    if (fault?.kind === "stall") return;
    if (fault?.kind === "cut") return void response.socket?.destroy();
    response.end();
  }

  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return {
    base: `http://127.0.0.1:${port}`,
    port,
    asked,
    fault(fault) {
      state.fault = fault;
      state.left = fault !== null && "times" in fault ? fault.times ?? Infinity : Infinity;
    },
    sent: (bytes) =>
      new Promise((tell) => {
        if (state.sent >= bytes) tell();
        else waiting.push({ bytes, tell });
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Waits `ms`, or less where the client leaves. */
function pause(ms: number, response: http.ServerResponse): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      response.off("close", end);
      done();
    };
    const timer = setTimeout(end, ms);
    response.on("close", end);
  });
}
