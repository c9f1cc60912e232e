import assert from "node:assert/strict";

const openssl = await new Deno.Command("openssl", { args: ["version"] }).output().then((o) => o.success, () => false);

/** Serves TLS with a certificate for models.lan and dials it by two names; prints what each gave. */
const PROGRAM = (dial: string) => `
  import https from "node:https";
  import { dial, readText } from ${JSON.stringify(dial)};
  const file = (name) => Deno.readTextFileSync(import.meta.dirname + "/" + name);
  const server = https.createServer({ key: file("key.pem"), cert: file("cert.pem") }, (q, r) => r.end(q.url));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const resolve = () => Promise.resolve(["127.0.0.1"]);
  for (const name of ["models.lan", "other.lan"]) {
    const at = { base: "https://" + name + ":" + server.address().port + "/x", privacyMode: "local-only", resolve };
    try {
      const reply = await dial(at, { method: "GET", path: "/v1/models" }, new AbortController().signal);
      console.log(name, reply.status, await readText(reply));
    } catch (error) {
      console.log(name, error.fault);
    }
  }
  server.close();
  server.closeAllConnections();`;

Deno.test({
  name: `over TLS the certificate must name the host that was configured${
    openssl ? "" : " (unavailable: install openssl)"
  }`,
  ignore: !openssl,
  fn: async () => {
    const dir = await Deno.makeTempDir();
    const ssl = (...args: string[]) => new Deno.Command("openssl", { args, cwd: dir }).output();
    const fresh = ["-newkey", "rsa:2048", "-nodes", "-keyout"];
    await ssl("req", "-x509", ...fresh, "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test ca");
    await ssl("req", ...fresh, "key.pem", "-out", "leaf.csr", "-subj", "/CN=models.lan");
    await Deno.writeTextFile(`${dir}/ext`, "subjectAltName=DNS:models.lan\nbasicConstraints=CA:FALSE\n");
    const sign = [
      "x509",
      "-req",
      "-in",
      "leaf.csr",
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
    ];
    await ssl(...sign, "-out", "cert.pem", "-extfile", "ext");
    await Deno.writeTextFile(`${dir}/program.ts`, PROGRAM(new URL("./dial.ts", import.meta.url).href));
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const run = async (env: Record<string, string>) => {
      const args = ["run", "-A", "--no-check", "--config", config, `${dir}/program.ts`];
      const { stdout } = await new Deno.Command(Deno.execPath(), { args, env }).output();
      return new TextDecoder().decode(stdout).trim().split("\n");
    };
    assert.deepEqual(await run({ NODE_EXTRA_CA_CERTS: `${dir}/ca.pem` }), [
      "models.lan 200 /x/v1/models",
      "other.lan unreachable",
    ]);
    assert.deepEqual(await run({}), ["models.lan unreachable", "other.lan unreachable"]);
    await Deno.remove(dir, { recursive: true });
  },
});
