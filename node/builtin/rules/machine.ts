/** Rules about what this machine does now: processes, ports, network, battery, graphics, file systems. */
import type { FrameOf } from "../frame.ts";
import { lexiconOf } from "../lexicon.ts";
import type { Match } from "../match.ts";
import { frame, rulesIn } from "../rule.ts";

/** "What is a process?", an order, a place elsewhere: nothing that this machine's figures tell. */
const asksOther = (m: Match): boolean =>
  /^(?:what|whats|what is|what are|which) (?:is |are )?an? /.test(m.words) ||
  /\byour\b|\ban ip\b|, what\b|\bwhat now\b/.test(m.words) ||
  /^(?:charge|mount|unmount|open|close|free)\b/
    .test(m.words);

const system = (topic: FrameOf<"system">["topics"][number]) => (m: Match) =>
  asksOther(m) ? null : frame({ do: "system", topics: [topic] });

const running = rulesIn(lexiconOf({
  process: "process, program, app, application",
  user: "users, consumers, eaters, hogs",
  uses:
    "use, uses, using, take, takes, taking, take up, takes up, taking up, eat, eats, eating, eating up, eats up, hog, hogs, hogging, consume, consumes, consuming, consumed, used, uses up, using up, filling, occupying, occupies, needs",
  most: "most, highest, greatest, biggest, largest, maximum, top, so much, all, heaviest, up all",
  memory: "memory, ram, mem",
  cpu: "cpu, processor, cpu time, processor time, cpus",
  usage: "usage, consumption, hungry, memory usage, cpu usage, ram usage, with, intensive, share, amount",
  running:
    "running, run, active, alive, currently running, on this machine, on this computer, on my machine, machine, computer",
  by: "by, sorted by, ordered by, sort by, order by, ranked by",
  count: "how many, number of, count, count of, total number of, total",
  list: "list, list of, ps, enumerate",
}));
const MAY = "process user uses most memory cpu usage running by list NUM";

const heaviest = running(["memory cpu", "process user uses"], MAY, (m) => {
  const by = m.said("memory") ? "memory" as const : "cpu" as const;
  const said = m.said("uses", "user", "by") || (m.said("process") && m.said("most") && m.said("usage"));
  const asked = m.said("most", "by", "user") ||
    (m.said("uses") && /\b(?:hog|eat|taking|using|consum|fill)/.test(m.words));
  if (asksOther(m) || !(said || m.said("usage")) || !asked || (m.said("memory") && m.said("cpu"))) return null;
  if (m.all("NUM").length > 1 || m.n === 0 || /\b(?:does|do|did|will|would|can)\b/.test(m.words)) return null;
  const many = /\b(?:processes|programs|apps|applications|users|consumers|hogs|eaters)\b/.test(m.words);
  return frame({ do: "processes", by, n: m.n ?? (many ? 10 : 1) });
});

const top = running(["process", "most list show"], MAY, (m) => {
  const many = /\b(?:processes|programs)\b/.test(m.words) && !/\b(?:apps?|applications)\b/.test(m.words);
  if (asksOther(m) || !many || m.said("uses", "usage", "memory", "cpu", "user", "by")) return null;
  return m.all("NUM").length > 1 ? null : frame({ do: "processes", by: "cpu", n: m.n ?? 10 });
});

const number = running(
  ["count", "process"],
  "running",
  (m) =>
    /\b(?:processes|programs)\b/.test(m.words) && !/^count (?:down|up)/.test(m.words)
      ? frame({ do: "processes", count: true })
      : null,
);

const ports = rulesIn(lexiconOf({
  ports: "ports, tcp ports, listening ports, open ports, network ports, udp ports",
  port: "port",
  list: "list, list of, enumerate",
  open: "open, in use, used, listening, listened on, taken, occupied, being used, bound, busy",
  listens: "listen, listens, listening, is listening, serving",
  what: "what, which, which process, which processes, which programs, which services, anything, something, programs",
  on: "on, on this machine, on this computer, on my machine, machine, computer, for connections",
}));
const open = ports(
  ["ports", "open list show"],
  "list open listens what on",
  (m) => asksOther(m) && !/^open ports/.test(m.words) ? null : frame({ do: "ports" }),
);
const listening = ports(
  ["what", "listens", "on"],
  "open list",
  (m) => /\b(?:machine|computer)\b/.test(m.words) ? frame({ do: "ports" }) : null,
);

const network = rulesIn(lexiconOf({
  ip:
    "ip, ip address, ips, ipv4, ipv6, ipv4 address, ipv6 address, local ip, local ip address, internal ip, lan ip, internal ip address, ip addresses",
  network: "network, lan",
  face: "network interface, interface, network card, network adapter, nic, network device, ethernet interface",
  info: "info, information, details, detail, status, state, configuration, overview, settings",
  list: "list, list of, enumerate, ip addr, ifconfig, ip a",
  machine: "machine, computer, system, box, server, pc, laptop, host, device",
}));
const address = network(["ip"], "list machine network face", system("ip"));
const faces = network(
  ["face network", "face info list show"],
  "list info machine ip network",
  (m) => m.said("network") && !m.said("face", "info") ? null : system("network")(m),
);

const power = rulesIn(lexiconOf({
  battery: "battery, batteries, battery level, battery status, battery charge, battery percentage, battery power",
  state:
    "charging, charged, full, left, remaining, level, status, state, charge, percent, percentage, plugged in, on ac, discharging, low, empty, how full, power, in percent, plugged in or not",
  how: "how much, how full, how many, much, percent, info, information",
  plugged:
    "plugged in, on battery, on ac power, on ac, on battery power, on mains, connected to power, charging, running on battery, on power",
  machine: "machine, computer, laptop, charger, notebook, device, system",
}));
const battery = power(
  ["battery"],
  "state how machine plugged",
  (m) =>
    m.said("state", "how", "plugged") || /\b(?:level|status|charge|percentage|power)\b/.test(m.words)
      ? system("battery")(m)
      : null,
);
const plugged = power(
  ["plugged", "machine"],
  "battery state",
  (m) => /^(?:is|are|am)\b/.test(m.words) ? system("battery")(m) : null,
);

const graphics = rulesIn(lexiconOf({
  gpu:
    "gpu, graphics card, video card, graphics processor, graphics adapter, nvidia-smi, display adapter, graphics cards",
  vram: "vram, gpu memory, video memory, graphics memory",
  list: "list, list of, enumerate, how many",
  usage:
    "free, used, left, available, usage, use, in use, total, how much, much, model, name, status, load, temperature, memory, how busy, utilization, utilisation, installed, built in, info",
  machine: "machine, computer, system, box, server, pc, laptop, device",
}));
const gpu = graphics(
  ["gpu vram"],
  "list usage machine",
  (m) => m.reading.tokens.length < 2 && !m.said("list") && !/nvidia-smi/.test(m.words) ? null : system("gpu")(m),
);

const storage = rulesIn(lexiconOf({
  mounts:
    "mounts, mount points, mounted disks, mounted drives, mounted filesystems, mounted file systems, mounted volumes, mounted partitions, disks, drives, partitions, filesystems, file systems, volumes, all disks, hard drives",
  mounted: "mounted, attached, connected",
  usage:
    "full, how full, free, free space, space, usage, used, left, how much, much, space left, disk space, disk usage, their, capacity, available, size, sizes, how big",
  list: "list, list of, enumerate",
  machine: "machine, computer, system, box, server, pc, laptop",
}));
const mounts = storage(
  ["mounts"],
  "mounted usage list machine",
  (m) => m.said("mounted", "usage", "list", "show") || /\bmount/.test(m.words) ? system("mounts")(m) : null,
);

export const machineRules = [heaviest, top, number, open, listening, address, faces, battery, plugged, gpu, mounts];
