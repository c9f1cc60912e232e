/** What stands before every route of the API: this host, this origin, the token, and no more wrong ones than a person types. */
import type { Context, MiddlewareHandler } from "hono";
import type { Token } from "./token.ts";

export type Guard = {
  token: Token;
  /** The port that the server listens on. */
  port(): number;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
};

/** Wrong tokens a minute that are answered by 401; more are answered by 429. The right one always passes. */
const WRONG_A_MINUTE = 10;
const MINUTE_MS = 60_000;
/** A request's body, bytes, and the longest that it may take, milliseconds. */
const MOST_BODY = 1 << 20;
const BODY_MS = 10_000;

/**
 * Refuses, before anything else is looked at: a Host that is no name of this server (a page whose name was rebound to this
 * machine sends its own), an Origin that is another, and what a browser marks as sent by another site.
 */
export function onlyHere(guard: Pick<Guard, "port">): MiddlewareHandler {
  return async (c, next) => {
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
    const refused = foreign(c.req.raw.headers, guard.port());
    if (refused !== null) return c.json({ error: refused }, 403);
    await next();
  };
}

/** Why a request with these headers does not come from this machine's own pages or programs, or null. Pure. */
export function foreign(headers: Headers, port: number): string | null {
  const hosts = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port}`);
  const host = headers.get("host")?.toLowerCase() ?? "";
  const bare = port === 80 && hosts.includes(`${host}:80`);
  if (!hosts.includes(host) && !bare) return "this server answers to its own name alone";
  const origin = headers.get("origin");
  if (origin !== null && origin.toLowerCase() !== `http://${host}`) return "this server answers no other site";
  const site = headers.get("sec-fetch-site");
  return site === null || site === "same-origin" || site === "none" ? null : "this server answers no other site";
}

export type Tokens = {
  /** True for the right token; a wrong one counts. */
  right(given: string | null): boolean;
  /** True while so many were wrong that no more are looked at. */
  tooMany(): boolean;
  /** Counts a wrong code as a wrong token. */
  wrong(): void;
};

/** Counts wrong tokens of all clients together: they all come from this machine. */
export function countTokens({ token, now }: Pick<Guard, "token" | "now">): Tokens {
  const wrong: number[] = [];
  const tokens: Tokens = {
    right(given) {
      if (given !== null && token.matches(given)) return true;
      tokens.wrong();
      return false;
    },
    tooMany() {
      while (wrong.length > 0 && wrong[0] < now() - MINUTE_MS) wrong.shift();
      return wrong.length > WRONG_A_MINUTE;
    },
    wrong() {
      if (!tokens.tooMany()) wrong.push(now());
    },
  };
  return tokens;
}

/** Lets pass who bears the token: `Authorization: Bearer …`, nowhere else. */
export function bearer(tokens: Tokens): MiddlewareHandler {
  return async (c, next) => {
    const given = /^Bearer ([A-Za-z0-9_-]{1,200})$/.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
    if (!tokens.right(given)) return unknown(c, tokens);
    await next();
  };
}

/** The answer to who bears no right token. */
export function unknown(c: Context, tokens: Tokens): Response {
  return tokens.tooMany()
    ? c.json({ error: "too many wrong tokens; wait a minute" }, 429)
    : c.json({ error: "the token is missing or wrong" }, 401);
}

/** The JSON of a request's body, or why it is none, as a status. Reads no more and no longer than it may. */
export async function jsonBody(request: Request): Promise<{ value: unknown } | { status: 400 | 408 | 413 | 415 }> {
  const type = request.headers.get("content-type")?.split(";")[0].trim().toLowerCase();
  if (type !== "application/json") return { status: 415 };
  const reader = request.body?.getReader();
  if (reader === undefined) return { status: 400 };
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), BODY_MS);
  const parts: Uint8Array[] = [];
  try {
    for (let size = 0;;) {
      const read = await Promise.race([reader.read(), late.promise]);
      if (read === "late") return { status: 408 };
      if (read.done) break;
      size += read.value.length;
      if (size > MOST_BODY) return { status: 413 };
      parts.push(read.value);
    }
    const text = await new Blob(parts as Uint8Array<ArrayBuffer>[]).text();
    return { value: JSON.parse(text) };
  } catch {
    return { status: 400 };
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => {});
  }
}
