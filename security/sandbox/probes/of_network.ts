/** Probes of what a run reaches beside itself. */
import type { Probe } from "./probe.ts";

const group = "network";
/** Connecting must fail at once: an address that merely does not answer would look the same as one that cannot be reached. */
const dials = (name: string, family: string, address: string, control = false): Probe => ({
  name,
  group,
  tries: `connects to ${address}`,
  python: `
s = socket.socket(socket.${family}, socket.SOCK_STREAM); s.settimeout(1)
try:
  s.connect(${address}); got = "connected"
except socket.timeout: got = "a packet left: nothing answered, nothing refused"
finally: s.close()`,
  control,
});
const opens = (name: string, family: number, type: number, protocol: number, control = true): Probe => ({
  name,
  group,
  tries: `opens a socket of family ${family}, type ${type}`,
  python: `socket.socket(${family}, ${type}, ${protocol}).close(); got = "opened"`,
  control,
});
const unix = (name: string, path: string): Probe => ({
  name,
  group,
  tries: `connects to ${path}`,
  python: `
if not os.path.exists(${path}): raise OSError(2, "is not there")
s = socket.socket(socket.AF_UNIX); s.settimeout(1); s.connect(${path}); got = "connected"`,
});

export const OF_NETWORK: readonly Probe[] = [
  dials("loopback of the machine", "AF_INET", `("127.0.0.1", @PORT@)`, true),
  dials("loopback by another name", "AF_INET", `("127.1.2.3", @PORT@)`),
  dials("loopback by 0.0.0.0", "AF_INET", `("0.0.0.0", @PORT@)`, true),
  dials("loopback of IPv6", "AF_INET6", `("::1", @PORT@)`),
  dials("mapped loopback", "AF_INET6", `("::ffff:127.0.0.1", @PORT@)`, true),
  dials("private 10/8", "AF_INET", `("10.0.0.1", 80)`),
  dials("private 192.168/16", "AF_INET", `("192.168.1.1", 80)`),
  dials("metadata", "AF_INET", `("169.254.169.254", 80)`),
  // TEST-NET-1 of RFC 5737 and the documentation prefix of RFC 3849: nobody's.
  dials("public IPv4", "AF_INET", `("192.0.2.1", 80)`),
  dials("public IPv6", "AF_INET6", `("2001:db8::1", 80)`),
  {
    name: "datagram out",
    group,
    tries: "sends a datagram to 192.0.2.1",
    python: `socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)); got = "sent"`,
  },
  {
    name: "broadcast",
    group,
    tries: "sends a broadcast",
    python: `
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.sendto(b"x", ("255.255.255.255", 9)); got = "sent"`,
  },
  {
    name: "multicast DNS",
    group,
    tries: "sends a datagram to 224.0.0.251",
    python: `socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("224.0.0.251", 5353)); got = "sent"`,
  },
  {
    name: "names",
    group,
    tries: "resolves example.com",
    python: `
try: got = str(socket.getaddrinfo("example.com", 80)[0][4])
except socket.gaierror as e: seen = str(e)`,
  },
  {
    name: "another interface",
    group,
    tries: "sees an interface beside its own loopback that has an address",
    sh: `grep -vE '^ *lo:|face|Inter-' /proc/net/dev`,
  },
  opens("raw sockets", 2, 3, 1),
  opens("packet sockets", 17, 3, 768),
  opens("netlink to routes", 16, 3, 0),
  opens("netlink to audit", 16, 3, 9),
  opens("kernel crypto sockets", 38, 5, 0, false),
  opens("virtual machine sockets", 40, 1, 0, false),
  opens("Bluetooth sockets", 31, 3, 1, false),
  opens("Unix sockets", 1, 1, 0),
  {
    name: "pair of Unix datagram sockets",
    group,
    tries: "gets a datagram socket that could still name a path",
    python: `socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); got = "opened"`,
    control: true,
  },
  {
    name: "abstract sockets",
    group,
    tries: "connects to an abstract Unix socket of the machine",
    python: `
s = socket.socket(socket.AF_UNIX); s.settimeout(1)
try: s.connect("\\0harombe-probe-nobody")
except ConnectionRefusedError: got = "it could have: only nobody listens there"`,
    control: true,
  },
  unix("docker", `"/var/run/docker.sock"`),
  unix("podman", `"/run/podman/podman.sock"`),
  unix("system bus", `"/run/dbus/system_bus_socket"`),
  unix("systemd", `"/run/systemd/private"`),
  unix("X server", `"/tmp/.X11-unix/X0"`),
  unix("session bus", `"/run/user/%d/bus" % os.getuid()`),
  {
    name: "ssh agent",
    group,
    tries: "finds an agent's socket in its variables or in /tmp",
    sh: `[ -n "$SSH_AUTH_SOCK" ] || ls -d /tmp/ssh-* 2>/dev/null | grep -q .`,
  },
];
