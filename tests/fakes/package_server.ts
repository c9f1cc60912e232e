/** One TLS server that is a page, a git repository, a Python index and an npm registry, each on the real wire. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { createAuthority } from "../../security/egress/proxy/authority.ts";

export type PackageServer = {
  port: number;
  /** The same at `https://127.0.0.2`, an address that no client takes for its own machine. */
  addressPort: number;
  /** The authority that its certificate is from, PEM. */
  certificates: string;
  /** Method, path and authorization of each request that came. */
  seen: string[];
  bodies: string[];
  close(): Promise<void>;
};

/** Serves `https://localhost`; `repositories` is a directory of bare repositories, `wheel` a file named as pip wants it. */
export async function servePackages(
  { repositories, wheel, page }: {
    repositories: string;
    wheel: string;
    page?: (request: Request) => Promise<Response>;
  },
): Promise<PackageServer> {
  const authority = await createAuthority(Date.now());
  const seen: string[] = [];
  const bodies: string[] = [];
  const description = JSON.stringify({ name: "demo", version: "1.0.0" });
  const header = { name: "package/package.json", size: description.length, type: "file" as const };
  const tarball = new Uint8Array(gzipSync(await packTar([{ header, body: description }])));
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    seen.push([request.method, url.pathname, request.headers.get("authorization") ?? ""].join(" ").trimEnd());
    if (url.pathname.startsWith("/git/")) return await gitBackend(request, { url, repositories });
    if (url.pathname === "/simple/demo/") {
      const name = wheel.slice(wheel.lastIndexOf("/") + 1);
      const html = `<!DOCTYPE html><html><body><a href="/files/${name}">${name}</a></body></html>`;
      return new Response(html, { headers: { "content-type": "text/html" } });
    }
    if (url.pathname.startsWith("/files/")) return new Response(await Deno.readFile(wheel));
    if (url.pathname === "/npm/demo") {
      const dist = { tarball: `${url.origin}/npm/demo.tgz`, integrity };
      const versions = { "1.0.0": { name: "demo", version: "1.0.0", dist } };
      return Response.json({ name: "demo", "dist-tags": { latest: "1.0.0" }, versions });
    }
    if (url.pathname === "/npm/demo.tgz") return new Response(tarball);
    if (page !== undefined) return await page(request);
    bodies.push(await request.text());
    return new Response("hello\n");
  };
  const shown = await authority.shownFor("localhost");
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, ...shown, onListen: () => {} }, answer);
  const numbered = await authority.shownFor("127.0.0.2");
  const other = Deno.serve({ hostname: "127.0.0.2", port: 0, ...numbered, onListen: () => {} }, answer);
  return {
    port: server.addr.port,
    addressPort: other.addr.port,
    certificates: authority.certificate,
    seen,
    bodies,
    close: async () => {
      await server.shutdown();
      await other.shutdown();
    },
  };
}

/** Git's own CGI program. */
async function gitBackend(
  request: Request,
  { url, repositories }: { url: URL; repositories: string },
): Promise<Response> {
  const child = new Deno.Command("git", {
    args: ["http-backend"],
    env: {
      GIT_PROJECT_ROOT: repositories,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname.slice("/git".length),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers.get("content-type") ?? "",
      GIT_PROTOCOL: request.headers.get("git-protocol") ?? "",
      HTTP_CONTENT_ENCODING: request.headers.get("content-encoding") ?? "",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array(await request.arrayBuffer()));
  await writer.close();
  const { stdout } = await child.output();
  const text = new TextDecoder("latin1").decode(stdout);
  const end = text.indexOf("\r\n\r\n");
  const headers = new Headers(text.slice(0, end).split("\r\n").map((line) => line.split(": ") as [string, string]));
  const status = Number.parseInt(headers.get("status") ?? "200");
  headers.delete("status");
  return new Response(stdout.slice(end + 4), { status, headers });
}
