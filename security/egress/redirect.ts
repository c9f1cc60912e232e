/** Which redirect is followed, and with what. Pure. */
import { FetchError, type FetchRequest } from "./request.ts";
import type { Target } from "./target.ts";

/** Redirects that are followed for one request. */
export const MOST_REDIRECTS = 10;

const REDIRECTS = [301, 302, 303, 307, 308];
/** Headers that tell another server nothing that it was not meant to know. */
const PLAIN = ["accept", "accept-language"];

/** Where an answer sends the request, absolute; null if it is no redirect or names no URL. */
export function locationOf(answer: { status: number; location: string | undefined }, from: Target): string | null {
  if (!REDIRECTS.includes(answer.status) || answer.location === undefined) return null;
  return URL.parse(answer.location, from.url)?.href ?? null;
}

/** Whether `request` may go on from `from` to `to`. Throws `FetchError` where even `any` may not. */
export function mayFollow(request: FetchRequest, from: Target, to: Target): boolean {
  if (request.method === "POST" || request.redirects === "none") return false;
  const same = from.host === to.host && from.port === to.port && from.tls === to.tls;
  const secured = from.host === to.host && !from.tls && to.tls && from.port === 80 && to.port === 443;
  if (request.redirects === "same-host") return same || secured;
  if (from.tls && !to.tls) {
    throw new FetchError("refused", `Cannot fetch ${from.url.slice(0, 200)}: a redirect leads away from https`);
  }
  return true;
}

/** The headers that go on from `from` to `to`. */
export function headersFor(
  headers: Readonly<Record<string, string>>,
  from: Target,
  to: Target,
): Record<string, string> {
  if (from.host === to.host && from.port === to.port && from.tls === to.tls) return { ...headers };
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PLAIN.includes(name)));
}
