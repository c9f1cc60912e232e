import config from "../../deno.json" with { type: "json" };

/** The version of harombe, as released. */
export const VERSION: string = config.version;

/** One line for `harombe version`; with `json`, the versions of what it runs on too. Loads no library: it must answer at once. */
export function versionText(json: boolean): string {
  if (!json) return `harombe ${VERSION}\n`;
  const { deno, v8, typescript } = Deno.version;
  return `${JSON.stringify({ harombe: VERSION, deno, v8, typescript, os: Deno.build.os, arch: Deno.build.arch })}\n`;
}
