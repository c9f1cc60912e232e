/** The part of the configuration that the door reads. Names and defaults are those of harombe 0.3 where they exist. */
import { z } from "zod";

const rules = z.array(z.string().min(1).max(500)).max(500).default([]);

export const SecurityConfig = z.strictObject({
  rules: z.strictObject({ allow: rules, ask: rules, deny: rules }).prefault({}),
  approval: z.strictObject({
    /** Seconds until silence counts as no. */
    timeout: z.int().min(5).max(3600).default(60),
  }).prefault({}),
  audit: z.strictObject({
    retention_days: z.int().min(1).max(36_500).default(90),
  }).prefault({}),
  privacy: z.strictObject({
    mode: z.enum(["local-only", "hybrid", "cloud-assisted"]).default("local-only"),
  }).prefault({}),
});
export type SecurityConfig = z.infer<typeof SecurityConfig>;
