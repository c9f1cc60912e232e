/** A shell line with its disguises taken off, for looking through text that nobody can parse whole. */

/** Case, width and unseen characters taken away: two texts that a person would call the same are the same. */
export function fold(text: string): string {
  return text.normalize("NFKC").replace(/[\p{Cf}\p{Mn}\u034f\u115f\u1160\u3164\uffa0]/gu, "").toLowerCase();
}

/**
 * Readings of `line` in which quotes, backslashes, `$IFS` and escapes have become what the shell makes of them;
 * line ends are `;`. The second reading also leaves out every expansion (`r$@m` is `rm`), and the third
 * leaves escapes as written. For finding things only: a reading that finds nothing proves nothing.
 */
export function readings(line: string): string[] {
  const decoded = line.replace(/\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|0?([0-7]{1,3}))/gi, (_all, x, u, o) => {
    return String.fromCharCode(x ? parseInt(x, 16) : u ? parseInt(u, 16) : parseInt(o, 8));
  });
  const plain = plainReading(decoded);
  const bare = plainReading(decoded.replace(/\$\{[^}]{0,200}\}|\$[\w@*#?!-]|``|\$\(\)/g, ""));
  return [...new Set([plain, bare, plainReading(line)])];
}

/** The first of the readings, without escapes decoded. */
export function plainReading(line: string): string {
  return fold(
    line.replace(/\\\r?\n/g, "").replace(/\$\{?IFS[^}\s]{0,20}\}|\$IFS(?:\$\d)?/gi, " ")
      .replace(/[\r\n\v\f\x85\u2028\u2029]+/g, " ; ").replace(/\$(?=["'])|["'\\]/g, ""),
  ).replace(/\s+/g, " ").trim();
}
