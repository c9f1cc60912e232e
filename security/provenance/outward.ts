/** What of a call's arguments reaches outside by being looked at: URLs. Pure. */

const ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]{1,20}:\/\/|\/\/[\w-]|www\.|(?:mailto|data|javascript|ftp|file):)\S/i;
const WITHIN = /(?:https?|wss?|ftp|s3|gs|ssh|git):\/\/[^\s"'<>`]+|\bwww\.[\w-]+\.\w{2,}/i;
const NAMED =
  /(?:^|[._-])(?:url|uri|link|href|host|hostname|domain|site|website|webhook|endpoint|address)s?(?:[._-]\d+)?$/i;
const DOMAIN = /^(?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,24}(?::\d+)?(?:\/\S*)?$/u;
const NUMBERS = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:\/\S*)?$/;

/** True if `value` at the argument `path` is the address of something outside. */
export function isAddress(value: string, path: string): boolean {
  return ADDRESS.test(value) ||
    (NAMED.test(path) && (DOMAIN.test(value.trim()) || NUMBERS.test(value.trim())) && !value.includes("@"));
}

/** True if a URL stands anywhere in `value`. */
export function holdsAddress(value: string): boolean {
  return WITHIN.test(value);
}

/** Words in a path that act rather than show. */
const ACTS =
  /delete|remove|logout|log-out|signout|reboot|shutdown|restart|reset|unsubscribe|subscribe|confirm|approve|accept|grant|authori[sz]e|transfer|pay|checkout|order|buy|vote|invite|share|track|beacon|collect|webhook|callback|log(?:\/|$)/i;

/**
 * `value` as a page on a host that the owner named: no user, query, fragment, other port or encoding, nothing that acts, parts
 * too short and plain to carry anything out. Null for everything else.
 */
export function plainPage(value: string): { host: string } | null {
  const url = URL.parse(value.trim());
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return null;
  if (url.search !== "" || url.hash !== "" || url.port !== "" || value.includes("%") || value.includes("\\")) {
    return null;
  }
  const parts = url.pathname.split("/").slice(1);
  const bare = parts.every((part) => /^[\w.,+-]{0,60}$/.test(part) && !/[0-9a-f]{16}|\d{9}|[A-Za-z0-9]{24}/.test(part));
  if (!bare || url.pathname.length > 160 || parts.length > 8 || ACTS.test(url.pathname)) return null;
  return { host: url.hostname };
}
