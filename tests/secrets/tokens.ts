/**
 * One value of each issuer's form, drawn anew each time. The forms are those of the issuers' own documentation, read between
 * 2025-06 and 2026-11 by the pages named in `security/secrets/formats/`; no value here was ever valid. Beginnings are written
 * in pieces, so that no scanner takes this file for a loss.
 */
import { type Draw, HEX, LOWER, UPPER, URLSAFE } from "./draw.ts";

const uuid = (d: Draw) => [8, 4, 4, 4, 12].map((n) => d.text(n, HEX)).join("-");
const b64 = (bytes: Uint8Array) => bytes.toBase64();
const b64url = (text: string) => new TextEncoder().encode(text).toBase64({ alphabet: "base64url", omitPadding: true });

export const TOKENS: Record<string, (d: Draw) => string> = {
  "AWS key id": (d) => d.pick(["AK", "AS"]) + "IA" + d.text(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
  "AWS Bedrock": (d) => "ABSK" + "QmVkcm9ja0FQSUtleS" + d.text(90),
  "Google API key": (d) => "AI" + "za" + d.text(35, URLSAFE),
  "Google OAuth token": (d) => "ya" + "29." + d.text(120, URLSAFE),
  "Google client secret": (d) => "GOC" + "SPX-" + d.text(28, URLSAFE),
  "Azure client secret": (d) => d.text(3) + "8" + "Q~" + d.text(34, URLSAFE),
  "Azure DevOps": (d) => d.text(76) + "AZ" + "DO" + d.text(4),
  "Azure SAS": (d) => "https://x.blob.core.windows.net/c/f?sv=2022-11-02&sig=" + encodeURIComponent(b64(d.bytes(32))),
  DigitalOcean: (d) => "dop" + "_v1_" + d.text(64, HEX),
  Alibaba: (d) => "LT" + "AI5t" + d.text(18),
  Fly: (d) => "fm" + "2_" + d.text(120),
  Supabase: (d) => "sb" + "p_" + d.text(40, HEX),
  Databricks: (d) => "da" + "pi" + d.text(32, HEX),
  PlanetScale: (d) => "pscale" + "_tkn_" + d.text(43, URLSAFE),
  "GitHub classic": (d) => d.pick(["gh" + "p_", "gh" + "o_", "gh" + "s_", "gh" + "u_"]) + d.text(36),
  "GitHub fine-grained": (d) => "github" + "_pat_" + d.text(22) + "_" + d.text(59),
  GitLab: (d) => d.pick(["gl" + "pat-", "gl" + "dt-", "gl" + "rt-"]) + d.text(20, URLSAFE),
  "GitLab routable": (d) => "gl" + "pat-" + d.text(27, URLSAFE) + ".01." + d.text(9, LOWER),
  Atlassian: (d) => "ATAT" + "T3xFfGF0" + d.text(170, URLSAFE) + "=" + d.text(8, UPPER),
  npm: (d) => "np" + "m_" + d.text(36),
  PyPI: (d) => "py" + "pi-AgEIcHlwaS5vcmc" + d.text(140, URLSAFE),
  RubyGems: (d) => "ruby" + "gems_" + d.text(48, HEX),
  Docker: (d) => "dckr" + "_pat_" + d.text(27, URLSAFE),
  Sentry: (d) => "sntry" + "u_" + d.text(64, HEX),
  Terraform: (d) => d.text(14) + ".atlas" + "v1." + d.text(67),
  Pulumi: (d) => "pu" + "l-" + d.text(40, HEX),
  Postman: (d) => "PM" + "AK-" + d.text(24, HEX) + "-" + d.text(34, HEX),
  SonarQube: (d) => "sq" + "p_" + d.text(40, LOWER),
  Anthropic: (d) => "sk-" + "ant-api03-" + d.text(93, URLSAFE) + "AA",
  "OpenAI project": (d) => "sk-" + "proj-" + d.text(74, URLSAFE) + "T3Blbk" + "FJ" + d.text(74, URLSAFE),
  "OpenAI old": (d) => "sk-" + d.text(20) + "T3Blbk" + "FJ" + d.text(20),
  "Hugging Face": (d) => "h" + "f_" + d.text(34),
  Groq: (d) => "gs" + "k_" + d.text(52),
  xAI: (d) => "xa" + "i-" + d.text(80),
  Perplexity: (d) => "pp" + "lx-" + d.text(48),
  Replicate: (d) => "r" + "8_" + d.text(37),
  NVIDIA: (d) => "nv" + "api-" + d.text(64, URLSAFE),
  LangSmith: (d) => "lsv2" + "_pt_" + d.text(32, HEX) + "_" + d.text(10, HEX),
  "Slack bot": (d) => "xo" + "xb-" + d.text(12, "0123456789") + "-" + d.text(13, "0123456789") + "-" + d.text(24),
  "Slack app": (d) => "xa" + "pp-1-A" + d.text(10, UPPER) + "-" + d.text(13, "0123456789") + "-" + d.text(64, HEX),
  "Slack webhook": (d) =>
    "https://hooks.slack" + ".com/services/T" + d.text(8, UPPER) + "/B" + d.text(8, UPPER) + "/" + d.text(24),
  "Discord bot": (d) => "MT" + d.text(24) + "." + d.text(6) + "." + d.text(38, URLSAFE),
  "Discord webhook": (d) =>
    "https://discord" + ".com/api/webhooks/" + d.text(18, "123456789") + "/" + d.text(68, URLSAFE),
  Telegram: (d) => d.text(10, "123456789") + ":A" + "A" + d.text(33, URLSAFE),
  SendGrid: (d) => "S" + "G." + d.text(22, URLSAFE) + "." + d.text(43, URLSAFE),
  Twilio: (d) => "S" + "K" + d.text(32, HEX),
  Mailgun: (d) => "ke" + "y-" + d.text(32, HEX),
  Mailchimp: (d) => d.text(32, HEX) + "-u" + "s" + (1 + d.below(20)),
  Brevo: (d) => "xkey" + "sib-" + d.text(64, HEX) + "-" + d.text(16),
  Stripe: (d) => d.pick(["sk" + "_live_", "rk" + "_live_", "sk" + "_test_"]) + d.text(24 + d.below(2) * 75),
  "Stripe webhook": (d) => "wh" + "sec_" + d.text(32),
  Shopify: (d) => d.pick(["shp" + "at_", "shp" + "ss_", "shp" + "ca_"]) + d.text(32, HEX),
  Square: (d) => "sq0" + "csp-" + d.text(43, URLSAFE),
  Razorpay: (d) => "rzp" + "_live_" + d.text(14),
  "Vault service": (d) => "hv" + "s." + d.text(90, URLSAFE),
  Doppler: (d) => "dp" + ".pt." + d.text(43),
  age: (d) => "AGE-SECRET" + "-KEY-1" + d.text(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
  Tailscale: (d) => "tsk" + "ey-auth-k" + d.text(10) + "CNTRL-" + d.text(32),
  "New Relic": (d) => "NR" + "AK-" + d.text(27, UPPER),
  Grafana: (d) => "gl" + "sa_" + d.text(32) + "_" + d.text(8, HEX),
  Dynatrace: (d) => "dt0" + "c01." + d.text(24, UPPER) + "." + d.text(64, UPPER),
  Linear: (d) => "lin" + "_api_" + d.text(40),
  Notion: (d) => "nt" + "n_" + d.text(46),
  Airtable: (d) => "pa" + "t" + d.text(14) + "." + d.text(64, HEX),
  Figma: (d) => "fig" + "d_" + d.text(40, URLSAFE),
  HubSpot: (d) => "pat" + "-na1-" + uuid(d),
  JWT: (d) =>
    `${b64url('{"alg":"HS256","typ":"JWT"}')}.${b64url(`{"sub":"${d.text(10, "0123456789")}","name":"A B"}`)}.${
      d.text(43, URLSAFE)
    }`,
  bcrypt: (d) => "$2" + "b$12$" + d.text(53),
  "sha512crypt": (d) => "$6" + "$" + d.text(16) + "$" + d.text(86),
};
