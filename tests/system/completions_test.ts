/** What a Tab does in bash, with the real script and the real program behind it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { existsSync } from "node:fs";
import { place } from "./harombe.ts";

const missing = existsSync("/bin/bash") ? null : "unavailable: install bash";

Deno.test({
  name: `bash completes commands, verbs and options, and runs nothing that was typed${missing ? ` (${missing})` : ""}`,
  ignore: missing !== null,
  async fn() {
    await using p = await place();
    const script = await p.run(["completions", "bash"]);
    assert.deepEqual([script.code, script.err], [0, ""]);
    await Deno.writeTextFile(join(p.home, "script"), script.out);
    const canary = join(p.home, "canary");
    const tab = async (words: string[]) => {
      // The words of `place.run` are the program; its arguments come from the script.
      const shell = 'harombe() { "${program[@]}" "$@"; }; program=("$@"); source "$HOME/script"; ' +
        'mapfile -t COMP_WORDS <<<"$WORDS"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _harombe; printf "%s\\n" "${COMPREPLY[@]}"';
      const { code, out, err } = await p.run([], undefined, {
        wrap: ["/bin/bash", "-c", shell, "bash"],
        env: { WORDS: ["harombe", ...words].join("\n") },
      });
      assert.deepEqual([code, err], [0, ""], words.join(" "));
      return out.split("\n").filter(Boolean);
    };
    assert.deepEqual((await tab(["con"])).sort(), ["config", "connect"]);
    assert.deepEqual((await tab(["config", "s"])).sort(), ["schema", "set", "show"]);
    assert.deepEqual(await tab(["completions", "f"]), ["fish"]);
    for (const typed of [`$(touch ${canary})`, `\`touch ${canary}\``, `;touch ${canary};`, `"$(touch ${canary})"`]) {
      await tab(["ask", typed]);
      await tab(["ask", typed, ""]);
    }
    assert.equal(existsSync(canary), false);
  },
});
