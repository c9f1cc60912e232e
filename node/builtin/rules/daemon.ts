/** Rules about services and containers as a whole; one that is named is read by `sentence/unit.ts`. */
import { lexiconOf } from "../lexicon.ts";
import type { Match } from "../match.ts";
import { frame, rulesIn } from "../rule.ts";

const asksOther = (m: Match): boolean => /^(?:what|whats) (?:is )?an? |\byour\b|\byou\b/.test(m.words);

const units = rulesIn(lexiconOf({
  services:
    "services, systemd services, system services, units, systemd units, daemons, background services, service units",
  service: "service, systemd service, system service, unit, systemd unit, daemon",
  failed: "failed, failing, broken, crashed, fail, have failed, in a failed state, failed state, not running, dead",
  running: "running, active, up, started, currently running, run",
  list: "list, list of, enumerate, systemctl list-units, overview, status, state",
  machine: "machine, computer, system, server, box, on this machine",
}));
const failed = units(
  ["services service", "failed"],
  "list machine",
  (m) =>
    asksOther(m) || (!m.said("services") && !/\b(?:any|which|did|has)\b/.test(m.words))
      ? null
      : frame({ do: "services", state: "failed" }),
);
const active = units(
  ["services", "running"],
  "list machine",
  (m) => asksOther(m) ? null : frame({ do: "services", state: "running" }),
);
const every = units(
  ["services", "list show machine"],
  "list machine",
  (m) =>
    asksOther(m) || /\bservices? (?:overview|status|state)$/.test(m.words) && m.reading.tokens.length < 2
      ? null
      : frame({ do: "services" }),
);

const boxes = rulesIn(lexiconOf({
  containers: "containers, docker containers, podman containers, docker ps, podman ps",
  container: "container, docker container, podman container",
  running: "running, up, active, started, currently running, run, live",
  stopped:
    "stopped, including stopped, including stopped ones, stopped too, stopped ones, with stopped ones, exited, even stopped ones, and stopped ones, -a, --all, including the stopped ones",
  docker: "docker, podman",
  list: "list, list of, enumerate",
  machine: "machine, computer, system, server, box",
}));
const containers = boxes(
  ["containers", "list show running stopped machine containers"],
  "list running stopped docker machine container",
  (m) => {
    if (asksOther(m)) return null;
    const all = m.said("stopped");
    const asked = m.said("list", "show", "running", "stopped") ||
      /\b(?:which|what|any|are there)\b|\bps\b/.test(m.words);
    return asked ? frame({ do: "containers", all }) : null;
  },
);

export const daemonRules = [failed, active, every, containers];
