/** How file tools read, judge and check the path that a model wrote. */
import * as z from "zod";
import type { Files } from "../../security/sandbox/files/files.ts";
import { foldedName } from "../../security/sandbox/protected.ts";
import { secretPath } from "../../security/risk/secret_path.ts";
import { workspacePath } from "../../security/sandbox/files/workspace_path.ts";
import type { Assessment } from "../../security/tool.ts";

export const PathArgument = z.string().max(4096);

/** The string that rules see: the path from the workspace root, or what was written where that means nothing. */
export function targetPath(root: string, path: string): string {
  try {
    return workspacePath(root, path) || ".";
  } catch {
    return path || ".";
  }
}

/** Files that something runs or obeys later, without anybody asking for it. */
const RUN_LATER: readonly RegExp[] = [
  /^(gnu)?makefile$/,
  /\.mk$/,
  /^(package|deno|composer|tsconfig)\.jsonc?$/,
  /\.(sh|bash|zsh|fish|ps1|bat|cmd|service|timer|desktop)$/,
  /^\.(bashrc|bash_profile|bash_login|profile|zshrc|zshenv|zprofile|inputrc|npmrc|yarnrc\.yml|pnpmfile\.cjs)$/,
  /^\.git(attributes|modules|ignore|config)$/,
  /^(dockerfile|containerfile|vagrantfile|jenkinsfile|rakefile|gemfile|justfile|taskfile\.ya?ml)$/,
  /^(docker-)?compose(\.[\w-]+)?\.ya?ml$/,
  /^(setup|conftest|noxfile|sitecustomize|usercustomize|build)\.(py|rs)$/,
  /^(pyproject|cargo)\.toml$/,
  /^(\.pre-commit-config|\.travis|azure-pipelines|bitbucket-pipelines)\.ya?ml$/,
  /^(gulpfile|gruntfile|webpack|vite|eslint|jest|prettier|babel)\b.*\.(c|m)?[jt]s$/,
];
const RUN_LATER_FOLDERS = new Set([".circleci", ".gitea", ".forgejo", ".devcontainer", ".idea", "bin", ".cargo"]);

function runLater(path: string): string | null {
  const names = path.split("/").map(foldedName);
  const folder = names.slice(0, -1).find((name) => RUN_LATER_FOLDERS.has(name));
  if (folder !== undefined) return folder;
  const last = names.at(-1)!;
  return RUN_LATER.some((pattern) => pattern.test(last)) ? last : null;
}

/** Risk of reading `path`: LOW, HIGH where its name tells of secrets or it is no path of the workspace. */
export function assessRead(root: string, path: string): Assessment {
  return assess(root, path, { risk: "LOW", reasons: ["reads inside the workspace"] });
}

/** Risk of writing `path`: MEDIUM, HIGH where something runs or obeys it later or its name tells of secrets. */
export function assessWrite(root: string, path: string): Assessment {
  const judged = assess(root, path, { risk: "MEDIUM", reasons: ["changes a file of the workspace"] });
  const later = runLater(targetPath(root, path));
  if (later === null) return judged;
  return { risk: "HIGH", reasons: [...judged.reasons, `${later} may be run or obeyed later, outside the sandbox`] };
}

function assess(root: string, path: string, floor: Assessment): Assessment {
  let inside: string;
  try {
    inside = workspacePath(root, path);
  } catch (error) {
    return { risk: "HIGH", reasons: [error instanceof Error ? error.message : String(error)] };
  }
  const secret = secretPath(inside);
  return secret === null ? floor : { risk: "HIGH", reasons: [`${inside}: ${secret}`] };
}

/**
 * `path` from the root, once it is certain that it names what it says: rules and risks were judged by the name, so
 * a path by way of a symbolic link is refused with the path that it leads to.
 */
export async function plainPath(
  files: Files,
  { root, path }: { root: string; path: string },
  signal: AbortSignal,
): Promise<string> {
  const asked = workspacePath(root, path);
  const stat = await files.stat(asked, signal);
  if (stat.kind === "symlink") {
    throw new TypeError(`Cannot use ${asked}: it is a symbolic link to ${stat.target}; use that path itself`);
  }
  if (stat.path !== asked) {
    throw new TypeError(`Cannot use ${asked}: it leads to ${stat.path} by a symbolic link; use that path`);
  }
  return asked;
}
