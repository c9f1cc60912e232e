/** Tokens of operations: stores of secrets, networks, monitoring, planning, and hashes of passwords. */
import { END, type Format, mixed } from "./format.ts";

export const TOOLS: readonly Format[] = [
  // developer.hashicorp.com/vault/docs/concepts/tokens.
  { kind: "Vault token", starts: ["hvs.", "hvb.", "hvr."], rest: "[A-Za-z0-9_-]{24,500}" },
  {
    kind: "Vault token",
    starts: ["s."],
    rest: `[A-Za-z0-9]{24}${END}(?!\\.)`,
    accept: (s) => /\d.*\d/.test(s) && /[A-Z].*[A-Z]/.test(s) && /[a-z]/.test(s),
  },
  { kind: "1Password token", starts: ["ops_eyJ"], rest: "[A-Za-z0-9_-]{200,2000}" },
  { kind: "1Password key", starts: ["A3-"], rest: "[A-Z0-9]{6}-[A-Z0-9]{5,11}(?:-[A-Z0-9]{5}){3,4}" },
  {
    kind: "Doppler token",
    starts: ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
    rest: "[A-Za-z0-9._-]{40,80}",
  },
  { kind: "Infisical token", starts: ["st."], rest: "[a-f0-9]{24}\\.[a-f0-9]{32}\\.[a-f0-9]{32}" },
  { kind: "age key", starts: ["AGE-SECRET-KEY-"], rest: "(?:PQ-)?1[0-9A-Za-z]{50,4000}", fold: true },
  // tailscale.com/kb/1277; wireguard keys have no mark of their own and are found by their name.
  {
    kind: "Tailscale key",
    starts: ["tskey-"],
    rest: "(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{10,30}(?:-[A-Za-z0-9]{20,60})?",
  },
  { kind: "New Relic key", starts: ["NRAK-", "NRII-", "NRAA-", "NRJS-", "NRBR-"], rest: "[A-Za-z0-9]{20,60}" },
  { kind: "New Relic key", starts: ["FFFFNRAL"], inside: true, before: "[a-f0-9]{32}", rest: END },
  { kind: "Datadog key", starts: ["ddp_", "ddapp_", "ddapi_", "ddpat_"], rest: "[A-Za-z0-9]{30,60}" },
  { kind: "Grafana token", starts: ["glsa_"], rest: "[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}" },
  { kind: "Grafana token", starts: ["glc_eyJ"], rest: "[A-Za-z0-9+/=]{40,400}" },
  {
    kind: "Dynatrace token",
    starts: ["dt0c01.", "dt0s01.", "dt0s02.", "dt0s08.", "dt0s16."],
    rest: "[A-Z0-9]{8,24}\\.[A-Z0-9]{64}",
  },
  {
    kind: "PagerDuty key",
    starts: ["u+", "y_", "w_"],
    rest: `[A-Za-z0-9_-]{18}${END}`,
    accept: (s) => s.startsWith("u+") && mixed(s),
  },
  { kind: "Honeycomb key", starts: ["hcaik_", "hcbik_", "hcxik_", "hcamk_"], rest: "[a-z0-9]{32,64}" },
  { kind: "PostHog key", starts: ["phc_", "phx_", "phs_"], rest: "[A-Za-z0-9]{40,60}" },
  {
    kind: "LaunchDarkly key",
    starts: ["sdk-", "mob-", "api-"],
    rest: `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}${END}`,
  },
  { kind: "Linear key", starts: ["lin_api_", "lin_oauth_"], rest: "[A-Za-z0-9]{32,100}" },
  { kind: "Notion token", starts: ["ntn_"], rest: "[A-Za-z0-9]{40,60}" },
  { kind: "Notion token", starts: ["secret_"], rest: `[A-Za-z0-9]{43}${END}`, accept: mixed },
  { kind: "Asana token", starts: ["1/", "2/"], rest: `\\d{10,20}(?:/\\d{10,20})?:[0-9a-f]{32}${END}` },
  { kind: "Airtable token", starts: ["pat"], rest: `[A-Za-z0-9]{14}\\.[a-f0-9]{64}${END}` },
  { kind: "Figma token", starts: ["figd_", "figu_", "figo_"], rest: "[A-Za-z0-9_-]{36,60}" },
  { kind: "Dropbox token", starts: ["sl."], rest: "(?:u\\.)?[A-Za-z0-9_-]{120,1500}" },
  {
    kind: "HubSpot token",
    starts: ["pat-na1-", "pat-eu1-", "pat-na2-", "pat-ap1-"],
    rest: "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
  },
  { kind: "ReadMe key", starts: ["rdme_"], rest: "[a-z0-9]{70}" },
  { kind: "Mapbox token", starts: ["sk.eyJ"], rest: "[A-Za-z0-9_-]{40,300}\\.[A-Za-z0-9_-]{16,40}" },
  {
    kind: "Okta token",
    starts: ["00"],
    rest: `[A-Za-z0-9_-]{40}${END}`,
    accept: (s) => /[A-Z].*[A-Z]/.test(s) && /[a-z].*[a-z]/.test(s) && mixed(s),
  },
  {
    kind: "Proxmox token",
    starts: ["PVEAPIToken="],
    rest: "[\\w.-]{1,60}@[\\w.-]{1,60}![\\w.-]{1,60}=([0-9a-f-]{36})",
  },
  {
    kind: "Consul or Nomad token",
    starts: ["X-Consul-Token: ", "X-Nomad-Token: "],
    rest: "([0-9a-f-]{36})",
    fold: true,
  },
  { kind: "kubeadm token", starts: ["--token "], rest: "([a-z0-9]{6}\\.[a-z0-9]{16})(?![A-Za-z0-9])" },
  { kind: "OpenShift token", starts: ["sha256~"], rest: "[\\w-]{43}" },
  {
    kind: "JWT",
    starts: ["eyJ"],
    needs: { literal: ".", within: 602 },
    rest: "[A-Za-z0-9_-]{8,600}\\.[A-Za-z0-9_-]{4,4000}\\.[A-Za-z0-9_-]{8,1000}(?:\\.[A-Za-z0-9_-]{1,500}){0,2}",
  },
  {
    kind: "JWT",
    starts: ["eyJ"],
    needs: { literal: ".", within: 602 },
    rest: "[A-Za-z0-9_-]{8,600}\\.\\.[A-Za-z0-9_-]{8,100}\\.[A-Za-z0-9_-]{4,4000}\\.[A-Za-z0-9_-]{8,100}",
  },
  { kind: "private key", starts: ["b3BlbnNzaC1rZXktdjE"], rest: "[A-Za-z0-9+/=]{0,7970}" },
  // Hashes that a guesser takes home: crypt(5), argon2, Django, htpasswd.
  { kind: "password hash", starts: ["$2a$", "$2b$", "$2y$"], rest: "\\d\\d\\$[./A-Za-z0-9]{53}" },
  {
    kind: "password hash",
    starts: ["$apr1$", "$1$", "$5$", "$6$", "$y$", "$gy$", "$7$"],
    rest: "(?:rounds=\\d{1,9}\\$)?[./A-Za-z0-9]{1,40}\\$(?:[./A-Za-z0-9]{1,40}\\$)?[./A-Za-z0-9]{20,90}",
  },
  {
    kind: "password hash",
    starts: ["$argon2id$", "$argon2i$", "$argon2d$", "$scrypt$"],
    rest: "[A-Za-z0-9$=,+/.]{30,300}",
  },
  {
    kind: "password hash",
    starts: ["pbkdf2_sha256$", "pbkdf2_sha1$", "bcrypt_sha256$"],
    rest: "[A-Za-z0-9$+/=.]{30,200}",
  },
  {
    kind: "password hash",
    starts: ["{SHA}", "{SSHA}", "{SSHA256}", "{SSHA512}", "{CRYPT}"],
    rest: "[A-Za-z0-9+/$.]{27,120}={0,2}",
  },
];
