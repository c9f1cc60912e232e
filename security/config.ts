/** The `security:` section of the configuration file. */
import { z } from "zod";

/** Rules as written, `tool:pattern`; what they mean is in `rules.ts`. */
export const RuleTexts = z.strictObject({
  allow: z.array(z.string()).default([]),
  ask: z.array(z.string()).default([]),
  deny: z.array(z.string()).default([]),
});
export type RuleTexts = z.infer<typeof RuleTexts>;

/**
 * Every default filled; an unknown key is an error. The audit log and its scrubbing cannot be switched off:
 * the older keys are accepted only with the value that is always true.
 */
export const SecurityConfig = z.strictObject({
  rules: RuleTexts.prefault({}),
  approval: z.strictObject({
    /** Seconds until silence counts as no. CRITICAL calls wait 30 s at most. */
    timeout: z.number().min(1).max(3600).default(60),
  }).prefault({}),
  audit: z.strictObject({
    enabled: z.literal(true, { error: "the audit log cannot be switched off" }).default(true),
    database: z.string().min(1).default("~/.harombe/audit.db"),
    retention_days: z.int().min(1).default(90),
    redact_sensitive: z.literal(true, { error: "secrets are always kept out of the audit log" }).default(true),
  }).prefault({}),
});
export type SecurityConfig = z.infer<typeof SecurityConfig>;
