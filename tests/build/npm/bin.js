#!/usr/bin/env node
// Starts harombe's launcher on the Deno that npm installed, and ends as it ends.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const FLAGS = "@FLAGS@";
const PAYLOAD = "@PAYLOAD@";
const HERE = dirname(fileURLToPath(import.meta.url));

/** Node's names of a machine: the target, and the npm package of its Deno. */
const MACHINES = {
  "linux x64": ["linux-x64", "@deno/linux-x64-glibc", "deno"],
  "linux arm64": ["linux-arm64", "@deno/linux-arm64-glibc", "deno"],
  "darwin arm64": ["darwin-arm64", "@deno/darwin-arm64", "deno"],
  "darwin x64": ["darwin-x64", "@deno/darwin-x64", "deno"],
  "win32 x64": ["windows-x64", "@deno/win32-x64", "deno.exe"],
};

function die(message) {
  process.stderr.write(`harombe: ${message}\n`);
  process.exit(126);
}

/** The package lies beside this one, or inside `deno`, which depends on it. */
function denoOf(name, binary) {
  const here = createRequire(import.meta.url);
  for (const from of ["deno/package.json", "./package.json"]) {
    try {
      const path = join(dirname(createRequire(here.resolve(from)).resolve(`${name}/package.json`)), binary);
      if (existsSync(path)) return path;
    } catch {
      // Looked for in the next place.
    }
  }
  return die(
    `cannot find ${name}: install harombe again, with optional dependencies; systems with musl are not supported`,
  );
}

const args = process.argv.slice(2);
const [target, name, binary] = MACHINES[`${process.platform} ${process.arch}`] ??
  die(`not built for ${process.platform} ${process.arch}`);
if (args.join(" ") === "version --licenses") {
  process.stdout.on("error", () => process.exit(0));
  process.stdout.write(readFileSync(join(HERE, "lib/THIRD_PARTY_LICENSES"), "utf8"));
} else {
  const env = {
    ...process.env,
    DENO_DIR: join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "harombe-npm"),
    DENO_NO_UPDATE_CHECK: "1",
    HAROMBE_BUILD: `npm ${target} ${PAYLOAD}`,
  };
  for (const unwanted of ["NODE_OPTIONS", "HAROMBE_RUNTIME_DIR", "HAROMBE_FILE", "HAROMBE_CACHE"]) delete env[unwanted];
  const child = spawn(denoOf(name, binary), ["run", ...FLAGS.split(" "), join(HERE, "lib/launch.js"), ...args], {
    stdio: "inherit",
    env,
  });
  // A terminal sends Ctrl-C and Ctrl-\ to both; what they mean is for harombe to say. The rest goes on to it.
  for (const signal of ["SIGINT", "SIGQUIT"]) process.on(signal, () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => die(`cannot start Deno: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
