import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fetchLaboratory, get } from "../../tests/fakes/fetch_laboratory.ts";
import { serveHub } from "../../tests/fakes/hub.ts";
import { FetchError } from "./request.ts";

const signal = new AbortController().signal;

/** Spellings of places that must not be reached; `P` is the port at which a canary listens on every loopback address. */
const SPELLINGS = [
  "http://127.0.0.1:P/",
  "http://127.1:P/",
  "http://127.0.1:P/",
  "http://2130706433:P/",
  "http://0x7f000001:P/",
  "http://0x7f.0.0.1:P/",
  "http://0x7F.0x0.0x0.0x1:P/",
  "http://017700000001:P/",
  "http://0177.0.0.01:P/",
  "http://127.0.0.1.:P/",
  "http://127.255.255.254:P/",
  "http://127.0.0.2:P/",
  "http://１２７.０.０.１:P/",
  "http://①②⑦.⓪.⓪.①:P/",
  "http://127。0。0。1:P/",
  "http://127%2e0%2e0%2e1:P/",
  "http://%31%32%37.0.0.1:P/",
  "http://localhost:P/",
  "http://LOCALHOST:P/",
  "http://localhost.:P/",
  "http://ｌｏｃａｌｈｏｓｔ:P/",
  "http://lo\u00adcalhost:P/",
  "http://local\u200bhost:P/",
  "http://ip6-localhost:P/",
  "http://0:P/",
  "http://0.0.0.0:P/",
  "http://0x0:P/",
  "http://000.000.000.000:P/",
  "http://[::1]:P/",
  "http://[0:0:0:0:0:0:0:1]:P/",
  "http://[0000:0000:0000:0000:0000:0000:0000:0001]:P/",
  "http://[::]:P/",
  "http://[::ffff:127.0.0.1]:P/",
  "http://[::ffff:7f00:1]:P/",
  "http://[0:0:0:0:0:ffff:127.0.0.1]:P/",
  "http://[::FFFF:7F00:0001]:P/",
  "http://[::127.0.0.1]:P/",
  "http://[::ffff:0:127.0.0.1]:P/",
  "http://[64:ff9b::127.0.0.1]:P/",
  "http://[64:ff9b:1::7f00:1]:P/",
  "http://[2002:7f00:1::]:P/",
  "http://[2001:0:7f00:1::]:P/",
  "http://[::1%25lo]:P/",
  "http://[fe80::1%25eth0]:P/",
  "http://[fe80::1]:P/",
  "http://[fc00::1]:P/",
  "http://[fd00:ec2::254]/latest/meta-data/",
  "http://[ff02::1]:P/",
  "http://[fec0::1]:P/",
  "http://169.254.169.254/latest/meta-data/",
  "http://2852039166/latest/meta-data/",
  "http://0xa9fea9fe/",
  "http://[::ffff:a9fe:a9fe]/",
  "http://[::ffff:169.254.169.254]/",
  "http://169.254.170.2/v2/credentials",
  "http://100.100.100.200/",
  "http://168.63.129.16/",
  "http://192.0.0.192/",
  "http://10.0.0.1/",
  "http://172.16.0.1/",
  "http://192.168.0.1/",
  "http://3232235521/",
  "http://0300.0250.0.1/",
  "http://100.64.0.1/",
  "http://192.0.2.1/",
  "http://198.18.0.1/",
  "http://224.0.0.1/",
  "http://255.255.255.255/",
  "http://user@127.0.0.1:P/",
  "http://user:pw@127.0.0.1:P/",
  "http://example.org@127.0.0.1:P/",
  "http://example.org%00@127.0.0.1:P/",
  "http://127.0.0.1:P\\@example.org/",
  "http:\\\\127.0.0.1:P\\",
  "http:/127.0.0.1:P/",
  "http:127.0.0.1:P/",
  "HTTP://127.0.0.1:P/",
  " http://127.0.0.1:P/ ",
  "ht\ntp://127.0.\t0.1:P/",
  "http://127.0.0.1:0P/",
  "https://127.0.0.1:P/",
  "https://[::1]:P/",
  "https://localhost:P/",
  "//127.0.0.1:P/",
  "127.0.0.1:P",
  "localhost:P",
  "file:///etc/passwd",
  "ftp://127.0.0.1:P/",
  "gopher://127.0.0.1:P/",
  "ws://127.0.0.1:P/",
  "unix:/run/docker.sock",
  "data:text/html,x",
  "javascript:alert(1)",
  "blob:http://127.0.0.1:P/x",
  "http://",
  "http://.",
  "http://..:P/",
  "http://8.8.8.8:22/",
  "http://8.8.8.8:25/",
  "http://8.8.8.8:0/",
];

Deno.test(`none of ${SPELLINGS.length} spellings reaches this machine, a house or a cloud's keys`, async () => {
  const touched: string[] = [];
  const canary = createServer((socket) => {
    touched.push("touched");
    socket.destroy();
  });
  await new Promise<void>((ready) => canary.listen(0, "::", ready));
  const { port } = canary.address() as AddressInfo;
  // A name of the owner's at another port opens nothing else.
  const { lab, fetch } = await fetchLaboratory([`127.0.0.1:${port === 1024 ? 1025 : 1024}`, "localhost:1"]);
  const left = SPELLINGS.map((text) => text.replaceAll("P", String(port)).replace(/^HTT\d+/, "HTTP"));
  assert.ok(left.length >= 60);
  const came: Record<string, string> = {};
  const work = async () => {
    for (let url = left.pop(); url !== undefined; url = left.pop()) {
      came[url] = await fetch(
        { url, method: "GET", headers: {}, maxBytes: 100, ms: 5000, redirects: "any" },
        () => {},
        signal,
      ).then(
        ({ status }) => `answered ${status}`,
        (error) => error instanceof FetchError ? error.fault : String(error),
      );
    }
  };
  try {
    await Promise.all([work(), work(), work()]);
    const reached = Object.entries(came).filter(([url, fault]) =>
      // A name that the system does not know cannot be found; everything else is refused before a connection.
      fault !== "refused" && !(fault === "unreachable" && /ip6-localhost/.test(url))
    );
    assert.deepEqual({ reached, touched }, { reached: [], touched: [] });
    const own = await fetch(get(`http://127.0.0.1:${port}/`), () => {}, signal).catch((error) => error.fault);
    assert.equal(own, "refused");
  } finally {
    await lab.close();
    await new Promise<void>((closed) => canary.close(() => closed()));
  }
});

Deno.test("the canary is reached where the owner names it, so that the table above proves something", async () => {
  await using canary = await serveHub({ pages: { "/": { body: "hi" } } });
  const { lab, fetch } = await fetchLaboratory([`127.0.0.1:${canary.port}`]);
  try {
    assert.equal((await fetch(get(`http://2130706433:${canary.port}/`), () => {}, signal)).status, 200);
    assert.equal(canary.asked.length, 1);
  } finally {
    await lab.close();
  }
});
