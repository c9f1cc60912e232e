import assert from "node:assert/strict";
import { rationalOf, shown } from "./rational.ts";
import { converted, unitNamed } from "./units.ts";

/** Amount, from, to, and the figure as NIST SP 811 (2008) appendix B and the definitions give it. */
const CASES: [string, string, string, string][] = [
  ["5", "mile", "kilometre", "8.04672"],
  ["100", "fahrenheit", "celsius", "37.777778"],
  ["0", "celsius", "fahrenheit", "32"],
  ["-40", "celsius", "fahrenheit", "-40"],
  ["0", "kelvin", "celsius", "-273.15"],
  ["1", "inch", "centimetre", "2.54"],
  ["1", "pound", "gram", "453.59237"],
  ["1", "stone", "pound", "14"],
  ["1", "mile", "foot", "5,280"],
  ["60", "mile_per_hour", "kilometre_per_hour", "96.56064"],
  ["4", "gibibyte", "megabyte", "4,294.967296"],
  ["8", "bit", "byte", "1"],
  ["1", "week", "second", "604,800"],
  ["1", "us_gallon", "litre", "3.785411784"],
];
for (const [amount, from, to, want] of CASES) {
  Deno.test(`${amount} ${from} is ${want} ${to}`, () => {
    assert.equal(shown(converted(rationalOf(amount), { from, to }), 6).text, want);
  });
}

Deno.test("what measures different things, or has several sizes, is not converted", () => {
  assert.throws(() => converted(rationalOf("1"), { from: "mile", to: "hour" }), RangeError);
  assert.throws(() => converted(rationalOf("1"), { from: "toString", to: "hour" }), RangeError);
  assert.deepEqual(["gallon", "cup", "ton", "month", "year", "pint", "dollar"].map(unitNamed), Array(7).fill(null));
});
