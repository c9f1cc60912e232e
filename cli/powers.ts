/** The powers of the main process, as flags of Deno. Pure, except for the check that a process makes of itself. */

import { mailServerOf } from "../security/alerts/mail.ts";
import type { PrivacyMode } from "../node/backends/address.ts";

export type MainPowers = {
  /** The person's home; absolute. */
  home: string;
  /** harombe's own directory, absolute. */
  state: string;
  /** harombe's code, which the main process may read. */
  code: readonly string[];
  folder: { path: string; access: "none" | "ro" | "rw" };
  /** True if runs and file access are confined elsewhere; then the main process sees nothing of the folder. */
  confined: boolean;
  /** Hosts of model servers that the configuration or the environment names; see `namedHosts`. */
  hosts: readonly string[];
  /** `local-only` denies every public address; anything else was chosen by the owner. */
  privacy: PrivacyMode;
};

/** Loopback, RFC 1918, and RFC 6598 (100.64/10), which private overlay networks use. */
export const PRIVATE_IPV4: readonly string[] = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
];

/** Names that the main process may read. Everything else looks unset to it, and does not reach its memory. */
const ENVIRONMENT: readonly string[] = [
  "HAROMBE_*",
  "OLLAMA_HOST",
  "HOME",
  "USER",
  "SHELL",
  "TERM",
  "TERM_PROGRAM",
  "COLORTERM",
  "NO_COLOR",
  "FORCE_COLOR",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "COLUMNS",
  "LINES",
  "TZ",
  "CI",
  "PAGER",
  "EDITOR",
  "VISUAL",
  "NPM_CONFIG_REGISTRY",
  "CREDENTIALS_DIRECTORY",
];

/** What Deno itself needs to start: where its cache lies and which certificates to trust. Not readable by the program. */
const OF_THE_RUNTIME = [
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "PATH",
  "DENO_TLS_CA_STORE",
  "DENO_CERT",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
];

const SYSTEM = ["hostname", "osRelease", "uid", "cpus", "systemMemoryInfo", "loadavg", "osUptime", "statfs"];

function number(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The ranges of IPv4 that are in none of `ranges`, as few as possible, in order. */
export function complement(ranges: readonly string[]): string[] {
  const blocks = ranges.map((range) => {
    const [address, bits] = range.split("/");
    return { first: number(address), size: 2 ** (32 - Number(bits)) };
  }).sort((a, b) => a.first - b.first);
  const result: string[] = [];
  const cover = (from: number, to: number) => {
    for (let at = from; at < to;) {
      let size = at === 0 ? 2 ** 32 : at % 2 === 0 ? lowestBit(at) : 1;
      while (at + size > to) size /= 2;
      const parts = [24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256);
      result.push(`${parts.join(".")}/${32 - Math.log2(size)}`);
      at += size;
    }
  };
  const end = blocks.reduce((at, block) => {
    cover(at, block.first);
    return Math.max(at, block.first + block.size);
  }, 0);
  cover(end, 2 ** 32);
  return result;
}

function lowestBit(value: number): number {
  let bit = 1;
  while (value % (bit * 2) === 0) bit *= 2;
  return bit;
}

const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** Host and port of `value`, an address as people write it (`http://box:11434/v1`, `box:11434`, `box`), or null if it is no literal host. */
export function hostOf(value: string): string | null {
  const stripped = value.trim().replace(/^https?:\/\//i, "").split(/[/?#]/)[0];
  const six = /^(\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?$/i.exec(stripped);
  if (six !== null) return six[2] === undefined ? six[1] : isPort(six[2]) ? `${six[1]}:${six[2]}` : null;
  const [host, port, more] = stripped.split(":");
  if (more !== undefined || !HOST.test(host)) return null;
  if (port !== undefined && port !== "" && !isPort(port)) return null;
  return port === undefined || port === "" ? host : `${host}:${port}`;
}

/** Whether `text` is a port that a flag of Deno may name; any other ends Deno before our code says a word. */
function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}

/**
 * The hosts that a configuration file's text names as `host:` or `base_url:` with http(s), and those of the two
 * environment variables. By a linear pattern over the text, because the launcher parses no configuration.
 */
export function namedHosts(config: string, environment: Record<string, string | undefined>): string[] {
  const lines = config.split("\n").map((line) =>
    /^[ \t-]{0,64}["']?(?:host|base_url)["']?[ \t]*:[ \t]*["']?(https?:\/\/[^\s"'#]{1,512})/.exec(line)?.[1]
  );
  const values = [...lines, environment.HAROMBE_OLLAMA_HOST, environment.OLLAMA_HOST];
  const hosts = values.flatMap((value) => value === undefined || value === "" ? [] : [hostOf(value)]);
  return [...new Set(hosts.filter((host) => host !== null))].filter((host) => !/^(0\.0\.0\.0)(:|$)/.test(host));
}

/** The host that the person types for `connect`: main must resolve its name once, to judge its addresses. */
export function typedHosts(args: readonly string[]): string[] {
  const [command, ...words] = args.filter((arg) => !arg.startsWith("-"));
  const host = command === "connect" && words[0] !== undefined ? hostOf(words[0]) : null;
  return host === null ? [] : [host];
}

/**
 * The addresses that the settings `names` (dotted) have in a configuration's text, in its order. By a linear pattern, because
 * the launcher parses no configuration: whatever is not written in plain block style has none.
 */
function addressesOf(config: string, names: readonly string[], scheme = /^https?:\/\//i): string[] {
  const line = /^( {0,64})([a-z_]{1,64}):[ \t]*["']?([a-z+]{1,16}:\/\/[^\s"'#]{1,512})?/;
  return valuesOf(config, { names, line }).filter((value) => scheme.test(value));
}

/** As `addressesOf`: indentation, key and value are the groups of `line`. */
function valuesOf(config: string, { names, line: shape }: { names: readonly string[]; line: RegExp }): string[] {
  const path: { indent: number; key: string }[] = [];
  return config.split("\n").flatMap((line) => {
    const found = shape.exec(line);
    if (found === null) return [];
    const [, { length: indent }, key, value] = found;
    while (path.length > 0 && path.at(-1)!.indent >= indent) path.pop();
    path.push({ indent, key });
    return value !== undefined && names.includes(path.map((one) => one.key).join(".")) ? [value] : [];
  });
}

/** Settings that name a file of the owner's which main itself reads. */
const CREDENTIAL_FILES = ["vault_token_file", "sops_file", "sops_age_key_file"];

/** The name under which systemd hands over the key of the secrets. */
export const SYSTEMD_CREDENTIAL = "harombe.key";

/**
 * The files outside the state directory that main may read because the owner keeps secrets there: those of the settings
 * `security.credentials.*_file`, of their variables, and what systemd hands over. A path that no flag can name is left out.
 */
export function credentialFiles(
  config: string,
  environment: Record<string, string | undefined>,
  home: string,
): string[] {
  const names = CREDENTIAL_FILES.map((name) => `security.credentials.${name}`);
  const line = /^( {0,64})([a-z_]{1,64}):[ \t]*["']?((?:~\/|\/)[^\n"'#]{1,500})?/;
  const variables = CREDENTIAL_FILES.map((name) => environment[`HAROMBE_SECURITY_CREDENTIALS_${name.toUpperCase()}`]);
  const { CREDENTIALS_DIRECTORY: handed } = environment;
  const paths = [...valuesOf(config, { names, line }), ...variables, handed && `${handed}/${SYSTEMD_CREDENTIAL}`];
  return paths.flatMap((path) => path ? [ownPath(path.trim(), home)] : [])
    .filter((path) => path.startsWith("/") && !path.includes(","));
}

/** `~/` is the home. */
export function ownPath(path: string, home: string): string {
  return path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
}

/**
 * The hosts that the process `fetch` may dial for main though they are private: of the settings `models.hub` and
 * `tools.web_search.url`, of their variables, and of npm's registry.
 */
export function fetchHosts(config: string, environment: Record<string, string | undefined>): string[] {
  const values = [
    environment.HAROMBE_MODELS_HUB,
    environment.HAROMBE_TOOLS_WEB_SEARCH_URL,
    environment.NPM_CONFIG_REGISTRY,
    ...NAMED.map((name) => environment[`HAROMBE_${name.toUpperCase().replaceAll(".", "_")}`]),
    ...addressesOf(config, ["models.hub", "tools.web_search.url", ...NAMED]),
  ];
  return hostsOf(values);
}

/**
 * What `security.egress.allow` lists in a configuration's text: the only private places that a run's proxy may dial. A list
 * in block style, or in one line; whatever is written otherwise names nothing here.
 */
export function namedForRuns(config: string): string[] {
  const path: { indent: number; key: string }[] = [];
  const items = config.split("\n").flatMap((line) => {
    const inAllow = () => path.map(({ key }) => key).join(".") === "security.egress.allow";
    const item = /^( {0,64})- {1,64}["']?([^\s"'#,[\]{}]{1,260})["']? {0,64}(?:#.*)?$/.exec(line);
    if (item !== null) return inAllow() && item[1].length >= path.at(-1)!.indent ? [item[2]] : [];
    const found = /^( {0,64})([a-z_]{1,64}):[ \t]*(?:\[([^[\]{}#]{0,10000})\])?/.exec(line);
    if (found === null) return [];
    const [, { length: indent }, key, list] = found;
    while (path.length > 0 && path.at(-1)!.indent >= indent) path.pop();
    path.push({ indent, key });
    return list !== undefined && inAllow() ? list.split(",").map((one) => one.trim().replace(/^["']|["']$/g, "")) : [];
  });
  return items.filter((one) => one !== "" && one !== "*").slice(0, 1000);
}

/** Settings that name who is told of what harombe did. */
const RECEIVERS = [
  "security.export.otlp_url",
  "security.alerts.ntfy_url",
  "security.alerts.webhook_url",
  "security.hitl.ntfy_url",
  "security.hitl.webhook_url",
];

const NAMED = [...RECEIVERS, "security.credentials.vault_addr"];

/** The owner's mail server as `host:port`, or null where `security.alerts.email_url` or its variable names none. */
export function mailServerIn(config: string, environment: Record<string, string | undefined>): string | null {
  const url = environment.HAROMBE_SECURITY_ALERTS_EMAIL_URL ||
    addressesOf(config, ["security.alerts.email_url"], /^(?:smtps?|smtp\+plain):\/\//i).at(-1);
  const server = url ? mailServerOf(url) : null;
  if (server === null) return null;
  return `${server.host.includes(":") ? `[${server.host}]` : server.host}:${server.port}`;
}

/**
 * The owner's `update.url`, or null, a variable before the file as everywhere; and its host, the only private one that an update
 * may dial.
 */
export function updateFrom(
  config: string,
  environment: Record<string, string | undefined>,
): { url: string | null; hosts: string[] } {
  const url = environment.HAROMBE_UPDATE_URL || addressesOf(config, ["update.url"]).at(-1) || null;
  const hosts = hostsOf([url]);
  return hosts.length === 0 ? { url: null, hosts } : { url, hosts };
}

function hostsOf(addresses: readonly (string | null | undefined)[]): string[] {
  const hosts = addresses.flatMap((value) => value && /^https?:\/\//i.test(value) ? [fetchHost(value)] : []);
  return [...new Set(hosts.filter((host) => host !== null))];
}

/** Host and port of an address, the port of https written out: `host` alone means port 80 to nobody who reads it later. */
function fetchHost(value: string): string | null {
  const url = URL.parse(value);
  if (url === null || url.hostname === "") return null;
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
}

/** The owner's `privacy.mode`, by a linear pattern too. Whatever it cannot read counts as `local-only`. */
export function privacyOf(config: string, environment: Record<string, string | undefined>): PrivacyMode {
  const block = /^privacy:[ \t]*(?:#[^\n]*)?\n((?:[ \t]+[^\n]*\n?|[ \t]*\n)*)/m.exec(config)?.[1] ?? "";
  const written = environment.HAROMBE_PRIVACY_MODE ??
    /^[ \t]+mode:[ \t]*["']?([a-z-]{1,32})["']?[ \t]*(?:#.*)?$/m.exec(block)?.[1];
  return written === "hybrid" || written === "cloud-assisted" ? written : "local-only";
}

/** Paths as one flag's value. Throws `TypeError` on a comma: Deno 2.9.6 knows no escape and would grant two other paths. */
function listed(paths: readonly string[]): string {
  const wrong = paths.find((path) => path.includes(","));
  if (wrong !== undefined) throw new TypeError(`Cannot use a directory with a comma in its name: ${wrong}`);
  return paths.join(",");
}

/** The flags of the main process, without the program. It never has run, ffi, or all of anything. Throws `TypeError` on a directory that flags cannot name. */
export function mainFlags(powers: MainPowers): string[] {
  const { state, folder } = powers;
  const visible = powers.confined || folder.access === "none" ? [] : [folder.path];
  const writable = folder.access === "rw" ? visible : [];
  const net = ["localhost", ...PRIVATE_IPV4, "[::1]", ...powers.hosts];
  return [
    "--no-prompt",
    `--allow-read=${listed([state, ...powers.code, ...visible])}`,
    `--allow-write=${listed([state, ...writable])}`,
    `--allow-env=${ENVIRONMENT.join(",")}`,
    "--ignore-env",
    `--allow-sys=${SYSTEM.join(",")}`,
    `--allow-net=${net.join(",")}`,
    ...(powers.privacy === "local-only" ? [`--deny-net=${complement(PRIVATE_IPV4).join(",")}`] : []),
    "--deny-run",
    "--deny-ffi",
  ];
}

/** Commands that run nothing and look at no folder: they are answered without a look at the machine. */
const ALONE = [
  "version",
  "completions",
  "complete",
  "help",
  "config",
  "audit",
  "sessions",
  "memory",
  "approvals",
  "backup",
  "restore",
  "logs",
  "uninstall",
  "--version",
  "-V",
];

/** Verbs of `rules` that only read what was recorded. */
const RULES_ALONE = ["score", "replay", "explain", "test"];

/** True if `args` need no launcher: their command is one of `ALONE`, or they ask for help. */
export function alone(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = args.slice(0, end < 0 ? undefined : end).filter((arg) => arg !== "--debug");
  if (options[0] === "rules" && RULES_ALONE.includes(options[1])) return true;
  return ALONE.includes(options[0]) || options.includes("--help") || options.includes("-h");
}

/**
 * The flags of the main process for `alone` arguments: its own directory, if it has one, the files that the command
 * names, its code, and nothing else.
 */
export function aloneFlags(
  state: string | undefined,
  { files = null, code = [] }: { files?: { read: string[]; write: string[] } | null; code?: readonly string[] } = {},
): string[] {
  const own = state?.startsWith("/") ? [state] : [];
  const [read, write] = [[...own, ...code, ...files?.read ?? []], [...own, ...files?.write ?? []]];
  return [
    "--no-prompt",
    ...(read.length > 0 ? [`--allow-read=${listed(read)}`] : []),
    ...(write.length > 0 ? [`--allow-write=${listed(write)}`] : []),
    ...(files === null ? [] : ["--allow-sys=uid,statfs"]),
    `--allow-env=${ENVIRONMENT.join(",")}`,
    "--ignore-env",
    "--deny-run",
    "--deny-ffi",
  ];
}

/** The part of `environment` that the main process is given. */
export function mainEnvironment(environment: Record<string, string>): Record<string, string> {
  const known = (name: string) =>
    name.startsWith("HAROMBE_") || ENVIRONMENT.includes(name) || OF_THE_RUNTIME.includes(name);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => known(name)));
}

/** A permission and whether this process has it, wholly or in part. */
type Query = (descriptor: Deno.PermissionDescriptor) => { state: string; partial: boolean };

/**
 * What this process may do that the main process must not: empty if all is well. The main process calls it before
 * anything else and refuses to start on a single entry.
 */
export function excessPowers(query: Query = (descriptor) => Deno.permissions.querySync(descriptor)): string[] {
  const any = (["run", "ffi"] as const).filter((name) => {
    const { state, partial } = query({ name });
    return state === "granted" || partial;
  });
  const all = (["read", "write", "net", "sys", "env"] as const).filter((name) => query({ name }).state === "granted");
  return [...any, ...all.map((name) => `all of ${name}`)];
}
