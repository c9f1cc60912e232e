import assert from "node:assert/strict";
import { parseIp } from "./network_interface.ts";

Deno.test("ip -j address becomes interfaces (iproute2 6.1)", () => {
  const text = JSON.stringify([
    {
      ifname: "lo",
      flags: ["LOOPBACK", "UP"],
      addr_info: [{ family: "inet", local: "127.0.0.1", scope: "host", prefixlen: 8 }],
    },
    {},
    {
      ifname: "eth0",
      flags: ["BROADCAST", "UP"],
      addr_info: [{ family: "inet6", local: "fe80::1", scope: "link" }, {}],
    },
    { ifname: "wg0", flags: [] },
  ]);
  assert.deepEqual(parseIp(text), [
    { name: "lo", up: true, loopback: true, addresses: [{ address: "127.0.0.1", family: "IPv4", scope: "host" }] },
    { name: "eth0", up: true, loopback: false, addresses: [{ address: "fe80::1", family: "IPv6", scope: "link" }] },
    { name: "wg0", up: false, loopback: false, addresses: [] },
  ]);
  for (const wrong of ["", "{}", "Cannot find device"]) assert.equal(parseIp(wrong), null, wrong);
});
