/** The part of the configuration that says what may leave the machine. */
import * as z from "zod";

export const PrivacyConfig = z.strictObject({
  privacy: z.strictObject({
    /** `local-only`: nothing. The other two wait for the sanitiser, without which no cloud is asked. */
    mode: z.enum(["local-only", "hybrid", "cloud-assisted"]).default("local-only"),
  }).prefault({}),
});
export type PrivacyConfig = z.infer<typeof PrivacyConfig>;
