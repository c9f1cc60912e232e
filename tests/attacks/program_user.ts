/** Who starts the program in an attack: whoever runs the tests, or an ordinary user with a copy of the code to read. */
import { fileURLToPath } from "node:url";
import { packagesOfDeno } from "./ordinary_user.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
/** `nobody` on every Linux. */
const NOBODY = 65534;

export type User = {
  name: string;
  /** Before every command of this user. */
  prefix: string[];
  /** Where the code lies for this user. */
  code: string;
  denoDir: string;
  /** Makes `path` and all below it this user's. */
  own(path: string): Promise<void>;
  ownSync(path: string): void;
  close(): Promise<void>;
};

/** Runs a command to its end. Throws with what it said if it failed. */
async function must(command: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(command, { args }).output();
  if (code !== 0) throw new Error(`Cannot run ${command}: ${new TextDecoder().decode(stderr)}`);
}

/** Whoever runs the tests. */
export function thisUser(): User {
  return {
    name: Deno.uid() === 0 ? "root" : `uid ${Deno.uid()}`,
    prefix: [],
    code: ROOT,
    denoDir: packagesOfDeno().replace(/\/npm$/, ""),
    own: () => Promise.resolve(),
    ownSync: () => {},
    close: () => Promise.resolve(),
  };
}

/** uid 65534 with its own copy of the code and of the packages. Only for tests that run as root; the caller must `close` it. */
export async function nobody(): Promise<User> {
  const place = await Deno.makeTempDir({ prefix: "ordinary-" });
  const own = (path: string) => must("chown", "-Rh", `${NOBODY}:${NOBODY}`, path);
  for (const part of ["security", "agent", "cli", "node", "main.ts", "deno.json", "deno.lock"]) {
    await must("cp", "-rL", `${ROOT}/${part}`, `${place}/${part}`);
  }
  await Deno.mkdir(`${place}/tests`);
  await must("cp", `${ROOT}/tests/lint_rooms.ts`, `${place}/tests/lint_rooms.ts`);
  await Deno.mkdir(`${place}/cache`);
  await must("cp", "-rL", packagesOfDeno(), `${place}/cache/npm`);
  await own(place);
  return {
    name: `uid ${NOBODY}`,
    prefix: ["/usr/bin/setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
    code: place,
    denoDir: `${place}/cache`,
    own,
    ownSync: (path) => void new Deno.Command("chown", { args: ["-Rh", `${NOBODY}:${NOBODY}`, path] }).outputSync(),
    close: () => Deno.remove(place, { recursive: true }),
  };
}
