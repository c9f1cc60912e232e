/** What the owner's configuration says of executors, read by the launcher itself: it believes no message about it. Pure. */
import type { Owned } from "../../security/sandbox/executors/executor.ts";

const EXECUTORS = ["auto", "bubblewrap", "podman", "docker", "gvisor"] as const;
const MOUNT = /^(\/[^:,"\n]*)(?::(\/[^:,"\n]*))?(?::(ro|rw))?$/;

/**
 * By a linear pattern, because the launcher parses no configuration: plain block style only, and whatever is written otherwise is
 * not there. A variable comes before the file, as everywhere. An executor that it does not know throws `TypeError`: a
 * sandbox that was asked for must not be replaced by another.
 */
export function ownedFrom(config: string, environment: Record<string, string | undefined>): Owned {
  const found = settingsOf(config);
  const named = environment.HAROMBE_SECURITY_SANDBOX_EXECUTOR || found.get("security.sandbox.executor")?.[0] || "auto";
  const executor = EXECUTORS.find((one) => one === named);
  if (executor === undefined) {
    throw new TypeError(`Cannot use the executor: ${named.slice(0, 40)}; known: ${EXECUTORS.join(", ")}`);
  }
  const of = (key: string) =>
    ["shell", "code"].flatMap((tool) => found.get(`security.containers.${tool}.${key}`) ?? []);
  const mounts = of("mounts").flatMap((text) => {
    const parts = MOUNT.exec(text);
    return parts === null ? [] : [{ from: parts[1], to: parts[2] ?? parts[1], writable: parts[3] === "rw" }];
  });
  return { executor, image: of("image")[0] ?? null, mounts: [...new Map(mounts.map((one) => [one.to, one])).values()] };
}

/** Dotted name → its value, or the items of its list. */
function settingsOf(config: string): Map<string, string[]> {
  const path: { indent: number; key: string }[] = [];
  const found = new Map<string, string[]>();
  for (const line of config.split("\n")) {
    const item = /^( {0,64})-[ \t]+["']?([^"'#\n]{1,512}?)["']?[ \t]*(?:#.*)?$/.exec(line);
    const pair = /^( {0,64})([a-z_]{1,64}):[ \t]*["']?([^"'#\n]{0,512}?)["']?[ \t]*(?:#.*)?$/.exec(line);
    if (item !== null) {
      while (path.length > 0 && path.at(-1)!.indent > item[1].length) path.pop();
      const name = path.map(({ key }) => key).join(".");
      found.set(name, [...found.get(name) ?? [], item[2]]);
    } else if (pair !== null) {
      const indent = pair[1].length;
      while (path.length > 0 && path.at(-1)!.indent >= indent) path.pop();
      path.push({ indent, key: pair[2] });
      if (pair[3] !== "") found.set(path.map(({ key }) => key).join("."), [pair[3]]);
    }
  }
  return found;
}
