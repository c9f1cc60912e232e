import assert from "node:assert/strict";
import { apart, sameButPlace } from "./both.ts";

Deno.test("one pair of joined words makes two sentences, two pairs or a quoted text make none", () => {
  assert.deepEqual(apart("the files in a and b"), { texts: ["the files in a", "the files in b"], sure: false });
  assert.deepEqual(apart("how big are a and in the b?"), { texts: ["how big are a", "how big are b?"], sure: true });
  assert.equal(apart("the files in src and docs")?.sure, true);
  assert.equal(apart("a and b and c and d"), null);
  assert.equal(apart('search "a and b"'), null);
  assert.equal(apart("one thing"), null);
});

Deno.test("two questions are one about two places only if nothing but the place differs", () => {
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "list", path: "b" }, true), true);
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "list", path: "b" }, false), false);
  assert.equal(sameButPlace({ do: "list", glob: "a" }, { do: "list", glob: "b" }, false), true);
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "list" }, true), false);
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "tree", path: "b" }, true), false);
  assert.equal(sameButPlace({ do: "list", path: "a" }, { do: "list", path: "a" }, true), false);
  assert.equal(sameButPlace({ do: "list", path: "a", glob: "x" }, { do: "list", path: "b", glob: "y" }, true), false);
  assert.equal(
    sameButPlace({ do: "search", pattern: "a", give: "lines" }, { do: "search", pattern: "b", give: "lines" }, true),
    false,
  );
  assert.equal(sameButPlace({ do: "git", op: "diff", path: "a" }, { do: "git", op: "diff", path: "b" }, true), false);
});
