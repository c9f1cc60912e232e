/** Keys of clouds and hosts of machines. Forms as their issuers publish them, read in 2025 and 2026. */
import { END, type Format, mixed } from "./format.ts";

export const CLOUDS: readonly Format[] = [
  // docs.aws.amazon.com/IAM: reference_identifiers, unique id prefixes; ABSK: Amazon Bedrock API keys.
  { kind: "AWS key id", starts: ["AKIA", "ASIA", "ABIA", "ACCA"], rest: `[A-Z0-9]{16}${END}` },
  { kind: "AWS Bedrock key", starts: ["ABSKQmVkcm9ja0FQSUtleS"], rest: "[A-Za-z0-9+/=]{40,300}" },
  {
    kind: "AWS Bedrock key",
    starts: ["bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t"],
    rest: "[A-Za-z0-9+/=]{40,2000}",
  },
  { kind: "AWS MWS token", starts: ["amzn.mws."], rest: "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" },
  // cloud.google.com/docs/authentication/api-keys; developers.google.com/identity/protocols/oauth2.
  { kind: "Google key", starts: ["AIza"], rest: "[A-Za-z0-9_-]{35}" },
  { kind: "Google token", starts: ["ya29."], rest: "[A-Za-z0-9_-]{20,2000}" },
  { kind: "Google token", starts: ["GOCSPX-"], rest: "[A-Za-z0-9_-]{28}" },
  { kind: "Google token", starts: ["1//0"], rest: "[A-Za-z0-9_-]{40,300}" },
  // learn.microsoft.com: identifiable secrets carry 8Q~, AzCa, JQQJ99 and the like at fixed places.
  { kind: "Azure client secret", starts: ["7Q~", "8Q~"], before: "[A-Za-z0-9_~.-]{3}", rest: `[A-Za-z0-9_~.-]{31,34}` },
  {
    kind: "Azure key",
    starts: ["+ASt", "+ABa", "+AMC", "+AEh", "+ARm", "+AIoT", "AzSe", "AzCa", "ACDb", "ACR"],
    inside: true,
    before: "[A-Za-z0-9+/]{32}",
    rest: "[A-Za-z0-9+/]{5,52}={0,2}",
    accept: (s) => /^[A-Za-z0-9+/]{42,86}={0,2}$/.test(s) && /[=]$/.test(s) || s.length === 52 && mixed(s),
  },
  {
    kind: "Azure DevOps token",
    starts: ["AZDO"],
    inside: true,
    before: "[A-Za-z0-9]{76}",
    rest: `[A-Za-z0-9]{4}${END}`,
  },
  { kind: "Azure SAS signature", starts: ["&sig=", "?sig=", ";sig="], inside: true, rest: "([A-Za-z0-9%+/=]{43,100})" },
  // docs.digitalocean.com/reference/api; IBM, Alibaba, Tencent, Yandex and OVH each in their own API references.
  { kind: "DigitalOcean token", starts: ["dop_v1_", "doo_v1_", "dor_v1_"], rest: "[a-f0-9]{64}" },
  { kind: "Alibaba key id", starts: ["LTAI"], rest: `[A-Za-z0-9]{16,20}${END}`, accept: mixed },
  { kind: "Tencent key id", starts: ["AKID"], rest: `[A-Za-z0-9]{32}${END}`, accept: mixed },
  { kind: "Yandex token", starts: ["AQVN"], rest: "[A-Za-z0-9_-]{35,38}" },
  { kind: "Yandex token", starts: ["y0_", "y1_", "y2_", "y3_"], rest: "[-_A-Za-z0-9]{50,200}" },
  { kind: "Oracle key id", starts: ["ocid1.credential."], rest: "[a-z0-9.]{30,200}" },
  { kind: "Scaleway key id", starts: ["SCW"], rest: `[A-Z0-9]{17}${END}`, accept: (s) => /\d/.test(s) },
  { kind: "Heroku key", starts: ["HRKU-"], rest: "[0-9A-Za-z_-]{36,64}" },
  { kind: "Fly token", starts: ["fo1_", "fm1_", "fm1a_", "fm1r_", "fm2_"], rest: "[A-Za-z0-9+/=_-]{40,2000}" },
  { kind: "Vercel token", starts: ["vcp_", "vci_", "vca_", "vcr_", "vck_"], rest: "[A-Za-z0-9]{24,80}" },
  { kind: "Netlify token", starts: ["nfp_", "nfc_", "nfo_", "nfu_"], rest: "[A-Za-z0-9]{36,60}" },
  { kind: "Render key", starts: ["rnd_"], rest: `[A-Za-z0-9]{28,40}${END}` },
  { kind: "Cloudflare key", starts: ["v1.0-"], rest: "[a-f0-9]{24}-[a-f0-9]{146}" },
  { kind: "Cloudflare token", starts: ["cfut_", "cfat_", "cfk_"], rest: "[A-Za-z0-9_-]{36,80}" },
  { kind: "PlanetScale key", starts: ["pscale_tkn_", "pscale_oauth_", "pscale_pw_"], rest: "[A-Za-z0-9_.=-]{32,64}" },
  { kind: "Supabase key", starts: ["sbp_", "sb_secret_", "sbp_oauth_"], rest: "[A-Za-z0-9_-]{22,60}" },
  { kind: "Neon key", starts: ["napi_"], rest: "[a-z0-9]{60,70}" },
  { kind: "Databricks token", starts: ["dapi"], rest: `[a-f0-9]{32}(?:-\\d)?${END}` },
  { kind: "Snowflake token", starts: ["ver:1-hint:"], rest: "[A-Za-z0-9+/=:-]{60,1000}" },
];
