/** Lines that give a value to a secret name, in many syntaxes, and lines of files that hold passwords. */
import { type Draw, HEX, LETTERS, URLSAFE } from "./draw.ts";

const WORDS = "falcon river maple copper tiger window garden silver rocket planet winter coffee dragon purple island"
  .split(" ");

/** A password as people make them. */
export function password(d: Draw): string {
  const cap = (s: string) => s[0].toUpperCase() + s.slice(1);
  return d.pick([
    () => d.pick(WORDS) + d.below(10_000),
    () => cap(d.pick(WORDS)) + d.pick(["!", "#", "@", "_", "$"]) + d.below(1000),
    () => d.text(12, `${LETTERS}!#@%*+?`),
    () => d.text(16),
    () => `${d.pick(WORDS)}-${cap(d.pick(WORDS))}-${d.below(100)}`,
    () => `${d.text(5)}.${d.text(6)}/${d.text(4)}`,
    () => cap(d.pick(WORDS)) + cap(d.pick(WORDS)) + d.below(100) + "!",
  ])();
}

/** A key as machines make them. */
export function key(d: Draw): string {
  return d.pick([
    () => d.text(32, HEX),
    () => d.text(40),
    () => d.bytes(32).toBase64(),
    () => d.text(24, URLSAFE),
    () => [8, 4, 4, 4, 12].map((n) => d.text(n, HEX)).join("-"),
    () => d.text(40, HEX),
    () => d.text(20),
  ])();
}

const PASSWORDS = [
  "password",
  "PASSWORD",
  "db_password",
  "DB_PASS",
  "MYSQL_ROOT_PASSWORD",
  "passwd",
  "smtpPassword",
  "admin-password",
  "PGPASSWORD",
  "dbPassword",
  "redis_pwd",
  "POSTGRES_PASSWORD",
  "user.password",
  "spring.datasource.password",
];
const KEYS = [
  "api_key",
  "API_KEY",
  "apiKey",
  "secret_key",
  "SECRET_KEY",
  "client_secret",
  "clientSecret",
  "access_token",
  "ACCESS_TOKEN",
  "auth_token",
  "secret",
  "token",
  "STRIPE_SECRET_KEY",
  "DATADOG_API_KEY",
  "private_key",
  "encryption_key",
  "jwt_secret",
  "webhook_secret",
  "CLOUDFLARE_API_TOKEN",
  "aws_secret_access_key",
  "x-api-key",
  "heroku.apiKey",
  "refresh_token",
  "SESSION_SECRET",
];

type Form = (name: string, value: string, d: Draw) => string;
const FORMS: readonly Form[] = [
  (n, v) => `${n}=${v}`,
  (n, v) => `export ${n.replace(/[.-]/g, "_")}="${v}"`,
  (n, v) => `  ${n}: "${v}"`,
  (n, v) => `${n}: ${v}`,
  (n, v) => `    "${n}": "${v}",`,
  (n, v) => `{"user":"bob","${n}":"${v}","port":5432}`,
  (n, v) => `${n} = '${v}'`,
  (n, v) => `const ${n.replace(/[.-]/g, "_")} = "${v}";`,
  (n, v) => `<${n}>${v}</${n}>`,
  (n, v) => `<add key="${n}" value="${v}" />`,
  (n, v) => `<property name="${n}" value="${v}"/>`,
  (n, v) => `ENV ${n.toUpperCase().replace(/[.-]/g, "_")} ${v}`,
  (n, v) => `ENV ${n.toUpperCase().replace(/[.-]/g, "_")}=${v}`,
  (n, v) => `--set ${n}=${v}`,
  (n, v) => `+${n} = "${v}"`,
  (n, v) => `config["${n}"] = "${v}"`,
  (n, v) => `:${n.replace(/[.-]/g, "_")} => '${v}',`,
  (n, v) => `'${n}' => '${v}',`,
  (n, v) => `os.environ["${n}"] = "${v}"`,
  (n, v) => `${n} := "${v}"`,
  (n, v) => `let ${n.replace(/[.-]/g, "_")}: String = "${v}"`,
  (n, v) => `private static final String ${n.toUpperCase().replace(/[.-]/g, "_")} = "${v}";`,
  (n, v) => `curl -d '${n}=${encodeURI(v)}' https://api.example.test/login`,
  (n, v) => `{\\"${n}\\":\\"${v}\\"}`,
  (n, v) => `- name: ${n.toUpperCase().replace(/[.-]/g, "_")}\n  value: "${v}"`,
  (n, v) => `set ${n.toUpperCase().replace(/[.-]/g, "_")}=${v}`,
  (n, v) => `$env:${n.toUpperCase().replace(/[.-]/g, "_")} = "${v}"`,
  (n, v) => `2026-01-12T10:11:12Z DEBUG login with ${n}=${v} ok`,
  (n, v) => `client.connect(host="db", ${n.replace(/[.-]/g, "_")}="${v}")`,
];

const PLACES: readonly ((d: Draw) => [string, string])[] = [
  (d) => over(d, (p) => `postgres://app:${p}@db.internal:5432/shop`),
  (d) => over(d, (p) => `mysql://root:${p}@127.0.0.1/app?ssl=1`),
  (d) => over(d, (p) => `mongodb+srv://svc:${p}@cluster0.abcde.mongodb.net/prod`),
  (d) => over(d, (p) => `redis://:${p}@cache:6379/0`),
  (d) => over(d, (p) => `amqps://worker:${p}@mq.example.test:5671/%2f`),
  (d) => over(d, (p) => `git clone https://deploy:${p}@git.example.test/team/app.git`),
  (d) => over(d, (p) => `Server=tcp:db,1433;Initial Catalog=x;User ID=sa;Password=${p};Encrypt=True;`),
  (d) => over(d, (p) => `jdbc:postgresql://db:5432/x?user=app&password=${p}`),
  (d) => over(d, (p) => `curl -u admin:${p} https://api.example.test/v1/me`),
  (d) => over(d, (p) => `machine api.heroku.com login bob@example.test password ${p}`),
  (d) => over(d, (p) => `db.example.test:5432:shop:app:${p}`),
  (d) => over(d, (p) => `sshpass -p '${p}' ssh root@10.0.0.5`),
  (d) => over(d, (p) => `mysqldump -u root -p${p} shop > dump.sql`, () => d.text(14)),
  (d) => over(d, (p) => `CREATE USER 'app'@'%' IDENTIFIED BY '${p}';`),
  (d) => over(d, (p) => `ALTER ROLE app WITH PASSWORD '${p}';`),
  (d) => over(d, (p) => `requirepass ${p}`),
  (d) => over(d, (p) => `docker login -u bob -p ${p} registry.example.test`),
  (d) => over(d, (p) => `redis-cli -h cache -a ${p} ping`),
  (d) => over(d, (p) => `ConvertTo-SecureString "${p}" -AsPlainText -Force`),
  (d) => over(d, (p) => `net use Z: \\\\srv\\share /user:bob /password:${p}`),
  (d) => over(d, (p) => `mysql --user=root --password=${p} app`),
  (d) => over(d, (p) => `Authorization: Bearer ${p}`, () => d.text(40, URLSAFE)),
  (d) => over(d, (p) => `Authorization: Basic ${p}`, () => btoa(`svc:${password(d)}`)),
  (d) => over(d, (p) => `  -H "X-Api-Key: ${p}" \\`, () => key(d)),
  (d) => over(d, (p) => `PRIVATE-TOKEN: ${p}`, () => d.text(20)),
  (d) => over(d, (p) => `Cookie: sessionid=${p}; theme=dark`, () => d.text(32, HEX)),
  (d) => over(d, (p) => `Set-Cookie: auth=${p}; HttpOnly; Path=/`, () => d.text(40)),
  (d) => over(d, (p) => `//registry.npmjs.org/:_authToken=${p}`, () => d.text(36)),
  (d) => over(d, (p) => `      "auth": "${p}"`, () => btoa(`bob:${password(d)}`)),
  (d) =>
    over(
      d,
      (p) => `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${p};EndpointSuffix=core.windows.net`,
      () => d.bytes(64).toBase64(),
    ),
  (d) =>
    over(
      d,
      (p) => `Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${p}`,
      () => d.bytes(32).toBase64(),
    ),
  (d) => over(d, (p) => `the api key is ${p}, please keep it`, () => d.text(32)),
  (d) => over(d, (p) => `PrivateKey = ${p}`, () => d.bytes(32).toBase64()),
  (d) => over(d, (p) => `PresharedKey = ${p}`, () => d.bytes(32).toBase64()),
  (d) => over(d, (p) => `wpa-psk "${p}"`, () => d.text(14)),
  (d) =>
    over(
      d,
      (p) => `  access_key_id,secret: AK` + `IA${d.text(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")},${p}`,
      () => `${d.text(20)}/${d.text(17)}+a`,
    ),
  (d) => over(d, (p) => `client.setPassword("${p}");`),
  (d) => over(d, (p) => `<Password><![CDATA[${p}]]></Password>`),
  (d) => over(d, (p) => `password: !!str ${p}`),
];

function over(
  d: Draw,
  line: (value: string) => string,
  make: () => string = () => urlSafe(password(d)),
): [string, string] {
  const value = make();
  return [line(value), value];
}

const urlSafe = (text: string) => text.replace(/[#%?*+!\/]/g, "x");

/** A line and the secret in it. */
export function assignedLine(d: Draw): [string, string] {
  const passwords = d.below(2) === 0;
  const form = d.pick(FORMS);
  const drawn = passwords ? password(d) : key(d);
  const name = d.pick(passwords ? PASSWORDS : KEYS);
  const value = /encodeURI/.test(String(form)) ? drawn.replace(/[%+#]/g, "y") : drawn;
  return [form(name, value, d), value];
}

/** A line of a file or a command that holds a password, and the password. */
export const placedLine = (d: Draw): [string, string] => d.pick(PLACES)(d);
