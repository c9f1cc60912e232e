/** What a bundle must not do at its start. Pure. */

/** The bundler's prelude for CommonJS, in a file that is not minified. */
const PRELUDE =
  /^import \{ createRequire as __deno_internal_createRequire \} from "node:module";\nvar __require = __deno_internal_createRequire\(import\.meta\.url\);$/m;

/**
 * `text`, not minified, that finds built-in modules without `createRequire`: Deno 2.9.6 takes about 10 ms to make one. It
 * gives built-in modules only, and a bundle has no others.
 */
export function withoutRequire(text: string): string {
  return text.replace(PRELUDE, "var __require = (name) => process.getBuiltinModule(name);");
}

/**
 * `text`, minified, whose `import("./…")` Deno does not see before it is reached: it reads and parses what it sees of a
 * program at the start. The process needs permission to read the file.
 */
export function loadedWhenReached(text: string): string {
  return text.replace(/\bimport\(("\.\/[^"\\]+\.js")\)/g, "import(String($1))");
}
