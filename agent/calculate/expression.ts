/**
 * Arithmetic on 34 significant decimal digits. A grammar of its own, because what is evaluated comes from a model: it
 * knows numbers and the names below, no variables, no assignments, no code; every step is bounded.
 */
import { Decimal } from "decimal.js";

/** Numbers beyond 10^±100,000 are errors; what is shown has 15 significant digits where the value is no short decimal. */
const Exact = Decimal.clone({ precision: 34, maxE: 100_000, minE: -100_000, toExpPos: 28, toExpNeg: -12 });

/** The value type of this file. */
export type Num = Decimal;

/** Characters of one question. */
export const LONGEST = 500;
const DEEPEST = 64;
/** Beyond it the digits of a trigonometric function mean nothing. */
const MOST_ANGLE = 1e15;
const MOST_FACTORIAL = 1000;

const CONSTANTS: Record<string, () => Num> = {
  pi: () => pi(),
  π: () => pi(),
  tau: () => pi().times(2),
  e: () => new Exact(1).exp(),
};

function pi(): Num {
  return Exact.acos(-1);
}

const angle = (x: Num) => {
  if (x.abs().gt(MOST_ANGLE)) throw new RangeError(`Cannot take the sine of so large an angle: ${show(x)}`);
  return x;
};

const FUNCTIONS: Record<string, { least: number; most: number; of: (...x: Num[]) => Num }> = {
  sqrt: { least: 1, most: 1, of: (x) => x.sqrt() },
  cbrt: { least: 1, most: 1, of: (x) => x.cbrt() },
  abs: { least: 1, most: 1, of: (x) => x.abs() },
  round: {
    least: 1,
    most: 2,
    of: (x, places = new Exact(0)) => x.toDecimalPlaces(whole(places, 30), Decimal.ROUND_HALF_UP),
  },
  floor: { least: 1, most: 1, of: (x) => x.floor() },
  ceil: { least: 1, most: 1, of: (x) => x.ceil() },
  trunc: { least: 1, most: 1, of: (x) => x.trunc() },
  exp: { least: 1, most: 1, of: (x) => x.exp() },
  ln: { least: 1, most: 1, of: (x) => x.ln() },
  log: { least: 1, most: 2, of: (x, base = new Exact(10)) => x.log(base) },
  log2: { least: 1, most: 1, of: (x) => x.log(2) },
  log10: { least: 1, most: 1, of: (x) => x.log(10) },
  sin: { least: 1, most: 1, of: (x) => angle(x).sin() },
  cos: { least: 1, most: 1, of: (x) => angle(x).cos() },
  tan: { least: 1, most: 1, of: (x) => angle(x).tan() },
  asin: { least: 1, most: 1, of: (x) => x.asin() },
  acos: { least: 1, most: 1, of: (x) => x.acos() },
  atan: { least: 1, most: 1, of: (x) => x.atan() },
  min: { least: 1, most: 100, of: (...x) => Exact.min(...x) },
  max: { least: 1, most: 100, of: (...x) => Exact.max(...x) },
  sum: { least: 1, most: 100, of: (...x) => Exact.sum(...x) },
  mean: { least: 1, most: 100, of: (...x) => Exact.sum(...x).div(x.length) },
  mod: { least: 2, most: 2, of: (a, b) => a.minus(b.times(a.div(b).floor())) },
  gcd: { least: 2, most: 2, of: gcd },
};

function whole(x: Num, most: number): number {
  if (!x.isInteger() || x.lt(0) || x.gt(most)) throw new RangeError(`Cannot use ${show(x)} there: 0 to ${most}`);
  return x.toNumber();
}

function gcd(a: Num, b: Num): Num {
  const most = new Exact("1e34");
  if (!a.isInteger() || !b.isInteger() || a.abs().gt(most) || b.abs().gt(most)) {
    throw new RangeError(`Cannot take the gcd of ${show(a)} and ${show(b)}`);
  }
  return b.isZero() ? a.abs() : gcd(b, a.mod(b));
}

function factorial(x: Num): Num {
  const n = whole(x, MOST_FACTORIAL);
  return Array.from({ length: n }, (_, i) => i + 1).reduce((product, i) => product.times(i), new Exact(1));
}

type Token = { kind: "number" | "name" | "mark" | "end"; text: string; at: number };
const TOKEN =
  /\s*(?:(\d{1,3}(?:[_\u202f]\d{3})+(?:\.\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,6}(?![\w.]))?|0x[\da-f]+|0b[01]+)|([a-zπ][a-z\d]*)|(\*\*|[-+*/^%!(),×÷·−√]))/iyu;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const hex = /\s*(0x[\da-f]+|0b[01]+)/iy;
    hex.lastIndex = at;
    const found = hex.exec(text);
    if (found !== null) {
      tokens.push({ kind: "number", text: found[1], at });
      TOKEN.lastIndex = hex.lastIndex;
      continue;
    }
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`Cannot calculate: what is ${JSON.stringify(text.slice(at, at + 20))}?`);
    const [, number, name, mark] = match;
    tokens.push({ kind: number ? "number" : name ? "name" : "mark", text: number ?? name ?? mark, at });
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

const SAME: Record<string, string> = { "×": "*", "·": "*", "÷": "/", "−": "-", "**": "^" };

/**
 * The value of `text`: `+ - * / ^ ! ( )`, a number with `%`, `a % b` and `x mod y` (remainder, with the sign of the
 * divisor), `15% of 80`, the functions and constants of this file; trigonometry in radians. Throws a `SyntaxError` for
 * what it cannot read, a `RangeError` for what has no value (a division by zero, a root of -1) or too large a one.
 */
export function evaluate(text: string): Num {
  if (text.length > LONGEST) throw new RangeError(`Cannot calculate more than ${LONGEST} characters: ${text.length}`);
  const tokens = tokensOf(text);
  const state = { at: 0, depth: 0 };
  const peek = () => SAME[tokens[state.at].text] ?? tokens[state.at].text.toLowerCase();
  const kind = () => tokens[state.at].kind;
  const take = (...marks: string[]) => {
    if (kind() === "end" || kind() === "number" || !marks.includes(peek())) return null;
    const found = peek();
    state.at++;
    return found;
  };
  const expect = (mark: string) => {
    if (take(mark) === null) throw unexpected();
  };
  const unexpected = () => {
    const rest = text.slice(tokens[state.at].at).trim().slice(0, 20);
    return new SyntaxError(
      `Cannot calculate: ${rest === "" ? "it ends too early" : `what is ${JSON.stringify(rest)}?`}`,
    );
  };
  const deeper = (work: () => Num) => {
    if (++state.depth > DEEPEST) throw new RangeError(`Cannot calculate: more than ${DEEPEST} levels`);
    const value = work();
    state.depth--;
    return value;
  };

  const sum = (): Num =>
    deeper(() => {
      let value = product();
      for (let mark = take("+", "-"); mark !== null; mark = take("+", "-")) {
        const before = state.at;
        const right = product();
        // 200 + 10% means 10 % of the 200.
        const share = percentOnly(before) ? value.times(right) : right;
        value = mark === "+" ? value.plus(share) : value.minus(share);
      }
      return value;
    });
  const percentOnly = (from: number) =>
    state.at - from === 2 && tokens[from].kind === "number" && tokens[from + 1].text === "%";
  const product = (): Num => {
    let value = unary();
    for (let mark = take("*", "/", "%", "mod", "of"); mark !== null; mark = take("*", "/", "%", "mod", "of")) {
      const right = unary();
      if (mark !== "*" && mark !== "of" && right.isZero()) throw new RangeError("Cannot divide by zero");
      if (mark === "/") value = value.div(right);
      else if (mark === "*" || mark === "of") value = value.times(right);
      else value = FUNCTIONS.mod.of(value, right);
    }
    return value;
  };
  const unary = (): Num => {
    const mark = take("-", "+", "√");
    if (mark === null) return power();
    return deeper(() => mark === "-" ? unary().neg() : mark === "√" ? unary().sqrt() : unary());
  };
  const power = (): Num => {
    const base = postfix();
    return take("^") === null ? base : deeper(() => base.pow(unary()));
  };
  const postfix = (): Num => {
    let value = primary();
    for (;;) {
      if (take("!") !== null) value = factorial(value);
      else if (peek() === "%" && endsAfterPercent()) {
        state.at++;
        value = value.div(100);
      } else return value;
    }
  };
  // A percent sign before an operand is the remainder, else hundredths.
  const endsAfterPercent = () => {
    const next = tokens[state.at + 1];
    return !(next.kind === "number" || next.text === "(" || (next.kind === "name" && !/^(of|mod)$/i.test(next.text)));
  };
  const primary = (): Num => {
    const token = tokens[state.at];
    if (token.kind === "number") {
      state.at++;
      return new Exact(token.text.replace(/[_\u202f]/gu, ""));
    }
    if (take("(") !== null) {
      const value = sum();
      expect(")");
      return value;
    }
    if (token.kind !== "name") throw unexpected();
    state.at++;
    const name = token.text.toLowerCase();
    if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name]();
    if (!Object.hasOwn(FUNCTIONS, name)) {
      throw new SyntaxError(
        `Cannot calculate: there is no ${token.text}; there are ${Object.keys(FUNCTIONS).join(" ")}`,
      );
    }
    const { least, most, of } = FUNCTIONS[name];
    expect("(");
    const given = [sum()];
    while (take(",") !== null) given.push(sum());
    expect(")");
    if (given.length < least || given.length > most) {
      throw new SyntaxError(`Cannot calculate: ${name} takes ${least}${most > least ? ` to ${most}` : ""} values`);
    }
    return of(...given);
  };

  const value = sum();
  if (kind() !== "end") throw unexpected();
  return real(value);
}

/** `value`, or a `RangeError` where it is none. */
export function real(value: Num): Num {
  if (value.isNaN()) throw new RangeError("Cannot calculate: it has no real value");
  if (!value.isFinite()) throw new RangeError("Cannot calculate: the value is too large");
  return value;
}

/** A number as the tables of units write it: `1e-6`, `5/9`, `pi/180`, `2pi`. */
export function sizeOf(text: string): Num {
  const [above, below] = text.split("/").map((part) => {
    const many = part.replace(/pi$/, "");
    const factor = new Exact(many === "" ? 1 : many);
    return part.endsWith("pi") ? factor.times(pi()) : factor;
  });
  return below === undefined ? above : above.div(below);
}

/** `value` for reading: exact where it has at most 28 digits, else 15 significant ones. */
export function show(value: Num): string {
  return value.precision() <= 28 ? value.toString() : value.toSignificantDigits(15).toString();
}
