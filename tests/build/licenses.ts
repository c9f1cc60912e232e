/** The licence texts that go with the program. Pure. */
import type { PackageFacts } from "./package_facts.ts";

/** SPDX `MIT`, the conditions without the copyright line. */
const MIT = `\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** As `LICENSE` in the npm package `deno` 2.9.5 has it. */
const DENO_COPYRIGHT = "Copyright 2018-2026 the Deno authors";

/**
 * One text: the runtime `deno` (its version) first, then each package with its own licence files. A package without such
 * a file is named with what it declares, and with the conditions of MIT if that is what it declares.
 */
export function thirdPartyLicenses(packages: readonly PackageFacts[], deno: string): string {
  const sections = [
    section(
      `Deno ${deno} (MIT)`,
      `${DENO_COPYRIGHT}\n\n${MIT}\n\nDeno contains more software (V8, SQLite and others); its npm package does not list it.`,
    ),
    ...packages.map((one) =>
      section(`${one.name} ${one.version} (${one.license ?? "declares no licence"})`, one.text || declared(one))
    ),
  ];
  return `harombe holds this software of others.\n\n${sections.join("\n")}`;
}

function section(title: string, text: string): string {
  return `${"=".repeat(80)}\n${title}\n${"=".repeat(80)}\n\n${text}\n`;
}

function declared({ license, author }: PackageFacts): string {
  const by = author === null ? "" : `Copyright ${author}\n\n`;
  const note = "The package holds no licence text; this is what its package.json declares.";
  return license === "MIT" ? `${note}\n\n${by}${MIT}` : `${note}\n\n${by}Licence: ${license ?? "none declared"}`;
}
