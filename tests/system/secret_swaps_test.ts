/** A secret that is bound to a host, through the whole program: the server gets the value, everybody else its placeholder. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeOllama } from "../fakes/ollama.ts";
import { servePackages } from "../fakes/package_server.ts";
import { onTerminal, ptyMissing } from "../terminal/pty.ts";
import { place } from "./harombe.ts";

const VALUE = "hunter2-the-real-value";

type Asked = { at: string; authorization: string | null; other: string | null; body: string };

async function there(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Every byte below `state` as text. */
function everything(state: string): string {
  return Array.from(Deno.readDirSync(state)).map(({ name, isDirectory }) =>
    isDirectory ? everything(join(state, name)) : new TextDecoder("latin1").decode(Deno.readFileSync(join(state, name)))
  ).join("\n");
}

const missing = ptyMissing() ?? (await there("/usr/bin/curl") ? null : "curl is not installed") ??
  (await there("/usr/bin/bwrap") ? null : "bubblewrap is not installed");

Deno.test({
  name:
    `a bound secret reaches its header, method, path and host alone; model, log, records and screen see its placeholder${
      missing ? ` (ignored: ${missing})` : ""
    }`,
  ignore: missing !== null,
  async fn() {
    const asked: Asked[] = [];
    const server = await servePackages({
      repositories: "/nowhere",
      wheel: "/nowhere",
      async page(request) {
        const { pathname, host } = new URL(request.url);
        const authorization = request.headers.get("authorization");
        asked.push({
          at: `${request.method} ${host.split(":")[0]}${pathname}`,
          authorization,
          other: request.headers.get("x-other"),
          body: await request.text(),
        });
        return new Response(
          `you sent ${authorization}, in hex ${new TextEncoder().encode(authorization ?? "").toHex()}\n`,
        );
      },
    });
    const lines = (base: string, elsewhere: string) =>
      [
        `A="Authorization: Bearer $GITHUB_TOKEN"; C="curl -sS"`,
        `$C -H "$A" ${base}/repos/me`,
        `$C -H "$A" ${base}/gists`,
        `$C -H "$A" -d "t=$GITHUB_TOKEN" ${base}/repos/me`,
        `$C -H "X-Other: $GITHUB_TOKEN" "${base}/repos/me?t=$GITHUB_TOKEN"`,
        `NO_PROXY= no_proxy= $C -H "$A" ${elsewhere}/repos/me`,
      ].join("; ");
    const hosts = `127.0.0.2:${server.addressPort} localhost:${server.port}`;
    const line = lines(`https://127.0.0.2:${server.addressPort}`, `https://localhost:${server.port}`);
    await using ollama = await fakeOllama({
      script: ({ messages }: { messages: { role: string }[] }) =>
        messages.at(-1)!.role === "tool"
          ? { text: "that is all" }
          : { calls: [{ name: "shell", arguments: { line, hosts } }] },
    });
    await using p = await place({ ollama: ollama.base });
    const state = join(p.home, ".harombe");
    const env = { ...p.env, DENO_CERT: join(p.home, "authority.pem") };
    Deno.writeTextFileSync(env.DENO_CERT, server.certificates);
    Deno.mkdirSync(state, { mode: 0o700 });
    const allow = hosts.split(" ").map((host) => `"${host}"`).join(", ");
    Deno.writeTextFileSync(join(state, "harombe.yaml"), `security:\n  egress:\n    allow: [${allow}]\n`, {
      mode: 0o600,
    });
    try {
      const bind = "host=127.0.0.2,header=authorization,method=GET,path=/repos/*";
      const added = await p.run(["secrets", "add", "github_token", "--bind", bind], VALUE);
      assert.equal(added.code, 0, added.err);
      const { code, output } = await onTerminal("", {
        steps: [
          { wait: "› " },
          { send: "who am I at the forge?\r" },
          { wait: "allow this?" },
          { send: "y" },
          { wait: "that is all" },
          { wait: "› " },
          { send: "/exit\r" },
        ],
        env,
        waitS: 60,
        instead: { command: p.words(["chat"]), cwd: p.folder },
      });
      assert.equal(code, 0, output);
      assert.match(output.replace(/\s+/g, " "), /may use the secret github_token at 127\.0\.0\.2 \(GET \/repos\/\*/);

      const placeholder = /SECRET_github_token_[0-9a-f]{10}/.exec(asked[1]?.authorization ?? "")?.[0];
      assert.ok(placeholder, output + JSON.stringify(asked));
      assert.deepEqual(asked, [
        { at: "GET 127.0.0.2/repos/me", authorization: `Bearer ${VALUE}`, other: null, body: "" },
        { at: "GET 127.0.0.2/gists", authorization: `Bearer ${placeholder}`, other: null, body: "" },
        {
          at: "POST 127.0.0.2/repos/me",
          authorization: `Bearer ${placeholder}`,
          other: null,
          body: `t=${placeholder}`,
        },
        { at: "GET 127.0.0.2/repos/me", authorization: null, other: placeholder, body: "" },
        { at: "GET localhost/repos/me", authorization: `Bearer ${placeholder}`, other: null, body: "" },
      ]);

      const heard = JSON.stringify(ollama.heard);
      assert.match(heard, /\$GITHUB_TOKEN at 127\.0\.0\.2 \(GET \/repos\/\*, header authorization\)/);
      assert.match(heard, new RegExp(`you sent Bearer ${placeholder}, in hex `));
      const leak = new RegExp([VALUE, btoa(VALUE), new TextEncoder().encode(VALUE).toHex(), "hunter2"].join("|"));
      for (const [where, text] of Object.entries({ model: heard, screen: output, state: everything(state) })) {
        assert.doesNotMatch(text, leak, where);
      }
      const { out } = await p.run(["audit", "list", "--kind", "secret", "--json"]);
      const uses = (JSON.parse(out) as { entry: Record<string, string> }[]).map(({ entry }) => entry)
        .filter(({ action }) => action === "use");
      assert.deepEqual(
        uses.map(({ tool, name, store, by }) => ({ tool, name, store, by })),
        [{ tool: "shell", name: "github_token", store: "local", by: "its binding to 127.0.0.2" }],
      );
    } finally {
      await server.close();
    }
  },
});
