/** The `security:` section of the configuration file. Names are those of harombe 0.3 where they exist. */
import * as z from "zod";
import { mailServerOf } from "./alerts/mail.ts";
import { ALERTS } from "./alerts/rule.ts";
import { isHostOrRange, readHostRule } from "./egress/hosts.ts";
import { Containers, SandboxConfig } from "./sandbox/config.ts";
import { CredentialsConfig } from "./secrets/credentials.ts";

const rules = z.array(z.string().min(1).max(500)).max(500).default([]);

/** Rules as written, `tool:pattern`; what they mean is in `rules.ts`. */
export const RuleTexts = z.strictObject({ allow: rules, ask: rules, deny: rules });
export type RuleTexts = z.infer<typeof RuleTexts>;

/**
 * Every default filled; an unknown key is an error. The audit log and its scrubbing cannot be switched off:
 * the older keys are accepted only with the value that is always true.
 */
export const SecurityConfig = z.strictObject({
  security: z.strictObject({
    rules: RuleTexts.prefault({}),
    hitl: z.strictObject({
      /** Seconds until silence counts as no. CRITICAL calls wait 30 s at most. */
      timeout: z.int().min(5).max(3600).default(60),
      /** Minutes that a call waits in the queue while nobody sits at a terminal. */
      queue_minutes: z.int().min(1).max(10_080).default(15),
      /** Who is told that a call waits: `cli` nobody but who asks, `webhook` these addresses, `email` those of the alerts. */
      notification_method: z.enum(["cli", "webhook", "email"]).default("cli"),
      /** Signed by `security.alerts.webhook_secret`; without it nothing is sent. */
      webhook_url: z.url({ protocol: /^https?$/ }).nullable().default(null),
      ntfy_url: z.url({ protocol: /^https?$/ }).nullable().default(null),
      /** True: the notification holds the call, whole. Else what kind of call it is alone. */
      notify_details: z.boolean().default(false),
    }).prefault({}),
    egress: z.strictObject({
      /** Hosts that a run may always be given, and the only private ones that it can be: `github.com`, `*.home.lan`, `nas:8443`, `10.0.0.0/8`. */
      allow: z.array(z.string().refine(isHostOrRange, "it is no host, host:port, address or range")).max(1000).default(
        [],
      ),
      /** Hosts, and all below them, that no run reaches. Wins over everything. */
      deny: z.array(z.string().refine((host) => readHostRule(host) !== null, "it is no host")).max(1000).default([]),
      /** True: the TLS of a run is opened, by an authority made for it alone, so that what goes out can be looked at. */
      inspect: z.boolean().default(false),
      /** Servers' keys: the SHA-256 of the public key (SPKI), base64. Checked where TLS is opened. */
      pins: z.array(z.strictObject({
        host: z.string().refine((host) => readHostRule(host) !== null, "it is no host"),
        keys: z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "it is no SHA-256 in base64")).min(1).max(10),
      })).max(100).default([]),
    }).prefault({}),
    export: z.strictObject({
      /** Where an OTLP/HTTP receiver takes logs: `http://collector:4318/v1/logs`. */
      otlp_url: z.url({ protocol: /^https?$/ }).nullable().default(null),
      /** Sent as `authorization: Bearer …`. */
      otlp_token: z.string().min(1).nullable().default(null),
    }).prefault({}),
    alerts: z.strictObject({
      /** What is told; see `security/alerts/rule.ts`. */
      rules: z.array(z.enum(ALERTS)).default([...ALERTS]),
      /** A topic of ntfy: `https://ntfy.sh/TOPIC`. */
      ntfy_url: z.url({ protocol: /^https?$/ }).nullable().default(null),
      ntfy_token: z.string().min(1).nullable().default(null),
      webhook_url: z.url({ protocol: /^https?$/ }).nullable().default(null),
      /** Signs what the webhook is sent, HMAC-SHA256. */
      webhook_secret: z.string().min(16).or(z.string().regex(/^secret:/)).nullable().default(null),
      /** `smtps://user:password@host`, `smtp://host` with STARTTLS, `smtp+plain://host` in the house. */
      email_url: z.string().refine(
        (url) => mailServerOf(url) !== null,
        "it is no smtp://, smtps:// or smtp+plain:// address",
      )
        .nullable().default(null),
      email_from: z.email().nullable().default(null),
      email_to: z.array(z.email()).max(20).default([]),
    }).prefault({}),
    credentials: CredentialsConfig.prefault({}),
    sandbox: SandboxConfig.prefault({}),
    containers: Containers.prefault({}),
    audit: z.strictObject({
      enabled: z.literal(true, { error: "the audit log cannot be switched off" }).default(true),
      retention_days: z.int().min(1).max(36_500).default(90),
      redact_sensitive: z.literal(true, { error: "secrets are always kept out of the audit log" }).default(true),
    }).prefault({}),
  }).prefault({}),
});
export type SecurityConfig = z.infer<typeof SecurityConfig>;
