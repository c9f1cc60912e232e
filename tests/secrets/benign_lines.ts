/** Lines that look like secrets and are none: what an agent reads all day. */
import { type Draw, HEX, LETTERS, LOWER, URLSAFE } from "./draw.ts";

const uuid = (d: Draw) => [8, 4, 4, 4, 12].map((n) => d.text(n, HEX)).join("-");
const b64 = (d: Draw, n: number) => d.bytes(n).toBase64();
const word = (d: Draw) =>
  d.pick(
    "parse render user item cache index token stream buffer layer config route model state event query frame table graph node"
      .split(" "),
  );
const camel = (d: Draw) => word(d) + word(d)[0].toUpperCase() + word(d).slice(1);

const DRAWN: readonly ((d: Draw) => string)[] = [
  (d) => `commit ${d.text(40, HEX)}`,
  (d) => `${d.text(7, HEX)} Fix the ${word(d)} of the ${word(d)}`,
  (d) => `index ${d.text(7, HEX)}..${d.text(7, HEX)} 100644`,
  (d) => `${d.text(64, HEX)}  dist/${word(d)}-${d.below(9)}.${d.below(20)}.tar.gz`,
  (d) => `"integrity": "sha512-${b64(d, 64)}",`,
  (d) => `    "jsr:@std/${word(d)}@1.0.${d.below(20)}": "${d.text(64, HEX)}",`,
  (d) => `checksum = "${d.text(64, HEX)}"`,
  (d) => `  resolved "https://registry.yarnpkg.com/${word(d)}/-/${word(d)}-4.1.2.tgz#${d.text(40, HEX)}"`,
  (d) => `  integrity sha512-${b64(d, 64)}`,
  (d) => `FROM node:22@sha256:${d.text(64, HEX)}`,
  (d) => `uses: actions/checkout@${d.text(40, HEX)} # v4.2.2`,
  (d) => `h1:${b64(d, 32)}`,
  (d) => `golang.org/x/${word(d)} v0.${d.below(40)}.0 h1:${b64(d, 32)}`,
  (d) => `id: ${uuid(d)}`,
  (d) => `"request_id": "${uuid(d)}",`,
  (d) => `{"traceId":"${d.text(32, HEX)}","spanId":"${d.text(16, HEX)}","name":"GET /"}`,
  (d) => `traceparent: 00-${d.text(32, HEX)}-${d.text(16, HEX)}-01`,
  (d) => `etag: W/"${d.text(32, HEX)}"`,
  (d) => `"_id": {"$oid": "${d.text(24, HEX)}"},`,
  (d) => `<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUg${b64(d, 90)}">`,
  (d) => `url(data:font/woff2;base64,d09GMgABAAAAA${b64(d, 120)})`,
  (d) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${d.text(43)} bob@laptop`,
  (d) => `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC${b64(d, 200).replace(/=/g, "")} alice@host`,
  (d) => `SHA256:${d.bytes(32).toBase64({ omitPadding: true })} root@host (ED25519)`,
  (d) => `-----BEGIN CERTIFICATE-----\nMIID${b64(d, 45)}\n${b64(d, 48)}\n-----END CERTIFICATE-----`,
  (d) => `-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${b64(d, 30)}\n-----END PUBLIC KEY-----`,
  (d) => `age1${d.text(58, "qpzry9x8gf2tvdw0s3jn54khce6mua7l")}`,
  (d) => `  recipient: age1${d.text(58, "qpzry9x8gf2tvdw0s3jn54khce6mua7l")}`,
  (d) => `https://www.youtube.com/watch?v=${d.text(11, URLSAFE)}&list=PL${d.text(32, URLSAFE)}`,
  (d) => `https://docs.google.com/document/d/1${d.text(43, URLSAFE)}/edit`,
  (d) => `https://cdn.example.test/assets/${word(d)}.${d.text(8, HEX)}.js`,
  (d) => `https://s3.eu-central-1.amazonaws.com/bucket/${uuid(d)}/${d.text(32, HEX)}.jpg`,
  (d) => `https://example.test/?utm_source=${d.text(10)}&gclid=${d.text(60, URLSAFE)}`,
  (d) => `arn:aws:iam::${d.text(12, "0123456789")}:role/${camel(d)}Role`,
  (d) => `arn:aws:secretsmanager:eu-west-1:${d.text(12, "0123456789")}:secret:prod/${word(d)}-${d.text(6)}`,
  (d) => `"keyId": "arn:aws:kms:eu-west-1:${d.text(12, "0123456789")}:key/${uuid(d)}"`,
  (d) => `docker.io/library/${word(d)}:${d.below(20)}.${d.below(9)}-alpine3.2${d.below(3)}`,
  (d) => `0x${d.text(40, HEX)}`,
  (d) => `container ${d.text(64, HEX)} started`,
  (d) =>
    `!function(e,t){var n=e.${word(d)}||{},r=t.${word(d)}[0];for(var i=0;i<r.length;i++)n[r[i]]=${d.text(2, LOWER)}(${
      d.below(999)
    })}(window,{${word(d)}:[]});`,
  (d) => `var t=e=>({key:"${word(d)}",token:e.token,pass:!0,secret:!1,auth:n(e)});`,
  (d) => `//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpb${b64(d, 60)}`,
  (d) => `"mappings": "${Array.from({ length: 12 }, () => d.text(4, LETTERS)).join(",")};AACA,${d.text(4)}"`,
  (d) => `<div class="${d.text(6)}__${d.text(5)} css-${d.text(7, LOWER)}-${camel(d)}" data-v-${d.text(8, HEX)}>`,
  (d) => `X-Amz-Cf-Id: ${d.text(52, URLSAFE)}==`,
  (d) => `cf-ray: ${d.text(16, HEX)}-FRA`,
  (d) => `2026-03-0${1 + d.below(9)}T10:00:00.123Z INFO [${d.text(8, HEX)}] ${camel(d)} took ${d.below(900)} ms`,
  (d) =>
    `${d.text(12, HEX)}:${d.text(4, HEX)} inet6 fe80::${d.text(4, HEX)}:${d.text(4, HEX)}:fe${d.text(2, HEX)}:${
      d.text(4, HEX)
    }/64`,
  (d) => `MAC ${Array.from({ length: 6 }, () => d.text(2, HEX)).join(":")}`,
  (d) => `00000010: ${Array.from({ length: 8 }, () => "f" + d.text(3, HEX)).join(" ")}  ................`,
  (d) => `const SHA = "${d.text(40, HEX)}";`,
  (d) => `version_hash: ${d.text(12, HEX)}`,
  (d) => `cache_key: ${word(d)}-${d.text(16, HEX)}`,
  (d) => `"publicKey": "${b64(d, 32)}",`,
  (d) => `PublicKey = ${b64(d, 32)}`,
  (d) => `idempotency_key=${uuid(d)}`,
  (d) => `partition_key = "${word(d)}#${d.below(999)}"`,
  (d) => `npm notice shasum: ${d.text(40, HEX)}`,
  (d) => `nonce="${d.bytes(16).toBase64()}"`,
  (d) => `BuildId=${d.text(21, URLSAFE)}`,
  (d) => `ISBN 978-3-16-${d.text(6, "0123456789")}-0, IBAN DE89 3704 0044 0532 0130 00`,
  (d) => `${d.text(24)}.${camel(d)}.${camel(d)}.test.ts`,
];

const STAND_INS =
  'YOUR_API_KEY|your-token-here|<your-password>|${DB_PASSWORD}|$API_TOKEN|{{ secrets.TOKEN }}|xxxxxxxxxxxxxxxx|********|changeme|CHANGE_ME|REPLACE_WITH_KEY|%API_KEY%|null|""|process.env.TOKEN|os.getenv("TOKEN")|vault:secret/data/app#key|!vault |op://vault/item/field|<REDACTED>|[REDACTED]|...|example|placeholder|${{ secrets.GITHUB_TOKEN }}|env("KEY")|insert-key-here|your_api_key_here|sk-...|ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|TODO|none|@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)|/run/secrets/db_password|file:///etc/app/key.pem'
    .split("|");
const NAMES = "password|api_key|API_KEY|token|secret|DB_PASSWORD|client_secret|access_token|SECRET_KEY|auth_token"
  .split("|");

const WRITTEN: readonly ((d: Draw) => string)[] = [
  (d) => `${d.pick(NAMES)}=${d.pick(STAND_INS).replaceAll('"', "")}`,
  (d) => `${d.pick(NAMES)}: ${d.pick(STAND_INS)}`,
  (d) => `  "${d.pick(NAMES)}": "${d.pick(STAND_INS).replaceAll('"', "")}",`,
  (d) => `export ${d.pick(NAMES).toUpperCase()}="${d.pick(STAND_INS).replaceAll('"', "")}"`,
  (d) => `const ${d.pick(NAMES)} = process.env.${d.pick(NAMES).toUpperCase()};`,
  (d) => `${d.pick(NAMES)} = os.environ["${d.pick(NAMES).toUpperCase()}"]`,
  (d) => `this.${d.pick(NAMES)} = options.${d.pick(NAMES)};`,
  (d) => `${word(d)}(${d.pick(NAMES)}=${d.pick(NAMES)}, timeout=30)`,
  (d) => `  ${d.pick(NAMES)}: z.string().min(${d.below(20)}),`,
  (d) => `  ${d.pick(NAMES)}: string;`,
  (d) => `  ${d.pick(NAMES)}?: string | undefined,`,
  (d) => `def login(user: str, ${d.pick(NAMES)}: str = None) -> Token:`,
  (d) => `if (${d.pick(NAMES)} === ${word(d)}.${d.pick(NAMES)}) return ${d.below(9)};`,
  (d) => `${d.pick(NAMES)} = get_${d.pick(NAMES)}(${word(d)})`,
  (d) => `let ${d.pick(NAMES)} = await ${camel(d)}("${word(d)}");`,
  (d) =>
    `The ${d.pick(["password", "token", "API key"])} must have at least ${
      8 + d.below(8)
    } characters, one of them a digit.`,
  (d) => `Forgot your password? We send a token to ${word(d)}@example.test.`,
  () => `Enter the password: `,
  () => `error: invalid token at line 14`,
  () => `error: Authentication failed: wrong password or token expired`,
  () => `password: Passwort, passwort_vergessen: Passwort vergessen?`,
  (d) => `"password": "${d.pick(["Passwort", "Mot de passe", "Contraseña", "パスワード", "Wachtwoord", "Password"])}",`,
  (d) => `<label for="password">${d.pick(["Password", "Passwort", "Your password"])}</label>`,
  () => `<input type="password" name="password" autocomplete="current-password">`,
  () => `input[type="password"]::placeholder { color: #8a8f98 }`,
  (d) => `max_tokens: ${d.below(9000)}, prompt_tokens=${d.below(900)}, total_tokens: ${d.below(9999)}`,
  (d) => `"eos_token": "</s>", "pad_token_id": ${d.below(50000)}, "bos_token": "<s>"`,
  (d) => `tokenizer = AutoTokenizer.from_pretrained("${word(d)}/${word(d)}-${d.below(90)}b")`,
  (d) => `kubectl create secret generic ${word(d)}-secret --from-file=./${word(d)}.txt`,
  (d) => `secretName: ${word(d)}-tls-secret`,
  (d) => `        secretKeyRef:\n          name: ${word(d)}-secret\n          key: password`,
  (d) => `- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: { name: ${word(d)}, key: pw }`,
  (d) => `vault kv get -field=password secret/${word(d)}/${word(d)}`,
  () => `aws secretsmanager get-secret-value --secret-id prod/db`,
  () => `gh auth login --with-token < token.txt`,
  () => `docker login -u bob --password-stdin`,
  () => `curl -u "$USER:$PASS" https://api.example.test`,
  () => `curl -H "Authorization: Bearer $TOKEN" https://api.example.test`,
  () => `Authorization: Bearer <token>`,
  () => `The header is "Authorization: Bearer" followed by the token`,
  () => `postgres://user:password@localhost/db`.replace("password", "${DB_PASSWORD}"),
  () => `postgres://localhost:5432/app?sslmode=disable`,
  (d) => `http://127.0.0.1:${1024 + d.below(9000)}/@scope/pkg@1.2.3`,
  () => `ssh -i ~/.ssh/id_ed25519 bob@example.test -p 2222`,
  () => `ssh_key: ~/.ssh/id_rsa`,
  () => `private_key_path = "/etc/ssl/private/server.key"`,
  () => `ssl_certificate_key /etc/nginx/ssl/server.key;`,
  (d) => `key: ${word(d)}-${word(d)}`,
  (d) => `<Item key={${word(d)}.id} token={token} onClick={${camel(d)}} />`,
  (d) => `API_KEY_HEADER = "X-API-Key"`.concat(d.below(2) ? ";" : ""),
  () => `TOKEN_URL = "https://auth.example.test/oauth2/token"`,
  () => `token_endpoint: https://login.example.test/oauth/token`,
  () => `grant_type=client_credentials&scope=read`,
  () => `token_type: "Bearer", expires_in: 3600`,
  (d) => `password_hash = hash_password(${word(d)})`,
  (d) => `it("rejects a wrong ${d.pick(["password", "token", "secret"])}", async () => {`,
  (d) => `assert.equal(${d.pick(NAMES)}.length, ${d.below(64)});`,
  (d) => `${d.pick(NAMES).toUpperCase()}_LENGTH = ${d.below(64)}`,
  () => `password_policy: min_length=12 require_digit=true`,
  () => `PASSWORD_RESET_TIMEOUT = 259200`,
  () => `passwordStrength: "weak"`,
  () => `auth: true, cache: false, credentials: "include"`,
  () => `credentials: "same-origin",`,
  () => `fetch(url, { credentials: 'omit', mode: 'cors' })`,
  (d) => `registry auth failed for ${word(d)}: 401 Unauthorized`,
  () => `# Set SECRET_KEY to a long random string, e.g. with: openssl rand -hex 32`,
  () => `SECRET_KEY = env.str("SECRET_KEY")`,
  () => `secret = Secret.from_name(name)`,
  () => `the secret of success: hard work`,
  () => `token: the smallest unit of text that a model reads`,
  () => `Basic authentication sends name and password with each request`,
  (d) => `${word(d)}.passwordField.placeholder = "Type here"`,
  () => `bypass=true compass: north surpass: never`,
  () => `monkey=banana donkey: grey keyboard: qwertz`,
  (d) => `access_key = var.${word(d)}_access_key`,
  () => `password = data.vault_generic_secret.db.data["password"]`,
  () => `password = random_password.db.result`,
  () => `passwordRef: { name: db-credentials, key: password }`,
  () => `GITHUB_TOKEN: \${{ secrets.GITHUB_TOKEN }}`,
  () => `with: { token: "\${{ github.token }}" }`,
  () => `-e POSTGRES_PASSWORD -e REDIS_PASSWORD image`,
  () => `cookie: { secure: true, sameSite: "lax" }`,
  () => `Set-Cookie: theme=dark; Path=/`.replace("dark", "darkblue"),
];

/** Drawn at random by machines: hashes, ids, pictures, keys that are public. */
export const drawnLine = (d: Draw): string => d.pick(DRAWN)(d);
/** Written by people: documentation, code, forms, templates. */
export const writtenLine = (d: Draw): string => d.pick(WRITTEN)(d);
