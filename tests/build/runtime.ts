/** Deno's binary for a target, from npm. */
import { createHash, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { DENO, type Target, TARGETS } from "./targets.ts";

/**
 * Puts Deno's binary for `target` into `directory` and returns its path. The tarball comes through npm (its registry,
 * its cache) and must have the pinned SHA-512; rejects with `Error` if it cannot be had or is another one.
 */
export async function fetchRuntime(target: Target, directory: string, signal: AbortSignal): Promise<string> {
  const { package: name, binary, integrity } = TARGETS[target];
  const work = await Deno.makeTempDir({ prefix: "harombe-runtime-" });
  try {
    const said = await run("npm", ["pack", "--silent", "--prefer-offline", `${name}@${DENO}`], work, signal);
    const tarball = join(work, said.trim().split("\n").at(-1)!);
    checkIntegrity(await Deno.readFile(tarball), integrity, `${name}@${DENO}`);
    await run("tar", ["-xzf", tarball, `package/${binary}`], work, signal);
    await Deno.mkdir(directory, { recursive: true });
    const path = join(directory, binary);
    await Deno.copyFile(join(work, "package", binary), path);
    await Deno.chmod(path, 0o755);
    return path;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Throws `Error` unless `bytes` have the SHA-512 that `integrity` (as in a package lock: `sha512-BASE64`) names. */
export function checkIntegrity(bytes: Uint8Array, integrity: string, name: string): void {
  const wanted = Buffer.from(integrity.replace(/^sha512-/, ""), "base64");
  const found = createHash("sha512").update(bytes).digest();
  if (!integrity.startsWith("sha512-") || wanted.length !== found.length || !timingSafeEqual(wanted, found)) {
    throw new Error(`Cannot use ${name}: its SHA-512 is ${found.toString("base64")}, not the pinned one`);
  }
}

async function run(program: string, args: string[], cwd: string, signal: AbortSignal): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd, signal, stdin: "null" }).output();
  if (!success) throw new Error(`Cannot run ${program} ${args[0]}: ${new TextDecoder().decode(stderr).trim()}`);
  return new TextDecoder().decode(stdout);
}
