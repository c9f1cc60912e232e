import assert from "node:assert/strict";
import fc from "fast-check";
import { sumOf, sumTokens } from "./expression.ts";
import { rational, shown } from "./rational.ts";

/** A sum, its value as shown, or the beginning of what is said of it. */
const CASES: [string, string][] = [
  ["0.1+0.2", "0.3"],
  ["1/3*3", "1"],
  ["1/3", "0.3333333333"],
  ["17%*2340", "397.8"],
  ["1,234.5+1", "1,235.5"],
  ["2^10", "1,024"],
  ["2^-2", "0.25"],
  ["2^3^2", "512"],
  ["-2^2", "-4"],
  ["(-2)^2", "4"],
  ["--3", "3"],
  ["10-4-3", "3"],
  ["100/10/5", "2"],
  ["2+3*4", "14"],
  ["sqrt(144)", "12"],
  ["sqrt(2)", "1.4142135624"],
  ["sqrt(0.25)", "0.5"],
  ["sqrt(-1)", "RangeError: Cannot take the square root of a negative number"],
  ["5/0", "RangeError: Cannot divide by zero"],
  ["5/(3-3)", "RangeError: Cannot divide by zero"],
  ["0^-1", "RangeError: Cannot divide by zero"],
  ["2^0.5", "RangeError: Cannot raise to a power that is no whole number"],
  ["9^9^9^9", "RangeError: Cannot compute so large a power"],
  ["10^100000", "RangeError: Cannot compute so large a power"],
  ["1/1000000000000000", "0.000000000000001"],
  ["2+", "SyntaxError: Cannot read as a sum: 2+"],
  ["(2", "SyntaxError: Cannot read as a sum: (2"],
  ["2)", "SyntaxError: Cannot read as a sum: 2)"],
  ["2 3", "SyntaxError: Cannot read as a sum: 2 3"],
  ["2+a", "SyntaxError: Cannot read as a sum: 2+a"],
  ["", "SyntaxError: Cannot read as a sum: "],
  ["()", "SyntaxError: Cannot read as a sum: ()"],
  ["1,23+1", "SyntaxError: Cannot read as a sum: 1,23+1"],
];

for (const [text, want] of CASES) {
  Deno.test(`${text || "nothing"} is ${want}`, () => {
    const got = (() => {
      try {
        return shown(sumOf(text).value).text;
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    })();
    assert.equal(got, want);
  });
}

Deno.test("any text is a sum, no sum, or a sum without a value, and never takes the process down", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."0123456789+-*/^()%. sqrt,".split("")), maxLength: 200 }),
      (text) => {
        try {
          shown(sumOf(text).value);
        } catch (error) {
          assert.ok(error instanceof SyntaxError || error instanceof RangeError, String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("too many tokens or digits are no sum", () => {
  assert.equal(sumTokens("1+".repeat(100) + "1"), null);
  assert.equal(sumTokens("9".repeat(100)), null);
  assert.equal(sumTokens("(".repeat(70) + "1" + ")".repeat(70)), null);
});

Deno.test("sums and products are those of whole numbers", () => {
  const int = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
  fc.assert(fc.property(int, int, (a, b) => {
    assert.deepEqual(sumOf(`(${a})+(${b})`).value, rational(a + b));
    assert.deepEqual(sumOf(`(${a})*(${b})`).value, rational(a * b));
    if (b !== 0n) assert.deepEqual(sumOf(`(${a})/(${b})`).value, rational(a, b));
  }));
});
