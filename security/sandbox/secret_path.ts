/** Which paths usually hold secrets, by name alone. Pure; a name proves nothing, so this only ever raises a risk. */
import { foldedName } from "./protected.ts";

const FOLDERS = new Set([".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".password-store", "secrets"]);

const NAMES: readonly RegExp[] = [
  /^\.env($|\.|rc$)/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg|age)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^(\.npmrc|\.netrc|_netrc|\.pypirc|\.pgpass|\.my\.cnf|\.htpasswd|\.git-credentials|\.dockercfg|\.vault-token)$/,
  /^(shadow|gshadow|sudoers|kubeconfig|authorized_keys|known_hosts)$/,
  /^credentials?($|[._-])/,
  /^secrets?($|[._-])/,
  /service[-_]?account.*\.json$/,
  /^terraform\.tfstate|\.tfvars$/,
  /^wallet\.dat$/,
];

/** Samples that projects commit on purpose; they hold no secret by convention. */
const SAMPLE = /\.(example|sample|template|dist|pub)$/;

/** The name within `path` that tells of secrets, or null. */
export function secretName(path: string): string | null {
  const parts = path.split("/").filter((part) => part !== "");
  for (const [i, part] of parts.entries()) {
    const name = foldedName(part);
    const last = i === parts.length - 1;
    if (FOLDERS.has(name) && (name.startsWith(".") || !last)) return part;
    if (last && SAMPLE.test(name)) continue;
    if (NAMES.some((pattern) => pattern.test(name))) return part;
  }
  return null;
}
