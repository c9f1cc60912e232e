import assert from "node:assert/strict";
import { SecurityConfig } from "./config.ts";

Deno.test("an empty section has every default", () => {
  assert.deepEqual(SecurityConfig.parse({}), {
    security: {
      rules: { allow: [], ask: [], deny: [] },
      hitl: {
        timeout: 60,
        queue_minutes: 15,
        notification_method: "cli",
        webhook_url: null,
        ntfy_url: null,
        notify_details: false,
      },
      audit: { enabled: true, retention_days: 90, redact_sensitive: true },
    },
  });
});

Deno.test("unknown keys, and what would switch the log or its scrubbing off, are errors", () => {
  for (
    const bad of [
      { rule: {} },
      { rules: { denied: [] } },
      { rules: { deny: "shell:*" } },
      { hitl: { timeout: 0 } },
      { audit: { enabled: false } },
      { audit: { redact_sensitive: false } },
    ]
  ) {
    assert.equal(SecurityConfig.safeParse({ security: bad }).success, false, JSON.stringify(bad));
  }
});
