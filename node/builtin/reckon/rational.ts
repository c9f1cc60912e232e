/** Exact fractions, so that 0.1 + 0.2 is 0.3. Pure. */

/** `n / d` in lowest terms, `d` above nought. */
export type Rational = { n: bigint; d: bigint };

const abs = (a: bigint): bigint => a < 0n ? -a : a;

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** The fraction `n / d`. Throws RangeError for a denominator of nought. */
export function rational(n: bigint, d = 1n): Rational {
  if (d === 0n) throw new RangeError("Cannot divide by zero");
  const g = gcd(abs(n), abs(d)) || 1n;
  return d < 0n ? { n: -n / g, d: -d / g } : { n: n / g, d: d / g };
}

/** The number that `text` writes: "12", "-0.5", "1,234.5". Throws RangeError for anything else. */
export function rationalOf(text: string): Rational {
  const found = /^(-?)(\d+(?:,\d{3})*)?(?:\.(\d+))?$/.exec(text);
  if (found === null || (found[2] === undefined && found[3] === undefined)) {
    throw new RangeError(`Cannot read as a number: ${text}`);
  }
  const whole = (found[2] ?? "0").replaceAll(",", "");
  const part = found[3] ?? "";
  const n = BigInt(whole + part);
  return rational(found[1] ? -n : n, 10n ** BigInt(part.length));
}

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Rational, b: Rational): Rational => rational(a.n * b.d - b.n * a.d, a.d * b.d);
export const times = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
/** Throws RangeError for a divisor of nought. */
export const over = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);

/** The whole part of the square root of `n`, by Newton's method. `n` is not negative. */
function rootOf(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** The square root of `a`, exact where it has one, else to 30 digits after the point. Throws RangeError below nought. */
export function squareRoot(a: Rational): { value: Rational; exact: boolean } {
  if (a.n < 0n) throw new RangeError("Cannot take the square root of a negative number");
  const [n, d] = [rootOf(a.n), rootOf(a.d)];
  if (n * n === a.n && d * d === a.d) return { value: rational(n, d), exact: true };
  const scale = 10n ** 30n;
  return { value: rational(rootOf(a.n * scale * scale / a.d), scale), exact: false };
}

/** `a` with thousands separated and, where the fraction ends, all its digits; otherwise rounded to `places`. */
export function shown(a: Rational, places = 10): { text: string; exact: boolean } {
  const sign = a.n < 0n ? "-" : "";
  const ends = endsAfter(a.d);
  const digits = ends !== null && ends <= 20 ? ends : places;
  const scale = 10n ** BigInt(digits);
  const rounded = (2n * abs(a.n) * scale + a.d) / (2n * a.d);
  // So small that nothing would be left of it: more digits rather than "0".
  if (rounded === 0n && a.n !== 0n && digits < 60) return shown(a, 60);
  const whole = (rounded / scale).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const part = (rounded % scale).toString().padStart(digits, "0").replace(/0+$/, "");
  return { text: `${sign}${whole}${digits > 0 && part !== "" ? `.${part}` : ""}`, exact: digits === ends };
}

/** How many digits after the point a fraction with denominator `d` has; null if they never end. */
function endsAfter(d: bigint): number | null {
  let [twos, fives] = [0, 0];
  for (; d % 2n === 0n; d /= 2n) twos++;
  for (; d % 5n === 0n; d /= 5n) fives++;
  return d === 1n ? Math.max(twos, fives) : null;
}
