/** Sentences about one process, port, service, container or log that is named. */
import type { Frame } from "../frame.ts";
import type { Plain } from "./plain.ts";

/** Programs by the names that they run under, so that "is nginx running" is told from "is dinner running late". */
const PROGRAMS = new Set(
  ("nginx apache apache2 httpd caddy traefik haproxy postgres postgresql mysql mysqld mariadb mariadbd redis redis-server " +
    "mongod mongodb memcached docker dockerd containerd podman ssh sshd ollama node deno python python3 java ruby php php-fpm " +
    "firefox chrome chromium code systemd cron crond prometheus grafana jellyfin plex samba smbd cups cupsd bind named " +
    "unbound dnsmasq vim nvim emacs tmux screen bash zsh git nextcloud homeassistant syncthing rabbitmq mosquitto " +
    "tailscaled wireguard fail2ban rsync rsyslog rsyslogd journald avahi-daemon networkmanager llama-server vllm")
    .split(" "),
);

const NAME = "([a-z0-9][a-z0-9@._:-]{0,79})";
const UNIT = "([a-z0-9][a-z0-9@_:-]{0,79}(?:\\.(?:service|socket|timer|mount|target))?)";
const COUNT = "(\\d{1,4}|five|ten|twenty|fifty|hundred)";
const COUNTS: Record<string, number> = { five: 5, ten: 10, twenty: 20, fifty: 50, hundred: 100 };
const LOGS = "(?:logs?|journal|log lines|log entries|log messages|log output)";
const SHOW = "(?:show |print |display |get |list |read |see |view )?(?:me )?(?:the )?";

const count = (word: string): number => COUNTS[word] ?? Number(word);
/** A word that may be the name of a unit: known, or written like one. */
const named = (word: string): boolean => PROGRAMS.has(word.replace(/\.\w+$/, "")) || /[\d_@.-]/.test(word);
const bare = (unit: string): string => unit.replace(/\.service$/, "");

/** Words that stand before "service" and name no unit. */
const NO_UNIT =
  /^(?:the|a|an|any|this|that|all|which|what|my|our|your|customer|bus|church|room|train|failed|running|system|systemd|secret|public|self|lip|web|no|every|each|some|other|military|community|good|best|phone|internet)$/;
const NO_CONTAINER =
  /^(?:the|a|an|any|this|that|all|which|what|my|our|your|docker|podman|running|stopped|food|shipping|plastic|empty|full|each|every|no)$/;

type Reader = [RegExp, (found: RegExpExecArray) => Frame | null];
const READERS: Reader[] = [
  [
    new RegExp(
      `^(?:what|which process(?:es)?|which program|who|which service)(?:'s| is| are)? ?(?:listens?|listening|running|using|runs|uses|on|is listening|occupying|occupies|blocking|holding|bound to|serving|has)(?: on| to)? (?:the )?(?:tcp |local )?port (\\d{1,5})(?: open| now)?$`,
    ),
    ([, p]) => port(p),
  ],
  [
    new RegExp(
      `^(?:is |are )?(?:there )?(?:anything|something|any process) (?:listening|running|using|bound|on)(?: on| to)? (?:the )?port (\\d{1,5})$`,
    ),
    ([, p]) => port(p),
  ],
  [new RegExp(`^(?:what|who|which process)(?:'s| is) (?:listening|running) on :?(\\d{2,5})$`), ([, p]) => port(p)],
  [
    new RegExp(
      `^is (?:the )?(?:tcp )?port (\\d{1,5}) (?:in use|used|free|open|taken|busy|available|occupied|already in use|already used|blocked by something)$`,
    ),
    ([, p]) => port(p),
  ],
  [new RegExp(`^(?:check|lsof -i|lsof -i:|ss) (?:port|:) ?(\\d{1,5})$`), ([, p]) => port(p)],
  [
    new RegExp(`^is ${NAME} (?:running|active|alive|up)(?: on this (?:machine|computer))?$`),
    ([, n]) => PROGRAMS.has(n) || /[\d_-]/.test(n) ? { do: "processes", named: n } : null,
  ],
  [
    new RegExp(`^(?:is|are) there (?:a|any) process(?:es)? (?:called|named) ${NAME}(?: running)?$`),
    ([, n]) => ({ do: "processes", named: n }),
  ],
  [
    new RegExp(`^is (?:a|any|the) process (?:called|named) ${NAME} running$`),
    ([, n]) => ({ do: "processes", named: n }),
  ],
  [
    new RegExp(`^(?:show|list|find|ps|pgrep)(?: me)?(?: all)?(?: the)?(?: running)? ${NAME} process(?:es)?$`),
    ([, n]) => PROGRAMS.has(n) ? { do: "processes", named: n } : null,
  ],
  [
    new RegExp(`^(?:show|list|find)(?: me)?(?: all)?(?: the)? process(?:es)? (?:called|named) ${NAME}$`),
    ([, n]) => ({ do: "processes", named: n }),
  ],

  [
    new RegExp(
      `^(?:(?:what(?:'s| is)|whats|show|get|check) )?(?:the )?(?:status|state) of (?:the )?${UNIT} (?:service|unit|daemon)$`,
    ),
    ([, u]) => service(u),
  ],
  [
    new RegExp(
      `^(?:(?:what(?:'s| is)|whats|show|get|check) )?(?:the )?(?:status|state) of (?:the )?([a-z0-9][\\w@:-]*\\.service)$`,
    ),
    ([, u]) => service(u),
  ],
  [
    new RegExp(`^is (?:the )?${UNIT} (?:service|daemon) (?:running|active|up|alive|enabled|started|ok)$`),
    ([, u]) => service(u),
  ],
  [new RegExp(`^is ([a-z0-9][\\w@:-]*\\.service) (?:running|active|up)$`), ([, u]) => service(u)],
  [new RegExp(`^systemctl (?:status|is-active) ${UNIT}$`), ([, u]) => service(u)],
  [new RegExp(`^(?:show|get|check)(?: me)? (?:the )?${UNIT} service(?:'s)? (?:status|state)$`), ([, u]) => service(u)],

  [
    new RegExp(
      `^${SHOW}(?:last |latest |newest )?${COUNT} (?:lines (?:of|from) )(?:the )?${UNIT}(?: service)?(?:'s)? ${LOGS}$`,
    ),
    ([, n, u]) => journal(u, n),
  ],
  [
    new RegExp(
      `^${SHOW}(?:last |latest |newest )?${COUNT} (?:${LOGS}|lines of the (?:log|journal)s?) (?:of|for|from) (?:the )?${UNIT}( service| unit| daemon)?$`,
    ),
    ([, n, u]) => journal(u, n),
  ],
  [new RegExp(`^${SHOW}${LOGS} (?:of|for|from) (?:the )?${UNIT} (?:service|unit|daemon)$`), ([, u]) => journal(u)],
  [new RegExp(`^${SHOW}${LOGS} (?:of|for|from) (?:the )?([a-z0-9][\\w@:-]*\\.service)$`), ([, u]) => journal(u)],
  [new RegExp(`^${SHOW}${UNIT} service(?:'s)? ${LOGS}$`), ([, u]) => journal(u)],
  [
    new RegExp(`^what (?:do|does) the ${LOGS} (?:of|for|from) (?:the )?${UNIT} (?:service|unit|daemon) say$`),
    ([, u]) => journal(u),
  ],
  [new RegExp(`^journalctl -u ${UNIT}(?: (?:-n ?|--lines[= ])(\\d{1,4}))?$`), ([, u, n]) => journal(u, n)],
  [
    new RegExp(`^${SHOW}(?:last ${COUNT} lines of the )?(?:system(?:d)? (?:journal|logs?)|journal)$`),
    ([, n]) => ({ do: "journal", ...(n ? { lines: count(n) } : {}) }),
  ],

  [
    new RegExp(
      `^${SHOW}(?:last |latest )${COUNT} (?:${LOGS}|lines of (?:the )?logs?) (?:of|for|from) (?:the )?container ${NAME}$`,
    ),
    ([, n, c]) => box(c, n),
  ],
  [
    new RegExp(`^${SHOW}(?:last |latest )${COUNT} (?:${LOGS}) (?:of|for|from) (?:the )?${NAME} container$`),
    ([, n, c]) => box(c, n),
  ],
  [
    new RegExp(
      `^${SHOW}(?:last |latest )?${COUNT} lines (?:of|from) (?:the )?(?:container )?${NAME} container(?:'s)? logs?$`,
    ),
    ([, n, c]) => box(c, n),
  ],
  [
    new RegExp(`^${SHOW}logs? (?:of|for|from) (?:the )?(?:container ${NAME}|${NAME} container)$`),
    ([, a, b]) => box(a ?? b),
  ],
  [new RegExp(`^${SHOW}${NAME} container(?:'s)? logs?$`), ([, c]) => box(c)],
  [new RegExp(`^(?:docker|podman) logs(?: (?:--tail[= ]|-n ?)(\\d{1,4}))? ${NAME}$`), ([, n, c]) => box(c, n)],
];

function port(text: string): Frame | null {
  const number = Number(text);
  return number >= 1 && number <= 65_535 ? { do: "ports", port: number } : null;
}

function service(unit: string): Frame | null {
  return NO_UNIT.test(unit) ? null : { do: "services", name: bare(unit) };
}

function journal(unit: string, lines?: string): Frame | null {
  if (NO_UNIT.test(unit) || /^(?:git|commit|chat|session)$/.test(unit)) return null;
  return { do: "journal", unit: bare(unit), ...(lines === undefined ? {} : { lines: count(lines) }) };
}

function box(name: string, lines?: string): Frame | null {
  return NO_CONTAINER.test(name)
    ? null
    : { do: "container_log", name, ...(lines === undefined ? {} : { lines: count(lines) }) };
}

/** The question about a named thing of this machine that `plain` asks, or null. */
export function readUnit({ words }: Plain): Frame | null {
  if (words.length > 160) return null;
  for (const [pattern, make] of READERS) {
    const found = pattern.exec(words);
    if (found === null) continue;
    const frame = make(found);
    if (frame === null) continue;
    // "the last 20 lines of the poem's log": a name that is no known program needs the word "service" or a sign.
    if (
      frame.do === "journal" && frame.unit !== undefined && !/\b(?:service|unit|daemon)\b|^journalctl /.test(words) &&
      !named(frame.unit)
    ) continue;
    return frame;
  }
  return null;
}
