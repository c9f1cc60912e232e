import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { place } from "./harombe.ts";

const LAST_START = fileURLToPath(new URL("../../cli/launch/last_start.ts", import.meta.url));
/** In a mount namespace of its own: a bubblewrap that fails, and a note of the last start that says it worked. */
const BROKEN = `
printf '#!/bin/sh\\nexit 1\\n' > "$1" && chmod 755 "$1" && mount --bind "$1" /usr/bin/bwrap || exit 99
"$2" eval --no-config "import { noteConfined } from 'file://$3'; await noteConfined('$4', true)" || exit 98
shift 4
"$@"; first=$?
"$@"; echo "$first $?"
`;

async function bubblewrapHere(): Promise<boolean> {
  return await Deno.stat("/usr/bin/bwrap").then(({ isFile }) => isFile, () => false);
}

const ready = Deno.uid() === 0 && await bubblewrapHere();

Deno.test("the second start takes the note of the first, and both answer the same", async () => {
  await using p = await place();
  const [first, second] = [await p.run(["ask", "what is 17% of 2,340"]), await p.run(["ask", "what is 17% of 2,340"])];
  assert.deepEqual([first.code, first.out], [0, "17% × 2340 = 397.8\n"]);
  assert.deepEqual([second.code, second.out], [0, first.out]);
});

Deno.test({
  name: `a note that the sandbox works is no reason to believe it: ${
    ready ? "the start says so and the next one measures first" : "needs root and bubblewrap"
  }`,
  ignore: !ready,
  async fn() {
    await using p = await place();
    const state = join(p.home, ".harombe");
    await Deno.mkdir(state, { mode: 0o700 });
    const wrap = ["unshare", "-m", "sh", "-c", BROKEN, "sh", join(p.home, "bwrap"), Deno.execPath(), LAST_START, state];
    const { out, err } = await p.run(["ask", "what is 17% of 2,340"], undefined, { wrap });
    assert.match(err, /the sandbox of the last start does not work any more; start again/);
    // The first start ends with 4, the second answers without bubblewrap.
    assert.equal(out, "17% × 2340 = 397.8\n4 0\n");
  },
});

for (
  const [what, text] of [["a torn note", "/usr/bin/bwr"], ["another user's note", "/usr/bin/bwrap 1 2 3 x 0"], [
    "garbage",
    "\0\0",
  ]]
) {
  Deno.test(`${what} is as good as none`, async () => {
    await using p = await place();
    await Deno.mkdir(join(p.home, ".harombe"), { mode: 0o700 });
    await Deno.writeTextFile(join(p.home, ".harombe/sandbox.last"), text);
    assert.equal((await p.run(["ask", "what is 17% of 2,340"])).out, "17% × 2340 = 397.8\n");
  });
}
