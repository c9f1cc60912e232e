import assert from "node:assert/strict";
import { meanInterval, wilson } from "./interval.ts";

const rounded = (one: { low: number; high: number } | null) =>
  one === null ? null : { low: Number(one.low.toFixed(4)), high: Number(one.high.toFixed(4)) };

Deno.test("the score interval is that of the published examples", () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29.
  assert.deepEqual(rounded(wilson(81, 263)), { low: 0.2553, high: 0.3662 });
  assert.deepEqual(rounded(wilson(15, 148)), { low: 0.0624, high: 0.1605 });
  assert.deepEqual(rounded(wilson(0, 20)), { low: 0, high: 0.1611 });
  assert.deepEqual(rounded(wilson(1, 29)), { low: 0.0061, high: 0.1718 });
  assert.deepEqual(rounded(wilson(20, 20)), { low: 0.8389, high: 1 });
  assert.equal(wilson(0, 0), null);
});

Deno.test("the interval of a mean needs two counts and never goes below nothing", () => {
  assert.equal(meanInterval([3]), null);
  assert.deepEqual(meanInterval([2, 2, 2]), { low: 2, high: 2 });
  assert.deepEqual(rounded(meanInterval([0, 0, 0, 4])), { low: 0, high: 2.96 });
  assert.deepEqual(rounded(meanInterval([1, 2, 3, 4])), { low: 1.2348, high: 3.7652 });
});
