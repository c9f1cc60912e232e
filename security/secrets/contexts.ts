/** Secrets that only the words around them tell: in addresses, headers, options of programs, files of passwords. */
import { createAnchors } from "./anchors.ts";
import type { Found } from "./found.ts";
import { drawn, mixed } from "./formats/format.ts";
import { isSecretName } from "./secret_name.ts";
import { isValue } from "./stand_in.ts";

type Context = {
  kind: string;
  starts: readonly string[];
  /** What follows; its last group that took part is the secret. */
  rest: RegExp;
  /** What the text before, at most 40 characters, must be. */
  before?: RegExp;
  /** If what follows is none as a whole, neither is what follows a beginning within it. */
  whole?: true;
  accept?(secret: string): boolean;
};

const SCHEME = /(?:^|[^a-z0-9+.-])[a-z][a-z0-9+.-]{1,30}$/i;
const DATABASE =
  /(?:^|[^a-z0-9+.-])(?:jdbc:)?(?:postgres(?:ql)?|mysql2?|mariadb|mongodb(?:\+srv)?|rediss?|valkeys?|amqps?|mssql|sqlserver|oracle|cockroachdb|clickhouse|cassandra|couchdb|influxdb|nats|kafka|mqtts?|stomp|ldaps?|smtps?|imaps?|ftps?|sftp|neo4j|bolt|memcached|etcd|snowflake|redshift|trino)(?:\+\w{1,20})?$/i;

const CONTEXTS: readonly Context[] = [
  {
    kind: "URL password",
    starts: ["://"],
    before: DATABASE,
    rest: /[^\s:\/@"'<>`[]{0,256}:([^\s"'<>`]{1,256})@/diy,
    accept: isValue,
  },
  {
    kind: "URL password",
    starts: ["://"],
    before: SCHEME,
    rest: /[^\s:\/@"'<>`[]{0,256}:([^\s"'<>`\/]{1,256})@/dy,
    accept: isValue,
  },
  {
    kind: "URL password",
    starts: ["://"],
    before: SCHEME,
    rest: /([A-Za-z0-9_-]{20,256})@[A-Za-z0-9.-]/dy,
    accept: (s) => mixed(s) && isValue(s),
  },
  {
    kind: "authorization",
    starts: ["authorization"],
    rest:
      /\\?["']?\s{0,9}(?:[:=,]|=>)\s{0,9}\\?["'`]?(?:basic|bearer|token|digest|apikey|key|bot|splunk|negotiate|aws4-hmac-sha256)\s{1,9}([^\s"'`\\,;]{4,4000})/diy,
    accept: (s) =>
      isValue(s) && /[^A-Za-z]|[a-z][A-Z]/.test(s) && !isSecretName(s) && !/^[({<$[]|^[a-z.]+[([}]|\.$/i.test(s),
  },
  {
    kind: "authorization",
    starts: ["bearer", "basic"],
    before: /(?:^|[^\w])$/,
    rest: /\s{1,9}([A-Za-z0-9._~+\/=-]{16,4000})/diy,
    accept: (s) => mixed(s) && isValue(s) && !/^[a-z]+(?:[-.\/][a-z0-9]+)+$/.test(s),
  },
  {
    kind: "cookie",
    starts: ["cookie"],
    whole: true,
    rest: /\\?["']?\s{0,9}:\s{0,9}\\?["']?([^\s"'=;:]{1,100}=[^"'\r\n\\]{6,4000})/diy,
    accept: (s) => /\d/.test(s) && isValue(s.slice(s.indexOf("=") + 1)),
  },
  {
    kind: "password",
    starts: ["-u", "--user", "--proxy-user"],
    before: /(?:^|[^\w-])$/,
    rest: /(?:\s{1,9}|=)["']?[^\s:"'\/]{1,100}:([^\s"':\/][^\s"']{2,255})/dy,
    accept: (s) => isValue(s) && !/^\d{1,5}$/.test(s),
  },
  { kind: "password", starts: ["sshpass -p"], rest: /\s{0,3}["']?([^\s"']{3,100})/dy, accept: isValue },
  {
    kind: "password",
    starts: ["mysql ", "mysqldump ", "mariadb "],
    rest: /(?:[^|;&\n]{0,100}?\s)?-p([^\s"']{4,100})/dy,
    accept: (s) => isValue(s) && mixed(s),
  },
  {
    kind: "password",
    starts: ["redis-cli "],
    rest: /(?:[^|;&\n]{0,100}?\s)?-a\s{1,3}["']?([^\s"']{4,100})/dy,
    accept: isValue,
  },
  {
    kind: "password",
    starts: ["docker login", "podman login", "helm registry login"],
    rest: /(?:[^|;&\n]{0,100}?\s)?-p\s{1,3}["']?([^\s"']{4,200})/dy,
    accept: isValue,
  },
  {
    kind: "password",
    starts: ["pass:"],
    before: /-(?:pass|passin|passout|k)\s+["']?$/,
    rest: /([^\s"']{3,200})/dy,
    accept: isValue,
  },
  { kind: "password", starts: ["identified by "], rest: /(?:password\s)?["']([^"']{3,200})["']/diy, accept: isValue },
  {
    kind: "password",
    starts: ["with password ", "encrypted password "],
    rest: /["']([^"']{3,200})["']/diy,
    accept: isValue,
  },
  {
    kind: "password",
    starts: ["convertto-securestring "],
    rest: /(?:-string\s)?["']([^"']{3,200})["']/diy,
    accept: isValue,
  },
  {
    kind: "password",
    starts: ["password "],
    before: /\blogin\s+\S{1,100}\s+$/i,
    rest: /([^\s"']{3,200})/dy,
    accept: isValue,
  },
  {
    kind: "registry login",
    starts: ['"auth"'],
    rest: /\s{0,3}:\s{0,3}"([A-Za-z0-9+\/]{8,2000}={0,2})"/dy,
    accept: isLogin,
  },
  {
    kind: "AWS secret key",
    starts: ["AKIA", "ASIA"],
    rest:
      /[A-Z0-9]{16}["']?[\s,;:|"']{1,20}(?:[A-Za-z_ ]{0,40}["']?\s{0,3}[:=]\s{0,3}["']?)?([A-Za-z0-9\/+]{40})(?![A-Za-z0-9\/+=])/dy,
    accept: drawn,
  },
];

const anchors = createAnchors(
  CONTEXTS.flatMap((of) => of.starts.map((literal) => ({ literal, fold: literal === literal.toLowerCase(), of }))),
);
const BEFORE = 120;

/** What the words around tell. */
export function inContext(line: string): Found[] {
  const found: Found[] = [];
  const state = { covered: 0 };
  const over = new Map<Context, number>();
  anchors(line, (at, end, context) => {
    const { kind, rest, before, accept, whole } = context;
    if (at < state.covered || at < (over.get(context) ?? 0)) return;
    if (before !== undefined && !before.test(line.slice(Math.max(0, at - BEFORE), at))) return;
    rest.lastIndex = end;
    const match = rest.exec(line);
    if (match === null) return;
    const [start, stop] = match.indices!.findLast((range) => range !== undefined)!;
    if (accept && !accept(line.slice(start, stop))) {
      if (whole) over.set(context, stop);
      return;
    }
    found.push({ start, end: stop, kind });
    state.covered = stop;
  });
  const pgpass = line.length < 500 ? PGPASS.exec(line) : null;
  if (pgpass !== null && isValue(pgpass[1])) {
    found.push({ start: line.length - pgpass[1].length, end: line.length, kind: "password" });
  }
  return found;
}

/** A line of `~/.pgpass`: host:port:database:user:password. */
const PGPASS = /^(?:[\w.-]{1,100}|\*):(?:54\d\d|64\d\d|\*):[\w.*-]{1,63}:[\w.*@-]{1,63}:(\S{3,200})$/;

/** Base64 of `user:password`. */
function isLogin(text: string): boolean {
  try {
    return /^[\x20-\x7e]{1,100}:[\x20-\x7e]{3,}$/.test(atob(text));
  } catch {
    return false;
  }
}
