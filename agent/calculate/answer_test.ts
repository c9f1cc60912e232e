import assert from "node:assert/strict";
import fc from "fast-check";
import { calculate } from "./answer.ts";

Deno.test("calculate answers what a person would work out by hand", () => {
  const cases: [string, string][] = [
    ["0.1+0.2", "0.3"],
    ["1/3", "0.333333333333333"],
    ["10/4", "2.5"],
    ["15% of 80", "12"],
    ["200 + 10%", "220"],
    ["200 - 10%", "180"],
    ["200 * 10%", "20"],
    ["50%", "0.5"],
    ["7 % 3", "1"],
    ["-7 mod 3", "2"],
    ["-2^2", "-4"],
    ["(-2)^2", "4"],
    ["2^-1", "0.5"],
    ["2^3^2", "512"],
    ["2**10", "1024"],
    ["3 × 4 ÷ 2 − 1", "5"],
    ["5!", "120"],
    ["2^100", "1.26765060022823e+30"],
    ["2^80", "1208925819614629174706176"],
    ["sqrt(16) + cbrt(27)", "7"],
    ["√2 * √2", "2"],
    ["round(2.5)", "3"],
    ["round(3.14159, 2)", "3.14"],
    ["log(8, 2) + log10(1000) + ln(e)", "7"],
    ["sin(pi/2)", "1"],
    ["max(1, 5, 3) - min(4, 2)", "3"],
    ["mean(1, 2, 3, 4)", "2.5"],
    ["gcd(12, 18)", "6"],
    ["1_000 * 2", "2000"],
    ["0xff + 0b11", "258"],
    ["1.5e3", "1500"],
    ["2 + 2 = ?", "4"],
  ];
  for (const [question, value] of cases) assert.equal(calculate(question).value, value, question);
});

Deno.test("calculate converts units by their exact definitions", () => {
  const cases: [string, string, string][] = [
    ["5 km in miles", "3.10685596118667", "mi"],
    ["1 mile in km", "1.609344", "km"],
    ["100 F in C", "37.7777777777778", "°C"],
    ["37 °C to fahrenheit", "98.6", "°F"],
    ["-40 degrees celsius in F", "-40", "°F"],
    ["0 K in °C", "-273.15", "°C"],
    ["5 ft 3 in in cm", "160.02", "cm"],
    ["5'3\" to cm", "160.02", "cm"],
    ["2 h 30 min in min", "150", "min"],
    ["3 in in cm", "7.62", "cm"],
    ["2*3 ft to cm", "182.88", "cm"],
    ["1 GiB in MB", "1073.741824", "MB"],
    ["500 mb in GB", "0.5", "GB"],
    ["8 Mb in MB", "1", "MB"],
    ["100 Mbit/s in MB/s", "12.5", "MB/s"],
    ["60 miles per hour in km/h", "96.56064", "km/h"],
    ["36 km/h in m/s", "10", "m/s"],
    ["1 MW in mW", "1000000000", "mW"],
    ["3.5e3 W in kW", "3.5", "kW"],
    ["10 m2 in square feet", "107.639104167097", "ft²"],
    ["1 gallon in litres", "3.785411784", "l"],
    ["1 kWh in J", "3600000", "J"],
    ["180 degrees in rad", "3.14159265358979", "rad"],
    ["1 light year in km", "9460730472580.8", "km"],
    ["12 stone in kg", "76.20351816", "kg"],
  ];
  for (const [question, value, unit] of cases) {
    const { text: _, ...answer } = calculate(question);
    assert.deepEqual(answer, { value, unit }, question);
  }
});

Deno.test("calculate says plainly what has no answer, and no name reaches past its own table", () => {
  const cases: [string, RegExp][] = [
    ["", /ends too early/],
    ["2 3", /what is "3"/],
    ["2 +", /ends too early/],
    ["(2", /ends too early/],
    ["2)", /what is "\)"/],
    ["1/0", /divide by zero/],
    ["5 mod 0", /divide by zero/],
    ["0/0", /divide by zero/],
    ["sqrt(-1)", /no real value/],
    ["ln(0)", /too large/],
    ["acos(2)", /no real value/],
    ["9^9^9", /too large/],
    ["2^1e9", /too large/],
    ["exp(1e9)", /too large/],
    ["1e99999 * 1e99999", /too large/],
    ["1e9999999", /what is/],
    ["1001!", /Cannot use 1001/],
    ["(-1)!", /Cannot use -1/],
    ["sin(1e300)", /so large an angle/],
    ["gcd(1e50, 3)", /Cannot take the gcd/],
    ["round(1, 1e9)", /Cannot use/],
    ["5 km in kg", /length is not mass/],
    ["5 km", /write "5 km in <unit>"/],
    ["5 foo in km", /write a number and a unit/],
    ["5 km in parsnips", /unknown unit/],
    ["constructor", /there is no constructor/],
    ["toString()", /there is no toString/],
    ["__proto__", /what is "__proto__"/],
    ["hasOwnProperty(1)", /there is no/],
    ["x = 1", /what is/],
    ["1; process.exit()", /what is/],
    ["a[0]", /there is no a|what is/],
    ["(".repeat(200) + "1", /more than 64 levels/],
    ["-".repeat(200) + "1", /more than 64 levels/],
    ["2^".repeat(200) + "1", /more than 64 levels/],
    ["1+".repeat(400) + "1", /more than 500 characters/],
    ["1\u0000+1", /what is/],
  ];
  for (const [question, expected] of cases) assert.throws(() => calculate(question), expected, question.slice(0, 40));
});

Deno.test("calculate agrees with double arithmetic on sums and products of integers", () => {
  const integer = fc.integer({ min: -9999, max: 9999 });
  fc.assert(fc.property(integer, integer, integer, (a, b, c) => {
    assert.equal(calculate(`(${a}) + (${b}) * (${c})`).value, String(a + b * c + 0));
  }));
});

Deno.test("whatever text comes, calculate ends with an answer or an error of its own", () => {
  const piece = fc.constantFrom(
    "1",
    "2.5",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    "%",
    "!",
    "of",
    "in",
    "km",
    "sqrt",
    "e",
    " ",
    "'",
    "°",
    "√",
  );
  fc.assert(fc.property(fc.oneof(fc.string(), fc.array(piece, { maxLength: 40 }).map((p) => p.join(""))), (text) => {
    try {
      assert.equal(typeof calculate(text).value, "string");
    } catch (error) {
      assert.match((error as Error).message, /^Cannot /);
    }
  }));
});
