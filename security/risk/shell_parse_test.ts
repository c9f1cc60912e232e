import assert from "node:assert/strict";
import fc from "fast-check";
import { commandText, parseShell } from "./shell_parse.ts";

const SHELLS = ["sh", "bash"].filter((name) => {
  try {
    return new Deno.Command(name, { args: ["-c", "exit 0"], stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
});

/** Lines of `f`, made of what shells treat in special ways; only those that the grammar takes. */
function lines(): string[] {
  const bit = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "a",
        "-x",
        ".",
        "/",
        "=",
        ":",
        ",",
        "@",
        "%",
        "+",
        "0",
        "é",
        " ",
        "\t",
        "'",
        '"',
        "f ",
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ..."`$\\*?[]{}()<>~#!^&|;\n\r".split(""),
        "&&",
        "''",
        '""',
        " ; f ",
        " && f ",
        "$a",
        "~a",
      ),
    },
  );
  const line = fc.array(bit, { maxLength: 14 }).map((bits) => `f ${bits.join("")}`);
  return fc.sample(line, { seed: 17, numRuns: 60_000 }).filter((l) => {
    const commands = parseShell(l);
    return commands !== null && commands.every(([name]) => name === "f") &&
      !/\|/.test(l.replace(/'[^']*'|"[^"]*"/g, ""));
  });
}

for (const shell of ["sh", "bash"]) {
  Deno.test({
    name: `${shell} sees the same words in a line as the grammar does${
      SHELLS.includes(shell) ? "" : ` (unavailable: install ${shell})`
    }`,
    ignore: !SHELLS.includes(shell),
    async fn() {
      const taken = [...new Set(lines())];
      assert.ok(taken.length > 2000, `${taken.length} lines`);
      const script = `f() { for w in "$@"; do printf '%s\\1' "$w"; done; printf '\\2'; }\n` +
        taken.map((l) => `${l}\nprintf '\\3'`).join("\n");
      const file = await Deno.makeTempFile();
      await Deno.writeTextFile(file, script);
      const child = new Deno.Command(shell, { args: [file], clearEnv: true, env: { LC_ALL: "C.UTF-8" } });
      const { stdout, stderr } = await child.output();
      await Deno.remove(file);
      assert.equal(new TextDecoder().decode(stderr), "");
      const seen = new TextDecoder().decode(stdout).split("\x03").slice(0, -1).map((l) => {
        return l.split("\x02").slice(0, -1).map((c) => ["f", ...c.split("\x01").slice(0, -1)]);
      });
      assert.deepEqual(seen, taken.map(parseShell));
    },
  });
}

Deno.test("a command written one way reads back as the same words, or is not taken", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "-", " ", "$", '"', ";", "*", "é"), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 5 }), (words) => {
      assert.deepEqual(parseShell(commandText(["f", ...words])), [["f", ...words]]);
    }),
    { seed: 2 },
  );
});
