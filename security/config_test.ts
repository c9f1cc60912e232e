import assert from "node:assert/strict";
import { SecurityConfig } from "./config.ts";

Deno.test("an empty section has every default", () => {
  const container = { enabled: true, egress_allow: [], mounts: [], resources: { pids_limit: 100 } };
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
      egress: { allow: [], deny: [], inspect: false, pins: [] },
      export: { otlp_url: null, otlp_token: null },
      alerts: {
        rules: [
          "secret_leak_stopped",
          "denied_by_rule",
          "dangerous_denied",
          "network_refused",
          "permission_refused",
          "planted_file",
          "nobody_answered",
          "tool_errors",
        ],
        ntfy_url: null,
        ntfy_token: null,
        webhook_url: null,
        webhook_secret: null,
        email_url: null,
        email_from: null,
        email_to: [],
      },
      sandbox: { executor: "auto" },
      containers: { shell: container, code: container },
      audit: { enabled: true, retention_days: 90, redact_sensitive: true },
      credentials: {
        method: "local",
        unlock: "key_file",
        auto_refresh: true,
        rotation_days: 30,
        sops_file: null,
        sops_age_key_file: null,
        vault_addr: null,
        vault_mount: "secret",
        vault_path: "harombe",
        vault_namespace: null,
        vault_token: null,
        vault_token_file: null,
        vault_role_id: null,
        vault_secret_id: null,
        vault_approle_mount: "approle",
      },
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
