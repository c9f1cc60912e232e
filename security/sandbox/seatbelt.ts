/**
 * One run's confinement as a macOS Seatbelt profile for `sandbox-exec -f`: unverified on this OS. It was written on
 * Linux from the profile language as macOS's own /System/Library/Sandbox/Profiles use it, and is not driven by the
 * launcher until it has been run on a Mac. Pure.
 */
import type { FolderAccess } from "./grant.ts";

export const SEATBELT_LABEL = "unverified on this OS";

export type SeatbeltConfinement = {
  folder: { path: string; access: FolderAccess };
  /** Absolute paths that stay unseen: harombe's own directory, secrets. */
  hidden: readonly string[];
  /** Names that stay read-only at any depth of a writable folder, `/`-separated. */
  guarded: readonly string[];
  /** A private directory for temporary files, absolute. */
  scratch: string;
  /** Further read-only directories of programs, absolute. */
  toolchains: readonly string[];
};

const SYSTEM = [
  "/usr/lib",
  "/usr/bin",
  "/usr/share",
  "/usr/libexec",
  "/bin",
  "/sbin",
  "/usr/sbin",
  "/System",
  "/Library/Apple",
  "/private/var/db/dyld",
  "/private/etc/ssl",
];
const DEVICES = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"];

/** A string of the profile language. Throws `TypeError` on a control character, which it cannot hold. */
function quoted(text: string): string {
  if (/[\x00-\x1f\x7f]/.test(text)) {
    throw new TypeError(`Cannot name a path with a control character: ${JSON.stringify(text)}`);
  }
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** `text` as it stands within a regular expression of the profile language; letters match in both cases, as APFS compares them. */
function literally(text: string): string {
  return [...text].map((letter) => {
    const [low, high] = [letter.toLowerCase(), letter.toUpperCase()];
    return low !== high && low.length === 1 && high.length === 1
      ? `[${low}${high}]`
      : letter.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }).join("");
}

const subpaths = (paths: readonly string[]) => paths.map((path) => `  (subpath ${quoted(path)})`).join("\n");

/** The profile. Later rules win, so what is denied at the end is denied whatever stands above it. */
export function seatbeltProfile(run: SeatbeltConfinement): string {
  const { folder, scratch } = run;
  const readable = [...SYSTEM, ...run.toolchains, scratch, ...(folder.access === "none" ? [] : [folder.path])];
  const writable = [scratch, ...(folder.access === "rw" ? [folder.path] : [])];
  // The expression is the profile's own `#"…"` literal: a quote in it would end it.
  const below = quoted(folder.path) && literally(folder.path).replaceAll('"', ".");
  const guarded = folder.access === "rw"
    ? run.guarded.map((name) => `(deny file-write* (regex #"^${below}/(.*/)?${literally(name)}(/|$)"))`)
    : [];
  return [
    "(version 1)",
    "(deny default)",
    "(allow process-fork)",
    "(allow signal (target same-sandbox))",
    "(allow sysctl-read)",
    "(allow file-read-metadata)",
    `(allow process-exec file-read* file-map-executable\n${subpaths(readable)})`,
    `(allow file-read* file-write-data\n${DEVICES.map((path) => `  (literal ${quoted(path)})`).join("\n")})`,
    `(allow file-write*\n${subpaths(writable)})`,
    ...guarded,
    ...(run.hidden.length === 0 ? [] : [`(deny file-read* file-write*\n${subpaths(run.hidden)})`]),
    "(deny network*)",
    "(deny mach-lookup)",
    "(deny process-info* (target others))",
    "",
  ].join("\n");
}
