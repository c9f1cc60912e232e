/** The module that Deno begins a brokered run with. Pure. */
import { SOURCE } from "./places.ts";

/** Imports of Deno's own modules, whole statements in plain form: one quoted text each, and it begins with `node:`. */
const OWN_IMPORTS = /\bimport\s{1,4}[\w\s{},*$]{1,300}\sfrom\s{1,4}(["'])node:[\w/]{1,40}\1/g;

/**
 * Deno reads what a program's own module names in static imports without asking anybody (2.9.6), and asks for what lies below an
 * import that it could not foresee. So source text that may hold any import begins by a computed import of it. Text that
 * surely holds none but Deno's own begins by itself, so that `import.meta.main` is true there.
 */
export function entryFor(source: string): string {
  const rest = source.replace(OWN_IMPORTS, ";").replace(/\bimport\.meta\b/g, ";");
  const imports = /\bimport\b|\breference\b/.test(rest) || (/\bexport\b/.test(rest) && /\bfrom\b/.test(rest));
  if (!imports) return SOURCE;
  const [directory, name] = [SOURCE.slice(0, SOURCE.lastIndexOf("/")), SOURCE.slice(SOURCE.lastIndexOf("/") + 1)];
  return `data:application/javascript,await import(${
    encodeURIComponent(`["file://${directory}","${name}"].join("/")`)
  })`;
}
