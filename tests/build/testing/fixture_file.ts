/** A portable file of small fixture programs, and its starts. */
import { join, resolve } from "node:path";
import { buildPortable } from "../portable.ts";

export const ROOT = resolve(import.meta.dirname!, "../../..");
export const FIXTURES = join(ROOT, "tests/fixtures/portable");

export type Started = { code: number; stdout: string; stderr: string };

/** Why the file cannot be built or started here; null if it can. */
export async function missing(): Promise<string | null> {
  if (Deno.build.os !== "linux") return "unverified on this OS";
  for (const name of ["bash", "tar", "gzip", "sha256sum"]) {
    const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${name}`], stdout: "null" }).output();
    if (!success) return `unavailable: install ${name}`;
  }
  return null;
}

/** True if this process may mount a file system of its own. */
export async function canMount(): Promise<boolean> {
  const script = "mount -t tmpfs tmpfs /mnt";
  const command = new Deno.Command("sh", { args: ["-c", `unshare -m sh -c '${script}'`], stderr: "null" });
  return (await command.output()).success;
}

/** Builds the file of the fixtures in `directory`; its path. */
export async function build(directory: string, fixtures = FIXTURES): Promise<string> {
  const { path } = await buildPortable(join(directory, "harombe"), {
    root: ROOT,
    programs: ["main.ts", "launch.ts", "files_server.ts"].map((name) => join(fixtures, name)),
    version: "0.0.0",
    level: 1,
  }, AbortSignal.timeout(120_000));
  return path;
}

/** What differs from a start with nothing but a PATH. `runtime`: HAROMBE_RUNTIME_DIR. */
export type Start = { runtime?: string; stdin?: string; env?: Record<string, string>; uid?: number; cwd?: string };

/** Starts `file` with `args` and waits for its end. */
export async function start(file: string, args: string[], options: Start = {}): Promise<Started> {
  const child = new Deno.Command(file, {
    args,
    clearEnv: true,
    cwd: options.cwd,
    env: {
      PATH: "/usr/bin:/bin",
      ...(options.runtime === undefined ? {} : { HAROMBE_RUNTIME_DIR: options.runtime }),
      ...options.env,
    },
    uid: options.uid,
    gid: options.uid,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(options.stdin ?? "")).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Names in the runtime directory; a start that ended well leaves one version and nothing else. */
export function versions(runtime: string): string[] {
  return Array.from(Deno.readDirSync(runtime), (entry) => entry.name).sort();
}

/** What `version` of the fixture says, as `said` puts it. */
export const READY = ["fixture\n", "", 0];
export const said = ({ stdout, stderr, code }: Started) => [stdout, stderr, code];

/** Registers `fn` as a test that is ignored, with its reason in the name, where the file cannot be built or started. */
export function portableTest(name: string, fn: (test: Deno.TestContext, work: string) => Promise<void>): void {
  Deno.test({
    name: `portable: ${name}${MISSING === null ? "" : ` (${MISSING})`}`,
    ignore: MISSING !== null,
    async fn(test) {
      const work = await Deno.makeTempDir({ prefix: "harombe-portable-" });
      try {
        await Deno.chmod(work, 0o755);
        await fn(test, work);
      } finally {
        await Deno.remove(work, { recursive: true });
      }
    },
  });
}

const MISSING = await missing();
