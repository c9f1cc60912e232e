/** New values for secrets, from the system's random source. */

export const GENERATORS = ["random", "uuid", "hex"] as const;
export type Generator = (typeof GENERATORS)[number];

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `random`: 32 letters and digits (190 bits); `uuid`: version 4 (122 bits); `hex`: 64 digits (256 bits). */
export function generated(how: Generator): string {
  switch (how) {
    case "uuid":
      return crypto.randomUUID();
    case "hex":
      return crypto.getRandomValues(new Uint8Array(32)).toHex();
    case "random": {
      const out: string[] = [];
      while (out.length < 32) {
        // Bytes above the last whole multiple of 62 are thrown away, so that each letter is equally likely.
        for (const byte of crypto.getRandomValues(new Uint8Array(48))) if (byte < 248) out.push(LETTERS[byte % 62]);
      }
      return out.slice(0, 32).join("");
    }
  }
}
