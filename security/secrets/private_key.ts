/** Private keys over many lines: OpenSSH, PKCS#1, PKCS#8, SEC1, PGP, SSH2 and PuTTY armour. */

/** Global: set `lastIndex` before each use. */
export const KEY_BEGINS =
  /-{4,5} ?BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)? ?-{4,5}|^Private-Lines: \d{1,4}|(?<=\\n|["'])Private-Lines: \d{1,4}/g;
const KEY_ENDS = /-{4,5} ?END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)? ?-{4,5}/;

/** What stands before the key on a line: indents, quotes, diff and comment marks, line numbers, a file's name by grep. */
const MARGIN = /^(?:[^\s:]{1,200}[:-]\d{1,7}[:-])?[\s>+|#*"'`,]{0,40}(?:\d{1,7}[:|\t ]\s{0,20})?-?\s{0,20}/;
const HEADER = /^(?:proc-type|dek-info|comment|version|subject|x-[\w-]{1,40}|charset|hash):/i;

/** Where the key's text in `line` ends: 0 = the line is not of a key. `closed` = the key is over there. */
export function keyExtent(line: string): { end: number; closed: boolean } {
  const close = line.match(KEY_ENDS);
  if (close) return { end: close.index! + close[0].length, closed: true };
  const body = line.replace(MARGIN, "").replace(/(?:["'`,\\;+\s]|\\n)+$/, "");
  if (body === "" || HEADER.test(body)) return { end: line.length, closed: false };
  const words = body.split(/\s+|(?:\\[rnt])+/).filter((w) => w !== "");
  const isKey = words.every((w, i) => {
    return /^[A-Za-z0-9+\/=]+$/.test(w) &&
      (w.length >= 24 ||
        (i === words.length - 1 &&
          (words.length > 1 || w.length > 1 && /[\d=+\/]|[a-z][A-Z]/.test(w) || /={1,2}$/.test(w))));
  });
  return { end: isKey ? line.length : 0, closed: false };
}

/** A key as its file holds it: line numbers, quote marks and a searcher's file names before each of its further lines are gone. */
export function withoutMargin(key: string): string {
  const [first, ...rest] = key.split("\n");
  const margin = BEFORE_TEXT.exec(rest[0] ?? "")?.[0] ?? "";
  if (!/[\d>+|#*:]/.test(margin)) return key;
  return [first, ...rest.map((line) => line.replace(BEFORE_TEXT, "") || line)].join("\n");
}

/** `MARGIN` without the stroke that a key's own last line may begin with. */
const BEFORE_TEXT = /^(?:[^\s:]{1,200}[:-]\d{1,7}[:-])?[\s>+|#*"'`,]{0,40}(?:\d{1,7}[:|\t ]\s{0,20})?/;
