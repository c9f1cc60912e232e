import config from "../../deno.json" with { type: "json" };

/** The version of harombe, as released. */
export const VERSION: string = config.version;

/** How the program came here. `target` and `payload` (SHA-256 of what was packed, hexadecimal) are of packed forms. */
export type Build = { form: "source" | "portable" | "npm" | "compiled"; target: string | null; payload: string | null };

/**
 * What the stub of a packed form says in HAROMBE_BUILD, `FORM TARGET SHA256`; without it, by where the code lies
 * (`here`, an `import.meta.url`). It is a label for people: nothing is allowed or refused by it.
 */
export function buildOf(said: string | undefined, here: string, standalone: boolean): Build {
  const packed = /^(portable|npm) ([a-z0-9-]{1,32}) ([0-9a-f]{64})$/.exec(said ?? "");
  if (standalone) return { form: "compiled", target: null, payload: null };
  if (here.endsWith(".ts") || packed === null) return { form: "source", target: null, payload: null };
  return { form: packed[1] as Build["form"], target: packed[2], payload: packed[3] };
}

/** One line for `harombe version`; with `json`, the versions of what it runs on too. Loads no library: it must answer at once. */
export function versionText(json: boolean): string {
  if (!json) return `harombe ${VERSION}\n`;
  const { deno, v8, typescript } = Deno.version;
  const { form, target, payload } = buildOf(Deno.env.get("HAROMBE_BUILD"), import.meta.url, Deno.build.standalone);
  const machine = { os: Deno.build.os, arch: Deno.build.arch };
  return `${JSON.stringify({ harombe: VERSION, form, target, payload, deno, v8, typescript, ...machine })}\n`;
}
