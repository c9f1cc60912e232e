/** The house plan as data: which room may import what, and which files alone may hold a power. Read by `lint_rooms.ts`. */

/** Rooms a room may import from, its own included without saying. `types` may only be reached by `import type`. */
export const ROOMS: Record<string, { values: string[]; types: string[] }> = {
  "main.ts": { values: ["cli"], types: [] },
  cli: { values: ["coordinator", "agent", "security", "voice", "node"], types: [] },
  coordinator: { values: ["node", "security"], types: [] },
  agent: { values: ["security"], types: ["node"] },
  security: { values: [], types: [] },
  voice: { values: [], types: [] },
  node: { values: [], types: [] },
};

/** The vocabulary: every room may import it, values too. */
export const VOCABULARY = ["node/chat.ts", "node/cloud_chat.ts", "node/event.ts"];

/**
 * Outside packages that any number of files may import; every other one has one file, its door. isomorphic-git: status
 * and diffs of one tool; fastest-levenshtein: node/ and security/ may not import each other; commander: a file for each
 * group of commands; modern-tar: node/ unpacks engines, cli/ packs backups.
 */
export const SHARED_PACKAGES = ["zod", "hono", "isomorphic-git", "fastest-levenshtein", "commander", "modern-tar"];

/** The published door, alone allowed to only re-export. */
export const BARREL = "cli/library.ts";

/** Lines a file may have at most. */
export const MAX_LINES = 400;

/** A power, and the files or folders (ending in `/`) outside `tests/` that may use it. */
export const POWERS = {
  console: ["cli/"],
  environment: ["cli/"],
  "starting a program": [
    "security/sandbox/spawn.ts",
    "security/sandbox/launcher.ts",
    "security/sandbox/probe.ts",
    "cli/launch.ts",
  ],
  "native code": ["node/embedded/llama.ts"],
  fetch: ["node/backends/"],
} satisfies Record<string, string[]>;
export type Power = keyof typeof POWERS;

/** Members of `Deno` that are a power. */
export const DENO_POWERS: Record<string, Power> = {
  env: "environment",
  Command: "starting a program",
  run: "starting a program",
  spawn: "starting a program",
  spawnAndWait: "starting a program",
  spawnAndWaitSync: "starting a program",
  dlopen: "native code",
};

/** Built-in modules that are a power, without their `node:`. */
export const MODULE_POWERS: Record<string, Power> = {
  child_process: "starting a program",
  cluster: "starting a program",
  ffi: "native code",
};

/** Where nothing of `Deno` may be named: what these files do, they do by what they were handed. */
export const WITHOUT_DENO = ["agent/loop.ts", "agent/tools/"];

/** Words that say nothing about what a thing is. */
export const EMPTY_NAMES =
  /^(?:managers?|handlers?|helpers?|utils?|services?|factory|factories|registry|registries|common|misc)$/;
/** Empty too, but only as a whole name: a `SearchIndex` is a noun of the field, an `index.ts` is not. */
export const EMPTY_WHOLE_NAMES = /^(?:index|types?)$/;

/** True if `path` is one of `places`, or under one that ends in `/`. */
export function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => place.endsWith("/") ? path.startsWith(place) : path === place);
}

/** True for a test or anything else under `tests/`. */
export function isTest(path: string): boolean {
  return path.startsWith("tests/") || path.endsWith("_test.ts");
}

/** The room of a path relative to the repository: its first folder, or `main.ts`. */
export function roomOf(path: string): string {
  return path.split("/")[0];
}
