/** The `security:` section of the configuration file. Names are those of harombe 0.3 where they exist. */
import * as z from "zod";
import { mailServerOf } from "./alerts/mail.ts";
import { ALERTS } from "./alerts/rule.ts";
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
      /** Who is told that a call waits: `cli` nobody but who asks, `webhook` these addresses. */
      notification_method: z.enum(["cli", "webhook", "email"]).default("cli"),
      webhook_url: z.url({ protocol: /^https?$/ }).nullable().default(null),
      ntfy_url: z.url({ protocol: /^https?$/ }).nullable().default(null),
      /** True: the notification holds the call, whole. Else what kind of call it is alone. */
      notify_details: z.boolean().default(false),
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
    audit: z.strictObject({
      enabled: z.literal(true, { error: "the audit log cannot be switched off" }).default(true),
      retention_days: z.int().min(1).max(36_500).default(90),
      redact_sensitive: z.literal(true, { error: "secrets are always kept out of the audit log" }).default(true),
    }).prefault({}),
  }).prefault({}),
});
export type SecurityConfig = z.infer<typeof SecurityConfig>;
