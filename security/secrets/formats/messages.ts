/** Tokens of mail, chat and telephony. */
import { END, type Format, mixed } from "./format.ts";

export const MESSAGES: readonly Format[] = [
  // api.slack.com/authentication/token-types.
  {
    kind: "Slack token",
    starts: ["xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xoxc-", "xoxd-", "xoxe."],
    rest: "(?:xox[abp]-)?[A-Za-z0-9%+/=-]{10,250}",
    accept: mixed,
  },
  { kind: "Slack token", starts: ["xapp-"], rest: "\\d-[A-Za-z0-9-]{10,250}" },
  { kind: "Slack token", starts: ["xwfp-"], rest: "[A-Za-z0-9-]{30,250}" },
  {
    kind: "Slack webhook",
    starts: ["hooks.slack.com/"],
    inside: true,
    rest: "(?:services|workflows|triggers)/([A-Za-z0-9/_+-]{20,200})",
    accept: mixed,
  },
  // discord.com/developers/docs/reference: a token is three base64url parts, the first an id in decimal.
  {
    kind: "Discord webhook",
    starts: ["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
    inside: true,
    rest: "(\\d{1,30}/[\\w-]{30,200})",
  },
  {
    kind: "Discord token",
    starts: ["MT", "MD", "NT", "ND", "Mz", "Nz", "OD", "OT", "Mj", "Nj"],
    rest: `[A-Za-z0-9_-]{22,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}${END}`,
    accept: mixed,
  },
  {
    kind: "Telegram token",
    starts: [":AA"],
    inside: true,
    before: "(?<![A-Za-z0-9])\\d{8,10}",
    rest: `[A-Za-z0-9_-]{33}${END}`,
  },
  {
    kind: "Microsoft Teams webhook",
    starts: [".webhook.office.com/webhookb2/"],
    inside: true,
    rest: "([0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36})",
  },
  { kind: "SendGrid key", starts: ["SG."], rest: "[\\w-]{16,32}\\.[\\w-]{30,64}" },
  { kind: "Mailgun key", starts: ["key-"], rest: `[a-f0-9]{32}${END}` },
  {
    kind: "Mailchimp key",
    starts: ["-us"],
    inside: true,
    before: "(?<![a-f0-9])[a-f0-9]{32}",
    rest: `\\d{1,2}${END}`,
  },
  { kind: "Brevo key", starts: ["xkeysib-", "xsmtpsib-"], rest: "[a-f0-9]{64}-[A-Za-z0-9]{16}" },
  { kind: "Resend key", starts: ["re_"], rest: `[A-Za-z0-9]{6,12}_[A-Za-z0-9]{20,30}${END}`, accept: mixed },
  { kind: "Mailjet or Twilio key", starts: ["SK"], rest: `[0-9a-f]{32}${END}` },
  {
    kind: "MessageBird key",
    starts: ["live_", "test_"],
    rest: `[A-Za-z0-9]{25,50}${END}`,
    accept: (s) => /[A-Z]/.test(s) && mixed(s),
  },
  {
    kind: "Plivo id",
    starts: ["MAM", "MAN", "SAM", "SAN"],
    rest: `[A-Z0-9]{17}${END}`,
    accept: (s) => /\d.*\d/.test(s),
  },
  { kind: "Intercom token", starts: ["dG9rO"], rest: "[A-Za-z0-9+/=]{40,100}" },
  {
    kind: "Zapier webhook",
    starts: ["hooks.zapier.com/hooks/catch/"],
    inside: true,
    rest: "(\\d{4,12}/[a-z0-9]{5,20})",
  },
];
