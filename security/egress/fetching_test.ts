import assert from "node:assert/strict";
import { serveHub } from "../../tests/fakes/hub.ts";
import { fetching } from "./fetching.ts";
import { FetchError } from "./request.ts";

const signal = new AbortController().signal;
const asked = (url: string) => ({
  url,
  method: "GET" as const,
  headers: {},
  maxBytes: 1000,
  ms: 10_000,
  redirects: "same-host" as const,
});

Deno.test("a name is resolved once for each hop, and what was judged is what is dialled", async () => {
  await using server = await serveHub({
    pages: {
      "/a": ({ headers }) => ({ status: 302, headers: { location: "/b" }, body: headers.host }),
      "/b": ({ headers }) => ({ body: headers.host }),
    },
  });
  const host = `rebind.test:${server.port}`;
  const answers: string[][] = [];
  const counted = { times: 0 };
  const resolve = () => Promise.resolve(answers[counted.times++] ?? ["127.0.0.1"]);
  const get = async (hosts: string[]) => {
    counted.times = 0;
    try {
      const { status, body } = await fetching(
        asked(`http://${host}/a`),
        { downloads: null, hosts, resolve },
        () => {},
        signal,
      );
      return `${status} ${atob(body)} ${counted.times}`;
    } catch (error) {
      return error instanceof FetchError ? `${error.fault} ${counted.times}` : String(error);
    }
  };
  assert.equal(await get([host]), `200 ${host} 2`);
  assert.equal(await get([]), "refused 1");
  // A name that means a public address when it is judged and this machine when it is dialled is dialled as judged.
  answers.push(["127.0.0.1"], ["169.254.169.254"]);
  assert.equal(await get([host]), "refused 2");
  answers.splice(0, 2, ["93.184.216.34", "127.0.0.1"]);
  assert.equal(await get([]), "refused 1");
  answers.splice(0, 1, []);
  assert.equal(await get([host]), "refused 1");
  assert.equal(server.asked.length, 3);
});

const openssl = await new Deno.Command("openssl", { args: ["version"] }).output().then((o) => o.success, () => false);

/** Serves TLS with a certificate for files.test and fetches it by two names; prints what each gave. */
const PROGRAM = (module: string) => `
  import https from "node:https";
  import { fetching } from ${JSON.stringify(module)};
  const file = (name) => Deno.readTextFileSync(import.meta.dirname + "/" + name);
  const server = https.createServer({ key: file("key.pem"), cert: file("cert.pem") }, (q, r) => r.end(q.headers.host));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  for (const name of ["files.test", "other.test", "127.0.0.1"]) {
    const request = { url: "https://" + name + ":" + port + "/", method: "GET", headers: {}, maxBytes: 100, ms: 9000, redirects: "none" };
    const powers = { downloads: null, hosts: [name + ":" + port], resolve: () => Promise.resolve(["127.0.0.1"]) };
    try {
      const { status, body } = await fetching(request, powers, () => {}, new AbortController().signal);
      console.log(name, status, atob(body).split(":")[0]);
    } catch (error) {
      console.log(name, error.fault);
    }
  }
  Deno.exit(0);`;

Deno.test({
  name: `over TLS the certificate must name the host of the URL${openssl ? "" : " (ignored: install openssl)"}`,
  ignore: !openssl,
  fn: async () => {
    const dir = await Deno.makeTempDir();
    const ssl = (...args: string[]) => new Deno.Command("openssl", { args, cwd: dir }).output();
    const fresh = ["-newkey", "rsa:2048", "-nodes", "-keyout"];
    await ssl("req", "-x509", ...fresh, "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test ca");
    await ssl("req", ...fresh, "key.pem", "-out", "leaf.csr", "-subj", "/CN=files.test");
    await Deno.writeTextFile(`${dir}/ext`, "subjectAltName=DNS:files.test\nbasicConstraints=CA:FALSE\n");
    const ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    await ssl("x509", "-req", "-in", "leaf.csr", ...ca, "-out", "cert.pem", "-extfile", "ext");
    await Deno.writeTextFile(`${dir}/program.ts`, PROGRAM(new URL("./fetching.ts", import.meta.url).href));
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const run = async (env: Record<string, string>) => {
      const args = ["run", "-A", "--no-check", "--config", config, `${dir}/program.ts`];
      const { stdout } = await new Deno.Command(Deno.execPath(), { args, env }).output();
      return new TextDecoder().decode(stdout).trim().split("\n");
    };
    assert.deepEqual(await run({ NODE_EXTRA_CA_CERTS: `${dir}/ca.pem` }), [
      "files.test 200 files.test",
      "other.test unreachable",
      "127.0.0.1 unreachable",
    ]);
    assert.deepEqual(await run({}), ["files.test unreachable", "other.test unreachable", "127.0.0.1 unreachable"]);
    await Deno.remove(dir, { recursive: true });
  },
});
