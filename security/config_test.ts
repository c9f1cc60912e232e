import assert from "node:assert/strict";
import { SecurityConfig } from "./config.ts";

Deno.test("an empty section has every default", () => {
  const container = { enabled: true, mounts: [], resources: { pids_limit: 100 } };
  assert.deepEqual(SecurityConfig.parse({}), {
    security: {
      rules: { allow: [], ask: [], deny: [] },
      hitl: { timeout: 60 },
      sandbox: { executor: "auto" },
      containers: { shell: container, code: container },
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
      { sandbox: { executor: "none" } },
      { containers: { browser: {} } },
      { containers: { shell: { mounts: ["relative"] } } },
      { containers: { shell: { mounts: ["/a:/b:/c:rw"] } } },
      { audit: { enabled: false } },
      { audit: { redact_sensitive: false } },
    ]
  ) {
    assert.equal(SecurityConfig.safeParse({ security: bad }).success, false, JSON.stringify(bad));
  }
});
