/**
 * Shapes of secrets that tell themselves, each from its issuer's published form (checked against the issuers'
 * documentation as of 2026). Every repetition is bounded, so that no input takes more than linear time.
 */

export type Detector = {
  kind: string;
  /** Global, with indices; the last group that took part is the secret, or the whole match. */
  pattern: RegExp;
  /** False = this match is something else. */
  accept?(secret: string): boolean;
};

/** Characters that a secret may have at most; longer ones are cut here. */
export const LONGEST_SECRET = 8000;

/** Not in the middle of a word; `\n` and `%0A` in escaped text end a word as well. */
const START = "(?:(?<![A-Za-z0-9])|(?<=\\\\[nrtbf])|(?<=%[0-9A-Fa-f]{2}))";
const END = "(?![A-Za-z0-9])";

function shape(kind: string, source: string, accept?: Detector["accept"]): Detector {
  return { kind, pattern: new RegExp(START + source, "gd"), accept };
}

const mixed = (s: string) => /\d/.test(s) && /[A-Za-z]/.test(s);

export const DETECTORS: Detector[] = [
  shape("AWS key id", `(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}${END}`),
  shape("GitHub token", `gh[pousr]_[A-Za-z0-9]{36,255}`),
  shape("GitHub token", `github_pat_[A-Za-z0-9_]{22,255}`),
  shape(
    "GitLab token",
    `gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_-]{20,300}(?:\\.[A-Za-z0-9_]{2,20}){0,3}`,
  ),
  shape("Slack token", `xox[abeoprs](?:\\.xox[abp])?-[A-Za-z0-9-]{10,250}`, mixed),
  shape("Slack token", `xapp-\\d-[A-Za-z0-9-]{10,250}`),
  shape("Slack webhook", `https://hooks\\.slack\\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_+-]{20,200})`),
  shape("Discord webhook", `https://(?:\\w{1,20}\\.)?discord(?:app)?\\.com/api/webhooks/(\\d{1,30}/[\\w-]{30,200})`),
  shape("Stripe key", `(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,250}`),
  shape("Stripe key", `whsec_[A-Za-z0-9+/=]{24,250}`),
  shape("Anthropic key", `sk-ant-[A-Za-z0-9_-]{20,300}`),
  shape(
    "OpenAI key",
    `sk-(?:proj-|svcacct-|admin-|or-v1-|None-)?[A-Za-z0-9_-]{20,300}`,
    (s) => mixed(s) && /[A-Z0-9]{2}/.test(s),
  ),
  shape("Google key", `AIza[A-Za-z0-9_-]{35}`),
  shape("Google token", `ya29\\.[A-Za-z0-9_-]{20,2000}`),
  shape("Google token", `GOCSPX-[A-Za-z0-9_-]{28}`),
  shape("Google token", `1//0[A-Za-z0-9_-]{40,300}`),
  shape("npm token", `npm_[A-Za-z0-9]{36}${END}`),
  shape("PyPI token", `pypi-AgE[A-Za-z0-9_-]{50,1000}`),
  shape("Hugging Face token", `hf_[A-Za-z0-9]{30,100}`),
  shape("Groq key", `gsk_[A-Za-z0-9]{40,100}`),
  shape("DigitalOcean token", `do[opr]_v1_[a-f0-9]{64}`),
  shape("SendGrid key", `SG\\.[\\w-]{16,32}\\.[\\w-]{30,64}`),
  shape("Twilio key", `SK[0-9a-f]{32}${END}`),
  shape("Telegram token", `\\d{8,10}:AA[A-Za-z0-9_-]{33}${END}`),
  shape("Shopify token", `shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}`),
  shape("Databricks token", `dapi[a-f0-9]{32}`),
  shape("Docker token", `dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,100}`),
  shape("Vault token", `hv[sbr]\\.[A-Za-z0-9_-]{24,500}`),
  shape("Linear key", `lin_api_[A-Za-z0-9]{32,100}`),
  shape("age key", `AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Za-z]{50,${LONGEST_SECRET / 2}}`),
  shape("private key", `b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=]{0,${LONGEST_SECRET - 30}}`),
  shape(
    "JWT",
    `eyJ[A-Za-z0-9_-]{8,2000}\\.[A-Za-z0-9_-]{4,4000}\\.[A-Za-z0-9_-]{8,1000}(?:\\.[A-Za-z0-9_-]{1,500}){0,2}`,
  ),
  {
    kind: "URL password",
    pattern: /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:\/@"'<>`]{0,256}:([^\s"'<>`\/]{1,256})@/gdi,
    accept: isValue,
  },
  {
    kind: "URL password",
    pattern:
      /(?<![a-z0-9+.-])(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql)(?:\+\w{1,20})?:\/\/[^\s:\/@"'<>`]{0,256}:([^\s"'<>`]{1,256})@/gdi,
    accept: isValue,
  },
  {
    kind: "authorization",
    pattern:
      /authorization\\?["']?\s{0,9}[:=]\s{0,9}\\?["']?(?:basic|bearer|token|digest|apikey|aws4-hmac-sha256)\s{1,9}([^\s"'\\,;]{4,4000})/gdi,
    accept: isValue,
  },
  { kind: "authorization", pattern: /\b(?:bearer|basic)\s{1,9}([A-Za-z0-9._~+\/=-]{16,4000})/gdi, accept: mixed },
  {
    kind: "cookie",
    pattern: /\b(?:set-)?cookie\\?["']?\s{0,9}:\s{0,9}\\?["']?([^\s"'=;]{1,100}=[^"'\r\n\\]{6,4000})/gdi,
  },
  {
    kind: "password",
    pattern: /(?<![\w-])(?:-u|--user|--proxy-user)(?:\s{1,9}|=)["']?[^\s:"']{1,100}:([^\s"']{3,256})/gd,
    accept: isValue,
  },
  {
    kind: "password",
    pattern:
      /(?<![\w-])--?(?:password|passwd|pass|passphrase|token|api-?key|secret)\s{1,9}["']?([^\s"'-][^\s"']{3,256})/gdi,
    accept: (s) => isValue(s) && (mixed(s) || /[^\w.\/-]/.test(s)),
  },
];

const STAND_IN =
  /^(?:\$\S*|%\S+%|\{\{.*|<.*|\[.*|\*+|x+|\.{2,}|-+|_+|null|none|nil|undefined|true|false|changeme|example|redacted|hidden|todo|your[-_ ].*|my[-_].*here)$/i;

/** False for what plainly stands in the place of a secret: `${VAR}`, `<password>`, `****`, `[secret: …]`. */
export function isValue(text: string): boolean {
  return !STAND_IN.test(text) && !text.startsWith("[secret:");
}
