import assert from "node:assert/strict";
import { parseSs } from "./port.ts";

/** ss of iproute2 6.1, `-H -lntup`, as root and as an ordinary user. */
Deno.test("ss' lines become ports with their programs", () => {
  const text =
    `udp   UNCONN 0      0       127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=640,fd=13))
tcp   LISTEN 0      511           0.0.0.0:80         0.0.0.0:*    users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))
tcp   LISTEN 0      128              [::]:22            [::]:*
tcp   LISTEN 0      4096            [::1]:11434         [::]:*
tcp   LISTEN 0      50                 *:8080             *:*    users:(("java",pid=7,fd=1))
udp   UNCONN 0      0      [fe80::1]%eth0:546            [::]:*
u_str LISTEN 0 0 /run/x 1 * 0
tcp
`;
  assert.deepEqual(parseSs(text), [
    { protocol: "tcp", port: 22, address: "::", loopback: false, programs: [] },
    {
      protocol: "udp",
      port: 53,
      address: "127.0.0.53%lo",
      loopback: true,
      programs: [{ name: "systemd-resolve", pid: 640 }],
    },
    {
      protocol: "tcp",
      port: 80,
      address: "0.0.0.0",
      loopback: false,
      programs: [{ name: "nginx", pid: 12 }, { name: "nginx", pid: 11 }],
    },
    { protocol: "udp", port: 546, address: "fe80::1%eth0", loopback: false, programs: [] },
    { protocol: "tcp", port: 8080, address: "*", loopback: false, programs: [{ name: "java", pid: 7 }] },
    { protocol: "tcp", port: 11434, address: "::1", loopback: true, programs: [] },
  ]);
});
