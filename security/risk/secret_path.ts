/** Paths that usually hold secrets, whoever asks for them. */

const FILES: [RegExp, string][] = [
  [
    /(?:^|\/)\.env(?:rc)?(?:\.(?!example$|sample$|template$|dist$)[^/]*)?$/,
    "environment files hold passwords and keys",
  ],
  [/(?:^|\/)[^/]+\.env$/, "environment files hold passwords and keys"],
  [/(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:[._-](?!pub$)[^/]*)?$/, "a private SSH key"],
  [/(?:^|\/)\.(?:ssh|gnupg|password-store|aws|azure|kube|docker|harombe)(?:\/|$)/, "a folder of keys and logins"],
  [/(?:^|\/)\.config\/(?:gcloud|gh|op|rclone|sops)(?:\/|$)/, "a folder of keys and logins"],
  [/\.(?:pem|key|p12|pfx|p8|jks|keystore|kdbx?|ppk|ovpn|asc|gpg|age|agekey)$/, "a key or an encrypted store"],
  [
    /(?:^|\/)\.(?:netrc|npmrc|yarnrc(?:\.yml)?|pypirc|pgpass|my\.cnf|git-credentials|vault-token|htpasswd|terraformrc|s3cfg)$/,
    "a file of logins",
  ],
  [/(?:^|\/)_netrc$/, "a file of logins"],
  [/(?:^|\/)[^/]*credentials?(?:\.(?:json|ya?ml|toml|ini|xml|txt|csv|db))?$/, "its name says credentials"],
  [
    /(?:^|\/)secrets\/.*[^/.](?<!\.(?:example|sample|template|dist|md|[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|c|h|cc|cpp|cs|swift))$/,
    "a folder of secrets",
  ],
  [/(?:^|\/)(?:kubeconfig|authorized_keys|\.dockercfg)$/, "a file of logins"],
  [/(?:^|\/)[^/]*secrets?(?:\.(?:json|ya?ml|toml|ini|env|txt|enc))$/, "its name says secrets"],
  [/(?:^|\/)(?:passwords?|passwd|shadow|gshadow|sudoers)(?:-|\.(?:txt|csv|db|json|ya?ml|bak|d))?$/, "a password file"],
  [/(?:^|\/)service[-_]?account[^/]*\.json$/, "a service account key"],
  [/\.tfstate(?:\.backup)?$|\.tfvars$/, "Terraform keeps secrets in it"],
  [/(?:^|\/)\.[a-z0-9_]*history$|(?:^|\/)\.(?:viminfo|lesshst)$/, "a history file"],
  [
    /(?:^|\/)(?:logins\.json|key[34]\.db|cookies(?:\.sqlite)?|login data|wallet\.dat|keychain[^/]*)$/,
    "a browser's or wallet's store",
  ],
  [
    /(?:^|\/)proc\/[^/]+\/(?:environ|mem|maps|cmdline|fd(?:\/|$)|root(?:\/|$))/,
    "another process's memory or environment",
  ],
  [/(?:^|\/)run\/secrets(?:\/|$)|(?:^|\/)etc\/ssl\/private(?:\/|$)/, "a folder of secrets"],
];

/** Why `path` is likely to hold secrets, or null. Upper and lower case, `\` and `/` are the same here. */
export function secretPath(path: string): string | null {
  const plain = path.normalize("NFKC").toLowerCase().replaceAll("\\", "/").replace(/\/+/g, "/").replace(
    /\/\.(?=\/)/g,
    "",
  );
  if (plain.length > 4096) return "a path too long to judge";
  return FILES.find(([pattern]) => pattern.test(plain.trim()))?.[1] ?? null;
}
