import assert from "node:assert/strict";
import { readBinding } from "./binding.ts";
import { generated, GENERATORS } from "./generate.ts";
import { swapsFor } from "./swaps.ts";

const entry = (name: string, ...hosts: string[]) => ({
  name,
  bindings: hosts.map((host) => readBinding(`host=${host},header=authorization,path=/v1/*`)),
});
const values = new Map([["a", "value a"], ["b", "value b"], ["pem", "-----BEGIN\nx"]]);
const placeholderOf = (name: string, value: string) => `${name}=${value.length}`;
const hostsOf = (rules: string[], ...entries: ReturnType<typeof entry>[]) =>
  swapsFor(entries, { values, rules: rules.map((host) => ({ host })), placeholderOf }).map(({ host }) => host);

Deno.test("a run gets swaps for the hosts that it may reach, label by label", () => {
  const cases: [string[], string[], string[]][] = [
    [["api.x.com"], ["api.x.com"], ["api.x.com"]],
    [["*.x.com"], ["api.x.com", "a.b.x.com", "x.com", "evilx.com", "x.com.evil.com"], ["api.x.com", "a.b.x.com"]],
    [["x.com"], ["api.x.com"], []],
    [[], ["api.x.com"], []],
    [["y.com", "x.com"], ["x.com", "y.com", "z.com"], ["x.com", "y.com"]],
  ];
  for (const [rules, bound, found] of cases) assert.deepEqual(hostsOf(rules, entry("a", ...bound)), found);
});

Deno.test("a swap holds the whole binding; what has no value here, or fits no header, has none", () => {
  assert.deepEqual(
    swapsFor([entry("a", "x.com"), entry("unknown", "x.com"), entry("pem", "x.com"), entry("b")], {
      values,
      rules: [{ host: "x.com" }],
      placeholderOf,
    }),
    [{ placeholder: "a=7", value: "value a", host: "x.com", header: "authorization", methods: ["GET"], path: "/v1/*" }],
  );
  const many = entry("a", ...Array.from({ length: 101 }, (_, i) => `h${i}.x.com`));
  assert.throws(() => hostsOf(["*.x.com"], many), RangeError);
});

Deno.test("generated values have their form, fit a header, and are never the same", () => {
  const forms = { random: /^[A-Za-z0-9]{32}$/, uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/, hex: /^[0-9a-f]{64}$/ };
  for (const how of GENERATORS) {
    const made = Array.from({ length: 200 }, () => generated(how));
    for (const one of made) assert.match(one, forms[how]);
    assert.equal(new Set(made).size, 200);
  }
  const letters = new Set(Array.from({ length: 200 }, () => generated("random")).join(""));
  assert.equal(letters.size, 62);
});
