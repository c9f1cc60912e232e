/** Sums as text to their value: + - * / ^, brackets, percent, sqrt. Exact; linear in the text. Pure. */
import { add, minus, over, type Rational, rational, rationalOf, squareRoot, times } from "./rational.ts";

const TOKEN = /\s*(?:(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)|(sqrt|\*\*|[-+*/^()%]))/gy;
/** Tokens, and digits of one number, at most; a power may have so many digits. */
const MOST_TOKENS = 80;
const MOST_DIGITS = 60;
const MOST_POWER_DIGITS = 2_000;

export type Sum = { value: Rational; exact: boolean };

/** The tokens of `text`; null where it has anything else in it. */
export function sumTokens(text: string): string[] | null {
  const found = [...text.trim().matchAll(TOKEN)];
  const read = found.map((m) => m[0]).join("");
  if (read !== text.trim() || found.length === 0 || found.length > MOST_TOKENS) return null;
  const tokens = found.map((m) => m[1]?.replaceAll(",", "") ?? m[2].replace("**", "^"));
  return tokens.some((t) => t.length > MOST_DIGITS) ? null : tokens;
}

/**
 * The value of `text`. A percent sign divides by 100. Throws SyntaxError where it is no sum, RangeError where it has
 * no value (division by zero) or one that is too large.
 */
export function sumOf(text: string): Sum {
  const tokens = sumTokens(text) ?? [];
  if (tokens.length === 0) throw new SyntaxError(`Cannot read as a sum: ${text}`);
  const state = { at: 0, exact: true, depth: 0 };
  const next = () => tokens[state.at];
  const take = (token: string): boolean => next() === token && ++state.at > 0;
  const fail = (): never => {
    throw new SyntaxError(`Cannot read as a sum: ${text}`);
  };

  function primary(): Rational {
    if (++state.depth > MOST_TOKENS) fail();
    if (take("(")) {
      const inner = expression();
      return take(")") ? percents(inner) : fail();
    }
    if (take("sqrt")) {
      if (!take("(")) fail();
      const { value, exact } = squareRoot(expression());
      state.exact &&= exact;
      return take(")") ? percents(value) : fail();
    }
    if (!/^[\d.]/.test(next() ?? "")) return fail();
    return percents(rationalOf(tokens[state.at++]));
  }
  function percents(value: Rational): Rational {
    return take("%") ? percents(times(value, rational(1n, 100n))) : value;
  }
  function power(): Rational {
    const base = primary();
    // Right to left, as on paper; a minus may stand before the exponent.
    return take("^") ? raised(base, signed()) : base;
  }
  function signed(): Rational {
    if (take("-")) return times(signed(), rational(-1n));
    return power();
  }
  function product(): Rational {
    let value = signed();
    for (;;) {
      if (take("*")) value = times(value, signed());
      else if (take("/")) value = over(value, signed());
      else return value;
    }
  }
  function expression(): Rational {
    let value = product();
    for (;;) {
      if (take("+")) value = add(value, product());
      else if (take("-")) value = minus(value, product());
      else return value;
    }
  }
  const value = expression();
  if (state.at !== tokens.length) fail();
  return { value, exact: state.exact };
}

function raised(base: Rational, exponent: Rational): Rational {
  if (exponent.d !== 1n) throw new RangeError("Cannot raise to a power that is no whole number");
  const size = exponent.n < 0n ? -exponent.n : exponent.n;
  const digits = Math.max(base.n.toString().length, base.d.toString().length);
  if (size > BigInt(Math.floor(MOST_POWER_DIGITS / digits))) throw new RangeError("Cannot compute so large a power");
  const value = rational(base.n ** size, base.d ** size);
  return exponent.n < 0n ? over(rational(1n), value) : value;
}
