import assert from "node:assert/strict";
import { apart, sameButPlace } from "./both.ts";

Deno.test("one pair of joined words makes two sentences, two pairs or a quoted text make none", () => {
  assert.deepEqual(apart("the files in a and b"), ["the files in a", "the files in b"]);
  assert.deepEqual(apart("how big are a and in the b?"), ["how big are a", "how big are b?"]);
  assert.equal(apart("a and b and c and d"), null);
  assert.equal(apart('search "a and b"'), null);
  assert.equal(apart("one thing"), null);
});

Deno.test("two questions are one about two places only if nothing but the place differs", () => {
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "list", path: "b" }), true);
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "list" }), false);
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "tree", path: "b" }), false);
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "list", path: "a" }), false);
  assert.equal(sameButPlace({ do: "list", path: "a", glob: "x" }, { do: "list", path: "b", glob: "y" }), false);
  assert.equal(
    sameButPlace({ do: "search", pattern: "a", give: "lines" }, { do: "search", pattern: "b", give: "lines" }),
    false,
  );
  assert.equal(sameButPlace({ do: "git", op: "diff", path: "a" }, { do: "git", op: "diff", path: "b" }), false);
});
