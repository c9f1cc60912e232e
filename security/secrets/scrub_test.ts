import assert from "node:assert/strict";
import fc from "fast-check";
import { createScrub } from "./scrub.ts";

const scrub = createScrub({ known: [], stand: (kind) => `[secret: ${kind}]` });
/** Written in pieces, so that no scanner takes this file's samples for lost secrets. */
const join = (...parts: string[]) => parts.join("");
const LETTERS = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fLxR";
const body = (n: number) => LETTERS.repeat(Math.ceil(n / LETTERS.length)).slice(0, n);

const TOKENS: [string, string][] = [
  ["AWS key id", join("AK", "IAIOSFODNN7EXAMPLE")],
  ["GitHub token", join("gh", "p_", body(36))],
  ["GitHub token", join("github", "_pat_", body(22), "_", body(59))],
  ["GitLab token", join("gl", "pat-", body(20))],
  ["Slack token", join("xo", "xb-123456789012-", body(24))],
  ["Stripe key", join("sk_", "live_", body(24))],
  ["OpenAI key", join("sk", "-proj-", body(48))],
  ["Anthropic key", join("sk", "-ant-api03-", body(90))],
  ["Google key", join("AI", "za", body(35))],
  ["npm token", join("np", "m_", body(36))],
  ["PyPI token", join("py", "pi-AgEIcHlwaS5vcmc", body(60))],
  ["Hugging Face token", join("h", "f_", body(34))],
  ["Vault token", join("hv", "s.", body(90))],
  ["age key", join("AGE-SECRET", "-KEY-1", body(58).toUpperCase())],
  ["JWT", join("ey", "JhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0In0.", body(43))],
];

const PEM_LINES = [
  "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
  `${body(64)}`,
  "Q8sT1vW4yZ7bC0fL=",
];
const armour = (name: string) => [`-----BEGIN ${name}-----`, ...PEM_LINES, `-----END ${name}-----`].join("\n");
const ARMOURS = [
  "PRIVATE KEY",
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "DSA PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "OPENSSH PRIVATE KEY",
  "PGP PRIVATE KEY BLOCK",
];

Deno.test("every issuer's token is replaced by its kind, wherever it stands", () => {
  for (const [kind, token] of TOKENS) {
    for (
      const [before, after] of [["", ""], ["see ", "."], ['"', '",'], ["x=\\n", "\\n"], ["(", ")"], [
        "\u4e2d",
        "\u4e2d",
      ]]
    ) {
      assert.equal(scrub.text(before + token + after), `${before}[secret: ${kind}]${after}`, kind);
    }
  }
});

Deno.test("private keys go whole, in each armour, with line ends of each kind, quoted, indented, numbered, escaped", () => {
  for (const name of ARMOURS) {
    const key = armour(name);
    const shapes: [string, (lines: string[]) => string][] = [
      ["lines", (l) => l.join("\n")],
      ["CRLF", (l) => l.join("\r\n")],
      ["escaped", (l) => `{"key": "${l.join("\\n")}"}`],
      ["indented", (l) => l.map((x) => `    ${x}`).join("\n")],
      ["quoted", (l) => l.map((x) => `> ${x}`).join("\n")],
      ["diff", (l) => l.map((x) => `+${x}`).join("\n")],
      ["numbered", (l) => l.map((x, i) => `${String(i + 1).padStart(6)}\t${x}`).join("\n")],
      ["grep", (l) => l.map((x, i) => `keys/a.pem:${i + 1}:${x}`).join("\n")],
      ["cut off", (l) => l.slice(0, -1).join("\n") + "\nThe end of it."],
    ];
    for (const [shape, write] of shapes) {
      const out = scrub.text(`first\n${write(key.split("\n"))}\nlast words`);
      for (const line of PEM_LINES) assert.equal(out.includes(line), false, `${name} ${shape}: ${out}`);
      assert.match(out, /^first\n[^]*\[secret: private key\][^]*last words$/, `${name} ${shape}`);
    }
  }
});

Deno.test("the value of a secret name goes, and only the value", () => {
  const cases: [string, string][] = [
    ["password=hunter2", "password=[secret: password]"],
    ["DB_PASSWORD=hunter", "DB_PASSWORD=[secret: password]"],
    ['export API_KEY="k3y-value"', 'export API_KEY="[secret: password]"'],
    ['{"password":"p w 1","user":"bob"}', '{"password":"[secret: password]","user":"bob"}'],
    ['{\\"api_key\\":\\"abc123def\\"}', '{\\"api_key\\":\\"[secret: password]\\"}'],
    ["  password: hunter2secret", "  password: [secret: password]"],
    ["clientSecret: 'aB3$xyz'", "clientSecret: '[secret: password]'"],
    ["https://x.test/?token=abc123&page=2", "https://x.test/?token=[secret: password]&page=2"],
    ["Server=db;Password=a;b1;Database=x", "Server=db;Password=[secret: password];Database=x"],
    ["aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = [secret: password]"],
    ["//registry.npmjs.org/:_authToken=abcdef-123456", "//registry.npmjs.org/:_authToken=[secret: password]"],
    ["postgres://bob:s3cr@t@db:5432/app", "postgres://bob:[secret: URL password]@db:5432/app"],
    ["redis://:pa/ss@cache:6379", "redis://:[secret: URL password]@cache:6379"],
    ["https://user:tok3n@git.test/x.git", "https://user:[secret: URL password]@git.test/x.git"],
    ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [secret: authorization]"],
    ["-H 'authorization: bearer abc.def'", "-H 'authorization: bearer [secret: authorization]'"],
    ["curl -u bob:pa55word https://x.test", "curl -u bob:[secret: password] https://x.test"],
    ["mysql --password s3cret-pw", "mysql --password [secret: password]"],
    ["Set-Cookie: sid=abcdef123; Path=/", "Set-Cookie: [secret: cookie]"],
  ];
  for (const [given, wanted] of cases) assert.equal(scrub.text(given), wanted);
});

Deno.test("prose, code, hashes, identifiers and pictures stay as they are", () => {
  const cases = [
    "Enter your password: ",
    "the password: see below",
    "Forgot your password? A token is sent to you.",
    "password: string;",
    "token: str | None = None",
    "const token = await fetchToken(url);",
    "const secret = process.env.SECRET_KEY;",
    "this.password = options.password;",
    "if (password === confirmation) return;",
    'placeholder="password"',
    'label: "Enter the password of your account"',
    "max_tokens: 4096, prompt_tokens=512",
    "password=${DB_PASSWORD} api_key=<your key> token=****",
    "password = getpass.getpass()",
    "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "id 123e4567-e89b-12d3-a456-426614174000",
    '"integrity": "sha512-4MoB2g3VhtQ2mHUsK5gKLPzGGHLLEoWX9VyEsZFJVHKGrDaKGZQ5tZ9UtnJ8Ecgb4E/8jLm2D9cD2FzFq7bS1w=="',
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "http://localhost:8080/a@b and mailto:bob@x.test",
    "see https://x.test:443/path",
    "-----BEGIN PRIVATE KEY----- is the header of PKCS#8",
    "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQ\n-----END CERTIFICATE-----",
    ".sk-folding-cube-container-animation { color: red }",
    "Bearer authentication is required",
    "the secret of a good soup: time",
    "def authenticate(token: Token, password: Password) -> bool:",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5 bob@host",
  ];
  for (const given of cases) assert.equal(scrub.text(given), given);
});

Deno.test("a known value is found raw and in each usual encoding", () => {
  const value = 'tr0ub4dor "&3/ü';
  const knows = createScrub({
    known: [value, "abc", "line one of it\nline two of it"],
    stand: (kind) => `[secret: ${kind}]`,
  });
  const bytes = new TextEncoder().encode(value);
  const cases: [string, string][] = [
    [`x ${value} y`, "x [secret: known value] y"],
    [JSON.stringify({ a: value }), '{"a":"[secret: known value]"}'],
    [`?q=${encodeURIComponent(value)}&z`, "?q=[secret: known value]&z"],
    [`?q=${encodeURIComponent(value).replaceAll("%20", "+")}&z`, "?q=[secret: known value]&z"],
    [bytes.toHex(), "[secret: known value]"],
    ["abc stays: it is too short", "abc stays: it is too short"],
    ["a line two of it b", "a [secret: known value] b"],
  ];
  for (const [given, wanted] of cases) assert.equal(knows.text(given), wanted);
  for (const before of ["", "u:", "us:", "usr:"]) {
    for (const alphabet of ["base64", "base64url"] as const) {
      const text = new TextEncoder().encode(`${before}${value}!`).toBase64({ alphabet });
      assert.match(
        knows.text(`A: ${text}.`),
        /^A: .{0,6}\[secret: (?:known value|base64)\].{0,5}\.$/,
        before + alphabet,
      );
    }
  }
});

Deno.test("base64 whose text holds a secret goes whole", () => {
  const token = TOKENS[1][1];
  assert.equal(scrub.text(`data: ${btoa(`token is ${token}\n`)}`), "data: [secret: base64]");
  assert.equal(scrub.text(btoa(armour(ARMOURS[0]))), "[secret: base64]");
});

Deno.test("values inside JSON go by their shape and by their field's name, in keys too", () => {
  const token = TOKENS[1][1];
  assert.deepEqual(
    scrub.value({
      password: "plain words",
      list: [token, 1, null, true],
      [token]: { apiKey: "x1y2z3" },
      tokens: "7",
      text: "ok",
    }),
    {
      password: "[secret: password]",
      list: ["[secret: GitHub token]", 1, null, true],
      "[secret: GitHub token]": { apiKey: "[secret: password]" },
      tokens: "7",
      text: "ok",
    },
  );
});

function inPieces(text: string, cuts: number[]): string {
  const stream = scrub.stream();
  const at = [0, ...cuts, text.length];
  return at.slice(1).map((end, i) => stream.push(text.slice(at[i], end))).join("") + stream.end();
}

Deno.test("a secret cut at any place between two pieces is found", () => {
  const samples = [
    ...TOKENS.map(([, token]) => `a ${token} b\nc`),
    ...ARMOURS.map((a) => `a\n${armour(a)}\nb`),
    "password=hunter2\r\nx",
  ];
  for (const sample of samples) {
    const whole = scrub.text(sample);
    assert.notEqual(whole, sample);
    for (let cut = 0; cut <= sample.length; cut++) assert.equal(inPieces(sample, [cut]), whole, sample.slice(0, cut));
    assert.equal(inPieces(sample, Array.from({ length: sample.length }, (_, i) => i)), whole);
  }
});

Deno.test("text in pieces is scrubbed as the whole is", () => {
  const bit = fc.oneof(
    fc.constantFrom(
      ...TOKENS.map(([, t]) => t),
      ...ARMOURS.map(armour),
      "\n",
      "\r\n",
      "\r",
      " ",
      "password=",
      "x".repeat(70_000),
      '"',
    ),
    fc.string({ maxLength: 12, unit: "binary" }),
  );
  fc.assert(
    fc.property(
      fc.array(bit, { maxLength: 12 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
      (bits, cuts) => {
        const text = bits.join("");
        assert.equal(
          inPieces(text, cuts.map((c) => Math.floor(c * text.length)).sort((a, b) => a - b)),
          scrub.text(text),
        );
      },
    ),
    { numRuns: 150, seed: 7 },
  );
});

Deno.test("a secret in the middle of a line without end is found, and little is held back", () => {
  const token = TOKENS[1][1];
  for (const before of [48_000, 49_000, 49_100, 65_500, 65_536, 114_000]) {
    const out = scrub.text(`${"- ".repeat(before / 2)}${token}${" -".repeat(40_000)}`);
    assert.equal(out.includes(token.slice(4, 20)), false, String(before));
    assert.equal(out.includes("[secret: GitHub token]"), true, String(before));
  }
  const stream = scrub.stream();
  let given = 0, back = 0;
  for (let i = 0; i < 100; i++) {
    given += 10_000;
    back += stream.push("ab ".repeat(3333) + "a").length;
    assert.ok(given - back <= 80_000, `${given - back} characters held back`);
  }
});

Deno.test("a scrubbed text is not changed by scrubbing it again", () => {
  const all = [...TOKENS.map(([, t]) => t), "password=hunter2", "postgres://a:b@c/d", armour(ARMOURS[0])].join("\n");
  assert.equal(scrub.text(scrub.text(all)), scrub.text(all));
});

Deno.test("a megabyte made to be slow is done with", () => {
  const bits = [
    "password=",
    "a",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN ",
    "eyJ",
    "://a:",
    "token : ",
    "x_",
    "A1b2",
    '\\"',
    "bearer ",
    "password='",
    "cookie: a=",
  ];
  for (const bit of bits) {
    const text = bit.repeat(Math.ceil(1_000_000 / bit.length));
    assert.equal(typeof scrub.text(text), "string");
  }
});
