/** Random values from a seed: the same seed gives the same values on every machine. */

export type Draw = {
  /** A whole number below `n`. */
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
  /** `n` characters of `alphabet`. */
  text(n: number, alphabet?: string): string;
  bytes(n: number): Uint8Array<ArrayBuffer>;
};

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
export const HEX = "0123456789abcdef";
export const LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";
export const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
export const URLSAFE = `${LETTERS}-_`;

/** mulberry32 (public domain, Tommy Ettinger 2017). */
export function draw(seed: number): Draw {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    pick: (list) => list[below(list.length)],
    text: (n, alphabet = LETTERS) => Array.from({ length: n }, () => alphabet[below(alphabet.length)]).join(""),
    bytes: (n) => Uint8Array.from({ length: n }, () => below(256)),
  };
}
