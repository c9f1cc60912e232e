/** The `security:` section of the configuration file. Names are those of harombe 0.3 where they exist. */
import * as z from "zod";
import { Containers, SandboxConfig } from "./sandbox/config.ts";

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
    }).prefault({}),
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
