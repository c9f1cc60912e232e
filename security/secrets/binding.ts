/** Where a secret may go by itself, as a person writes it: `host=api.x.com,header=authorization,method=GET+POST,path=/v1/*`. */
import { Binding, SecretValue } from "./store.ts";

/** Letters, digits and hyphens by labels, or an address; no port, no wildcard. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$|^\[[0-9a-f:]+\]$/;

/** Headers that name the connection, the body or the person: nothing secret belongs there, and a proxy needs them as they are. */
const NOT_THERE =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|forwarded|x-forwarded-.*|via|origin|referer|user-agent|accept.*|range|if-.*|proxy-connection)$/;

/** Without `method` GET alone, without `path` all of the host. Throws `TypeError` that says what is wrong, never with a value. */
export function readBinding(text: string): Binding {
  const fail = (why: string) => new TypeError(`Cannot bind to ${JSON.stringify(text.slice(0, 200))}: ${why}`);
  const given = new Map<string, string>();
  for (const part of text.split(",")) {
    const [, key, value] = /^\s*([a-z]+)=(.*?)\s*$/.exec(part) ?? [];
    if (key === undefined) throw fail("it is host=…,header=…[,method=GET+POST][,path=/v1/*]");
    if (!["host", "header", "method", "path"].includes(key)) throw fail(`there is no ${key}`);
    if (given.has(key)) throw fail(`${key} stands there twice`);
    given.set(key, value);
  }
  const host = given.get("host")?.toLowerCase() ?? "";
  const header = given.get("header")?.toLowerCase() ?? "";
  for (const key of ["host", "header"]) if (!given.has(key)) throw fail(`${key}=… is missing`);
  if (!HOST.test(host)) throw fail("host is one exact name, without a port or *");
  if (NOT_THERE.test(header)) throw fail(`the header ${header} belongs to the connection`);
  const read = Binding.safeParse({
    host,
    header,
    methods: [...new Set((given.get("method") ?? "GET").toUpperCase().split("+"))],
    path: given.get("path") ?? "/*",
  });
  if (!read.success) throw fail(`${String(read.error.issues[0].path[0])} is not one`);
  const { path } = read.data;
  if (/[?#%\\]|\/\.{1,2}(?:\/|$)|\/\//.test(path) || path.slice(0, -1).includes("*") || /[^/]\*$/.test(path)) {
    throw fail("path is plain segments, at the end /* for everything below");
  }
  return read.data;
}

/** A binding as `readBinding` takes it. */
export function bindingText({ host, header, methods, path }: Binding): string {
  return `host=${host},header=${header},method=${methods.join("+")},path=${path}`;
}

/** Whether `value` can stand in a header. */
export function fitsHeader(value: string): boolean {
  return SecretValue.safeParse(value).success && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}
