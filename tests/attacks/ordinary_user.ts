/** Runs a fixture as an ordinary user, where the tests themselves run as root. */

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
/** `nobody` on every Linux. */
const NOBODY = 65534;

/** Why this cannot be done here, or null. */
export function ordinaryUserMissing(): string | null {
  if (Deno.build.os !== "linux") return "unverified on this OS";
  if (Deno.uid() !== 0) return "the tests do not run as root";
  try {
    Deno.statSync("/usr/bin/setpriv");
    return null;
  } catch {
    return "unavailable: install util-linux";
  }
}

async function copy(from: string, to: string): Promise<void> {
  const { code, stderr } = await new Deno.Command("cp", { args: ["-rL", from, to] }).output();
  if (code !== 0) throw new Error(`Cannot copy ${from}: ${new TextDecoder().decode(stderr)}`);
}

/** Where Deno keeps packages for this process. */
export function packagesOfDeno(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" }).outputSync();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

/** `fixture` (a path below the repository) run by uid 65534 from a copy that it can read. Resolves to what it printed; throws if it failed. */
export async function asOrdinaryUser(fixture: string, args: readonly string[] = []): Promise<string> {
  const place = await Deno.makeTempDir({ prefix: "ordinary-" });
  try {
    for (const part of ["security", "cli", "node", "tests", "deno.json"]) {
      await copy(`${ROOT}/${part}`, `${place}/${part}`);
    }
    const deno = Deno.execPath();
    const npm = `${packagesOfDeno()}/registry.npmjs.org/zod`;
    await Deno.mkdir(`${place}/cache/npm/registry.npmjs.org`, { recursive: true });
    await copy(npm, `${place}/cache/npm/registry.npmjs.org/zod`);
    await new Deno.Command("chown", { args: ["-R", `${NOBODY}:${NOBODY}`, place] }).output();
    const { code, stdout, stderr } = await new Deno.Command("/usr/bin/setpriv", {
      args: [
        ...[
          `--reuid=${NOBODY}`,
          `--regid=${NOBODY}`,
          "--clear-groups",
          "/usr/bin/env",
          `DENO_DIR=${place}/cache`,
          `HOME=${place}`,
        ],
        ...[
          deno,
          "run",
          "-A",
          "--quiet",
          "--cached-only",
          "--no-lock",
          `--config=${place}/deno.json`,
          `${place}/${fixture}`,
          ...args,
        ],
      ],
      cwd: place,
    }).output();
    if (code !== 0) throw new Error(`Cannot run ${fixture} as an ordinary user: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}
