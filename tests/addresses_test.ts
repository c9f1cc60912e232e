import assert from "node:assert/strict";
import { nearness } from "../node/backends/address.ts";
import { addressKind } from "../security/egress/address.ts";

const EDGES_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
];

/** The first and last address of each range, and their neighbours. */
function around(range: string): string[] {
  const [net, prefix] = range.split("/");
  const first = net.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const last = first + 2 ** (32 - Number(prefix)) - 1;
  return [first - 1, first, first + 1, last - 1, last, last + 1].filter((n) => n >= 0 && n < 2 ** 32)
    .map((n) => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join("."));
}

const METADATA = [
  "169.254.169.254",
  "169.254.169.253",
  "169.254.169.123",
  "169.254.170.2",
  "169.254.170.23",
  "169.254.0.23",
  "100.100.100.200",
  "168.63.129.16",
  "fd00:ec2::254",
  "fd00:ec2::253",
  "fd00:ec2::23",
  "fd20:ce::254",
];

Deno.test("where a model may be and what may be fetched is judged alike: near is near, a metadata service never", () => {
  const v4 = [...EDGES_V4.flatMap(around), ...METADATA.filter((ip) => ip.includes("."))];
  const v6 = [
    "::1",
    "::",
    "fc00::",
    "fdff:ffff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2600::1",
  ];
  for (const ip of [...v4, ...v4.map((one) => `::ffff:${one}`), ...v6, ...METADATA, "fe80::1%eth0", "x", ""]) {
    const kind = addressKind(ip);
    assert.equal(nearness(ip), kind === "never" ? "public" : kind, ip);
  }
  for (const ip of METADATA) assert.equal(addressKind(ip), "never", ip);
});
